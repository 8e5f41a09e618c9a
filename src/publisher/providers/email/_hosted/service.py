"""What all mail services behind an HTTP API have in common: the call, its answer, and what that means for each reader.

The answer decides by the table of docs/decisions/067: what is lost after the last byte is uncertain, also where a
gateway lost it (502, 504); what the service refuses for all is halved until the one reader is found who is to blame.
"""

import re
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from json import dumps
from typing import Any, ClassVar, Protocol, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from publisher.config import Duration, Rate, Settings, WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http.door import Http, Response, Timeout
from publisher.model import MailConnection, MailFacts, Message, Receipt
from publisher.providers.email._hosted.content import has_attachment
from publisher.text import clean

Outcomes = Sequence[Receipt | SendError]
Found = list[Receipt | SendError]
L = TypeVar("L", contravariant=True)

WEIGHT = 10_000_000
"""Bytes of messages in one call at most: a slow line uploads them within the time-out, and no service takes fewer."""

_CALLS = 64  # that one batch may cost in search of the readers to blame
_CONNECT = 10.0
_LONGEST_ANSWER = 8_000_000
_LONGEST_WORDS = 200
_LONGEST_WAIT = timedelta(days=1)
_LOST = frozenset({502, 504, 520, 522, 524})  # the last three are Cloudflare's words for the same
_ELSEWHERE = frozenset({301, 302, 303, 307, 308, 404, 405, 410})
_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>@'\"]+@[^\s<>@'\"]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request: a path under `api`, and a body of bytes, or form fields with files."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    fields: Sequence[tuple[str, str]] | None = field(default=None, repr=False)
    files: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    auth: tuple[str, str] | None = field(default=None, repr=False)


class Hosted(Settings):
    """A mail service with an HTTP API; a kind adds its key, `call` and `read`."""

    kind: ClassVar[str]
    facts: ClassVar[MailFacts]
    batch: ClassVar[int] = 1
    idempotent: ClassVar[bool] = False
    called: ClassVar[str]
    keyed: ClassVar[bool] = False
    """Whether the same call may be made again at once: its key tells the service that it is the same."""

    api: WebUrl = Field(default="", description="The address of its API.")
    connections: int = Field(default=2, ge=1, le=64, description="How many calls are under way at once.")
    rate: Rate | None = Field(default=None, description='The most it may be given, "600/min"; absent = no limit.')
    daily_quota: int | None = Field(
        default=None, ge=1, description="The most it may be given in any 24 hours; absent = no limit."
    )
    warm_up: int | None = Field(
        default=None, ge=1, description="For a new sender: so many on its first day, twice as many each day after."
    )
    dkim_selector: str = Field(default="", description="Under which name its DKIM key stands, for `check --dns`.")
    timeout: Duration = Field(default=timedelta(minutes=2), description="How long one call may take.")

    @property
    def address(self) -> str:
        """Where the API is."""
        return self.api

    @abstractmethod
    def call(self, messages: Sequence[Message]) -> Call:
        """The request that sends these, the same bytes each time."""

    @abstractmethod
    def read(self, answer: Response, messages: Sequence[Message], *, again: bool) -> Outcomes | SendError:
        """An outcome each, or one for all; `again` when the same call was made just before and its answer was lost."""

    def connect(self) -> MailConnection:
        """A line; nothing is contacted before the first message."""
        return HttpLine(self)

    def fault(self, answer: Response, words: str) -> SendError:
        """What an answer other than success means when nothing more is known about it than its status."""
        said = f"{self.called} answered {answer.status}{f': {words}' if words else ''}"
        if answer.status < 300:
            return Uncertain(f"{self.called} answered {answer.status} with something that cannot be read")
        if answer.status in {401, 402, 403}:
            return AccessDenied(said, do="check the key, the sender and the account")
        if answer.status in _ELSEWHERE:
            return AccessDenied(said, do="check `api` and the names in this table")
        if answer.status in _LOST:
            return Uncertain(said)
        if answer.status in {408, 409, 420, 425, 429} or answer.status >= 500:
            return TryLater(said, after=wait(answer), wide=True)
        return Rejected(said, code=str(answer.status))

    def words(self, text: object) -> str:
        """The service's own words, short, on one line, without an address and without any of our secrets."""
        told = clean.line(text[: 10 * _LONGEST_WORDS]) if isinstance(text, str) else ""
        for value in (value for _, value in self if isinstance(value, SecretStr)):
            told = told.replace(value.get_secret_value() or "\0", "…")
        return _ADDRESS.sub("<…>", told)[:_LONGEST_WORDS]


class KeptBack(TryLater):
    """The call was refused for somebody else's fault, and may be made again without her."""


class Way(Protocol[L]):
    """How letters of one sort are put into a call, and what its answer says of them."""

    def call(self, letters: Sequence[L], /) -> Call:
        """The request that sends these, the same bytes each time."""

    def read(self, answer: Response, letters: Sequence[L], /, *, again: bool) -> Outcomes | SendError:
        """An outcome each, or one for all."""


class HttpLine:
    """The connection: one HTTP session, used again for each call."""

    def __init__(self, provider: Hosted) -> None:
        seconds = provider.timeout.total_seconds()
        self._provider = provider
        self._where = urlsplit(provider.address).hostname or ""
        self._http = Http(
            timeout=Timeout(min(_CONNECT, seconds), seconds, seconds),
            max_bytes=_LONGEST_ANSWER,
            private_hosts=[self._where],
        )
        self._over = threading.Event()
        self._pauses = (seconds / 60, seconds / 12) if provider.keyed else ()
        self._left = _CALLS

    def deliver(self, messages: Sequence[Message], begin: Callable[[], None]) -> Outcomes:
        """As few calls as the size allows; raises `AccessDenied` only where no message was taken."""
        return without_denial(self.all_sent(_parts(messages), Once(begin), self._provider))

    def close(self) -> None:
        """Hang up."""
        self._over.set()
        self._http.close()

    abort = close

    def all_sent(self, parts: Iterable[Sequence[L]], start: Callable[[], None], way: Way[L]) -> Found:
        """One outcome each, for slices that one call takes; no further call after trouble of the service's own."""
        self._left = _CALLS
        outcomes: Found = []
        stopped: SendError | None = None
        for part in parts:
            if stopped is None:
                found = self._sent(part, start, way)
                outcomes += found
                stopped = _halt(found)
            else:
                outcomes += [stopped] * len(part)
        return outcomes

    def _sent(self, messages: Sequence[L], start: Callable[[], None], way: Way[L]) -> Found:
        """One outcome each; what is refused as a whole is sent in halves, because one of them spoils it for all."""
        if self._left <= 0:
            return [TryLater(f"{self._provider.called} refuses too many of a batch", where=self._where)] * len(messages)
        self._left -= 1
        outcome = self._answer(messages, start, way)
        if not isinstance(outcome, SendError):
            return self._others_sent(messages, outcome, start, way)
        if not isinstance(outcome, Rejected) or len(messages) == 1:
            return [outcome] * len(messages)
        half = len(messages) // 2
        first = self._sent(messages[:half], start, way)
        bad = _halt(first)
        return first + ([bad] * (len(messages) - half) if bad else self._sent(messages[half:], start, way))

    def _others_sent(self, messages: Sequence[L], outcomes: Outcomes, start: Callable[[], None], way: Way[L]) -> Found:
        """The outcomes, those who were kept back by somebody else's fault sent once more without her."""
        found = list(outcomes)
        kept = [at for at, one in enumerate(found) if isinstance(one, KeptBack)]
        if 0 < len(kept) < len(found):
            for at, one in zip(kept, self._sent([messages[at] for at in kept], start, way), strict=True):
                found[at] = one
        return found

    def _answer(self, messages: Sequence[L], start: Callable[[], None], way: Way[L]) -> Outcomes | SendError:
        """What the call came to; where its key allows it, the very same call again as long as that is unknown."""
        call = way.call(messages)
        lost, outcome = self._try(call, messages, start, way, again=False)
        if not isinstance(outcome, Uncertain):
            return outcome
        for pause in self._pauses:
            if self._over.wait(pause):
                break
            lost_again, later = self._try(call, messages, start, way, again=lost)
            lost = lost or lost_again
            if not isinstance(later, Uncertain | TryLater | AccessDenied):
                return later
        return outcome

    def _try(
        self, call: Call, messages: Sequence[L], start: Callable[[], None], way: Way[L], *, again: bool
    ) -> tuple[bool, Outcomes | SendError]:
        """Whether the service's own answer was lost, and what came of it."""
        answer = self._ask(call, start)
        lost = isinstance(answer, Uncertain) or (isinstance(answer, Response) and answer.json() is None)
        return lost, self._read(answer, messages, way, again=again)

    def _ask(self, call: Call, start: Callable[[], None]) -> Response | SendError:
        try:
            return self._http.request(
                "POST",
                self._provider.address.rstrip("/") + call.path,
                headers={"Accept": "application/json"} | _typed(call),
                data=call.body if call.fields is None else list(call.fields),
                files=call.files,
                auth=call.auth,
                begin=start,
            )
        except TryLater as error:
            return TryLater(error.what, wide=True, where=self._where)
        except Uncertain as error:
            return Uncertain(error.what, where=self._where)

    def _read(
        self, answer: Response | SendError, messages: Sequence[L], way: Way[L], *, again: bool
    ) -> Outcomes | SendError:
        outcome = answer if isinstance(answer, SendError) else way.read(answer, messages, again=again)
        if isinstance(outcome, SendError):
            outcome.where = outcome.where or self._where
        elif len(outcome) != len(messages):
            return Uncertain(f"{self._provider.called} answered for {len(outcome)} of {len(messages)} messages")
        return outcome


def _typed(call: Call) -> dict[str, str]:
    return {**({} if call.body is None else {"Content-Type": "application/json"}), **call.headers}


class Once:
    """`begin`, told once however many calls there are."""

    def __init__(self, begin: Callable[[], None]) -> None:
        self._begin: Callable[[], None] | None = begin

    def __call__(self) -> None:
        if self._begin is not None:
            self._begin()
            self._begin = None


def _halt(outcomes: Sequence[Receipt | SendError]) -> SendError | None:
    """Why nothing more is to be tried now: the service refuses us, or does not keep up."""
    for one in outcomes:
        if isinstance(one, AccessDenied) or (isinstance(one, TryLater) and one.wide):
            return one
    return None


def without_denial(outcomes: Found) -> Outcomes:
    """Raise `AccessDenied` where it holds for all; beside others it is a reason to try again, and raised then."""
    denied = next((one for one in outcomes if isinstance(one, AccessDenied)), None)
    if denied is None:
        return outcomes
    if all(isinstance(one, AccessDenied) for one in outcomes):
        raise denied
    later = TryLater(denied.what, wide=True, where=denied.where, do=denied.do)
    return [later if isinstance(one, AccessDenied) else one for one in outcomes]


def _parts(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Slices that one call takes; a message with a file goes alone."""
    start = size = 0
    for at, message in enumerate(messages):
        alone = has_attachment(message) or (at > start and has_attachment(messages[at - 1]))
        if at > start and (alone or size + len(message.data) > WEIGHT):
            yield messages[start:at]
            start, size = at, 0
        size += len(message.data)
    yield messages[start:]


def json_bytes(value: Any) -> bytes:
    """JSON in UTF-8, the same for the same value."""
    return dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def record(answer: Response) -> dict[str, Any]:
    """The JSON object of an answer; an empty one for what is none."""
    body = answer.json()
    return body if isinstance(body, dict) else {}


def rows(value: object) -> list[dict[str, Any]]:
    """The objects of a list, in their places; an empty one for what is none."""
    return [one if isinstance(one, dict) else {} for one in value] if isinstance(value, list) else []


def wait(answer: Response) -> timedelta | None:
    """The wait that a service asks for: Retry-After, else the seconds until its window begins anew."""
    if answer.retry_after is not None:
        return answer.retry_after
    for name in ("ratelimit-reset", "x-sib-ratelimit-reset"):
        value = answer.headers.get(name, "").strip()
        if value.isascii() and value.isdigit():
            return min(timedelta(seconds=int(value[:6])), _LONGEST_WAIT)
    return None
