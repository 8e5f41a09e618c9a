"""Rules about pictures."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule

AUTO_HEIGHT = re.compile(r"(?:^|[;\s])height\s*:\s*auto")
UNSHOWN = (".webp", ".avif", ".svg", ".heic")


@rule("image-attributes", number=29, level="error", source="caniemail: webp, svg, base64; WCAG 2.2 1.1.1")
def attributes(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each picture is https, of a type that clients show, with alt, width and height."""
    for image in letter.elements("img"):
        source, where = image.get("src", ""), f"html line {image.sourceline or '?'}"
        parts = urlsplit(source)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in context.private_hosts):
            yield where, "a picture that is not loaded over https is blocked"
        if parts.path.lower().endswith(UNSHOWN):
            yield where, "Outlook and others do not show this type of picture; use JPEG or PNG"
        if image.get("alt") is None:
            yield where, 'a picture has no alt; write one, or alt="" where it only decorates'
        if not image.get("width"):
            yield where, "a picture has no width, so Outlook shows it at full size"
        # A still of unknown shape keeps its own: with a width and height:auto every client scales it rightly.
        if not image.get("height") and not AUTO_HEIGHT.search(image.get("style", "")):
            yield where, "a picture has neither a height nor height:auto, so the page jumps"


@rule("image-weight", number=30, level="warning", source="emailguide.dev; react-email's limit of 1 MiB")
def weight(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each picture is under 200 KB and all together under 800 KB, where their sizes are known."""
    sizes: dict[str, int] = context.facts.get("image_bytes", {})
    total = 0
    for source in dict.fromkeys(image.get("src", "") for image in letter.elements("img")):
        size = sizes.get(source, 0)
        total += size
        if size > 200_000:
            yield urlsplit(source).path.rpartition("/")[2], f"it weighs {size:,} bytes; 200,000 are plenty"
    if total > 800_000:
        yield "pictures", f"together they weigh {total:,} bytes; 800,000 are plenty"


@rule("image-only", number=31, level="error", source="Outlook and many others block pictures at first")
def only_images(letter: Letter, context: Context) -> Iterator[Spot]:
    """The message is readable with pictures blocked."""
    del context
    body = letter.tree.find(".//body")
    words = " ".join(body.text_content().split()) if body is not None else ""
    if letter.html and len(words) < 200 and any(True for _ in letter.elements("img")):
        yield "body", "with pictures blocked there is almost nothing to read"
