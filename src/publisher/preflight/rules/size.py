"""Rules about size and style blocks: what Gmail cuts, and what makes it drop a sheet."""

from collections.abc import Iterator

from publisher.preflight.css import Sheet
from publisher.preflight.letter import Letter, line
from publisher.preflight.registry import Spot, rule

CLIP, NEAR_CLIP, CLIP_ENCODED = 102_000, 90_000, 105_000
STYLE_LIMIT = 16_384


@rule("html-clip", number=18, level="error", source="hteumeuleu/email-bugs#41: Gmail clips at 102 KB")
def clip(letter: Letter) -> Iterator[Spot]:
    """The HTML is under Gmail's 102 KB."""
    size = len(letter.html.encode(errors="replace"))
    if size >= CLIP:
        yield "html", f"it has {size:,} bytes; Gmail cuts at 102,000, and the unsubscribe link with it"


@rule("html-near-clip", number=18, level="warning", source="hteumeuleu/email-bugs#41; Ghost warns at 100 KB")
def near_clip(letter: Letter) -> Iterator[Spot]:
    """The HTML keeps a distance from Gmail's limit, also as it is encoded for sending."""
    size = len(letter.html.encode(errors="replace"))
    sent = encoded_bytes(letter)
    if NEAR_CLIP <= size < CLIP:
        yield "html", f"it has {size:,} bytes; Gmail cuts at 102,000"
    elif size < NEAR_CLIP and sent >= CLIP_ENCODED:
        yield "html", f"it has {sent:,} bytes as sent; Gmail was seen to cut at about 105,000"


@rule("html-styles", number=19, level="error", source="hteumeuleu/email-bugs#90: Gmail drops all styles over 16 KB")
def styles(letter: Letter) -> Iterator[Spot]:
    """All style blocks together stay under 16,384 characters and stand in the head."""
    size = sum(len(style) for style in letter.styles)
    if size >= STYLE_LIMIT:
        yield "style", f"the style blocks have {size:,} characters together; Gmail drops them all from 16,384 on"
    for style in letter.elements("style"):
        if any(parent.tag == "body" for parent in style.iterancestors()):
            yield line(style), "a style block stands in the body"


@rule(
    "style-syntax", number=20, level="warning", source="Email on Acid, Gmail: a block with a mistake is dropped whole"
)
def syntax(letter: Letter) -> Iterator[Spot]:
    """Each style block can be read without a mistake."""
    for style, sheet in zip(letter.elements("style"), letter.sheets, strict=True):
        for at, said in sheet.mistakes[:3]:
            yield f"html line {(style.sourceline or 1) + at - 1}", f"the style block has a mistake: {said}"
        if sheet.text.count("{") != sheet.text.count("}"):
            yield line(style), "the style block's braces do not match"


@rule("style-apart", number=20, level="warning", source="Email on Acid: Gmail and [attribute], nested @media, @import")
def apart(letter: Letter) -> Iterator[Spot]:
    """What makes Gmail drop a block (attribute selectors, nested at-rules) stands in a later block of its own."""
    risky = [_risk(sheet) for sheet in letter.sheets]
    nodes = list(letter.elements("style"))
    for number, (risk, sheet) in enumerate(zip(risky, letter.sheets, strict=True)):
        if risk and not _all_risky(sheet):
            yield line(nodes[number]), f"{risk} makes Gmail drop this whole block; move it to a later one of its own"
        elif risk and any(
            not other and later.rules for other, later in list(zip(risky, letter.sheets, strict=True))[number + 1 :]
        ):
            yield line(nodes[number]), f"the block with {risk} stands before others; put it last"


def encoded_bytes(letter: Letter) -> int:
    """The HTML part's bytes as sent, still encoded."""
    payload = letter.html_part.get_payload() if letter.html_part is not None else ""
    return len(payload) if isinstance(payload, str) else 0


def _risk(sheet: Sheet) -> str:
    if sheet.depth > 1:
        return "a nested at-rule"
    if any("[" in rule.selector for rule in sheet.rules):
        return "an attribute selector"
    return "@import" if "import" in sheet.at_rules else ""


def _all_risky(sheet: Sheet) -> bool:
    return all("[" in rule.selector or len(rule.media) > 1 for rule in sheet.rules)
