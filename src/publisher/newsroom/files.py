"""Files that a use case leaves behind."""

from pathlib import Path

from publisher.errors import PublisherError


def write_file(path: Path, data: bytes) -> Path:
    """Write whole or not at all: a full disk leaves no half file and is one clear error."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise PublisherError(f"the file cannot be written: {error.strerror}", where=str(path)) from error
    return path
