"""The only door to the web: one session, limits on time and size, no way into private networks, honest outcomes."""

import json as jsonlib
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from publisher import __version__
from publisher.errors import SendError, SourceBusy, SourceError, SourceGone, TryLater, Uncertain, UnsafeAddress
from publisher.http.decoding import decoded
from publisher.http.wire import Flight, PlainPool, TLSPool, flying
from publisher.text import clean, urls

# Its debug lines show whole addresses, and the address of a webhook is its secret.
logging.getLogger("urllib3").setLevel(logging.WARNING)

MAX_BYTES = 32_000_000
"""What a feed or page may weigh, packed or unpacked."""
MAX_REDIRECTS = 10

_CHUNK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LONGEST_WAIT = 7 * 24 * 3600
_SIGNS = (
    ("NameResolutionError", "the host name is not known"),
    ("Connection refused", "the server refuses connections"),
    ("unreachable", "the server cannot be reached"),
    ("IncompleteRead", "the answer ends too early"),
)
_MEANINGS = {401: "the server wants a login", 403: "the server refuses us", 404: "nothing is there"}
_FAULTS = (requests.RequestException, HTTPError, OSError, ValueError)


class Timeout(NamedTuple):
    """Seconds to connect, between two pieces of an answer, and for everything together."""

    connect: float = 10
    read: float = 20
    total: float = 60


PATIENCE = Timeout()


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What a server answered: `url` is where the answer came from; header names are lower case.

    `permanent_url` is the new home that the server named (301 or 308 all the way there), if it did.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    permanent_url: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing changed (304)."""
        return self.status == 304

    @property
    def content_type(self) -> str:
        """The Content-Type header as sent; empty when there is none."""
        return self.headers.get("content-type", "")

    @property
    def encoding(self) -> str | None:
        """The charset that the header names, if any."""
        for part in self.content_type.split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().casefold() == "charset":
                return value.strip().strip("\"'") or None
        return None

    @property
    def etag(self) -> str | None:
        """The validator to send back with the next request, byte for byte."""
        return self.headers.get("etag") or None

    @property
    def last_modified(self) -> str | None:
        """The time to send back with the next request, byte for byte."""
        return self.headers.get("last-modified") or None

    @property
    def retry_after(self) -> timedelta | None:
        """The wait that the server asks for (RFC 9110, 10.2.3), in seconds or up to a date."""
        return _wait(self.headers.get("retry-after", ""), self.headers.get("date", ""))

    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return jsonlib.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Http:
    """A client for sources (`get`) and for providers (`request`); may be shared by threads.

    Addresses that are not public are refused, unless `allow_private` or the host is one of `private_hosts`
    (those that a person typed). Cookies, proxies and netrc of the environment play no part. The login in an address is
    used for all of its host, and no answer's address shows it; `logins` are addresses whose logins are known before.
    """

    def __init__(
        self,
        user_agent: str = "",
        timeout: Timeout | float = PATIENCE,
        max_bytes: int = MAX_BYTES,
        allow_private: bool = False,
        *,
        private_hosts: Collection[str] = (),
        logins: Iterable[str] = (),
    ) -> None:
        self.timeout = timeout if isinstance(timeout, Timeout) else Timeout(min(10, timeout), min(20, timeout), timeout)
        self.max_bytes = max_bytes
        self.allow_private = allow_private
        self.private_hosts = frozenset(host.casefold() for host in private_hosts)
        self._session = _session(user_agent or agent())
        self._logins: dict[str, tuple[str, str]] = {}
        for url in logins:
            self._without_login(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._session.close()

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
    ) -> Response:
        """The page or feed at `url`, redirects followed, its body unpacked; a 304 has no body.

        Raises SourceGone (410), SourceBusy (429, 503: with the wait asked for), UnsafeAddress, else SourceError.
        """
        sent = {"Accept": accept, "Accept-Encoding": "gzip, deflate, br", **(headers or {})}
        sent |= {"If-None-Match": etag} if etag else {}
        sent |= {"If-Modified-Since": last_modified} if last_modified else {}
        flight = Flight(allow_private=self.allow_private, private_hosts=self.private_hosts)
        with flying(flight, self.timeout.total):
            try:
                return self._follow(url, sent, flight, max_bytes or self.max_bytes)
            except UnsafeAddress as error:
                raise UnsafeAddress(error.what, where=error.where or url, do=error.do) from error

    def _without_login(self, url: str) -> str:
        """The address alone; its login is kept for its host."""
        alone, login = urls.apart(url)
        if login:
            self._logins[urls.origin(alone)] = login
        return alone

    def _login(self, url: str) -> tuple[str, str] | None:
        """The login for an address: its own host's, also where a site has gone from http to https."""
        here = urls.origin(url)
        before = f"http://{here[len('https://') :].removesuffix(':443')}:80" if here.endswith(":443") else here
        return self._logins.get(here) or self._logins.get(before)

    def _follow(self, url: str, headers: Mapping[str, str], flight: Flight, limit: int) -> Response:
        url = self._without_login(url)
        start, home, permanent = url, url, True
        for _ in range(MAX_REDIRECTS + 1):
            if not urls.is_web(url):
                raise SourceError(f"“{clean.line(url)[:200]}” is not a web address", where=start)
            asked = self._ask("GET", url, flight, headers=headers, auth=self._login(url))
            with _Answer(asked, flight, url, self.timeout) as answer:
                if answer.status not in _REDIRECTS:
                    answer.check()
                    return answer.read(limit, permanent_url=home if home != start else None)
                target = urljoin(url, answer.header("location").strip()) if answer.header("location") else ""
            if not target:
                raise SourceError(f"the server redirects (status {answer.status}) without saying where to", where=url)
            permanent = permanent and answer.status in _PERMANENT
            url = urls.apart(target)[0]
            home = url if permanent else home
        raise SourceError(f"more than {MAX_REDIRECTS} redirects", where=start, do="ask for the address it ends at")

    def _ask(self, method: str, url: str, flight: Flight, **options: Any) -> requests.Response:
        try:
            return self._session.request(
                method, url, timeout=self.timeout[:2], allow_redirects=False, stream=True, **options
            )
        except _FAULTS as error:
            if flight.failure is not None:
                raise flight.failure from None
            raise SourceError(_reason(error, flight, self.timeout), where=url) from error

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        data: Any = None,
        files: Any = None,
        auth: tuple[str, str] | None = None,
        begin: Callable[[], None] | None = None,
    ) -> Response:
        """One call to a provider, never repeated; every status comes back, redirects are not followed.

        `begin` is called when the line stands, before the first byte leaves. Raises TryLater when the last byte never
        left, Uncertain when it left and the answer was lost (TryLater for GET and HEAD, which change nothing).
        No error names the address or the body.
        """
        flight = Flight(allow_private=self.allow_private, private_hosts=self.private_hosts, begin=begin)
        options = {"headers": headers, "params": params, "json": json, "data": data, "files": files, "auth": auth}
        with flying(flight, self.timeout.total):
            try:
                with _Answer(self._ask(method, url, flight, **options), flight, url, self.timeout) as answer:
                    return answer.read(self.max_bytes, lenient=True)
            except SourceError as error:
                raise self._outcome(method, error, flight) from error

    @staticmethod
    def _outcome(method: str, error: SourceError, flight: Flight) -> SendError:
        lost = flight.sent and method.upper() not in {"GET", "HEAD"}
        return Uncertain(error.what) if lost else TryLater(error.what)


class _Answer:
    """An open answer: status and headers are there, the body is not yet."""

    def __init__(self, raw: requests.Response, flight: Flight, url: str, timeout: Timeout) -> None:
        self._raw, self._flight, self._url, self._timeout = raw, flight, url, timeout
        self.status: int = raw.status_code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._raw.close()

    def header(self, name: str) -> str:
        """A header's first value; empty when it is missing."""
        return str(next(iter(self._raw.raw.headers.getlist(name)), ""))

    def check(self) -> None:
        """Raise what stands against reading a source from this answer; nothing when it is good."""
        if self.status < 300 or self.status == 304:
            return
        if self.status in (429, 503):
            after = _wait(self.header("retry-after"), self.header("date"))
            raise SourceBusy(f"the server is busy (status {self.status})", after=after, where=self._url)
        if self.status == 410:
            raise SourceGone(where=self._url, do="remove the source or give its new address")
        meaning = _MEANINGS.get(self.status, "the server has a fault" if self.status >= 500 else "the server refuses")
        raise SourceError(f"{meaning} (status {self.status})", where=self._url)

    def read(self, limit: int, *, permanent_url: str | None = None, lenient: bool = False) -> Response:
        """The whole answer; `lenient` keeps a refusal whose explanation cannot be read."""
        headers = {name.lower(): self.header(name) for name in self._raw.raw.headers}
        body = b""
        try:
            if self.status not in (204, 304):
                body = decoded(self._chunks(), headers.get("content-encoding", ""), limit=limit, where=self._url)
        except SourceError:
            if not lenient or self.status < 300:
                raise
        return Response(url=self._url, status=self.status, headers=headers, body=body, permanent_url=permanent_url)

    def _chunks(self) -> Iterator[bytes]:
        try:
            yield from self._raw.raw.stream(_CHUNK, decode_content=False)
        except _FAULTS as error:
            raise SourceError(_reason(error, self._flight, self._timeout), where=self._url) from error
        if self._flight.expired:
            raise SourceError(_too_slow(self._timeout), where=self._url)


def agent(site_url: str = "") -> str:
    """The User-Agent that names us and, for whoever reads a server's log, the site that we work for."""
    return f"publisher/{__version__} (+{site_url})" if urls.is_web(site_url) else f"publisher/{__version__}"


def _session(user_agent: str) -> requests.Session:
    session = requests.Session()
    # Proxies of the environment would look names up for us, past the guard.
    session.trust_env = False
    session.headers.clear()
    session.headers["User-Agent"] = clean.line(user_agent).encode("latin-1", "ignore").decode("latin-1")
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=32, pool_maxsize=8)
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TLSPool}
    session.adapters.clear()
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _too_slow(timeout: Timeout) -> str:
    return f"no whole answer within {timeout.total:g} s"


def _reason(error: BaseException, flight: Flight, timeout: Timeout) -> str:
    """What went wrong on the line, in words that name no address."""
    if flight.expired:
        return _too_slow(timeout)
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {timeout.connect:g} s"
    if isinstance(error, requests.Timeout | ReadTimeoutError | TimeoutError):
        return f"no answer within {timeout.read:g} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate or its encryption cannot be trusted"
    chain = repr(error)
    for sign, meaning in _SIGNS:
        if sign in chain:
            return meaning
    return "the connection broke off" if flight.sent else "no connection"


def _wait(value: str, date: str) -> timedelta | None:
    """A Retry-After in seconds, or until its date; None when it says nothing. Never negative, never over a week."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), _LONGEST_WAIT))
    until, now = _moment(value), _moment(date) or datetime.now(UTC)
    if until is None:
        return None
    return timedelta(seconds=max(0, min((until - now).total_seconds(), _LONGEST_WAIT)))


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
