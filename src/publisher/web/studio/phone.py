"""One post to make by hand on a telephone: its card to save, its caption and the card's text alternative to copy."""

from typing import cast, get_args
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from publisher.errors import PublisherError, UsageError
from publisher.formatters.cards import card as cards
from publisher.formatters.email.files import open_templates
from publisher.model import Review
from publisher.newsroom.posts.prepare import Prepared
from publisher.web.studio import files, posts
from publisher.web.studio.session import Studio

SIZES = {f"{width}x{height}": (width, height) for width, height in cards.SIZES}


def routes(site: FastAPI, studio: Studio) -> None:
    """Add the page and its picture."""

    @site.get("/{token}/phone/{review}/{channel}")
    def phone(review: str, channel: str, request: Request) -> HTMLResponse:
        found, made = _post(studio, review, channel)
        design, size = _choice(request)
        context = {
            "base": f"/{studio.token}/",
            "review": found,
            "made": made,
            "network": made.network,
            "caption": caption(made),
            "design": design,
            "size": size,
            "designs": cards.DESIGNS,
            "sizes": tuple(SIZES),
            "picture": f"/{studio.token}/phone/{quote(review)}/{quote(channel)}/card.jpg?design={design}&size={size}",
        }
        return HTMLResponse(open_templates(None).render("studio/phone.html.j2", context))

    @site.get("/{token}/phone/{review}/{channel}/card.jpg")
    def picture(review: str, channel: str, request: Request) -> Response:
        found, made = _post(studio, review, channel)
        design, size = _choice(request)
        if made.post.quote is None:
            return files.picture(None)
        drawn = cards.draw(
            found,
            made.post.quote,
            site=studio.app.config.site,
            size=SIZES[size],
            design=cast("cards.Design", design),
            still=studio.picture(found),
        )
        answer = files.picture(drawn.data)
        if request.query_params.get("save"):
            answer.headers["Content-Disposition"] = f'attachment; filename="{found.id}-{size}.jpg"'
        return answer


def caption(made: Prepared) -> str:
    """What is pasted under the picture: the post, and its link where only a card would have carried it."""
    post = made.post
    return post.whole if not post.link or post.link in post.whole else f"{post.whole}\n\n{post.link}"


def _post(studio: Studio, review: str, channel: str) -> tuple[Review, Prepared]:
    found = studio.desk(studio.start).review(review)
    made = posts.made(found, config=studio.app.config, still=studio.picture(found))
    for each in made:
        if each.channel == channel:
            return found, each
    raise PublisherError(f"there is no channel “{channel}”", do="it has gone from the configuration")


def _choice(request: Request) -> tuple[str, str]:
    """The design and the size that are asked for; an upright card unless something else is."""
    design, size = request.query_params.get("design", "paper"), request.query_params.get("size", "1080x1350")
    if design not in get_args(cards.Design) or size not in SIZES:
        raise UsageError(f"there is no card {design} {size}", do=f"{', '.join(cards.DESIGNS)}; {', '.join(SIZES)}")
    return design, size
