"""What a network's answer means for the next step, the same words for every network."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http.door import Http, Response
from publisher.text import clean

REFUSED = frozenset({401, 403})
"""Statuses that say that a token or a permission is at fault."""
GONE = frozenset({401, 403, 404, 410})
"""The same, and a secret address that leads nowhere any more."""

_LONGEST = 200
_SECRET = 5  # what is shorter is no secret, and would tear words apart
_LONGEST_WAIT = timedelta(days=7)
_CLOCKS = timedelta(minutes=5)


def client(address: str) -> Http:
    """A client that may speak to the server of this address even where that is on a private network."""
    host = urlsplit(address).hostname or ""
    return Http(private_hosts=[host])


def call(http: Http, method: str, url: str, *, begin: Callable[[], None] | None = None, **options: Any) -> Response:
    """One call; what is lost on the way counts as not done where nothing could be published yet (no `begin`)."""
    try:
        return http.request(method, url, begin=begin, **options)
    except Uncertain as error:
        if begin is None:
            raise TryLater(error.what) from error
        raise


def failure(
    answer: Response,
    network: str,
    *,
    begun: bool,
    denied: Collection[int] = REFUSED,
    words: str | None = None,
    after: timedelta | None = None,
    secrets: Collection[str] = (),
) -> SendError:
    """The outcome of an answer that is not a success; `begun` when the post itself may have been stored.

    `denied` are the statuses for which no post is to blame, `words` what the network says where it is not in the usual
    place, `after` the wait that it asks for in its body. `secrets` are taken out of its words.
    """
    told = _explained(answer) if words is None else f": {words}" if words else ""
    for secret in (each for each in secrets if len(each) >= _SECRET):
        told = told.replace(secret, "…")
    said = f"{network} answered {answer.status}{clean.line(told)[:_LONGEST]}"
    if answer.status == 429:
        return TryLater(said, after=wait(answer) if after is None else after)
    if answer.status in denied:
        return AccessDenied(said)
    if answer.status < 300:
        return Uncertain(said) if begun else TryLater(said)
    if answer.status < 400:
        return AccessDenied(f"{said}, a redirect", do="give the address that it leads to")
    if answer.status == 408 or answer.status >= 500:
        return Uncertain(said) if begun else TryLater(said, after=answer.retry_after)
    return Rejected(said, code=str(answer.status))


def wait(answer: Response) -> timedelta | None:
    """How long a network asks us to wait: Retry-After, else when its window begins anew (epoch or ISO 8601)."""
    if answer.retry_after is not None:
        return answer.retry_after
    for name in ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"):
        moment = _moment(answer.headers.get(name, ""))
        if moment is not None:
            return min(max(moment - datetime.now(UTC), timedelta(0)), _LONGEST_WAIT)
    return None


def document(answer: Response, network: str, *, begun: bool = False) -> dict[str, Any]:
    """The JSON object of a successful answer; a network that answers with a page did something unknown."""
    body = answer.json()
    if isinstance(body, dict):
        return body
    said = f"{network} answered with something that is not JSON"
    raise Uncertain(said) if begun else TryLater(said)


def _moment(value: str) -> datetime | None:
    try:
        if value.isascii() and value.isdigit():
            return datetime.fromtimestamp(int(value[:12]), UTC)
        moment = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else None


def _explained(answer: Response) -> str:
    """The network's own words on what is wrong."""
    body = answer.json()
    if not isinstance(body, dict):
        return ""
    words = [body.get(name) for name in ("error", "message", "error_description")]
    text = ": ".join(word for word in words if isinstance(word, str) and word)
    return f": {text}" if text else ""


def same_words(one: str, other: str) -> bool:
    """Whether two texts read the same; a network may change spaces and line ends."""
    return "".join(clean.line(one).split()) == "".join(clean.line(other).split())


def since(stamp: object, earliest: datetime) -> bool:
    """Whether an ISO 8601 time of a network is not before `earliest`, give or take what clocks may differ."""
    moment = _moment(stamp) if isinstance(stamp, str) else None
    return moment is not None and moment >= earliest - _CLOCKS


def rows(body: dict[str, Any], name: str = "data") -> list[dict[str, Any]]:
    """The objects in a list of a network's answer."""
    found = body.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
