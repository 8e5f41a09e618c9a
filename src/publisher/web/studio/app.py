"""The studio's addresses: pages, the email in its frame, pictures, actions, downloads, the live stream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from publisher.errors import PublisherError
from publisher.formatters.email.colour import colours
from publisher.formatters.email.files import open_templates
from publisher.web.studio import files, mail, page, phone, posts
from publisher.web.studio.actions import ACTIONS
from publisher.web.studio.asking import Asked
from publisher.web.studio.frame import email_page
from publisher.web.studio.guard import Guard
from publisher.web.studio.live import watch
from publisher.web.studio.page import Said
from publisher.web.studio.session import Studio
from publisher.web.studio.view import View

# What waits for other machines must not hold up the other windows.
SLOW = frozenset({"test", "fetch", "post"})
STATIC = Path(__file__).parents[1] / "static"
STATIC_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}


def studio_app(studio: Studio) -> Guard:
    """The studio as an ASGI application behind its guard."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = [
            asyncio.create_task(watch(studio.folders, studio.changed, stop, deep=True)),
            asyncio.create_task(watch(studio.files, studio.changed, stop, deep=False)),
        ]
        yield
        stop.set()
        await asyncio.gather(*watching)

    site = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)

    @site.exception_handler(PublisherError)
    def failed(_: Request, error: PublisherError) -> HTMLResponse:
        status = 400 if error.where in ("at", "last") else 404
        return HTMLResponse(page.render_error(studio, studio.start, error), status_code=status)

    for routes in (_pages, _frames, phone.routes, _changes, _rest):
        routes(site, studio)
    return Guard(site, token=studio.token)


def _pages(site: FastAPI, studio: Studio) -> None:
    @site.get("/{token}/")
    def start() -> RedirectResponse:
        return RedirectResponse(f"/{studio.token}/{studio.start.path()}{studio.start.query()}", status_code=303)

    @site.get("/{token}/e/{target:path}")
    def edition(target: str, request: Request) -> HTMLResponse:
        return _page(studio, View.read(target, request.query_params))


def _page(studio: Studio, view: View, said: Said | None = None) -> HTMLResponse:
    try:
        shown = studio.shown(view)
    except PublisherError as error:
        return HTMLResponse(page.render_error(studio, view, error), status_code=404)
    return HTMLResponse(page.render(studio, view, shown, said=said), status_code=422 if said and said.wrong else 200)


def _frames(site: FastAPI, studio: Studio) -> None:
    @site.get("/{token}/mail/{target:path}")
    def email(target: str, request: Request) -> HTMLResponse:
        view = View.read(target, request.query_params)
        images = "'self' data:" if view.images == "on" else "'none'"
        headers = {"Content-Security-Policy": mail.POLICY.format(images=images), "Referrer-Policy": "no-referrer"}
        return HTMLResponse(email_page(studio, view), headers=headers)

    @site.get("/{token}/picture/{review}")
    def picture(review: str) -> Response:
        try:
            data = studio.picture(studio.desk(studio.start).review(review))
        except PublisherError:
            data = None
        return files.picture(data)

    @site.get("/{token}/card/{review}/{channel}.jpg")
    def card(review: str, channel: str) -> Response:
        found = studio.desk(studio.start).review(review)
        made = posts.made(found, config=studio.app.config, still=studio.picture(found))
        drawn = next((each.card for each in made if each.channel == channel and each.card), None)
        return files.picture(drawn.data if drawn else None)


def _changes(site: FastAPI, studio: Studio) -> None:
    @site.post("/{token}/do/{action}/{target:path}")
    async def do(action: str, target: str, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", errors="replace"), keep_blank_values=True))
        return await run_in_threadpool(_do, studio, action, View.read(target, request.query_params), form, request)

    @site.post("/{token}/check/{target:path}")
    async def check(target: str, request: Request) -> HTMLResponse:
        form = dict(parse_qsl((await request.body()).decode("utf-8", errors="replace"), keep_blank_values=True))
        return await run_in_threadpool(_check, studio, View.read(target, request.query_params), form)


def _do(studio: Studio, action: str, view: View, form: dict[str, str], request: Request) -> Response:
    """Do one thing; htmx gets the page as it is then, a plain form is led back to it."""
    act = ACTIONS.get(action)
    if act is None:
        return Response("there is no such action", status_code=404, media_type="text/plain")
    with nullcontext() if action in SLOW else studio.acting:
        try:
            shown = studio.shown(view, keep=True)
            words = act(Asked(studio=studio, desk=studio.desk(view), shown=shown, form=form))
        except PublisherError as error:
            known = (name for name, label in page.LABELS.items() if label == error.where)
            return _page(studio, view, Said(wrong=error, field=next(known, form.get("field", action)), typed=form))
        # From which mail to which one this led: a window follows its own changes alone to what it approves.
        followed = {"X-From": shown.hash, "X-To": studio.shown(view, keep=True).hash}
    studio.changed()
    if request.headers.get("hx-request") == "true":
        answer = _page(studio, view, Said(words=words))
        answer.headers.update(followed)
        return answer
    return RedirectResponse(f"/{studio.token}/{view.path()}{view.query()}", status_code=303)


def _check(studio: Studio, view: View, form: dict[str, str]) -> HTMLResponse:
    context: dict[str, Any] = {"quote": None, "wrong": ""}
    try:
        context["quote"] = studio.desk(view).check(form.get("review", ""), form.get("quote", ""))
    except PublisherError as error:
        context["wrong"] = error.what + (f": {error.do}" if error.do else "")
    return HTMLResponse(open_templates(None).render("studio/checked.html.j2", context))


def _rest(site: FastAPI, studio: Studio) -> None:
    @site.get("/{token}/download/{kind}/{target:path}")
    def download(kind: str, target: str, request: Request) -> Response:
        view = View.read(target, request.query_params)
        try:
            return files.download(kind, studio=studio, view=view)
        except PublisherError as error:
            return Response(f"{error}\n", status_code=404, media_type="text/plain")

    @site.get("/{token}/live")
    def live() -> StreamingResponse:
        studio.bell.said = studio.bell.said or studio.mark()
        return StreamingResponse(studio.bell.listen(), media_type="text/event-stream")

    @site.get("/{token}/accent.css")
    def accent() -> Response:
        found = colours(studio.app.config.site.accent)
        css = (
            f":root{{--accent:{found.light.accent};--on-accent:#fff}}"
            f"@media (prefers-color-scheme:dark){{:root{{--accent:{found.dark.accent};--on-accent:#161514}}}}"
        )
        return Response(css, media_type="text/css")

    @site.get("/{token}/static/{name}")
    def static(name: str) -> Response:
        path = STATIC / name
        if path.parent != STATIC or not path.is_file() or path.suffix not in STATIC_TYPES:
            return Response("there is no such file", status_code=404, media_type="text/plain")
        return FileResponse(path, media_type=STATIC_TYPES[path.suffix])
