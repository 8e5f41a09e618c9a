"""A review's picture as an email can show it: an absolute address of a kind that every client draws."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from publisher.model import Image
from publisher.text import urls
from publisher.text.clean import line

# Word's Outlook draws no WebP or AVIF and Gmail no SVG (caniemail.com/features/image-webp/, image-avif/, image-svg/).
_UNSEEN = re.compile(r"\.(?:svgz?|webp|avif|heic|tiff?|bmp)(?:$|/)|[,/]enc_(?:avif|webp)(?:,|/|$)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """An address with its text alternative, which is never empty: the picture is a link."""

    url: str
    alt: str


def picture(image: Image | None, *, alt: str) -> Picture | None:
    """The picture, or None where there is none that a mail client can draw; `alt` stands in for a missing text."""
    if image is None or not urls.is_web(image.url) or _UNSEEN.search(urlsplit(image.url).path):
        return None
    return Picture(url=image.url, alt=line(image.alt or "") or alt)
