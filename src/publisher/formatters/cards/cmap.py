"""Which characters a font file has glyphs for (OpenType `cmap`, formats 4 and 12).

https://learn.microsoft.com/typography/opentype/spec/cmap
"""

import struct
from functools import lru_cache
from pathlib import Path

_FORMAT_SEGMENTS, _FORMAT_GROUPS = 4, 12
_MOST = 0x110000


@lru_cache(maxsize=256)
def characters(path: Path) -> frozenset[int]:
    """The code points that a font draws; empty for a file that is no readable OpenType font."""
    try:
        table = _table(path, b"cmap")
        return frozenset(_characters(table)) if table else frozenset()
    except (OSError, struct.error, ValueError, IndexError):
        return frozenset()


def _table(path: Path, name: bytes) -> bytes:
    """One table of a font, of the first one in a collection; empty when it has none."""
    with path.open("rb") as file:
        head = file.read(16)
        file.seek(struct.unpack_from(">I", head, 12)[0] if head[:4] == b"ttcf" else 0)
        count = struct.unpack(">4xH6x", file.read(12))[0]
        for _ in range(count):
            tag, offset, length = struct.unpack(">4s4xII", file.read(16))
            if tag == name:
                file.seek(offset)
                return file.read(length)
    return b""


def _characters(table: bytes) -> set[int]:
    found: set[int] = set()
    for index in range(struct.unpack_from(">2xH", table)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * index)
        if platform == 0 or (platform, encoding) in ((3, 1), (3, 10)):
            kind = struct.unpack_from(">H", table, offset)[0]
            if kind == _FORMAT_SEGMENTS:
                found |= _segments(table, offset)
            elif kind == _FORMAT_GROUPS:
                found |= _groups(table, offset)
    return found


def _segments(table: bytes, offset: int) -> set[int]:
    double = struct.unpack_from(">H", table, offset + 6)[0]
    segments = double // 2
    ends = struct.unpack_from(f">{segments}H", table, offset + 14)
    starts = struct.unpack_from(f">{segments}H", table, offset + 16 + double)
    deltas = struct.unpack_from(f">{segments}H", table, offset + 16 + 2 * double)
    ranges_at = offset + 16 + 3 * double
    ranges = struct.unpack_from(f">{segments}H", table, ranges_at)
    found: set[int] = set()
    for index, (start, end, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            if shift:
                glyph = struct.unpack_from(">H", table, ranges_at + 2 * index + shift + 2 * (code - start))[0]
                has = bool(glyph)
            else:
                has = bool((code + delta) & 0xFFFF)
            if has:
                found.add(code)
    return found


def _groups(table: bytes, offset: int) -> set[int]:
    count = struct.unpack_from(">I", table, offset + 12)[0]
    found: set[int] = set()
    for index in range(min(count, _MOST)):
        start, end, glyph = struct.unpack_from(">III", table, offset + 16 + 12 * index)
        if start > end or end >= _MOST:
            raise ValueError("a group outside of Unicode")
        found.update(range(start if glyph else start + 1, end + 1))
    return found
