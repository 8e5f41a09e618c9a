"""A one-off letter from Markdown in a newsletter's layout, through the same ledger as an edition."""

import hashlib
import re
from datetime import datetime
from pathlib import Path

from publisher.errors import PublisherError, UsageError
from publisher.formatters.email import digest
from publisher.model import Edition
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.sample import findings
from publisher.store import editions
from publisher.text.clean import fold


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
    name = newsletter or _only_newsletter(app)
    table = app.newsletter(name)
    markdown = _read(path)
    mark = hashlib.sha256(f"{name}\0{markdown}".encode()).hexdigest()[:8]
    key = f"letter/{_slug(path.stem)}-{mark}"
    moment = at or app.now()
    email = digest.render_letter(
        key, markdown=markdown, config=app.config, newsletter=table, templates=app.templates, slot=moment
    )
    edition = Edition(key=key, newsletter=name, slot=at, items=(), subject=email.subject, preheader=email.preheader)
    made = Composed(edition=edition, email=email, findings=findings(app, table, key, email))
    if store:
        _save(app, made, recipients_of or "", at)
    return made


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
            content={"subject": made.email.subject, "preheader": made.email.preheader, "items": [], "links": []},
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
