"""Who may talk to the studio: only a page of its own, reached by a loopback name, with the token of its address.

The Host check stops DNS rebinding, Origin and Sec-Fetch-Site stop other sites' forms (OWASP CSRF cheat sheet), the
token stops other programs of this machine. Nothing here knows what the studio does.
"""

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY = 200_000
SAFE = ("GET", "HEAD")

# Our own script, style, pictures and frames; nothing from elsewhere, and nobody may frame us.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers say "Origin: null" for our own forms (Fetch, append a request Origin header).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Guard:
    """The studio behind its checks; a request that fails one never reaches it."""

    def __init__(self, app: Application, *, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say in a line why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = refusal(scope["method"], scope["path"], Headers(scope=scope), token=self._token)
        if refused is not None:
            status, words = refused
            await PlainTextResponse(words + "\n", status_code=status, headers=ALWAYS)(scope, receive, send)
            return

        async def hardened(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                extra = {"Content-Security-Policy": PAGE_POLICY, **ALWAYS}
                added = [(k.lower().encode(), v.encode()) for k, v in extra.items() if k.lower().encode() not in known]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self._app(scope, receive, hardened)


def refusal(method: str, path: str, headers: Headers, *, token: str) -> tuple[int, str] | None:
    """Status and reason for turning a request away; None when it may go on."""
    host = headers.get("host", "")
    if _name(f"//{host}") not in LOOPBACK:
        return 421, "the studio answers only to 127.0.0.1 and localhost"
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not _is_a_visit(method, headers):
        return 403, "another site's page may not use the studio"
    if method not in SAFE and not _is_ours(headers, host):
        return 403, "this did not come from a page of the studio"
    if not hmac.compare_digest("".join(path.split("/")[1:2]).encode(), token.encode()):
        return 404, "open the address that `publisher preview` printed: it ends with a token"
    if not path.isprintable():
        return 404, "there is no such address"
    if "transfer-encoding" in headers:
        return 411, "say how long it is"
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return 413, "too large"
    return None


def _is_a_visit(method: str, headers: Headers) -> bool:
    """Whether somebody follows a link to the studio, which opens a page of its own and changes nothing."""
    return (
        method in SAFE and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    )


def _is_ours(headers: Headers, host: str) -> bool:
    """Whether a changing request says that a page of this very address sent it."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    return origin == f"http://{host}"


def _name(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
