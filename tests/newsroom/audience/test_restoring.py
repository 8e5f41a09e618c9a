"""Whom a refusal of the sender threw out is taken back once; whom her own mailbox keeps out stays out."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.studios import NOW, project

from publisher.config import load
from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.newsroom.audience.restoring import restore_refused
from publisher.store import editions
from publisher.store.editions import Draft
from publisher.store.engine import Store
from publisher.store.ledger import deliveries
from publisher.store.people import bounces, subscribers
from publisher.store.tables import mail_deliveries

KEY = "weekly/2031-05-09"
OURS = "550 5.7.1 Service unavailable, client host blocked using a list"
HERS = "550 5.1.1 No such user here"


@pytest.fixture
def app(tmp_path: Path, sqlite_store: Store) -> App:
    return App(config=load(project(tmp_path), env={}), store=sqlite_store, now=lambda: NOW)


@pytest.fixture
def people(app: App) -> dict[str, int]:
    """Readers of an edition that an earlier version sent: each refusal counted against the reader."""
    said = {"ann@one.example": OURS, "bob@two.example": HERS, "cy@three.example": "554 5.7.0 policy of this server"}
    with app.store.write() as db:
        ids = {
            email: subscribers.add(db, email, newsletters=["weekly"], now=NOW, consent={"how": "test"})
            for email in said
        }
        editions.save_draft(db, Draft(key=KEY, newsletter="weekly", kind="slot", slot_utc=NOW), NOW)
        deliveries.freeze_audience(db, KEY, "weekly", now=NOW)
        for email, words in said.items():
            hers = mail_deliveries.c.subscriber_id == ids[email]
            db.execute(update(mail_deliveries).where(hers).values(state="refused", error=words))
            bounces.count(db, ids[email], dead=not email.startswith("cy"), code=words[4:9], edition=KEY, now=NOW)
    return ids


def states(app: App, people: dict[str, int]) -> list[str]:
    with app.store.read() as db:
        return [person.state for each in people.values() if (person := subscribers.by_id(db, each))]


def test_who_was_thrown_out_for_our_fault_is_back_and_a_dead_address_is_not(app: App, people: dict[str, int]) -> None:
    assert states(app, people) == ["bounced", "bounced", "confirmed"]
    found = restore_refused(app, KEY)

    assert (found.addresses, found.hers) == (("ann@one.example",), 1)
    assert states(app, people) == ["confirmed", "bounced", "confirmed"]


def test_a_look_says_the_same_and_changes_nothing(app: App, people: dict[str, int]) -> None:
    assert restore_refused(app, KEY, dry_run=True).addresses == ("ann@one.example",)
    assert states(app, people) == ["bounced", "bounced", "confirmed"]


def test_a_second_time_does_nothing_more(app: App, people: dict[str, int]) -> None:
    restore_refused(app, KEY)
    with app.store.write() as db:
        bounces.count(db, people["ann@one.example"], dead=True, code="5.1.1", edition="weekly/2031-05-16", now=NOW)

    assert restore_refused(app, KEY).addresses == ()
    assert states(app, people) == ["bounced", "bounced", "confirmed"]


def test_a_refusal_that_only_counted_counts_no_more(app: App, people: dict[str, int]) -> None:
    restore_refused(app, KEY)
    with app.store.write() as db:
        for number in range(2):
            bounces.count(db, people["cy@three.example"], dead=False, code="5.2.2", edition=f"later/{number}", now=NOW)

    assert states(app, people)[-1] == "confirmed"


def test_whom_a_later_edition_found_dead_stays_out(app: App, people: dict[str, int]) -> None:
    with app.store.write() as db:
        later = NOW + timedelta(days=7)
        bounces.count(db, people["cy@three.example"], dead=True, code="5.1.1", edition="weekly/2031-05-16", now=later)

    assert restore_refused(app, KEY).addresses == ("ann@one.example",)
    assert states(app, people) == ["confirmed", "bounced", "bounced"]


def test_three_refusals_of_ours_are_taken_back_by_the_one_that_threw_her_out(app: App, people: dict[str, int]) -> None:
    last = "weekly/2031-05-23"
    cy = people["cy@three.example"]
    with app.store.write() as db:
        for number, key in enumerate(("weekly/2031-05-16", last), 1):
            then = NOW + timedelta(days=7 * number)
            editions.save_draft(db, Draft(key=key, newsletter="weekly", kind="slot", slot_utc=then), then)
            deliveries.freeze_audience(db, key, "weekly", now=then)
            hers = (mail_deliveries.c.subscriber_id == cy) & (mail_deliveries.c.edition == key)
            db.execute(update(mail_deliveries).where(hers).values(state="refused", error=OURS))
            bounces.count(db, cy, dead=False, code="5.7.1", edition=key, now=then)
    assert states(app, people)[-1] == "bounced"

    assert restore_refused(app, KEY).addresses == ("ann@one.example",)
    assert restore_refused(app, last).addresses == ("cy@three.example",)
    assert states(app, people)[-1] == "confirmed"


def test_who_left_since_stays_away(app: App, people: dict[str, int]) -> None:
    with app.store.write() as db:
        subscribers.unsubscribe(db, people["ann@one.example"], "", NOW + timedelta(days=1))

    assert restore_refused(app, KEY).addresses == ()
    assert states(app, people)[0] == "unsubscribed"


def test_an_edition_that_is_not_known_is_said(app: App) -> None:
    with pytest.raises(UsageError, match=r"there is no edition “weekly/2001-01-01”"):
        restore_refused(app, "weekly/2001-01-01")
