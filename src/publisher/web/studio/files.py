"""What the studio hands out as files: pictures of kinds that browsers only draw, and downloads of the edition."""

from urllib.parse import quote

from fastapi.responses import Response

from publisher.errors import PublisherError, UsageError
from publisher.newsroom.editions.preview import fill
from publisher.newsroom.editions.sample import reader_like, values_like
from publisher.newsroom.editions.screenshot import screenshot
from publisher.web.studio import page
from publisher.web.studio.frame import whole_page
from publisher.web.studio.kinds import kind_of
from publisher.web.studio.session import Studio
from publisher.web.studio.view import View

WIDTHS = {"desktop": 800, "tablet": 768, "phone": 375}


def picture(data: bytes | None) -> Response:
    """The picture, or 404 where there is none or it is something else."""
    kind = kind_of(data) if data else None
    if data is None or kind is None:
        return Response("there is no such picture here\n", status_code=404, media_type="text/plain")
    return Response(data, media_type=kind, headers={"Cache-Control": "private, max-age=60"})


def download(kind: str, *, studio: Studio, view: View) -> Response:
    """The edition as `.eml`, `.html`, `.txt` or `.png`, as the chosen reader gets it."""
    shown = studio.shown(view)
    message = page.message_of(studio, view, shown)
    if message is None or shown.made is None or shown.made.email is None:
        raise UsageError("there is nothing to download yet")
    stem = shown.key.replace("/", "-")
    if kind == "eml":
        return _file(message.data, "message/rfc822", f"{stem}.eml")
    if kind == "html":
        return _file(whole_page(studio, view).encode(), "text/html; charset=utf-8", f"{stem}.html")
    if kind == "txt":
        reader = reader_like(studio.app, view.reader)
        values = values_like(studio.app, shown.newsletter, shown.key)(reader)
        text = fill(shown.made.email.text, shown.made.email.merge_fields, values)
        return _file(text.encode(), "text/plain; charset=utf-8", f"{stem}.txt")
    if kind == "png":
        drawn = screenshot(whole_page(studio, view), width=WIDTHS[view.width])
        return _file(drawn, "image/png", f"{stem}-{view.width}-{view.scheme}.png")
    raise PublisherError(f"there is no download of the kind {kind!r}", do="eml, html, txt or png")


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type=kind, headers=headers)
