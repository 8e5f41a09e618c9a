"""Rules about pictures."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.preflight.letter import Letter
from publisher.preflight.registry import Context, Spot, rule

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
        for name in ("width", "height"):
            if not image.get(name):
                yield where, f"a picture has no {name}, so the page jumps and Outlook shows it at full size"


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
