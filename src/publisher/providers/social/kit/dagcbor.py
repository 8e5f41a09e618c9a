"""The address that a record will have: DAG-CBOR and a CID, so that a thread can point at itself before it is stored.

https://ipld.io/specs/codecs/dag-cbor/spec/ and https://atproto.com/specs/data-model, pages of November 2026: keys by
length, then by bytes; links are tag 42; no floats.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

_CID = b"\x01\x71\x12\x20"  # version 1, DAG-CBOR, SHA-256 of 32 bytes


def cid(record: Mapping[str, Any]) -> str:
    """The CID of a record in its JSON form."""
    return "b" + base64.b32encode(_CID + hashlib.sha256(encoded(record)).digest()).decode().rstrip("=").lower()


def encoded(value: Any) -> bytes:
    """The value in DAG-CBOR; `{"$link": …}` is a link."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    if isinstance(value, Mapping):
        if set(value) == {"$link"}:
            link = b"\x00" + _raw(value["$link"])
            return b"\xd8\x2a" + _head(2, len(link)) + link
        pairs = sorted((encoded(name), encoded(item)) for name, item in value.items())
        return _head(5, len(value)) + b"".join(name + item for name, item in pairs)
    if isinstance(value, Sequence):
        return _head(4, len(value)) + b"".join(map(encoded, value))
    raise TypeError(f"no record holds a {type(value).__name__}")


def _raw(link: str) -> bytes:
    text = link.removeprefix("b").upper()
    return base64.b32decode(text + "=" * (-len(text) % 8))


def _head(kind: int, number: int) -> bytes:
    first = kind << 5
    if number < 24:
        return bytes([first | number])
    for mark, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes([first | mark]) + number.to_bytes(size, "big")
    raise ValueError("a number too large for a record")
