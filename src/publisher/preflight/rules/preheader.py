"""Rules about what an inbox shows beside the subject, and about what else is hidden."""

from collections.abc import Iterator

from publisher.preflight.letter import LETTERS, Letter, TextRun, flat, line
from publisher.preflight.registry import Spot, rule
from publisher.text.count import graphemes

SHORTEST, LONGEST = 40, 110
PADDED = 150
MOST_HIDDEN = 400


@rule("preheader", number=27, level="warning", source="react-email#2268; Gmail and iOS list views")
def preheader(letter: Letter) -> Iterator[Spot]:
    """The body begins with a hidden preheader of 40 to 110 characters."""
    if not letter.html:
        return
    first = _first(letter)
    if first is None:
        yield "body", "the first text is not a hidden preheader; the inbox shows whatever comes first"
        return
    count = graphemes(flat(first.text)[:1000])
    if not SHORTEST <= count <= LONGEST:
        yield line(first.node), f"the preheader has {count} characters; 40 to 110 are shown"


@rule("preheader-padding", number=27, level="warning", source="react-email#2268: pad to 200, not 150")
def padding(letter: Letter) -> Iterator[Spot]:
    """Invisible characters after the preheader keep the text of the page out of the inbox's line."""
    first = _first(letter)
    if first is None:
        return
    looks = letter.looks("light")
    size = 0
    for each in letter.words:
        if not (each.node in looks and looks[each.node].hidden):
            break
        size += len(each.text)
    if size < PADDED:
        yield line(first.node), f"preheader and padding have {size} characters; the inbox goes on with the page"


@rule(
    "preheader-hiding",
    number=27,
    level="warning",
    source="Outlook's Word engine: mso-hide; Gmail: max-height, overflow",
)
def hiding(letter: Letter) -> Iterator[Spot]:
    """The preheader is hidden in every client: display, max-height, overflow and mso-hide."""
    first = _first(letter)
    if first is None:
        return
    looks = letter.looks("light")
    owns = [looks[node].own for node in (first.node, *first.node.iterancestors()) if node in looks]
    wanted = (("display", "none"), ("overflow", "hidden"), ("mso-hide", "all"))
    absent = [f"{name}:{value}" for name, value in wanted if not any(own.get(name) == value for own in owns)]
    if not any(own.get("max-height", "").startswith("0") for own in owns):
        absent.append("max-height:0")
    if absent:
        yield line(first.node), f"the preheader lacks {', '.join(absent)}, so that some clients show it"


@rule("preheader-description", number=27, level="note", source="Email Markup Consortium: meta description")
def description(letter: Letter) -> Iterator[Spot]:
    """<meta name=description> says the preheader too."""
    first = _first(letter)
    found = [flat(m.get("content") or "") for m in letter.elements("meta") if m.get("name") == "description"]
    if first is not None and not found:
        yield "head", "there is no <meta name=description> with the preheader"
    elif first is not None and found[0] != flat(first.text):
        yield "head", "<meta name=description> says something else than the preheader"


@rule("hidden-text", number=27, level="warning", source="SpamAssassin HTML_INVISIBLE; rspamd MANY_INVISIBLE_PARTS")
def hidden(letter: Letter) -> Iterator[Spot]:
    """Besides the preheader next to nothing is hidden."""
    looks, first = letter.looks("light"), _first(letter)
    unseen = [
        each
        for each in letter.words
        if each.node in looks and looks[each.node].hidden and LETTERS.search(each.text) and each is not first
    ]
    size = sum(len(flat(each.text)) for each in unseen)
    if size > MOST_HIDDEN:
        yield line(unseen[0].node), f"{size:,} characters are hidden; filters take that for deceit"


def _first(letter: Letter) -> TextRun | None:
    """The first text of the body when it is hidden and says something."""
    looks = letter.looks("light")
    first = next((each for each in letter.words if flat(each.text)), None)
    if first is None or not LETTERS.search(first.text) or first.node not in looks:
        return None
    return first if looks[first.node].hidden else None
