"""A mail service on the loopback: it knows the recipients it has taken, and may be told what goes wrong next."""

import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import cast

from tests.loopback import Asked, Loopback, Page, loopback
from tests.providers.mail_editions import PLAIN
from tests.providers.mail_merged import MERGED, Merged
from tests.providers.mail_recorded import RECORDED, Recorded, page

from publisher.errors import SendError
from publisher.model import MailConnection, MailProvider, MergingConnection, Message, Receipt
from publisher.providers.email._hosted.service import Hosted

PATIENCE = 3.0
HURRY = 0.3
HEAVY = 1_000_000  # lines; more than what two sockets hold
HTML = Page(body=b"<html>Hello ann@example.net</html>", headers={"Content-Type": "text/html"})
API_TROUBLE = (
    "refused",
    "content refused",
    "throttled",
    "server error",
    "gateway time-out",
    "broken before the end",
    "silent before the end",
    "silent after the end",
    "lost after the end",
    "unreadable answer",
    "wrong key",
    "sender refused",
)

Act = Callable[[Asked], Page | None]


class HostedBench:
    """The service of one kind; `acts` are what it does with the next calls, after that it takes what comes."""

    def __init__(self, kind: str, site: Loopback, *, merge: bool = False) -> None:
        self.recorded: Recorded = RECORDED[kind]
        self.merged: Merged | None = MERGED.get(kind)
        self.site = site
        made = self.recorded.provider(site.url)
        self.made = made.model_copy(
            update={"timeout": timedelta(seconds=PATIENCE)} | ({"merge": True} if merge else {})
        )
        self.unfilled = False
        self.provider: MailProvider = self._patient(PATIENCE)
        self.tries = 3 if made.keyed else 1
        self.acts: list[Act] = []
        self.bad: set[str] = set()
        self._lines = 100
        self._taken: list[str] = []
        self._known: dict[str, Page] = {}
        site.pages[self.recorded.path] = self._answer
        if self.merged:
            site.pages[self.merged.recorded.path] = self._answer

    def hurry(self) -> None:
        self.provider = self._patient(HURRY)

    def _patient(self, seconds: float) -> MailProvider:
        return self.made.model_copy(update={"timeout": timedelta(seconds=seconds)})

    def _fall_silent(self, asked: Asked) -> None:
        self.take(asked)
        time.sleep(HURRY * 2)

    @property
    def lines(self) -> int:
        """Heavy for the one message that must not leave whole."""
        lines, self._lines = self._lines, 100
        return lines

    def delivered(self) -> list[str]:
        return list(self._taken)

    def calls(self) -> list[Asked]:
        return self.site.asked

    def is_merged(self, asked: Asked) -> bool:
        """Whether a call is to be filled in."""
        return self.merged is not None and self.merged.is_one(asked)

    def readers_of(self, asked: Asked) -> Sequence[str]:
        """Who a call is for."""
        return self._recorded_for(asked).recipients(asked)

    def arrange(self, trouble: str) -> None:
        recorded = self.recorded
        answers = {
            "refused": recorded.refused,
            "content refused": recorded.content_refused,
            "throttled": recorded.throttled,
            "wrong key": recorded.wrong_key,
            "sender refused": recorded.sender_refused,
            "server error": page({"message": "Internal error for ann@example.net"}, 500),
        }
        doings: dict[str, Act] = {
            "gateway time-out": lambda asked: (self.take(asked), Page(status=504, body=b"<html>504"))[1],
            "silent after the end": lambda asked: self._fall_silent(asked),
            "lost after the end": lambda asked: (self.take(asked), None)[1],
            "unreadable answer": lambda asked: (self.take(asked), HTML)[1],
        }
        if trouble in answers:
            self.acts = [lambda asked: answers[trouble]]
        elif trouble in doings:
            self.acts = [doings[trouble]] * self.tries
        else:
            self._lines = HEAVY
            self.site.unread.append(_cut if trouble == "broken before the end" else _hang)

    def _recorded_for(self, asked: Asked) -> Recorded:
        return self.merged.recorded if self.merged and self.merged.is_one(asked) else self.recorded

    def taken(self, to: Sequence[str]) -> None:
        """Note that these have their message."""
        self._taken += to

    def take(self, asked: Asked) -> Page:
        """Take over what is good, once for each idempotency key, and say so."""
        recorded = self._recorded_for(asked)
        name = recorded.key_of(asked) if recorded.key_of else ""
        if name in self._known and recorded.known:
            return recorded.known(self._known[name])
        if self.unfilled and self.is_merged(asked):
            return recorded.content_refused
        to = recorded.recipients(asked)
        bad = [one for one in to if one in self.bad]
        answer = recorded.taken(to, bad)
        if answer is None:
            blames = self.merged.blames if self.merged and self.is_merged(asked) else None
            return blames(to, bad) if blames else recorded.refused
        self._taken += [one for one in to if one not in self.bad]
        if name:
            self._known[name] = answer
        return answer

    def _answer(self, asked: Asked, handler: BaseHTTPRequestHandler) -> Page | None:
        return self.acts.pop(0)(asked) if self.acts else self.take(asked)


class MergedBench(HostedBench):
    """The same service, which fills in each message that it is given as if it were an edition for one reader."""

    def __init__(self, kind: str, site: Loopback) -> None:
        super().__init__(kind, site, merge=True)
        assert self.merged is not None
        self.finished, self.recorded = self.recorded, self.merged.recorded
        self._twice = self.merged.twice
        self.provider = self._patient(PATIENCE)

    def _recorded_for(self, asked: Asked) -> Recorded:
        return self.recorded if self.is_merged(asked) else self.finished

    def _patient(self, seconds: float) -> MailProvider:
        return cast("MailProvider", MergingStand(self.made.model_copy(update={"timeout": timedelta(seconds=seconds)})))

    def arrange(self, trouble: str) -> None:
        """What is refused when it is filled in is refused as a finished message too."""
        super().arrange(trouble)
        if trouble in self._twice:
            finished = self.finished.refused if trouble == "refused" else self.finished.content_refused
            self.acts.append(lambda asked: finished)


class MergingStand:
    """A provider that looks like one without merging, for tests that hand it messages."""

    idempotent = False

    def __init__(self, provider: Hosted) -> None:
        self._provider = provider
        self.kind, self.connections = provider.kind, provider.connections
        self.batch = PLAIN.merger(provider).batch

    def __repr__(self) -> str:
        return repr(self._provider)

    def connect(self) -> MailConnection:
        return MergedLine(self._provider)


class MergedLine:
    """A line that merges what it is told to deliver, one connection for each length of the text."""

    def __init__(self, provider: Hosted) -> None:
        self._provider = provider
        self._lines: dict[int, MergingConnection] = {}

    def deliver(self, messages: Sequence[Message], begin: Callable[[], None]) -> Sequence[Receipt | SendError]:
        lines = messages[0].data.count(b"Hello")
        if lines not in self._lines:
            merger = PLAIN.merger(self._provider)
            merger.text = "Hello there\n" * lines  # type: ignore[attr-defined]
            self._lines[lines] = merger.connect()
        return self._lines[lines].merge([PLAIN.filling(message) for message in messages], begin)

    def close(self) -> None:
        for line in self._lines.values():
            line.close()


def _cut(handler: BaseHTTPRequestHandler) -> None:
    """End the line in the middle of the body, unread bytes and all."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _hang(handler: BaseHTTPRequestHandler) -> None:
    """Read nothing for a while; a buffer of a fixed size, else Linux lets it grow until the whole body has left."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    time.sleep(HURRY * 2)


@contextmanager
def hosted(kind: str, *, merged: bool = False, merge: bool = False) -> Iterator[HostedBench]:
    """The service; `merged` hands it each message as an edition, `merge` switches on that it fills editions in."""
    with loopback() as site:
        yield MergedBench(kind, site) if merged else HostedBench(kind, site, merge=merge)
