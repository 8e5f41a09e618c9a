"""What no line may come from: text that is marked as a spoiler, and what somebody else says in quotation marks."""

from collections.abc import Iterator, Sequence

import regex

from publisher.model import Block

SPOILER = "marked as a spoiler"
SPEECH = "somebody else's words"
_EARLY = 0.15
"""A warning in this first part of a review speaks of all of it, and bars nothing by itself."""
_NO = r"(?:no|not|non|free of|without|sans|sin|senza|ohne|sem|zonder|keine)"
_WARNING = regex.compile(
    rf"^\W*(?!.*\b{_NO}[- ](?:\p{{L}}+[- ])?(?:spoil|destrip|divulg))(?:(?:mild|minor|major|full|big|heavy|slight|"
    rf"major "
    r"plot|attention|achtung|warning|alert|beware|careful|vorsicht|attenzione|cuidado|let op|alerta|atenci[oó]n|with|"
    r"here be|the|\p{L}{1,6})[\s:!,–—-]+){0,4}"
    r"spoilers?(?:warnung|alarm|waarschuwing)?\b(?![- ](?:free|frei|vrij))[^.!?\n]{0,60}[.!?:]*\W*$",
    regex.I,
)
_THOUGHTS = regex.compile(
    r"^\W*(?:spoiler(?:y|ific)?|ending) (?:thoughts|discussion|talk|section|explained)\b", regex.I
)
_OVER = regex.compile(
    r"\b(?:end (?:of )?(?:the )?spoilers?|spoilers? (?:end|over|ended|finished|done)|spoiler ende|ende der spoiler|"
    r"fin d(?:es|u|e) spoilers?|fin de(?: los)? spoilers?|fine (?:degli )?spoilers?|fim (?:dos )?spoilers?|"
    r"safe to read (?:on|again)|einde spoilers?)\b",
    regex.I,
)
_HIDDEN = regex.compile(
    r"\[spoilers?\b[^\]]*\].*?(?:\[/spoilers?\]|\Z)|>!.*?!<|\|\|.+?\|\||\(spoilers?\b[^)]*\)|\[spoilers?:[^\]]*\]",
    regex.I | regex.S,
)
_PAIRS = (("“", "”"), ("„", "“"), ("«", "»"), ("「", "」"), ("『", "』"))


def barred_blocks(blocks: Sequence[Block]) -> list[bool]:
    """For each block, whether it is marked as a spoiler: by its source, or by a warning before it that was not lifted.

    A warning at the very start is about the review as a whole, and leaves its text free.
    """
    total = sum(len(block.text) for block in blocks)
    read = 0
    open_ = False
    found = []
    for block in blocks:
        text = block.text.strip()
        if _OVER.search(text) and len(text) < 120:
            open_ = False
            found.append(True)
        elif (_WARNING.match(text) or _THOUGHTS.match(text)) and len(text) < 120:
            open_ = read > _EARLY * total
            found.append(True)
        else:
            found.append(open_ or block.spoiler)
        read += len(text)
    return found


def barred_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """The stretches of a paragraph that no line may touch, and why."""
    for match in _HIDDEN.finditer(text):
        yield match.start(), match.end(), SPOILER
    for opening, closing in _PAIRS:
        start = text.find(opening)
        while start >= 0 and (end := text.find(closing, start + 1)) >= 0:
            yield start, end + 1, SPEECH
            start = text.find(opening, end + 1)
    marks = [place for place, letter in enumerate(text) if letter == '"']
    if len(marks) % 2 == 0:
        for start, end in zip(marks[::2], marks[1::2], strict=True):
            yield start, end + 1, SPEECH


def barred(start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    """Why a sentence at these offsets may not be quoted; "" where it may.

    Speech bars a sentence that begins within it and one that it leaves unfinished; a quotation that one sentence holds
    whole is for the gates.
    """
    for one, other, why in spans:
        if why == SPOILER and one < end and start < other:
            return why
        if why == SPEECH and (one < start < other or (start <= one < end < other)):
            return why
    return ""
