"""The public pages: leaving, preferences, view in browser, an editor's answers, health.

GET and HEAD never change anything (RFC 9110 9.2.1) and never wait for a writer.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from publisher.errors import PublisherError, StoreError, UsageError
from publisher.formatters.email.files import open_templates
from publisher.newsroom.app import App
from publisher.newsroom.audience import leaving, preferences
from publisher.newsroom.links import base_path
from publisher.newsroom.sending import answering as proofs
from publisher.web import metrics
from publisher.web.hardening import Hardened
from publisher.web.turns import READERS, WRITERS, Crowded, Turns

log = structlog.get_logger()

# The edition as a page shows its pictures; they come from the site.
EDITION_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: http:; form-action 'none'"
LOOK = ["GET", "HEAD"]
MOST_FIELDS = 200


def public_app(app: App, *, figures: bool = True) -> ASGIApp:
    """The pages of one publisher, answered for any Host: a mailed URL counts by its path and query alone.

    Without `figures` there is no /metrics at all, with them it is there for this machine only.
    """
    pages = PublicPages(app)
    routes = [("/", LOOK, pages.front), ("/u/{token}", LOOK, pages.ask), ("/u/{token}", ["POST"], pages.one_click)]
    routes += [("/p/{token}", LOOK, pages.settings), ("/p/{token}", ["POST"], pages.choose)]
    routes += [("/d/{token}", LOOK, pages.proof), ("/d/{token}", ["POST"], pages.decide)]
    routes += [("/v/{token}", LOOK, pages.view), ("/healthz", LOOK, pages.health), ("/readyz", LOOK, pages.ready)]
    if figures:
        routes.append(("/metrics", LOOK, pages.figures))
    return _hardened(pages, routes, root=base_path(app))


def figures_app(app: App) -> ASGIApp:
    """The figures alone, for whoever reaches the port that was named for them."""
    pages = PublicPages(app)
    return _hardened(pages, [("/metrics", LOOK, pages.all_figures), ("/healthz", LOOK, pages.health)])


def _hardened(pages: "PublicPages", routes: Sequence[tuple[str, list[str], Any]], *, root: str = "") -> ASGIApp:
    site = Starlette(
        routes=[Route(path, answer, methods=methods) for path, methods, answer in routes],
        exception_handlers=dict.fromkeys((HTTPException, PublisherError, Crowded), pages.trouble),
    )
    site.router.redirect_slashes = False
    return Hardened(site, root=root)


class PublicPages:
    """What is answered at each address."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._reading = Turns(READERS)
        self._writing = Turns(WRITERS)

    async def front(self, _request: Request) -> Response:
        """Whose place this is."""
        titles = [each.title or each.name for each in self._app.config.newsletters.values()]
        return await self._page("front", newsletters=titles)

    async def ask(self, request: Request) -> Response:
        """The page with the button."""
        return await self._seen(request, "leave", leaving.visit)

    async def one_click(self, request: Request) -> Response:
        """She is off, whoever presses the button: her or her mail program."""
        names = {name for name in request.query_params.getlist("newsletter") if name}
        return await self._done(request, "left", leaving.leave, newsletters=names)

    async def settings(self, request: Request) -> Response:
        """What she gets and may get."""
        return await self._seen(request, "preferences", leaving.visit)

    async def choose(self, request: Request) -> Response:
        """What she ticked is what she gets."""
        wanted = await _ticked(request)
        return await self._done(request, "preferences", preferences.choose, wanted=wanted)

    async def proof(self, request: Request) -> Response:
        """What an editor's link asks."""
        seen = await self._reading.run(proofs.visit, self._app, request.path_params["token"])
        return await self._about(request, "proof", seen)

    async def decide(self, request: Request) -> Response:
        """What an editor's link asks is done."""
        token = request.path_params["token"]
        seen = await self._reading.run(proofs.visit, self._app, token)
        if seen is not None:
            seen = await self._writing.run(proofs.answer, self._app, token)
        return await self._about(request, "proof", seen)

    async def view(self, request: Request) -> Response:
        """An edition as anybody may see it."""
        page = await self._reading.run(leaving.view, self._app, request.path_params["token"])
        if page is None:
            return await self._gone(request)
        return HTMLResponse(page, headers={"Content-Security-Policy": EDITION_POLICY})

    async def health(self, _request: Request) -> Response:
        """That we are alive: told without the store and without a thread, so that nobody else's request delays it."""
        return PlainTextResponse("ok")

    async def ready(self, _request: Request) -> Response:
        """That the store can be read."""
        await self._reading.run(_read_store, self._app)
        return PlainTextResponse("ok")

    async def figures(self, request: Request) -> Response:
        """The figures, for this machine."""
        if not metrics.from_here(request.scope):
            raise HTTPException(404)
        return await self.all_figures(request)

    async def all_figures(self, _request: Request) -> Response:
        """The figures, for whoever may ask here."""
        return await self._reading.run(metrics.page, self._app)

    async def trouble(self, request: Request, error: Exception) -> Response:
        """A page in words for people, a line for programs; never a word about us."""
        status, words = _said_of(error)
        if status >= 500:
            log.warning("page-failed", why=type(error).__name__, status=status)
        headers = {"Retry-After": "60"} if status == 503 else {}
        headers |= dict(getattr(error, "headers", None) or {})
        if isinstance(error, Crowded) or not _is_browser(request):
            return PlainTextResponse(f"{words}\n", status_code=status, headers=headers)
        return await self._page("trouble", status=status, headers=headers, words=words)

    async def _seen(self, request: Request, name: str, look: Callable[..., Any]) -> Response:
        return await self._about(request, name, await self._reading.run(look, self._app, request.path_params["token"]))

    async def _done(self, request: Request, name: str, act: Callable[..., Any], **choice: Any) -> Response:
        token = request.path_params["token"]
        if await self._reading.run(leaving.ticket_of, self._app, token) is None:
            return await self._gone(request)
        visit = await self._writing.run(act, self._app, token, **choice)
        return await self._about(request, name, visit, saved=True, **choice)

    async def _about(self, request: Request, name: str, visit: Any, **context: Any) -> Response:
        if visit is None:
            return await self._gone(request)
        return await self._page(name, visit=visit, token=request.path_params["token"], **context)

    async def _gone(self, request: Request) -> Response:
        if not _is_browser(request):
            words = "This link does not work. It may have been cut on its way."
            return PlainTextResponse(f"{words}\n", status_code=404)
        return await self._page("gone", status=404)

    async def _page(
        self, name: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
    ) -> Response:
        def render() -> str:
            everything = {"site": self._app.config.site, "root": base_path(self._app), **context}
            return open_templates(self._app.templates).render(f"pages/{name}.html.j2", everything)

        return HTMLResponse(await self._reading.run(render), status_code=status, headers=headers)


async def _ticked(request: Request) -> set[str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", "application/x-www-form-urlencoded"):
        raise HTTPException(415, "send the form as application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl((await request.body()).decode(errors="replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "the form has too many fields") from None
    return {value for name, value in pairs if name == "newsletter"}


def _said_of(error: Exception) -> tuple[int, str]:
    if isinstance(error, HTTPException):
        words = {404: "There is no such page here.", 405: "This page cannot be used like that."}
        return error.status_code, words.get(error.status_code, f"{error.detail}.")
    if isinstance(error, UsageError):
        return 404, f"{error.what[:1].upper()}{error.what[1:]}."
    if isinstance(error, (StoreError, Crowded)):
        return 503, "This cannot be done just now. Please try again in a minute."
    return 500, "Something went wrong here, and nothing was changed."


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "").lower()


def _read_store(app: App) -> None:
    with app.store.read() as db:
        db.exec_driver_sql("select 1")
