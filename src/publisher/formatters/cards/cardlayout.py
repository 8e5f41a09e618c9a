"""Where things stand on a quote card and how large: its box of words, the still beside it, the quote's lines. Pure."""

from dataclasses import dataclass

from publisher.formatters.cards import wrap
from publisher.formatters.cards.fonts import Typeface
from publisher.text import clip, graphemes

MOST_LINES = 7
SERIF = Typeface("serif")
STRONG = Typeface("serif-strong")

_WIDE = 1.3  # width by height from which a still stands beside the words, not above
_PICTURE_EDGE = 0.075  # margin of a still, as a share of the short side
_EDGE = 0.105  # margin of the words
_SHARES = (0.37, 0.33, 0.28, 0.24)  # of the card: how much of it a still beside the words takes
_EASY = 40  # a quote's size that is easy to read on a telephone
_SMALLEST = 24
_AIR = 0.94  # how much of the space between rule and credits a quote may fill
_CREDITS = 210  # what rule, stars, film and critic take at most
_AT = 100.0  # the size at which words are measured once


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """Where words stand, in pixels; `unit` is 1 on 1200×630. The quote's first mark hangs outside of it.

    From right to left, lines start at the right.
    """

    left: float
    top: float
    right: float
    bottom: float
    unit: float
    largest: float
    rtl: bool = False

    @property
    def width(self) -> float:
        """How wide a line may be."""
        return self.right - self.left

    def start(self, width: float) -> float:
        """The x of something that stands where lines begin."""
        return self.right - width if self.rtl else self.left

    def end(self, width: float) -> float:
        """The x of something that stands where lines end."""
        return self.left if self.rtl else self.right - width


@dataclass(frozen=True, slots=True)
class Typesetting:
    """A text set in lines: their size and leading in pixels."""

    lines: tuple[str, ...]
    size: float
    leading: float

    @property
    def height(self) -> float:
        """From the top of the first line's capitals to the last baseline."""
        return self.leading * (len(self.lines) - 1) + SERIF.cap_height(self.size)


def box(
    size: tuple[int, int],
    *,
    rtl: bool = False,
    top: float | None = None,
    right: float | None = None,
    largest: float | None = None,
) -> Box:
    """The box of a card without a still, or what a still leaves of it."""
    short = min(size)
    edge, hang = short * _EDGE, short * (0.135 if is_wide(size) else 0.125)
    return Box(
        left=round(edge if rtl else hang),
        top=edge if top is None else top,
        right=round((size[0] - (hang if rtl else edge)) if right is None else right),
        bottom=size[1] - edge,
        unit=(size[0] * size[1] / (1200 * 630)) ** 0.5,
        largest=short * (largest or (0.15 if is_wide(size) else 0.108)),
        rtl=rtl,
    )


def beside(size: tuple[int, int], text: str, *, rtl: bool) -> tuple[tuple[int, int, int, int], Box]:
    """The frame of a still and the box that it leaves; smaller only where that lets a long quote be read easily."""
    tried = [_beside(size, share, rtl=rtl) for share in _SHARES]
    sizes = []
    for _, words in tried:
        setting = quote(text, words, words.bottom - words.top - _CREDITS * words.unit)
        sizes.append(setting.size if setting else 0.0)
    enough = min(_EASY * tried[0][1].unit, max(sizes))
    return next(place for place, reached in zip(tried, sizes, strict=True) if reached >= enough)


def _beside(size: tuple[int, int], share: float, *, rtl: bool) -> tuple[tuple[int, int, int, int], Box]:
    """The frame of a still that takes a share of the card, and the box that it leaves."""
    edge = round(min(size) * _PICTURE_EDGE)
    if is_wide(size):
        left = round(size[0] * (1 - share)) - edge
        words = box(size, rtl=rtl, right=left - edge * 0.9, largest=0.105)
        return (left, edge, size[0] - edge, size[1] - edge), words
    foot = edge + round(size[1] * share)
    return (edge, edge, size[0] - edge, foot), box(size, rtl=rtl, top=foot + edge * 0.62, largest=0.085)


def is_wide(size: tuple[int, int]) -> bool:
    """Whether a card is so wide that a still stands beside the words."""
    return size[0] / size[1] > _WIDE


def quote(text: str, words: Box, height: float) -> Typesetting | None:
    """The largest size at which a quote takes at most seven balanced lines and the height; None when it is too long."""
    pieces = wrap.fragments(text, lambda part: SERIF.width(part, _AT), longest=words.width * _AT / (_EASY * words.unit))
    for size in range(round(words.largest), round(_SMALLEST * words.unit) - 1, -1):
        leading = size * (1.2 if size > 60 * words.unit else 1.27)
        measure = words.width * _AT / size * 0.995
        lines = wrap.fewest(pieces, measure)
        if lines and lines <= MOST_LINES and leading * (lines - 1) + size <= height * _AIR:
            return Typesetting(tuple(wrap.balanced(pieces, measure, most=MOST_LINES) or ()), float(size), leading)
    return None


def title(text: str, year: str, words: Box, size: float) -> tuple[list[str], float]:
    """A film's title on one line, smaller or on two where it is long, at last cut at a word; and its size."""
    for share in (1.0, 0.92, 0.84):
        if STRONG.width(text, size * share) + SERIF.width(year, size * share) <= words.width:
            return [text], size * share
    size *= 0.84
    tail = SERIF.width(year, size)
    shown, limit = text, graphemes.count(text)
    while limit > 1:
        pieces = wrap.fragments(shown, lambda part: STRONG.width(part, size), longest=words.width * 0.8)
        if pieces:
            last = pieces[-1]
            pieces[-1] = wrap.Fragment(last.text, last.width + tail, last.gap)
            if lines := wrap.balanced(pieces, words.width, most=2):
                return lines, size
        limit -= max(1, limit // 20)
        shown = clip.at_words(text, limit)
    return [], size


def fitted(face: Typeface, text: str, size: float, room: float) -> str:
    """The text, or its first whole words that fit the room; empty when none do."""
    shown, limit = text, graphemes.count(text)
    while shown and face.width(shown, size) > room and limit > 1:
        limit -= max(1, limit // 20)
        shown = clip.at_words(text, limit)
    return shown if shown and face.width(shown, size) <= room else ""
