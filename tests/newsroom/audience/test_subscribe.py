"""One reader at a time: added, removed, forgotten, shown; and the audience exported."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from publisher.config import Config, Newsletter
from publisher.errors import Held, UsageError
from publisher.newsroom.app import App
from publisher.newsroom.audience import subscribe
from publisher.store.engine import Store
from publisher.store.people import subscribers
from publisher.store.tables import editions, mail_deliveries

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(store: Store, tmp_path: Path) -> App:
    newsletters = {
        name: Newsletter.model_validate({"name": name, "from": "Ed <ed@publisher.example>"})
        for name in ("weekly", "monthly")
    }
    return App(config=replace(Config.defaults(tmp_path), newsletters=newsletters), store=store, now=lambda: NOW)


def test_who_is_added_is_on_all_newsletters_or_on_those_named(app: App) -> None:
    ann = subscribe.add(app, "Ann@One.Example", name="Ann")
    bob = subscribe.add(app, "bob@one.example", newsletters=("weekly",))

    assert (ann.email, ann.name, ann.state) == ("Ann@one.example", "Ann", "confirmed")
    assert [s.newsletter for s in ann.subscriptions] == ["monthly", "weekly"]
    assert [s.newsletter for s in bob.subscriptions] == ["weekly"]


@pytest.mark.parametrize("typed", ["ann", "ann@one.example\nbcc: x@y.example", "ann@@one.example"])
def test_what_is_no_address_is_refused_in_words(app: App, typed: str) -> None:
    for use in (subscribe.add, subscribe.remove, subscribe.erase, subscribe.show):
        with pytest.raises(UsageError, match="this is no address that mail can be sent to: ") as caught:
            use(app, typed)
        assert "example" not in str(caught.value)


def test_who_left_is_added_again_only_when_she_asked(app: App) -> None:
    subscribe.add(app, "ann@one.example")
    assert subscribe.remove(app, "ann@one.example").state == "unsubscribed"

    with pytest.raises(Held, match=r"gets no mail since 2026-11-20 \(unsubscribed\); add --again when its owner asked"):
        subscribe.add(app, "ann@one.example", newsletters=("weekly",))
    back = subscribe.add(app, "ann@one.example", newsletters=("weekly",), again=True)
    assert (back.state_for("weekly"), back.state_for("monthly")) == ("confirmed", "unsubscribed")


def test_whom_the_editor_shut_out_she_can_let_in_again(app: App) -> None:
    with app.store.write() as db:
        subscribers.suppress(db, "ann@one.example", reason="manual", now=NOW)
    with pytest.raises(Held, match="manual"):
        subscribe.add(app, "ann@one.example")

    assert subscribe.add(app, "ann@one.example", again=True).state == "confirmed"


def test_somebody_can_be_removed_from_one_newsletter(app: App) -> None:
    subscribe.add(app, "ann@one.example")
    left = subscribe.remove(app, "ann@one.example", newsletter="weekly")

    assert (left.state, left.state_for("weekly")) == ("confirmed", "unsubscribed")
    assert [(one.email, one.state) for one in subscribe.list_(app, newsletter="weekly")] == [
        ("ann@one.example", "unsubscribed")
    ]
    assert subscribe.list_(app, state="unsubscribed") == ()


def test_nobody_knows_a_stranger(app: App) -> None:
    for use in (subscribe.remove, subscribe.show):
        with pytest.raises(UsageError, match="nobody here has this address"):
            use(app, "ann@one.example")


def test_who_is_erased_has_a_story_of_one_line(app: App) -> None:
    subscribe.add(app, "ann@one.example", name="Ann")
    assert subscribe.erase(app, "ANN@one.example")

    story = subscribe.show(app, "ann@one.example")
    assert (story.id, story.email, story.name, story.state) == (None, None, "", "suppressed")
    assert [chapter.what for chapter in story.chapters] == ["was erased"]
    with pytest.raises(Held, match="erased"):
        subscribe.add(app, "ann@one.example")
    assert subscribe.add(app, "ann@one.example", again=True).state == "confirmed"


def test_a_story_tells_what_she_did_and_what_she_got(app: App) -> None:
    ann = subscribe.add(app, "ann@one.example", newsletters=("weekly",))
    with app.store.write() as db:
        for n, (state, attempt) in enumerate([("accepted", 1), ("uncertain", 2)], start=1):
            at = NOW + timedelta(days=n)
            common = {"newsletter": "weekly", "kind": "slot", "state": "sent", "hand": {}, "content": {}}
            db.execute(insert(editions).values(key=f"weekly/{n}", created=at, updated=at, **common))
            row = {"edition": f"weekly/{n}", "subscriber_id": ann.id, "state": state, "attempt": attempt, "updated": at}
            db.execute(insert(mail_deliveries).values(**row))
        subscribers.unsubscribe(db, ann.id, "weekly", NOW + timedelta(days=3))

    assert [chapter.what for chapter in subscribe.show(app, "ann@one.example").chapters] == [
        "joined weekly (editor)",
        "weekly/1 was accepted",
        "weekly/2 may have arrived, attempt 2",
        "left weekly",
    ]


def test_an_export_is_an_import(app: App, tmp_path: Path) -> None:
    subscribe.add(app, "ann@one.example", name='=HYPERLINK("x")')
    subscribe.add(app, "bob@one.example", newsletters=("weekly",))
    subscribe.remove(app, "ann@one.example", newsletter="weekly")
    rows = list(subscribe.export(app, newsletter="weekly"))
    with (tmp_path / "weekly.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    again = subscribe.import_csv(app, tmp_path / "weekly.csv", subscribe.ImportOptions(newsletters=("weekly",)))
    assert (again.unchanged, again.rows, again.broken_rows) == (2, 2, 0)
    assert rows[0]["Name"] == '\'=HYPERLINK("x")'
    assert [(row["Email Address"], row["Status"]) for row in rows] == [
        ("ann@one.example", "unsubscribed"),
        ("bob@one.example", "confirmed"),
    ]
    assert len(list(subscribe.export(app))) == 3
