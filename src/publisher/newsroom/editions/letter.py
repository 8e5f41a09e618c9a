"""A one-off letter from Markdown in a newsletter's layout, through the same ledger as an edition."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from publisher.errors import PublisherError, UsageError
from publisher.formatters.email import digest
from publisher.formatters.email.carried import left_out, picture_addresses
from publisher.formatters.email.markdown import split_heading, to_plain
from publisher.loader.files.frontmatter import flat, split
from publisher.model import Edition
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import DATED, Composed
from publisher.newsroom.editions.sample import findings
from publisher.store import editions
from publisher.text import urls
from publisher.text.clean import fold, line

KEYS = ("subject", "preheader", "newsletter")
LONGEST_SHOWN = 60


def write_letter(
    app: App,
    path: Path,
    *,
    newsletter: str | None = None,
    recipients_of: str | None = None,
    at: datetime | None = None,
    store: bool = True,
) -> Composed:
    """Make the letter in this file; its key is a function of its text, so that the same letter goes out once.

    With `at` it is approved and waits in the store for its time; `recipients_of` limits it to those who got that
    edition.
    """
    text = _read(path)
    matter, markdown = split(text)
    asked = flat(matter)
    name = newsletter or str(asked.get("newsletter", "")) or _only_newsletter(app)
    table = app.newsletter(name)
    _refuse_what_cannot_go(path, markdown)
    mark = hashlib.sha256(f"{name}\0{text}".encode()).hexdigest()[:8]
    written = digest.Written(
        key=f"letter/{_slug(path.stem)}-{mark}",
        markdown=markdown,
        subject=_word(asked, "subject"),
        preheader=_word(asked, "preheader"),
    )
    email = digest.render_letter(
        written, config=app.config, newsletter=table, templates=app.templates, slot=at or app.now()
    )
    edition = Edition(
        key=written.key, newsletter=name, slot=at, items=(), subject=email.subject, preheader=email.preheader
    )
    made = Composed(
        edition=edition,
        email=email,
        notes=(*_unread(matter), *left_out(markdown, site=app.config.site.url)),
        findings=findings(app, table, written.key, email),
    )
    if store:
        _save(app, made, recipients_of or "", at)
    return made


def _refuse_what_cannot_go(path: Path, markdown: str) -> None:
    """Raise `UsageError` for a letter without a text, and for one with a picture that is a file of this machine."""
    _, rest = split_heading(markdown)
    if not line(to_plain(rest)) and not picture_addresses(rest):
        raise UsageError("the letter is empty: there is no text in it", where=str(path), do="write its text, then send")
    for address in picture_addresses(markdown):
        if address.lower().startswith(("file:", "data:")) or _is_file(path.parent, address):
            short = address if len(address) <= LONGEST_SHOWN else f"{address[:LONGEST_SHOWN]}…"
            raise UsageError(
                f"the picture “{short}” is a file, and a mail shows pictures by their web address",
                where=str(path),
                do="put it on the site and write its https address",
            )


def _is_file(folder: Path, address: str) -> bool:
    try:
        return not urls.is_web(address) and (folder / unquote(address)).is_file()
    except (OSError, ValueError):
        return False


def _unread(matter: Mapping[Any, Any]) -> tuple[str, ...]:
    unknown = [str(key) for key in matter if str(key).strip().casefold() not in KEYS]
    if not unknown:
        return ()
    said, known = ", ".join(unknown), ", ".join(KEYS)
    return (f"its front matter also says {said}, which a letter does not know (it knows {known})",)


def _word(asked: Mapping[str, Any], key: str) -> str:
    found = asked.get(key, "")
    return line(found) if isinstance(found, str) else ""


def _save(app: App, made: Composed, recipients_of: str, at: datetime | None) -> None:
    assert made.email is not None
    key = made.edition.key
    with app.store.write() as db:
        if recipients_of and editions.get(db, recipients_of) is None:
            raise UsageError(f"there is no edition “{recipients_of}”", do="`publisher editions list` shows them")
        stored = editions.get(db, key)
        if stored and stored.frozen:
            return
        draft = editions.Draft(
            key=key,
            newsletter=made.edition.newsletter,
            kind="letter",
            slot_utc=at,
            content={
                DATED: (at or app.now()).isoformat(),
                "subject": made.email.subject,
                "preheader": made.email.preheader,
                "items": [],
                "links": [],
            },
            email=made.email,
            recipients_of=recipients_of,
        )
        editions.save_draft(db, draft, app.now())
        if at is not None:
            editions.approve(db, key, made.email.content_hash, app.now())


def _only_newsletter(app: App) -> str:
    names = list(app.config.newsletters)
    if len(names) != 1:
        raise UsageError("which newsletter?", do="add --newsletter " + " | ".join(names or ["NAME"]))
    return names[0]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PublisherError("the letter cannot be read as UTF-8 text", where=str(path)) from error


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:40] or "letter"
