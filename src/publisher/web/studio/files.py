"""What the studio hands out as files: pictures of kinds that browsers only draw, and downloads of the edition."""

import base64
import re
from collections.abc import Callable
from urllib.parse import quote

from fastapi.responses import Response

from publisher.errors import PublisherError, UsageError
from publisher.newsroom.links import slots_for
from publisher.newsroom.preview import fill
from publisher.newsroom.sample import reader_like
from publisher.newsroom.screenshot import screenshot
from publisher.web.studio import page
from publisher.web.studio.session import Studio
from publisher.web.studio.view import View

# By their first bytes: a picture that could run script (SVG) is never handed out as one.
KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))
WIDTHS = {"desktop": 800, "tablet": 768, "phone": 375}
_PICTURE = re.compile(r'src="/[\w-]+/picture/([\w-]+)"')


def kind_of(data: bytes) -> str | None:
    """The type of a picture that a browser can draw and nothing more; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in KINDS if data.startswith(start)), None)


def picture(data: bytes | None) -> Response:
    """The picture, or 404 where there is none or it is something else."""
    kind = kind_of(data) if data else None
    if data is None or kind is None:
        return Response("there is no such picture here\n", status_code=404, media_type="text/plain")
    return Response(data, media_type=kind, headers={"Cache-Control": "private, max-age=60"})


def download(kind: str, *, studio: Studio, view: View, html: Callable[[], str]) -> Response:
    """The edition as `.eml`, `.html`, `.txt` or `.png`, as the chosen reader gets it."""
    shown = studio.shown(view)
    message = page.message_of(studio, view, shown)
    if message is None or shown.made is None or shown.made.email is None:
        raise UsageError("there is nothing to download yet")
    stem = shown.key.replace("/", "-")
    if kind == "eml":
        return _file(message.data, "message/rfc822", f"{stem}.eml")
    if kind == "html":
        return _file(whole(html(), studio).encode(), "text/html; charset=utf-8", f"{stem}.html")
    if kind == "txt":
        reader = reader_like(studio.app, view.reader)
        values = slots_for(studio.app, newsletter=shown.newsletter, edition=shown.key)(reader)
        text = fill(shown.made.email.text, shown.made.email.slots, values)
        return _file(text.encode(), "text/plain; charset=utf-8", f"{stem}.txt")
    if kind == "png":
        drawn = screenshot(whole(html(), studio), width=WIDTHS[view.width])
        return _file(drawn, "image/png", f"{stem}-{view.width}-{view.scheme}.png")
    raise PublisherError(f"there is no download of the kind {kind!r}", do="eml, html, txt or png")


def whole(text: str, studio: Studio) -> str:
    """The page with its pictures in it, so that the file shows them anywhere."""

    def inside(found: re.Match[str]) -> str:
        data = studio.picture(studio.desk(studio.start).review(found[1]))
        kind = kind_of(data) if data else None
        return f'src="data:{kind};base64,{base64.b64encode(data or b"").decode()}"' if kind else 'src=""'

    return _PICTURE.sub(inside, text)


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, media_type=kind, headers=headers)
