"""Content codings of HTTP undone within a limit, so that a small body cannot fill the memory (RFC 9110, 8.4)."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

import brotli

from publisher.errors import SourceError

_NO_CODING = frozenset(
    {"", "identity", "none", "utf-8", "utf8", "binary", "7bit", "8bit", "text", "plain", "iso-8859-1"}
)
"""What servers say where nothing is packed; the others are codings."""
_STEP = 1 << 16
_GZIP = b"\x1f\x8b\x08"


def decoded(chunks: Iterable[bytes], codings: str, *, limit: int, where: str) -> bytes:
    """The body behind `chunks` with its codings (a Content-Encoding value) undone, at most `limit` bytes.

    A gzip body that no header announces is unpacked too. Raises SourceError when the body, packed or unpacked, is
    larger than `limit`, broken, or in a coding that we never asked for.
    """
    stream: Iterable[bytes] = chunks
    for name in reversed([part.strip().casefold() for part in codings.split(",")]):
        if name not in _NO_CODING:
            stream = _unpacked(_capped(stream, limit, where), name, where)
    body = _joined(stream, limit, where)
    if body.startswith(_GZIP):
        body = _joined(_unpacked([body], "gzip", where), limit, where)
    return body


def _capped(chunks: Iterable[bytes], limit: int, where: str) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise _too_large(limit, where)
        yield chunk


def _joined(chunks: Iterable[bytes], limit: int, where: str) -> bytes:
    return b"".join(_capped(chunks, limit, where))


def _too_large(limit: int, where: str) -> SourceError:
    size = f"{limit / 1_000_000:g} MB" if limit >= 1_000_000 else f"{limit:,} bytes"
    return SourceError(f"the answer is larger than {size}", where=where)


def _unpacked(chunks: Iterable[bytes], coding: str, where: str) -> Iterator[bytes]:
    unpacker = _unpacker(coding)
    if unpacker is None:
        raise SourceError(f"the answer is packed as {coding[:40]!r}, which we did not ask for", where=where)
    try:
        for chunk in chunks:
            yield from unpacker.feed(chunk)
    except (zlib.error, brotli.error) as error:
        raise SourceError(f"the {coding} answer is broken", where=where) from error
    if not unpacker.complete:
        raise SourceError(f"the {coding} answer ends too early", where=where)


class _Unpacker(Protocol):
    complete: bool

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Unpacked pieces, each of a bounded size."""


def _unpacker(coding: str) -> _Unpacker | None:
    if coding in ("gzip", "x-gzip"):
        return _Gzip()
    if coding == "deflate":
        return _Deflate()
    return _Brotli() if coding == "br" else None


class _Gzip:
    """Gzip, one member after another; what follows the last one is ignored, as gzip itself does with padding."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._members = 0
        self.complete = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._engine.eof:
                if not chunk.startswith(_GZIP[:1]):
                    return
                self._engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield self._engine.decompress(chunk, _STEP)
            chunk = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
        self.complete = self._engine.eof


class _Deflate:
    """Deflate, in the zlib wrapping of the standard or bare as some servers send it."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj()
        self._first = True
        self.complete = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        while chunk and not self._engine.eof:
            yield self._piece(chunk)
            chunk = self._engine.unconsumed_tail
        self.complete = self._engine.eof

    def _piece(self, chunk: bytes) -> bytes:
        first, self._first = self._first, False
        try:
            return self._engine.decompress(chunk, _STEP)
        except zlib.error:
            if not first:
                raise
            self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._engine.decompress(chunk, _STEP)


class _Brotli:
    """Brotli (RFC 7932)."""

    def __init__(self) -> None:
        self._engine = brotli.Decompressor()
        self.complete = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        yield self._engine.process(chunk, output_buffer_limit=_STEP)
        while not self._engine.is_finished() and not self._engine.can_accept_more_data():
            yield self._engine.process(b"", output_buffer_limit=_STEP)
        self.complete = self._engine.is_finished()
