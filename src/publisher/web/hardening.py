"""What holds for every request and answer of the public pages: limits, headers, one spelling of each path."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A page that needs nothing from elsewhere: no script, no picture, no frame around it; a form only to ourselves.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LARGEST_BODY = 64_000
LONGEST_ADDRESS = 8_000
LARGEST_HEADERS = 32_000


class Hardened:
    """An application behind its limits; a final slash of a path means nothing, a body is whole before it is read."""

    def __init__(self, app: ASGIApp, *, root: str = "") -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say in a line why it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = too_large(scope)
        try:
            body = b"" if refused else await _body(receive)
        except ClientDisconnect:
            return
        if refused or body is None:
            status, words = refused or (413, "the body is too large")
            headers = {**ALWAYS, "Connection": "close"}
            await PlainTextResponse(words + "\n", status_code=status, headers=headers)(scope, receive, send)
            return

        async def whole() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def hardened(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_missing(message)]}
            await send(message)

        await self._app({**scope, "path": self._path(scope["path"])}, whole, hardened)

    def _path(self, path: str) -> str:
        """One spelling of a path; a proxy may have taken the path of [web] url away or left it there."""
        if self._root and f"{path}/".startswith(f"{self._root}/"):
            path = path[len(self._root) :]
        return path.rstrip("/") if path.strip("/") else "/"


def too_large(scope: Scope) -> tuple[int, str] | None:
    """Status and reason for turning a request away by its head; None when it may go on."""
    headers = Headers(scope=scope)
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return 414, "the address is too long"
    if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
        return 431, "the headers are too large"
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        return 400, "the length of the body is no number"
    return (413, "the body is too large") if len(length) > 9 or int(length) > LARGEST_BODY else None


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or None when there is more than may be; half a form is no choice, so a cut line ends it."""
    body = b""
    while len(body) <= LARGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body if len(body) <= LARGEST_BODY else None
    return None


def _missing(message: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    known = {name.lower() for name, _ in message["headers"]}
    lines = [(name.lower().encode(), value.encode()) for name, value in ALWAYS.items()]
    return [(name, value) for name, value in lines if name not in known]
