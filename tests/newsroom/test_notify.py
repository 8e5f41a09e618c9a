"""What the editor is told: each thing once, and later when it cannot be mailed now."""

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.smtp_server import smtp_server

from publisher.config import load
from publisher.newsroom import notify
from publisher.newsroom.app import App
from publisher.newsroom.sources.fetching import fetch_due
from publisher.store import notices
from publisher.store.engine import Store

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
TEXT = """\
[site]
name = "Second Row"
url = "https://www.secondrow.example"
[editor]
email = "ed@secondrow.example"
[[sources]]
name = "folder"
kind = "folder"
path = "reviews"
flood_limit = 2
[providers.mail]
kind = "outbox"
[newsletters.weekly]
from = "Second Row <digest@secondrow.example>"
"""
REVIEW = """---
title: "'{film}' Review"
date: {date}
url: https://www.secondrow.example/{slug}
---
{film} begins in the rain and ends in the rain, and it is never once dull. The cast is splendid from first to last.
"""


class Desk:
    """An editor's configuration, her mails, and a clock in our hand."""

    def __init__(self, root: Path, store: Store) -> None:
        (root / "publisher.toml").write_text(TEXT, encoding="utf-8")
        self.root = root
        self.now = NOON
        self.app = App(config=load(root / "publisher.toml", env={}), store=store, now=lambda: self.now)
        (root / "reviews").mkdir()

    def publish(self, *films: str, date: str) -> None:
        for film in films:
            slug = film.lower().replace(" ", "-")
            page = REVIEW.format(film=film, date=date, slug=slug)
            (self.root / "reviews" / f"{slug}.md").write_text(page, encoding="utf-8")

    def fetch(self) -> None:
        self.now += timedelta(hours=2)
        fetch_due(self.app, self.now, stop=threading.Event())

    def mails(self) -> list[tuple[str, str]]:
        files = sorted((self.root / "outbox").glob("*.eml")) if (self.root / "outbox").is_dir() else []
        letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
        return [(str(letter["Subject"]), letter.get_content()) for letter in letters]


@pytest.fixture
def desk(tmp_path: Path, sqlite_store: Store) -> Desk:
    return Desk(tmp_path, sqlite_store)


def test_a_flood_is_told_in_one_mail_with_the_command_that_settles_it(desk: Desk) -> None:
    desk.fetch()
    desk.publish("One Rain", "Two Rains", "Three Rains", "Four Rains", date="2026-11-18")

    desk.fetch()
    desk.fetch()

    ((subject, text),) = desk.mails()
    assert "2 reviews of folder wait for you" in subject
    assert "flood_limit" in text
    assert "publisher reviews release ID" in text
    assert text.count("Review (flood brake): ") == 2


def test_an_old_review_that_was_never_seen_is_told_once(desk: Desk) -> None:
    desk.publish("One Rain", date="2026-09-01")
    desk.fetch()
    desk.publish("Old Rain", date="2026-10-01")

    for _ in range(3):
        desk.fetch()

    ((subject, text),) = desk.mails()
    assert "1 review of folder waits for you" in subject
    assert "'Old Rain' Review" in text


def test_a_notice_that_could_not_be_mailed_is_mailed_when_it_can_be_and_once(desk: Desk) -> None:
    (desk.root / "outbox").write_text("a file is in the way", encoding="utf-8")

    assert notify.tell(desk.app, "held weekly/1", "weekly waits", "It has no postal address.")
    notify.mail_waiting(desk.app)
    desk.now += timedelta(minutes=2)
    notify.mail_waiting(desk.app)
    with desk.app.store.read() as db:
        assert [each.key for each in notices.waiting(db)] == ["held weekly/1"]

    (desk.root / "outbox").unlink()
    notify.mail_waiting(desk.app)
    notify.mail_waiting(desk.app)

    assert not notify.tell(desk.app, "held weekly/1", "weekly waits", "It has no postal address.")
    assert [subject for subject, _ in desk.mails()] == ["[publisher] weekly waits"]


def test_of_two_editors_the_one_who_was_reached_is_not_mailed_again(desk: Desk) -> None:
    with smtp_server() as server:
        server.fault("rcpt", "451 4.3.0 later", only=lambda recipient: recipient == "bob@secondrow.example")
        server.fault("rcpt", "550 5.1.1 nobody", times=9, only=lambda recipient: recipient == "eve@secondrow.example")
        text = TEXT.replace(
            'kind = "outbox"', f'kind = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"'
        )
        three = '["eve@secondrow.example", "ed@secondrow.example", "bob@secondrow.example"]'
        path = desk.root / "publisher.toml"
        path.write_text(text.replace('"ed@secondrow.example"', three), encoding="utf-8")
        app = App(config=load(path, env={}), store=desk.app.store, now=lambda: desk.now)

        assert notify.tell(app, "key", "Something", "happened")
        assert server.recipients == ["ed@secondrow.example"]
        desk.now += timedelta(hours=1)
        notify.mail_waiting(app)
        desk.now += timedelta(hours=1)
        notify.mail_waiting(app)

    assert server.recipients == ["ed@secondrow.example", "bob@secondrow.example"]
    with app.store.read() as db:
        assert notices.waiting(db) == ()
