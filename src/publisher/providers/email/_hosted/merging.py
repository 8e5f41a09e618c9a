"""Editions that a service fills in by itself: one text with marks, and each reader's values beside it.

A blank is taken apart like a finished message, so that both ways say the same (docs/decisions/066). What a service
might take for a mark of its own is never sent to be filled in: where our text holds it the edition goes in finished
messages, where a reader's values do, she gets one.
"""

import html
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from publisher.errors import AccessDenied, CannotMerge, Rejected, SendError, TryLater
from publisher.http.door import Response
from publisher.model import Blank, Filling, Merger, MergingConnection, Receipt
from publisher.providers.email._hosted.content import content
from publisher.providers.email._hosted.service import (
    WEIGHT,
    Call,
    Found,
    Hosted,
    HttpLine,
    L,
    Once,
    Outcomes,
    Way,
    without_denial,
)

LEAVE = "List-Unsubscribe"
_UNKNOWN = frozenset({404, 405, 501})
_FAILURES = 3  # readers whom only a finished message reached, until the edition is no longer merged


class Merging(Hosted):
    """A mail service that can fill an edition in by itself; a kind adds `edition` to what `Hosted` asks for."""

    merge: bool = Field(
        default=True,
        description="Whether it fills editions in by itself, for many readers a call; else it gets finished messages.",
    )

    @abstractmethod
    def edition(self, blank: Blank) -> "EditionMerger":
        """The edition with this service's marks."""

    def merger(self, blank: Blank) -> Merger:
        """The edition as the service fills it in; raises `CannotMerge` where that may not be or cannot be."""
        if not self.merge:
            raise CannotMerge("`merge` is false")
        made = self.edition(blank)
        if made.base >= made.weight:
            raise CannotMerge(f"the edition is heavier than a call to {self.called} may be")
        return made


class MayNotMerge(AccessDenied):
    """The service does not let us have editions filled in."""


class EditionMerger(ABC):
    """An edition as one kind's service fills it in; a kind adds its marks, `call` and `read`."""

    batch: int
    weight: ClassVar[int] = WEIGHT
    """Bytes of a call at most."""
    person: ClassVar[int] = WEIGHT
    """Bytes of one reader's values at most."""
    neutral: ClassVar[bool] = False
    """Whether it may or may not escape values in HTML, so that they must be such as stay the same."""
    own: re.Pattern[str]
    """What our text may not hold between two marks, the character on each side of a mark being `\\0`."""
    foreign: re.Pattern[str]
    """What a reader's value may not hold."""

    def __init__(self, provider: Hosted, blank: Blank) -> None:
        """Raises `CannotMerge` where the edition's own text could be mistaken for marks."""
        self.provider = provider
        self.failures = 0
        self.refused = ""
        made = content(blank.message)
        self.sender, self.reply_to, self.leaves = made.sender, made.reply_to, blank.leaves
        self.headers = made.without(LEAVE) if blank.leaves else made.headers
        marks = re.compile("|".join(re.escape(mark) for mark in sorted(blank.marks, key=len, reverse=True)))
        self.subject = None if marks.search(made.subject) else made.subject
        self._numbers = {field: at for at, field in enumerate(sorted(blank.marks.values()))}
        self._used: set[str] = set()

        ours = [made.subject, made.text, made.html, str(made.sender), str(made.reply_to or ""), *self.headers.values()]
        if any(self.own.search(marks.sub("\0", text)) for text in ours):
            raise CannotMerge(f"the edition's own text holds what {provider.called} takes for a mark of its own")

        def filled(text: str, part: str) -> str:
            def mark(found: re.Match[str]) -> str:
                name = f"{part}{self._numbers[blank.marks[found.group()]]}"
                self._used.add(name)
                return self.mark(name)

            return marks.sub(mark, text)

        self.text = filled(made.text, "t")
        self.html = filled(made.html, "h")
        self.base = len(self.text.encode()) + len(self.html.encode()) + 4000

    @abstractmethod
    def mark(self, name: str) -> str:
        """How this variable is written in the text."""

    @abstractmethod
    def call(self, fillings: Sequence[Filling], /) -> Call:
        """The request for these readers, the same bytes each time."""

    @abstractmethod
    def read(self, answer: Response, fillings: Sequence[Filling], /, *, again: bool) -> Outcomes | SendError:
        """An outcome each, or one for all."""

    def connect(self) -> MergingConnection:
        """A line; nothing is contacted before the first reader."""
        return MergingLine(self.provider, self)

    def values(self, filling: Filling) -> dict[str, str]:
        """The reader's value for each variable in the text."""
        found: dict[str, str] = {}
        for field, value in filling.values.items():
            at = self._numbers[field]
            if f"t{at}" in self._used:
                found[f"t{at}"] = value
            if f"h{at}" in self._used:
                found[f"h{at}"] = html.escape(value)
        return found

    def fits(self, filling: Filling) -> bool:
        """Whether nothing of hers could be mistaken for a mark, or is too long."""
        values = self.values(filling)
        if self.neutral and any(html.escape(value) != value for value in values.values()):
            return False
        size = self.size(filling)
        fits = size <= self.person and self.base + size <= self.weight
        return fits and not self.foreign.search(_told(filling, values))

    def size(self, filling: Filling) -> int:
        """About how many bytes of a call are hers."""
        values = self.values(filling)
        return len(_told(filling, values).encode()) + 40 * (len(values) + 6)

    def parts(self, fillings: Sequence[Filling]) -> Iterator[Sequence[Filling]]:
        """Slices that one call takes: so many readers and bytes, and no address twice."""
        start, size = 0, self.base
        known: set[str] = set()
        for at, filling in enumerate(fillings):
            address, hers = filling.recipient.casefold(), self.size(filling)
            if at > start and (at - start == self.batch or size + hers > self.weight or address in known):
                yield fillings[start:at]
                start, size, known = at, self.base, set()
            size += hers
            known.add(address)
        yield fillings[start:]


def _told(filling: Filling, values: Mapping[str, str]) -> str:
    """All that a call says of her alone."""
    ids = (filling.recipient, filling.name, filling.key, filling.message_id)
    return "\n".join((*values.values(), filling.subject, filling.leave, *ids))


class MergingLine(HttpLine):
    """A connection that takes finished messages and fillings."""

    def __init__(self, provider: Hosted, merger: EditionMerger) -> None:
        super().__init__(provider)
        self._merger = merger

    def merge(self, fillings: Sequence[Filling], begin: Callable[[], None]) -> Outcomes:
        """As few calls as the size allows; who is refused gets her finished message, unless her address is to blame."""
        merger = self._merger
        if merger.refused:
            raise CannotMerge(merger.refused)
        start = Once(begin)
        outcomes = self.all_sent(merger.parts(fillings), start, merger)
        try:
            told = without_denial(outcomes)
        except MayNotMerge as denied:
            merger.refused = denied.what
            raise CannotMerge(denied.what) from None
        return [self._second_try(filling, outcome, start) for filling, outcome in zip(fillings, told, strict=True)]

    def _read(
        self, answer: Response | SendError, messages: Sequence[L], way: Way[L], *, again: bool
    ) -> Outcomes | SendError:
        """As for finished messages; a service that does not know the call at all may know theirs."""
        if isinstance(way, EditionMerger) and isinstance(answer, Response) and answer.status in _UNKNOWN:
            return MayNotMerge(f"{self._provider.called} answered {answer.status}: it knows no such call")
        return super()._read(answer, messages, way, again=again)

    def _second_try(
        self, filling: Filling, outcome: Receipt | SendError, start: Callable[[], None]
    ) -> Receipt | SendError:
        """The outcome of her finished message where the filling was refused: it may be the marks' fault, not hers."""
        if not isinstance(outcome, Rejected) or outcome.code.startswith("5.1."):
            return outcome
        found: Found = self.all_sent([[filling.finished()]], start, self._provider)
        (second,) = found
        if isinstance(second, Receipt):
            self._merger.failures += 1
            if self._merger.failures >= _FAILURES:
                self._merger.refused = outcome.what
        return TryLater(second.what, wide=True, where=second.where) if isinstance(second, AccessDenied) else second
