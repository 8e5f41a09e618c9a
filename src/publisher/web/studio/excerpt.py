"""The lines around a place in a file, so that an error is seen where it happened."""

import re
from dataclasses import dataclass
from pathlib import Path

AROUND = 3
_PLACE = re.compile(r"(.+?):(\d+)")
LONGEST = 240


@dataclass(frozen=True, kw_only=True, slots=True)
class ExcerptLine:
    """One line of the file; `here` is the one that the error names."""

    number: int
    text: str
    here: bool


def around(where: str) -> tuple[ExcerptLine, ...]:
    """The lines around `file:line`; none where that is no place in a file that can be read."""
    found = _PLACE.fullmatch(where)
    if found is None:
        return ()
    try:
        rows = Path(found[1]).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    line = int(found[2])
    first = max(line - AROUND, 1)
    shown = rows[first - 1 : line + AROUND]
    return tuple(ExcerptLine(number=n, text=text[:LONGEST], here=n == line) for n, text in enumerate(shown, first))
