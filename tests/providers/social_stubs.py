"""Stand-ins for networks, with the behaviour that their documentation and the real servers show.

`Trouble` makes one answer of one call go wrong: lost before or after the work was done, or another status.
"""

import html
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Asked, Loopback, Page

TOKEN = "token-of-the-critic"
BLOB = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


@dataclass(frozen=True)
class Trouble:
    """What goes wrong, once: the call by the end of its path; `lost` before or after its work; or an answer."""

    call: str
    lost: str = ""
    page: Page | None = None


@dataclass
class Stub:
    """A network on the loopback."""

    site: Loopback
    troubles: list[Trouble] = field(default_factory=list)

    def serve(self, path: str, work: Callable[[Asked], Page]) -> None:
        """Answer a path by doing its work, unless there is trouble."""

        def answer(asked: Asked, handler: BaseHTTPRequestHandler) -> Page | None:
            trouble = next((t for t in self.troubles if asked.path.partition("?")[0].endswith(t.call)), None)
            if trouble is None:
                return work(asked)
            self.troubles.remove(trouble)
            if trouble.page is not None:
                return trouble.page
            if trouble.lost == "after":
                work(asked)
            return None

        self.site.pages[path] = answer


def page(body: Any, status: int = 200, **headers: str) -> Page:
    named = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(body=json.dumps(body).encode(), status=status, headers=named)


@dataclass
class MastodonStub(Stub):
    """Mastodon 4.5 as documented; `keeps_keys=False` is a server that ignores them, `limit` its own limit."""

    keeps_keys: bool = True
    limit: int = 500
    slow_media: int = 0
    statuses: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, str] = field(default_factory=dict)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.serve("/api/v2/instance", lambda _: page(self._instance()))
        self.serve("/api/v1/accounts/verify_credentials", self._signed(lambda _: page({"id": "7"})))
        self.serve("/api/v1/accounts/7/statuses", self._signed(lambda _: page(self.statuses[::-1])))
        self.serve("/api/v2/media", self._signed(self._take_media))
        self.serve("/api/v1/media/m1", self._signed(self._media))
        self.serve("/api/v1/statuses", self._signed(self._take_status))

    def _instance(self) -> dict[str, Any]:
        statuses = {"max_characters": self.limit, "characters_reserved_per_url": 23}
        media = {"description_limit": 1500, "image_size_limit": 16_777_216}
        return {"configuration": {"statuses": statuses, "media_attachments": media}}

    def _signed(self, work: Callable[[Asked], Page]) -> Callable[[Asked], Page]:
        def checked(asked: Asked) -> Page:
            if asked.headers.get("authorization") != f"Bearer {TOKEN}":
                return page({"error": "The access token is invalid"}, 401)
            return work(asked)

        return checked

    def _take_media(self, asked: Asked) -> Page:
        described = re.search(rb'name="description"\r\n\r\n(.*?)\r\n--', asked.body, re.DOTALL)
        self.media["m1"] = described[1].decode() if described else ""
        return page({"id": "m1"}, 202 if self.slow_media else 200)

    def _media(self, _: Asked) -> Page:
        self.slow_media -= 1
        return page({"id": "m1"}, 206 if self.slow_media > 0 else 200)

    def _take_status(self, asked: Asked) -> Page:
        key, given = asked.headers.get("idempotency-key", ""), json.loads(asked.body)
        with self._lock:
            if self.keeps_keys and key in self.keys:
                return page(self.keys[key])
            return page(self._store(key, given))

    def _store(self, key: str, given: dict[str, Any]) -> dict[str, Any]:
        number = str(len(self.statuses) + 1)
        shown = re.sub(r"@(\w+)@[\w.]+", r"@\1", html.escape(given["status"], quote=False))
        body = "</p><p>".join(part.replace("\n", "<br />") for part in shown.split("\n\n"))
        status = {"id": number, "url": f"{self.site.url}/@critic/{number}", "content": f"<p>{body}</p>", "sent": given}
        self.statuses.append(status)
        self.keys[key] = status
        return status


@dataclass
class BlueskyStub(Stub):
    """An AT Protocol server as the real one answers; `records` by their key."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    blobs: list[bytes] = field(default_factory=list)
    sessions: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for name in ("server.createSession", "repo.getRecord", "repo.putRecord", "repo.applyWrites", "repo.uploadBlob"):
            self.serve(f"/xrpc/com.atproto.{name}", getattr(self, "_" + name.partition(".")[2]))
        self.serve("/xrpc/com.atproto.identity.resolveHandle", self._resolve)

    def _createSession(self, asked: Asked) -> Page:  # noqa: N802 - the network's own name
        given = json.loads(asked.body)
        if given["password"] != TOKEN:
            return page({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)
        self.sessions += 1
        return page({"did": "did:plc:critic", "handle": given["identifier"], "accessJwt": f"session-{self.sessions}"})

    def _getRecord(self, asked: Asked) -> Page:  # noqa: N802
        rkey = parse_qs(urlsplit(asked.path).query)["rkey"][0]
        if rkey not in self.records:
            return page({"error": "RecordNotFound", "message": "Could not locate record"}, 400)
        return page({"value": self.records[rkey]})

    def _putRecord(self, asked: Asked) -> Page:  # noqa: N802
        if asked.headers.get("authorization") != f"Bearer session-{self.sessions}":
            return page({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        given = json.loads(asked.body)
        with self._lock:
            if given["rkey"] in self.records:
                return page({"error": "InvalidSwap", "message": "Record was at bafy"}, 400)
            self.records[given["rkey"]] = given["record"]
        return page({"uri": f"at://did:plc:critic/app.bsky.feed.post/{given['rkey']}", "cid": "bafy"})

    def _applyWrites(self, asked: Asked) -> Page:  # noqa: N802
        writes = json.loads(asked.body)["writes"]
        with self._lock:
            if any(write["rkey"] in self.records for write in writes):
                return page({"error": "InternalServerError"}, 500)
            self.records |= {write["rkey"]: write["value"] for write in writes}
        return page({"commit": {"cid": "bafy", "rev": "1"}})

    def _uploadBlob(self, asked: Asked) -> Page:  # noqa: N802
        self.blobs.append(asked.body)
        kind = asked.headers.get("content-type", "")
        return page({"blob": {"$type": "blob", "ref": {"$link": BLOB}, "mimeType": kind, "size": len(asked.body)}})

    def _resolve(self, asked: Asked) -> Page:
        handle = parse_qs(urlsplit(asked.path).query)["handle"][0]
        if not handle.startswith("mara"):
            return page({"error": "InvalidRequest", "message": "Unable to resolve handle"}, 400)
        return page({"did": "did:plc:mara"})
