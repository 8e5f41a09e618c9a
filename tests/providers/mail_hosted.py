"""A mail service on the loopback: it knows the recipients it has taken, and may be told what goes wrong next."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

from tests.loopback import Asked, Loopback, Page, loopback
from tests.providers.mail_recorded import RECORDED, Recorded, page

from publisher.model import MailProvider

PATIENCE = 3.0
HURRY = 0.3
HEAVY = 600_000  # lines; more than what two sockets hold
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

    def __init__(self, kind: str, site: Loopback) -> None:
        self.recorded: Recorded = RECORDED[kind]
        self.site = site
        made = self.recorded.provider(site.url)
        self._made = made
        self.provider: MailProvider = self._patient(PATIENCE)
        self.tries = 3 if made.keyed else 1
        self.acts: list[Act] = []
        self.bad: set[str] = set()
        self._lines = 100
        self._taken: list[str] = []
        self._known: dict[str, Page] = {}
        site.pages[self.recorded.path] = self._answer

    def hurry(self) -> None:
        self.provider = self._patient(HURRY)

    def _patient(self, seconds: float) -> MailProvider:
        return self._made.model_copy(update={"timeout": timedelta(seconds=seconds)})

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

    def take(self, asked: Asked) -> Page:
        """Take over what is good, once for each idempotency key, and say so."""
        recorded = self.recorded
        name = recorded.key_of(asked) if recorded.key_of else ""
        if name in self._known and recorded.known:
            return recorded.known(self._known[name])
        to = recorded.recipients(asked)
        answer = recorded.taken(to, [one for one in to if one in self.bad])
        if answer is None:
            return recorded.refused
        self._taken += [one for one in to if one not in self.bad]
        if name:
            self._known[name] = answer
        return answer

    def _answer(self, asked: Asked, handler: BaseHTTPRequestHandler) -> Page | None:
        return self.acts.pop(0)(asked) if self.acts else self.take(asked)


def _cut(handler: BaseHTTPRequestHandler) -> None:
    """End the line in the middle of the body, unread bytes and all."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(HURRY * 2)


@contextmanager
def hosted(kind: str) -> Iterator[HostedBench]:
    with loopback() as site:
        yield HostedBench(kind, site)
