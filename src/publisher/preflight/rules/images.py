"""Rules about pictures."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from publisher.preflight import addresses, colours
from publisher.preflight.letter import Letter, line, said
from publisher.preflight.registry import Context, Spot, rule, rule_in_context

UNSHOWN = (".webp", ".avif", ".svg", ".svgz", ".heic", ".heif", ".tif", ".tiff", ".bmp", ".jxl")
UNSHOWN_TYPES = ("image/webp", "image/avif", "image/svg+xml", "image/heic", "image/tiff", "image/bmp", "image/jxl")
FILE_NAME = (".jpg", ".jpeg", ".png", ".gif")
MOST_BYTES, MOST_TOGETHER = 200_000, 800_000
FEWEST_WORDS = 200
SHARPEST = 1.5


@rule_in_context(
    "image-attributes", number=29, level="error", source="WCAG 2.2 1.1.1; Outlook: width; Gmail's image proxy: https"
)
def attributes(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each picture is loaded over https and has alt, width, and height or height:auto."""
    looks = letter.looks("light")
    for image in letter.elements("img"):
        source, where = (image.get("src") or "").strip(), line(image)
        parts = addresses.split(source)
        if not source:
            yield where, "a picture has no address"
        elif parts.scheme == "data":
            continue
        elif not parts.hostname or (parts.scheme != "https" and parts.hostname not in context.private_hosts):
            yield where, "a picture that is not loaded over https is blocked"
        if image.get("alt") is None:
            yield where, 'a picture has no alt; write one, or alt="" where it only decorates'
        own = looks[image].own if image in looks else {}
        # A still of unknown shape keeps its own: with one side given and the other auto every client scales it rightly.
        sides = [bool(image.get(side)) for side in ("width", "height")]
        loose = [own.get(side) == "auto" for side in ("width", "height")]
        if not sides[0] and not (sides[1] and loose[0]):
            yield where, "a picture has no width, so Outlook shows it at full size"
        if not sides[1] and not loose[1]:
            yield where, "a picture has neither a height nor height:auto, so the page jumps"


@rule("image-alt", number=29, level="warning", source="WCAG 2.2 1.1.1, F30")
def alt(letter: Letter) -> Iterator[Spot]:
    """What a picture's alt says is words, not a file's name."""
    for image in letter.elements("img"):
        words = (image.get("alt") or "").strip()
        if words.lower().endswith(FILE_NAME) or words.lower() in ("image", "picture", "photo", "img"):
            yield line(image), f"the alt {words[:40]!r} says nothing"


@rule_in_context(
    "image-type", number=29, level="error", source="caniemail: image-webp, -avif, -svg, -base64, -heif, -tiff, -bmp"
)
def types(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each picture is a JPEG, PNG or GIF that is loaded, not one that clients do not show."""
    known: dict[str, str] = context.facts.get("image_type", {})
    for image in letter.elements("img"):
        source = (image.get("src") or "").strip()
        path = addresses.split(source).path.lower()
        if source.lower().startswith("data:"):
            yield line(image), "Gmail and others do not show a picture that is written into the page"
        elif path.endswith(UNSHOWN) or known.get(source, "") in UNSHOWN_TYPES:
            yield line(image), "Outlook and others do not show this type of picture; use JPEG or PNG"
        elif image.get("srcset") and not image.get("src"):
            yield line(image), "a picture with srcset alone is not shown by most clients"
    for node in letter.elements("svg", "picture"):
        yield line(node), f"<{node.tag}> is removed by Gmail and others"


@rule("image-block", number=29, level="warning", source="Gmail and Outlook.com put a gap under inline pictures")
def block(letter: Letter) -> Iterator[Spot]:
    """Each picture is display:block."""
    looks = letter.looks("light")
    for image in letter.elements("img"):
        look = looks.get(image)
        if look and not look.hidden and look.own.get("display", "inline") not in ("block", "none"):
            if _stands_in_words(image):
                continue
            yield line(image), "a picture without display:block has a gap under it"


@rule_in_context("image-weight", number=30, level="warning", source="emailguide.dev; react-email's limit of 1 MiB")
def weight(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each picture is under 200 KB and all together under 800 KB, where their sizes are known."""
    sizes: dict[str, int] = context.facts.get("image_bytes", {})
    total = 0
    for source in dict.fromkeys((image.get("src") or "").strip() for image in letter.elements("img")):
        size = sizes.get(source, 0)
        total += size
        if size > MOST_BYTES:
            name = addresses.split(source).path.rpartition("/")[2] or source
            yield name[:80], f"it weighs {size:,} bytes; 200,000 are plenty"
    if total > MOST_TOGETHER:
        yield "pictures", f"together they weigh {total:,} bytes; 800,000 are plenty"


@rule("image-only", number=31, level="error", source="Outlook and many others block pictures at first")
def only_images(letter: Letter) -> Iterator[Spot]:
    """The message is readable with pictures blocked."""
    if letter.html and len(letter.visible) < FEWEST_WORDS and next(letter.elements("img"), None) is not None:
        yield "body", "with pictures blocked there is almost nothing to read"


@rule("image-link", number=31, level="error", source="WCAG 2.2 F89; pictures are blocked at first")
def image_link(letter: Letter) -> Iterator[Spot]:
    """A link that is only a picture has its words in the alt."""
    for anchor, _, words in letter.anchors:
        pictures = list(anchor.iter("img"))
        if pictures and not words and not any((each.get("alt") or "").strip() for each in pictures):
            yield line(anchor), "with pictures blocked this link is not there; give the picture an alt"


@rule_in_context("image-sharp", number=32, level="note", source="screens of two pixels to one")
def sharp(letter: Letter, context: Context) -> Iterator[Spot]:
    """A picture has about twice the pixels that it is shown with, where its size is known."""
    sizes: dict[str, tuple[int, int]] = context.facts.get("image_size", {})
    for image in letter.elements("img"):
        width, _ = sizes.get((image.get("src") or "").strip(), (0, 0))
        shown = image.get("width") or ""
        if width and shown.isdigit() and width < SHARPEST * int(shown):
            yield line(image), f"it has {width} pixels for a width of {shown}, and looks soft on many screens"


@rule("image-tracking", number=33, level="warning", source="Apple Mail Privacy Protection; Gmail's image proxy")
def tracking(letter: Letter) -> Iterator[Spot]:
    """No picture's address tells who opened the message."""
    named = [address.lower() for _, address in letter.mailboxes("To") if address]
    token = addresses.split(letter.unsubscribe_url).path.rpartition("/")[2]
    looks = letter.looks("light")
    for image in letter.elements("img"):
        source = (image.get("src") or "").lower().replace("%40", "@")
        own = looks[image].own if image in looks else {}
        dot = all(
            (image.get(side) or own.get(side, "")).removesuffix("px") in ("0", "1") for side in ("width", "height")
        )
        if any(name in source for name in named) or (len(token) > 11 and token.lower() in source):
            yield line(image), "its address tells who opened the message"
        elif dot:
            yield line(image), "a picture of one pixel is there to count readers"


@rule("image-logo", number=36, level="warning", source="dev.to/ovidem: logos in dark mode")
def logo(letter: Letter) -> Iterator[Spot]:
    """A logo that may be transparent has a light ground or a border of its own in the dark."""
    light, dark = letter.looks("light"), letter.looks("dark")
    for image in letter.elements("img"):
        name = f"{image.get('class') or ''} {image.get('id') or ''} {image.get('src') or ''}".lower()
        if "logo" not in name or image not in dark or light[image].hidden:
            continue
        path = addresses.split(image.get("src") or "").path.lower()
        before, after = light[image].ground, dark[image].ground
        framed = any(dark[image].length(f"border-{side}-width") for side in ("top", "bottom"))
        if path.endswith((".jpg", ".jpeg")) or framed or before is None or after is None:
            continue
        if colours.is_dark(after) and not colours.is_dark(before):
            yield line(image), "a dark logo without a ground is not seen in dark mode"


def _stands_in_words(image: HtmlElement) -> bool:
    parent = image.getparent()
    while parent is not None and parent.tag in ("a", "span", "b", "strong", "em"):
        parent = parent.getparent()
    return parent is not None and parent.tag in ("p", "li", "td") and bool(said(parent))
