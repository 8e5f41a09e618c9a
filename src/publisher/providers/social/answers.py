"""What a network's answer means for the next step, the same words for every network."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http import Http, Response
from publisher.text import clean

_LONGEST = 200
_LONGEST_WAIT = timedelta(days=7)


def client(address: str) -> Http:
    """A client that may speak to the server of this address even where that is on a private network."""
    host = urlsplit(address).hostname or ""
    return Http(private_hosts=[host])


def failure(answer: Response, network: str, *, begun: bool) -> SendError:
    """The outcome of an answer that is not a success; `begun` when the post itself may have been stored."""
    said = f"{network} answered {answer.status}{_explained(answer)}"
    if answer.status == 429:
        return TryLater(said, after=wait(answer))
    if answer.status in (401, 403):
        return AccessDenied(said)
    if answer.status in (408, 502, 503, 504) or answer.status >= 500:
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
    """The network's own words on what is wrong, on one short line."""
    body = answer.json()
    if not isinstance(body, dict):
        return ""
    words = [body.get(name) for name in ("error", "message", "error_description")]
    text = clean.line(": ".join(word for word in words if isinstance(word, str) and word))
    return f": {text[:_LONGEST]}" if text else ""
