"""Rules about colour: what the author does for dark mode, and contrast in light, dark and forced dark."""

from collections.abc import Iterator, Sequence

from publisher.preflight import colours
from publisher.preflight.cascade import Mode
from publisher.preflight.colours import Colour
from publisher.preflight.css import StyleRule
from publisher.preflight.letter import LETTERS, Letter, flat, line
from publisher.preflight.registry import Spot, rule

AA, AA_LARGE, UNREADABLE = 4.5, 3.0, 1.6
LARGE, LARGE_BOLD = 24.0, 18.66
MOST_FINDINGS = 10


@rule("dark-scheme", number=34, level="warning", source="hteumeuleu 2019; html-email-guide; Apple, color-scheme")
def scheme(letter: Letter) -> Iterator[Spot]:
    """The page says that it knows dark mode: two metas, :root, and rules by prefers-color-scheme."""
    if not letter.html:
        return
    named = {(meta.get("name") or "").lower(): meta.get("content") or "" for meta in letter.elements("meta")}
    for name in ("color-scheme", "supported-color-schemes"):
        if "dark" not in named.get(name, ""):
            yield "head", f'there is no <meta name="{name}" content="light dark">'
    rules = [each for sheet in letter.sheets for each in sheet.rules]
    root = [
        d.value for each in rules if ":root" in each.selector for d in each.declarations if d.name == "color-scheme"
    ]
    if not any("dark" in value for value in root):
        yield "style", "there is no :root { color-scheme:light dark }"
    yield from _in_the_dark([each for each in rules if any(_is_dark(part) for part in each.media)])


def _is_dark(media: str) -> bool:
    return "prefers-color-scheme" in media and "dark" in media


def _in_the_dark(rules: Sequence[StyleRule]) -> Iterator[Spot]:
    """What is wrong with the rules for dark mode; the first weak one stands for all."""
    if not rules:
        yield "style", "there are no rules for @media (prefers-color-scheme:dark)"
    weak = next(((d, each) for each in rules for d in each.declarations if not d.important), None)
    if weak is not None:
        what = f"{weak[0].name} of {weak[1].selector[:40]} in the dark is not !important"
        yield "style", f"{what}, so the inline style wins"


@rule("dark-outlook", number=34, level="warning", source="hteumeuleu 2019; html-email-guide: data-ogsc, data-ogsb")
def outlook(letter: Letter) -> Iterator[Spot]:
    """Outlook.com's dark mode is answered: [data-ogsc] for words, [data-ogsb] for grounds."""
    selectors = " ".join(each.selector for sheet in letter.sheets for each in sheet.rules)
    absent = [name for name in ("data-ogsc", "data-ogsb") if f"[{name}]" not in selectors]
    if letter.html and absent:
        yield "style", f"there are no rules for {' and '.join(f'[{name}]' for name in absent)}"


@rule("contrast-unreadable", number=35, level="error", source="WCAG 2.2 1.4.3; words in the colour of their ground")
def unreadable(letter: Letter) -> Iterator[Spot]:
    """No words are in the colour of their ground, in light or in the author's dark."""
    modes: tuple[Mode, ...] = ("light", "dark")
    for mode in modes:
        yield from _poor(letter, mode, below=UNREADABLE, large=UNREADABLE)


@rule("contrast-light", number=35, level="warning", source="WCAG 2.2 1.4.3")
def light(letter: Letter) -> Iterator[Spot]:
    """Words stand out 4.5:1 from their ground, large ones 3:1."""
    yield from _poor(letter, "light")


@rule("contrast-dark", number=35, level="warning", source="WCAG 2.2 1.4.3; prefers-color-scheme")
def dark(letter: Letter) -> Iterator[Spot]:
    """They do so in the author's dark mode."""
    yield from _poor(letter, "dark")


@rule("contrast-forced", number=35, level="warning", source="WCAG 2.2 1.4.3; Chromium, Auto Dark Mode; Gmail's apps")
def forced(letter: Letter) -> Iterator[Spot]:
    """They do so where a client forces dark mode upon the light one."""
    yield from _poor(letter, "forced")


def _poor(letter: Letter, mode: Mode, *, below: float = AA, large: float = AA_LARGE) -> Iterator[Spot]:
    looks = letter.looks(mode)
    told: set[tuple[Colour, Colour]] = set()
    for each in letter.words:
        look = looks.get(each.node)
        if look is None or look.hidden or look.ground is None or not (LETTERS.search(each.text) or "★" in each.text):
            continue
        ratio = colours.contrast(look.words, look.ground)
        is_large = look.size >= LARGE or (look.bold and look.size >= LARGE_BOLD)
        pair = (look.words, look.ground)
        if ratio < (large if is_large else below) and pair not in told and len(told) < MOST_FINDINGS:
            told.add(pair)
            yield (
                line(each.node),
                f"“{flat(each.text)[:40]}”, {look.words} on {look.ground}, has {ratio:.1f}:1 ({mode})",
            )
