"""What Threads, Facebook and Instagram have in common: Meta's Graph API, its containers and its errors.

https://developers.facebook.com/docs/graph-api/guides/error-handling and /overview/rate-limiting,
/docs/threads/troubleshooting, /docs/instagram-platform/content-publishing, pages of April to June 2026.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.http.door import Http, Response
from publisher.model import Post, Receipt
from publisher.providers.social.kit import answers

LOOKED_THROUGH = 25

_POLLS = 15
_POLL_EVERY = 2.0  # seconds
_TOKEN = frozenset({10, 102, 190, 368, *range(200, 300)})
_BUSY = frozenset({4, 9, 17, 32, 341, 613, *range(80000, 80015)})
_PASSING = frozenset({1, 2, 9007})
_USAGE = ("x-business-use-case-usage", "x-app-usage")
_WAIT = timedelta(hours=1)


class Graph:
    """Calls as one account; `name` is the network as people know it."""

    def __init__(self, http: Http, api: str, token: str, name: str) -> None:
        self._http = http
        self._api = api.rstrip("/")
        self._token = token
        self.name = name

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """What stands at a path; raises `SendError`s."""
        answer = answers.call(self._http, "GET", f"{self._api}/{path}", params=params, headers=self._signed)
        return self._read(answer, begun=False)

    def post(
        self, path: str, fields: Mapping[str, str], *, files: Any = None, begin: Callable[[], None] | None = None
    ) -> str:
        """The id of what was made at a path; with `begin`, of what was published. Raises `SendError`s."""
        answer = answers.call(
            self._http,
            "POST",
            f"{self._api}/{path}",
            data={name: value for name, value in fields.items() if value},
            files=files,
            headers=self._signed,
            begin=begin,
        )
        made = self._read(answer, begun=begin is not None).get("id")
        if isinstance(made, str) and made:
            return made
        said = f"{self.name} gave no id"
        raise Uncertain(said) if begin else TryLater(said)

    def delete(self, id_: str) -> None:
        """Delete what has this id; raises `SendError`s."""
        answer = answers.call(self._http, "DELETE", f"{self._api}/{id_}", headers=self._signed)
        self._read(answer, begun=False)

    def await_container(self, container: str, field: str) -> None:
        """Wait until a container can be published; raises Rejected when the network cannot use what is in it."""
        for turn in range(_POLLS):
            if turn:
                time.sleep(_POLL_EVERY)
            state = self.get(container, fields=field).get(field)
            if state == "FINISHED":
                return
            if state in ("ERROR", "EXPIRED"):
                raise Rejected(f"{self.name} cannot use the picture or the text", code=str(state))
        raise TryLater(f"{self.name} is still busy with the post", after=timedelta(minutes=1))

    def permalink(self, id_: str, field: str = "permalink") -> str:
        """The public address of a post; empty when the network does not say it."""
        try:
            return str(self.get(id_, fields=field).get(field) or "")
        except SendError:
            return ""

    def recent(self, path: str, post: Post, *, text: str, stamp: str, link: str, since: datetime) -> Receipt | None:
        """The account's own recent post of these words; `text`, `stamp` and `link` name its fields."""
        listed = self.get(path, fields=f"id,{text},{stamp},{link}", limit=str(LOOKED_THROUGH))
        for row in answers.rows(listed):
            if answers.since(row.get(stamp), since) and answers.same_words(str(row.get(text) or ""), post.text):
                return Receipt(provider_id=str(row.get("id", "")), url=str(row.get(link) or ""))
        return None

    @property
    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _read(self, answer: Response, *, begun: bool) -> dict[str, Any]:
        if answer.status == 200:
            return answers.document(answer, self.name, begun=begun)
        raise self._failure(answer, begun=begun)

    def _failure(self, answer: Response, *, begun: bool) -> SendError:
        body = answer.json()
        error = body.get("error") if isinstance(body, dict) else None
        error = error if isinstance(error, dict) else {}
        words = str(error.get("error_user_msg") or error.get("message") or "")
        outcome = answers.failure(answer, self.name, begun=begun, words=words, secrets=(self._token,))
        code = error.get("code")
        if code in _TOKEN:
            return AccessDenied(outcome.what)
        if code in _BUSY or answer.status == 429:
            return TryLater(outcome.what, after=answer.retry_after or _regained(answer))
        if code in _PASSING or error.get("is_transient") is True:
            return Uncertain(outcome.what) if begun else TryLater(outcome.what)
        return outcome


def _regained(answer: Response) -> timedelta:
    """When a busy account may call again: the longest of the minutes that the usage headers name, else an hour."""
    minutes: list[float] = []
    for name in _USAGE:
        try:
            usage = json.loads(answer.headers.get(name, "{}"))
        except ValueError:
            continue
        for rows in usage.values() if isinstance(usage, dict) else ():
            for row in rows if isinstance(rows, list) else ():
                given = row.get("estimated_time_to_regain_access") if isinstance(row, dict) else None
                minutes += [given] if isinstance(given, int | float) and 0 < given < 10_000 else []
    return timedelta(minutes=max(minutes)) if minutes else _WAIT
