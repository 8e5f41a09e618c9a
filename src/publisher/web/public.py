"""The public pages: leaving, view in browser, health, figures. GET and HEAD never change anything (RFC 9110 9.2.1)."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from publisher.formatters.email.files import open_templates
from publisher.newsroom.app import App
from publisher.newsroom.audience import leaving
from publisher.newsroom.sending import answering as proofs
from publisher.web import metrics

# A page that needs nothing from elsewhere: no script, no picture, no frame around it; a form only to ourselves.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
# The edition as a page shows its pictures; they come from the site.
EDITION_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: http:; form-action 'none'"
LARGEST_BODY = 64_000


def public_app(app: App) -> FastAPI:
    """The pages of one publisher, answered for any Host: a mailed URL counts by its path and query alone."""
    site = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @site.middleware("http")
    async def harden(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        if int(request.headers.get("content-length") or 0) > LARGEST_BODY:
            return PlainTextResponse("too large", status_code=413)
        answer = await call(request)
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @site.api_route("/u/{token}", methods=["GET", "HEAD"])
    @site.api_route("/p/{token}", methods=["GET", "HEAD"])
    def ask(token: str) -> HTMLResponse:
        visit = leaving.visit(app, token)
        return _page(app, "leave", visit=visit, token=token) if visit else _gone(app)

    @site.post("/u/{token}")
    def one_click(token: str, newsletter: str | None = None) -> HTMLResponse:
        visit = leaving.leave(app, token, newsletter=newsletter)
        return _page(app, "left", visit=visit, token=token) if visit else _gone(app)

    @site.api_route("/v/{token}", methods=["GET", "HEAD"])
    def view(token: str) -> HTMLResponse:
        page = leaving.view(app, token)
        if page is None:
            return _gone(app)
        return HTMLResponse(page, headers={"Content-Security-Policy": EDITION_POLICY})

    @site.api_route("/d/{token}", methods=["GET", "HEAD"])
    def proof(token: str) -> HTMLResponse:
        seen = proofs.visit(app, token)
        return _page(app, "proof", visit=seen, token=token) if seen else _gone(app)

    @site.post("/d/{token}")
    def decide(token: str) -> HTMLResponse:
        seen = proofs.answer(app, token)
        return _page(app, "proof", visit=seen, token=token) if seen else _gone(app)

    @site.api_route("/healthz", methods=["GET", "HEAD"])
    def health() -> PlainTextResponse:
        with app.store.read() as db:
            db.exec_driver_sql("select 1")
        return PlainTextResponse("ok")

    @site.api_route("/metrics", methods=["GET", "HEAD"])
    def watch() -> Response:
        return Response(metrics.page(app), media_type=CONTENT_TYPE_LATEST)

    return site


def _page(app: App, name: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    site = app.config.site
    text = open_templates(app.templates).render(f"pages/{name}.html.j2", {"site": site, **context})
    return HTMLResponse(text, status_code=status)


def _gone(app: App) -> HTMLResponse:
    return _page(app, "gone", status=404)
