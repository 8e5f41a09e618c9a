"""Which way an edition goes through a provider: filled in by its service, or in finished messages."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from tests.mailing import asked

from publisher.config import Rate
from publisher.delivery.merged import MergedEdition
from publisher.errors import CannotMerge, Rejected
from publisher.model import Blank, Filling, MailConnection


class Line:
    """A line that is only looked at."""

    def close(self) -> None:
        pass


class Filler:
    """An edition at a service that takes 50 readers a call."""

    batch = 50

    def __init__(self, line: Line) -> None:
        self.line = line

    def fits(self, filling: Filling) -> bool:
        return True

    def connect(self) -> Line:
        return self.line


class Plain:
    """A provider of finished messages, ten a call over three lines."""

    kind: ClassVar[str] = "plain"
    batch: ClassVar[int] = 10
    idempotent: ClassVar[bool] = False
    connections = 3

    def __init__(self, rate: Rate | None = None) -> None:
        self.rate = rate
        self.line: Any = Line()

    def connect(self) -> MailConnection:
        line: MailConnection = self.line
        return line


class Merges(Plain):
    """One whose service can fill an edition in, or says why not."""

    def __init__(self, rate: Rate | None = None, why_not: Exception | None = None) -> None:
        super().__init__(rate)
        self.why_not = why_not
        self.filler: Any = Filler(Line())

    def merger(self, blank: Blank) -> Any:
        if self.why_not is not None:
            raise self.why_not
        return self.filler


def edition(provider: Plain) -> MergedEdition:
    return MergedEdition("mail", provider, asked(("mail", provider)))


def test_without_a_merging_service_messages_are_finished_here() -> None:
    provider = Plain()
    made = edition(provider)

    assert made.merger is None
    assert (made.whole, made.batch, made.lines) == (10, 10, 3)
    assert made.connect() == provider.line


def test_a_service_that_merges_takes_its_own_number_a_call_over_two_lines() -> None:
    provider = Merges()
    made = edition(provider)

    assert made.merger == provider.filler
    assert (made.whole, made.batch, made.lines) == (10, 50, 2)
    assert made.connect() == provider.filler.line


@pytest.mark.parametrize("why", [CannotMerge("the text looks like a template"), Rejected("too long")])
def test_an_edition_that_cannot_be_merged_is_finished_here(why: Exception) -> None:
    made = edition(Merges(why_not=why))

    assert made.merger is None
    assert (made.batch, made.lines) == (10, 3)


def test_no_call_carries_more_than_a_window_of_the_rate() -> None:
    slow, quick = edition(Merges(Rate(4, timedelta(seconds=1)))), edition(Merges(Rate(20, timedelta(seconds=1))))

    assert (slow.whole, slow.batch) == (4, 4)
    assert (quick.whole, quick.batch) == (10, 20)


def test_a_service_that_stops_merging_gets_finished_messages_from_then_on() -> None:
    provider = Merges()
    made = edition(provider)
    made.stop(CannotMerge("no right"))
    made.stop(CannotMerge("no right, says another line"))

    assert made.merger is None
    assert (made.batch, made.lines) == (10, 3)
    assert made.connect() == provider.line


def test_readers_set_apart_are_counted() -> None:
    made = edition(Merges())
    assert made.set_apart == 0
    made.set_one_apart()
    made.set_one_apart()

    assert made.set_apart == 2
