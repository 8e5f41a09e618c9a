"""An edition or a letter rendered as an email: HTML with its styles inlined, and text written as text.

Reads template files and nothing else; the same edition gives the same bytes. Addresses stand as they are given.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.config import Config, Newsletter
from publisher.errors import TemplateError
from publisher.formatters import language, markdown, slots
from publisher.formatters.colour import colours
from publisher.formatters.files import Templates, open_templates
from publisher.formatters.inline import inline
from publisher.formatters.views import Teller
from publisher.model import Edition, Email
from publisher.text import urls
from publisher.text.clean import line

LAYOUTS = ("classic", "picture", "text-first")
# Gmail shows about this much after a subject; what the preheader does not fill is padded, lest the body shows there.
PREHEADER_FILLED = 200
_INDENT = re.compile(r"\n[ \t]*(?:\n[ \t]*)*")
_BLANKS = re.compile(r"\n{3,}")


def render(
    edition: Edition, *, config: Config, newsletter: Newsletter, templates: Path | None, layout: str | None = None
) -> Email:
    """The edition as an email in the newsletter's layout, or in `layout`; `templates` is the editor's own folder.

    Raises `TemplateError` with the file and line of a template that cannot be filled.
    """
    found = open_templates(templates)
    tokens = slots.tokens(f"{edition!r}{config.site!r}{newsletter!r}")
    frame = _frame(found, config, newsletter, edition.slot, tokens)
    teller = Teller(
        words=frame["words"],
        locale=language.locale_of(config.site.language, config.site.timezone),
        language=config.site.language,
        newsletter=newsletter,
    )
    items = teller.items(edition)
    note = (edition.note or "").strip()
    context = frame | {
        "subject": line(edition.subject),
        "preheader": line(edition.preheader),
        "items": items,
        "lead": next((item for item in items if item.lead), None),
        "others": tuple(item for item in items if not item.lead),
        "links": teller.links(edition.links),
        "note_html": markdown.to_html(note, site=config.site.url) if note else "",
        "note_text": markdown.to_plain(note, site=config.site.url) if note else "",
    }
    return _email(found, "digest", context, layout or newsletter.layout, tokens)


def render_letter(
    key: str, *, markdown: str, config: Config, newsletter: Newsletter, templates: Path | None, slot: datetime
) -> Email:
    """A one-off letter in the newsletter's dress: its first heading is its subject, its text the rest."""
    found = open_templates(templates)
    tokens = slots.tokens(f"{key}{markdown}{config.site!r}{newsletter!r}")
    return _email(
        found,
        "letter",
        _frame(found, config, newsletter, slot, tokens) | _letter(markdown, config, newsletter),
        newsletter.layout,
        tokens,
    )


def _letter(source: str, config: Config, newsletter: Newsletter) -> Mapping[str, Any]:
    heading, rest = markdown.split_heading(source)
    text = markdown.to_plain(rest, site=config.site.url)
    return {
        "subject": heading or line(newsletter.title) or line(config.site.name),
        "preheader": line(text)[:PREHEADER_FILLED // 2] if text else "",
        "heading": heading,
        "letter_html": markdown.to_html(rest, site=config.site.url),
        "letter_text": text,
    }


def _frame(
    found: Templates, config: Config, newsletter: Newsletter, slot: datetime | None, tokens: Mapping[str, str]
) -> dict[str, Any]:
    """What every email has: the site, its words, colours and direction, the date and the slots."""
    site = config.site
    locale = language.locale_of(site.language, site.timezone)
    direction = language.direction(site.language)
    return {
        "words": found.words(site.language),
        "site": site,
        "site_name": line(site.name) or urls.host(site.url),
        "newsletter": newsletter,
        "title": line(newsletter.title) or line(site.name) or urls.host(site.url),
        "date": language.long_date(slot, site.zone, locale) if slot else None,
        "logo": urls.join(site.url, site.logo) if site.logo else "",
        "postal_address": site.postal_address.strip(),
        "lang": site.language,
        "dir": direction,
        "start": "right" if direction == "rtl" else "left",
        "end": "left" if direction == "rtl" else "right",
        "colours": colours(site.accent),
        "slots": tokens,
    }


def _email(found: Templates, kind: str, context: Mapping[str, Any], layout: str, tokens: Mapping[str, str]) -> Email:
    if layout not in LAYOUTS:
        raise TemplateError(f"there is no layout “{layout}”", do=f"the layouts are {', '.join(LAYOUTS)}")
    filled = {**context, "layout": layout, "preheader_padding": max(PREHEADER_FILLED - len(context["preheader"]), 0)}
    html = inline(_INDENT.sub("\n", found.render(f"{kind}.html.j2", filled)))
    text = _BLANKS.sub("\n\n", found.render(f"{kind}.txt.j2", filled)).strip() + "\n"
    return Email(
        subject=context["subject"], preheader=context["preheader"], html=html, text=text, slots=dict(tokens)
    )
