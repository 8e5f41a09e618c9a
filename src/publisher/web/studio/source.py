"""A message as it leaves: its headers, its source by lines, its parts, and how much of what clients allow it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from publisher.preflight import Letter

# Gmail shows the first 102 KB of the HTML, and drops style sheets of more than 16,384 characters together
# (github.com/hteumeuleu/email-bugs/issues/41 and /90).
CLIP = 102 * 1024
STYLES = 16_384
LONGEST_LINES = 6_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Meter:
    """Something that has a limit: its name, how much there is, and of how much."""

    name: str
    value: int
    limit: int
    words: str

    @property
    def percent(self) -> int:
        """From 0 to 100 and beyond."""
        return round(self.value * 100 / self.limit)

    @property
    def level(self) -> str:
        """`ok`, `near` or `over`."""
        return "over" if self.value > self.limit else "near" if self.value > self.limit * 0.88 else "ok"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceLine:
    """One line of a source."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MimePart:
    """One part of a MIME tree, `depth` steps below the message."""

    depth: int
    type: str
    encoding: str
    charset: str
    bytes: int


def meters(letter: Letter) -> tuple[Meter, ...]:
    """What Gmail limits."""
    page = len(letter.html.encode())
    styles = sum(len(style) for style in letter.styles)
    return (
        Meter(
            name="HTML",
            value=page,
            limit=CLIP,
            words=f"{page / 1024:.1f} KB of the 102 KB that Gmail shows before it clips",
        ),
        Meter(
            name="Style sheets",
            value=styles,
            limit=STYLES,
            words=f"{styles:,} of the 16,384 characters above which Gmail drops them all",
        ),
    )


def headers(letter: Letter) -> tuple[tuple[str, str], ...]:
    """Every header in its order, unfolded and decoded."""
    return tuple((name, " ".join(str(value).split())) for name, value in letter.message.items())


def lines(text: str) -> tuple[SourceLine, ...]:
    """The lines of a source; one that is far too long is cut."""
    return tuple(SourceLine(number=n, text=row[:LONGEST_LINES]) for n, row in enumerate(text.splitlines(), 1))


def parts(letter: Letter) -> tuple[MimePart, ...]:
    """The MIME tree, from the message down."""
    return tuple(_walk(letter.message, 0))


def _walk(part: Message, depth: int) -> Iterator[MimePart]:
    payload = part.get_payload(decode=True)
    yield MimePart(
        depth=depth,
        type=part.get_content_type(),
        encoding=str(part.get("Content-Transfer-Encoding", "")),
        charset=part.get_content_charset() or "",
        bytes=len(payload) if isinstance(payload, bytes) else 0,
    )
    if part.is_multipart():
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _walk(inner, depth + 1)
