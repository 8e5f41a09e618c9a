"""The email of a view, as the frame in the middle shows it and as files keep it."""

import base64
import html
import re

from publisher.formatters.email.files import open_templates
from publisher.newsroom.editions.preview import fill_html
from publisher.newsroom.editions.sample import reader_like, values_like
from publisher.web.studio import mail
from publisher.web.studio.kinds import kind_of
from publisher.web.studio.session import Studio
from publisher.web.studio.view import View

_PICTURE = re.compile(r'src="/[\w-]+/picture/([\w-]+)"')


def email_page(studio: Studio, view: View) -> str:
    """The email in the view's colours to the view's reader, its pictures from the studio."""
    shown = studio.shown(view)
    if shown.made is None or shown.made.email is None:
        return open_templates(None).render("studio/empty-mail.html.j2", {})
    values = values_like(studio.app, shown.newsletter, shown.key)(reader_like(studio.app, view.reader))
    places = {
        item.review.image.url: f"/{studio.token}/picture/{item.review.id}"
        for item in shown.made.edition.items
        if item.review.image
    }
    whole = mail.with_pictures(fill_html(shown.made.email, values), places)
    return mail.framed(mail.in_scheme(whole, view.scheme))


def whole_page(studio: Studio, view: View) -> str:
    """The page with its pictures embedded, to be shown anywhere; without them where the view blocks pictures."""

    def inside(found: re.Match[str]) -> str:
        review = studio.desk(view).review(found[1])
        data = studio.picture(review) if view.images == "on" else None
        kind = kind_of(data) if data else None
        if kind:
            return f'src="data:{kind};base64,{base64.b64encode(data or b"").decode()}"'
        address = review.image.url if review.image and view.images == "on" else "data:,"
        return f'src="{html.escape(address)}"'

    return _PICTURE.sub(inside, email_page(studio, view))
