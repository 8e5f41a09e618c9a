"""An edition as files to look at: the message as a sample reader gets it, its HTML with local pictures, its text."""

import html
import re
from collections.abc import Mapping
from pathlib import Path

from publisher.errors import PublisherError
from publisher.http.door import Http
from publisher.model import Email, Review
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.sample import READER, sample_message, values_like
from publisher.newsroom.files import write_file
from publisher.newsroom.pool.pictures import file_name, picture_of


def write_preview(app: App, made: Composed, folder: Path, *, http: Http | None) -> tuple[Path, ...]:
    """Write `.eml`, `.html` and `.txt` of an edition into a folder and give their paths.

    The HTML shows local copies of the pictures, so that it opens without a network.
    """
    if made.email is None:
        raise PublisherError(f"there is nothing to show: {made.too_few or 'the edition is empty'}")
    newsletter = app.newsletter(made.edition.newsletter)
    values = values_like(app, newsletter.name, made.edition.key)(READER)
    stem = made.edition.key.replace("/", "-")
    message = sample_message(app, newsletter, made.edition.key, made.email)
    reviews = [item.review for item in made.edition.items]
    pages = {
        f"{stem}.eml": message.data,
        f"{stem}.html": local_pictures(app, fill_html(made.email, values), reviews, folder, http).encode(),
        f"{stem}.txt": fill(made.email.text, made.email.merge_fields, values).encode(),
    }
    return tuple(write_file(folder / name, data) for name, data in pages.items())


def fill(text: str, fields: Mapping[str, str], values: Mapping[str, str]) -> str:
    """A plain text with a reader's values in its merge fields."""
    for name, token in fields.items():
        text = text.replace(token, values.get(name, ""))
    return text


def fill_html(email: Email, values: Mapping[str, str]) -> str:
    """The HTML with a reader's values in its merge fields, escaped."""
    return fill(email.html, email.merge_fields, {name: html.escape(value) for name, value in values.items()})


def public_html(email: Email, address: str, *, root: str = "") -> str:
    """The HTML for anybody: without a reader, her links and the line about who gets it; `address` is the page's own.

    What is left of an editor's own templates, such as a greeting, stands there without the name.
    """
    page, fields = email.html, email.merge_fields
    for name in ("unsubscribe_url", "preferences_url", "view_url"):
        if token := re.escape(fields.get(name, "")):
            page = re.sub(rf"<a\b[^>]*{token}[^>]*>.*?</a\s*>(?:\s|&nbsp;|&#160;)*", "", page, flags=re.DOTALL)
    if token := re.escape(fields.get("email", "")):
        page = re.sub(rf"(?<=>)[^<>]*{token}[^<>]*(?=<)", "", page)
    for token in (token for name, token in fields.items() if token and not name.endswith("_url")):
        page = re.sub(rf"\s*{re.escape(token)}", "", page)
    # What a screen reader looks for on a page; in a mail the mail program has its own.
    page = re.sub(r"<body\b[^>]*>", r"\g<0><main>", page, count=1).replace("</body>", "</main></body>")
    return fill(
        page, fields, dict.fromkeys(("unsubscribe_url", "preferences_url"), f"{root}/#leave") | {"view_url": address}
    )


def local_pictures(app: App, page: str, reviews: list[Review], folder: Path, http: Http | None) -> str:
    """The page with the pictures of these reviews copied into `folder/images` and shown from there."""
    for review in reviews:
        data = picture_of(review, config=app.config, http=http)
        if data is None or review.image is None:
            continue
        name = file_name(review.image.url)
        write_file(folder / "images" / name, data)
        page = page.replace(html.escape(review.image.url), f"images/{name}").replace(review.image.url, f"images/{name}")
    return page
