"""A review's picture as bytes: from the site's own folder, else from the web, kept for the next time."""

import hashlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import structlog

from publisher.config import Config
from publisher.errors import PublisherError
from publisher.model import Review

if TYPE_CHECKING:
    from publisher.http.door import Http

log = structlog.get_logger()

MAX_BYTES = 10_000_000


def picture_of(review: Review, *, config: Config, http: "Http | None") -> bytes | None:
    """The bytes of a review's picture, or None: a missing one is logged, never an error.

    Looks in `[site] pictures` by file name first, then in the folder of pictures kept earlier; asks the web only
    where `http` is given.
    """
    if review.image is None:
        return None
    url = review.image.url
    for path in _kept(url, config):
        if path.is_file():
            return path.read_bytes()
    if http is None:
        return None
    try:
        body = http.get(url, accept="image/*").body
    except PublisherError as error:
        log.warning("picture-not-loaded", review=review.id, error=str(error))
        return None
    if len(body) > MAX_BYTES:
        log.warning("picture-too-large", review=review.id, bytes=len(body))
        return None
    return body


def is_kept(url: str, config: Config) -> bool:
    """Whether the site's own folder has a copy of the picture at this address."""
    return any(path.is_file() for path in _kept(url, config))


def file_name(url: str) -> str:
    """A short file name for the picture at this address: its own name behind a hash, so that no two collide."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name or "picture"
    safe = "".join(c if c.isalnum() or c in "._-" else "-" for c in name)[-60:]
    return f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{safe}"


def _kept(url: str, config: Config) -> list[Path]:
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    if not config.site.pictures or not name or name in (".", ".."):
        return []
    return [config.root / config.site.pictures / name]
