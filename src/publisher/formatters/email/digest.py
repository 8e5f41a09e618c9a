"""An edition or a letter rendered as an email: HTML with its styles inlined, and text written as text.

Reads template files and nothing else; the same edition gives the same bytes. Addresses stand as they are given.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from babel import Locale

from publisher.config import Config, Newsletter
from publisher.errors import TemplateError
from publisher.formatters.email import language, markdown, merge
from publisher.formatters.email.colour import colours
from publisher.formatters.email.files import Templates, open_templates
from publisher.formatters.email.inline import inline
from publisher.formatters.email.views import Item, Teller
from publisher.model import Edition, Email
from publisher.text import urls
from publisher.text.clean import line
from publisher.text.clip import at_words

LAYOUTS = ("classic", "picture", "text-first")
# Gmail shows about this much after a subject; what the preheader does not fill is padded, lest the body shows there.
PREHEADER_FILLED = 200
PREHEADER_LENGTH = 90
_INDENT = re.compile(r"\n[ \t]*(?:\n[ \t]*)*")
_BLANKS = re.compile(r"\n{3,}")


def render(
    edition: Edition, *, config: Config, newsletter: Newsletter, templates: Path | None, layout: str | None = None
) -> Email:
    """The edition as an email in the newsletter's layout, or in `layout`; `templates` is the editor's own folder.

    Raises `TemplateError` with the file and line of a template that cannot be filled.
    """
    found = open_templates(templates)
    context = _context(found, edition, config, newsletter, layout)
    email = _email(found, "digest", context)
    beside = [other for item in context["items"] for other in item.beside]
    if all(escape(other.url or "", quote=False) in email.html for other in beside):
        return email
    # An editor's own template, written before items could hold two critics: each review is an item of its own.
    return _email(found, "digest", context | _laid_out([one for item in context["items"] for one in _apart(item)]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A letter as its author wrote it: its Markdown, and where she gave them its subject and preheader."""

    key: str
    markdown: str
    subject: str = ""
    preheader: str = ""


def render_letter(
    letter: Written, *, config: Config, newsletter: Newsletter, templates: Path | None, slot: datetime
) -> Email:
    """A one-off letter in the newsletter's dress: its first heading is its subject, its text the rest."""
    found = open_templates(templates)
    frame = _frame(found, config, newsletter, slot, f"{letter.key}{letter.markdown}")
    return _email(found, "letter", frame | _letter(letter, config, newsletter))


def redated(email: Email, was: datetime, now: datetime, config: Config) -> Email:
    """The same email with the masthead's date of another day: where the date stands alone, else wherever it stands."""
    old, new = (language.long_date(each, config.site.zone, _locale(config)) for each in (was, now))
    shown, fresh = escape(old, quote=False), escape(new, quote=False)
    page, cells = re.subn(rf"(>\s*){re.escape(shown)}(\s*<)", rf"\g<1>{fresh}\g<2>", email.html, count=1)
    plain, lines = re.subn(rf"(?m)^([ \t]*){re.escape(old)}([ \t]*)$", rf"\g<1>{new}\g<2>", email.text, count=1)
    return replace(
        email,
        html=page if cells else email.html.replace(shown, fresh),
        text=plain if lines else email.text.replace(old, new),
    )


def _context(
    found: Templates, edition: Edition, config: Config, newsletter: Newsletter, layout: str | None
) -> dict[str, Any]:
    frame = _frame(found, config, newsletter, edition.slot, repr(edition))
    teller = Teller(words=frame["words"], locale=_locale(config), language=config.site.language, newsletter=newsletter)
    items = teller.items(edition)
    note = (edition.note or "").strip()
    return frame | {
        "layout": layout or newsletter.layout,
        "subject": line(edition.subject),
        "preheader": line(edition.preheader),
        **_laid_out(items),
        "links": teller.links(edition.links),
        "note_html": markdown.to_html(note, site=config.site.url) if note else "",
        "note_text": markdown.to_plain(note, site=config.site.url) if note else "",
    }


def _laid_out(items: Sequence[Item]) -> dict[str, Any]:
    lead = next((item for item in items if item.lead), None)
    return {"items": tuple(items), "lead": lead, "others": tuple(item for item in items if not item.lead)}


def _apart(item: Item) -> tuple[Item, ...]:
    return (replace(item, beside=()), *item.beside)


def _letter(letter: Written, config: Config, newsletter: Newsletter) -> dict[str, Any]:
    heading, rest = markdown.split_heading(letter.markdown)
    text = markdown.to_plain(rest, site=config.site.url)
    return {
        "subject": line(letter.subject) or heading or line(newsletter.title) or line(config.site.name),
        "preheader": line(letter.preheader) or at_words(line(text), PREHEADER_LENGTH),
        "heading": heading,
        "letter_html": markdown.to_html(rest, site=config.site.url),
        "letter_text": text,
    }


def _frame(
    found: Templates, config: Config, newsletter: Newsletter, slot: datetime | None, content: str
) -> dict[str, Any]:
    """What every email has: the site, its words, colours and direction, the date and the merge fields."""
    site = config.site
    direction = language.direction(site.language)
    fields = merge.tokens(f"{content}{site!r}{newsletter!r}")
    name = line(site.name) or urls.host(site.url)
    return {
        "words": found.words(site.language),
        "site": site,
        "site_name": name,
        "newsletter": newsletter,
        "title": line(newsletter.title) or name,
        "date": language.long_date(slot, site.zone, _locale(config)) if slot else None,
        "logo": urls.join(site.url, site.logo) if site.logo else "",
        "postal_address": tuple(part for row in site.postal_address.splitlines() if (part := line(row))),
        "layout": newsletter.layout,
        "lang": site.language,
        "dir": direction,
        "start": "right" if direction == "rtl" else "left",
        "end": "left" if direction == "rtl" else "right",
        "colours": colours(site.accent),
        "merge": fields,
        "slots": fields,  # as templates copied from 0.1 call them
    }


def _locale(config: Config) -> Locale:
    return language.locale_of(config.site.language, config.site.timezone)


def _email(found: Templates, kind: str, context: Mapping[str, Any]) -> Email:
    text = _BLANKS.sub("\n\n", found.render(f"{kind}.txt.j2", context)).strip() + "\n"
    return Email(
        subject=context["subject"],
        preheader=context["preheader"],
        html=inline(_document(found, kind, context)),
        text=text,
        merge_fields=dict(context["merge"]),
    )


def _document(found: Templates, kind: str, context: Mapping[str, Any]) -> str:
    if context["layout"] not in LAYOUTS:
        raise TemplateError(f"there is no layout “{context['layout']}”", do=f"the layouts are {', '.join(LAYOUTS)}")
    padding = max(PREHEADER_FILLED - len(context["preheader"]), 0)
    return _INDENT.sub("\n", found.render(f"{kind}.html.j2", {**context, "preheader_padding": padding}))
