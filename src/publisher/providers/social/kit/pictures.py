"""Pictures for networks that fetch them: written into a folder that a web server shows, given by their address."""

import hashlib
from pathlib import Path

import structlog
from pydantic import Field, model_validator

from publisher.config import Settings, WebUrl
from publisher.errors import AccessDenied, TryLater
from publisher.formatters.cards import shrink

log = structlog.get_logger()


class PicturesByAddress(Settings):
    """The two settings of a network that takes pictures by address only."""

    path: Path | None = Field(default=None, description="A folder that your web server shows; cards are put into it.")
    pictures_url: WebUrl | None = Field(
        default=None, description="The public address of that folder; without the two, posts have no picture."
    )

    @model_validator(mode="after")
    def _both(self) -> "PicturesByAddress":
        if (self.path is None) != (self.pictures_url is None):
            raise ValueError("`path` and `pictures_url` go together: the folder, and where the public sees it")
        return self

    def hosted(self, image: bytes | None, *, most: int) -> str | None:
        """The public address of the picture, as JPEG; None without a folder or a usable picture.

        The same picture has the same address. Raises TryLater when the disk is full, AccessDenied when the folder
        cannot be written.
        """
        if image is None or self.path is None or self.pictures_url is None:
            return None
        data = shrink.to_jpeg(image, most=most)
        if data is None:
            log.warning("picture-left-out")
            return None
        target = self.path / f"{hashlib.sha256(data).hexdigest()[:24]}.jpg"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                part = target.with_suffix(".part")
                part.write_bytes(data)
                part.replace(target)
        except PermissionError as error:
            raise AccessDenied("the folder for pictures cannot be written", do="make it writable") from error
        except OSError as error:
            raise TryLater(f"the picture cannot be written: {error.strerror or error}") from error
        return f"{self.pictures_url}/{target.name}"
