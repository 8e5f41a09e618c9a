"""Lines of like length: as few as a measure allows, balanced, without a single word on the last. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from publisher.text import clip, graphemes

_WIDOW = 0.35  # what a single last word costs, as a share of the measure squared
_SHORT_LAST = 0.5  # a last line below this share of the measure costs too
_BROKEN = 0.6  # what it costs to break a word
_LEAST_PART = 4  # graphemes of a broken word on each side

_DASHES = ("—", "–", "-", "―")
_SPACED = regex.compile(r"[\x00-\u0E00\u1E00-\u2E7F]*\Z")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece that is never cut: its text, its width, the space before it, and what a line that ends here adds."""

    text: str
    width: float
    gap: float
    tail: str = ""
    tail_width: float = 0.0


def fragments(text: str, width: Callable[[str], float], *, longest: float = float("inf")) -> list[Fragment]:
    """Words, and single characters of scripts that put no space between words; measured by `width`.

    A word wider than `longest` may be broken with a hyphen, never near its ends.
    """
    space, hyphen = width(" "), width("-")
    found: list[Fragment] = []
    for word in _words(text):
        parts, tail = _parts(word), ""
        if len(parts) == 1 and width(word) > longest:
            parts, tail = _chunks(word), "-"
        for index, part in enumerate(parts):
            ends = index == len(parts) - 1
            found.append(Fragment(part, width(part), 0.0 if index else space, *(("", 0.0) if ends else (tail, hyphen))))
    return [_without_tail(fragment) for fragment in found]


def _words(text: str) -> list[str]:
    """The words; a dash that stands alone ends a line and never begins one."""
    found: list[str] = []
    for word in text.split():
        if found and word in _DASHES:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def balanced(pieces: Sequence[Fragment], measure: float, *, most: int) -> list[str] | None:
    """The pieces in as few lines as fit the measure and of like length; None when `most` lines are too few."""
    lines = fewest(pieces, measure)
    return None if lines is None or lines > most else _set(pieces, measure, lines)


def fewest(pieces: Sequence[Fragment], measure: float) -> int | None:
    """How many lines the pieces take at least; None when one is wider than the measure."""
    lines, filled = 1, 0.0
    for index, piece in enumerate(pieces):
        if piece.width + piece.tail_width > measure:
            return None
        step = piece.width + (piece.gap if index and filled else 0.0)
        if filled and filled + step + piece.tail_width > measure:
            lines, filled = lines + 1, piece.width
        else:
            filled += step
    return lines


def _set(pieces: Sequence[Fragment], measure: float, lines: int) -> list[str]:
    """Dynamic programming over line ends: the least sum of squares of the room that is left."""
    count = len(pieces)
    best: list[dict[int, tuple[float, int]]] = [{} for _ in range(count + 1)]
    best[0][0] = (0.0, 0)
    for end in range(1, count + 1):
        filled = pieces[end - 1].tail_width
        for start in range(end - 1, -1, -1):
            filled += pieces[start].width + (pieces[start + 1].gap if start + 1 < end else 0.0)
            if filled > measure:
                break
            cost = _cost(pieces, start, end, (measure - filled) / measure)
            for used, (before, _) in best[start].items():
                total = before + cost
                if used < lines and (used + 1 not in best[end] or total < best[end][used + 1][0]):
                    best[end][used + 1] = (total, start)
    return _read_back(pieces, best, lines)


def _cost(pieces: Sequence[Fragment], start: int, end: int, left: float) -> float:
    """What the line costs: the square of the share of the measure that stays empty, and its faults."""
    cost = left * left + (_BROKEN if pieces[end - 1].tail else 0.0)
    if end == len(pieces) and start:
        if end - start == 1:
            cost += _WIDOW
        cost += max(0.0, left - _SHORT_LAST)
    return cost


def _read_back(pieces: Sequence[Fragment], best: list[dict[int, tuple[float, int]]], lines: int) -> list[str]:
    end, used, found = len(pieces), min(lines, max(best[-1])), []
    while end:
        start = best[end][used][1]
        line = "".join((" " if p.gap and i else "") + p.text for i, p in enumerate(pieces[start:end]))
        found.append(line + pieces[end - 1].tail)
        end, used = start, used - 1
    return found[::-1]


def _parts(word: str) -> list[str]:
    if _SPACED.match(word):
        return [word]
    parts: list[str] = []
    last = ""
    for piece in graphemes.split(word):
        if parts and not clip.may_end(last, piece):
            parts[-1] += piece
        else:
            parts.append(piece)
        last = piece
    return parts


def _chunks(word: str) -> list[str]:
    pieces = graphemes.split(word)
    if len(pieces) < 2 * _LEAST_PART:
        return [word]
    middle = pieces[_LEAST_PART:-_LEAST_PART]
    return ["".join(pieces[:_LEAST_PART]), *middle, "".join(pieces[-_LEAST_PART:])]


def _without_tail(fragment: Fragment) -> Fragment:
    return fragment if fragment.tail else Fragment(fragment.text, fragment.width, fragment.gap)
