"""Files that a use case leaves behind."""

from pathlib import Path

from publisher import private
from publisher.errors import PublisherError


def write_file(path: Path, data: bytes) -> Path:
    """Write whole or not at all, for the owner alone: a full disk leaves no half file and is one clear error."""
    try:
        private.folder(path.parent)
        private.write(path, data)
    except OSError as error:
        raise PublisherError(f"the file cannot be written: {error.strerror}", where=str(path)) from error
    return path
