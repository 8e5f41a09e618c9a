"""Files and folders for their owner alone, under any umask: what the product writes, it writes here.

A file gets its mode before its first byte, and takes the place of another of its name only when it is whole. So it is
open to nobody for a moment, and a file that was open to all is not after it was written anew.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FILE = 0o600
FOLDER = 0o700
_LONGEST = 80  # letters of a file's own name in the name of its unfinished one


def folder(path: Path) -> Path:
    """Make the folder and those above it where they are missing, 0700; one that is there stays as it is."""
    for each in reversed([above for above in (path, *path.parents) if not above.exists()]):
        each.mkdir(FOLDER, exist_ok=True)
        each.chmod(FOLDER)
    path.mkdir(exist_ok=True)
    return path


def new(path: Path, data: bytes = b"") -> None:
    """Write a file that must not be there yet; raises FileExistsError where it is."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, FILE)
        file.write(data)


@contextmanager
def writing(path: Path, *, synced: bool = False) -> Iterator[BinaryIO]:
    """A file that is `path` at the end, if nothing went wrong; a device or a pipe is written to as it is."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            yield device
        return
    unfinished = _unfinished(target)
    try:
        with unfinished.open("wb") as file:
            yield file
            if synced:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write(path: Path, data: bytes, *, synced: bool = False) -> Path:
    """Write the whole file or nothing, in the place of any other of its name; `synced` when it must be on disk."""
    with writing(path, synced=synced) as file:
        file.write(data)
    return path


def part(path: Path, data: bytes) -> Path:
    """The bytes, safely on disk, in an unfinished file beside `path`; nothing is left behind when that fails."""
    unfinished = _unfinished(path)
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return unfinished


def _unfinished(path: Path) -> Path:
    """A new, empty file beside `path`, hidden, its mode set."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:_LONGEST]}.", suffix=".part", dir=path.parent)
    try:
        os.fchmod(handle, FILE)
    finally:
        os.close(handle)
    return Path(name)
