"""A reader chooses her newsletters with the link of her mail: what she names she gets, and nothing closed opens."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config import Config, Newsletter
from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.newsroom.audience.preferences import HOW, choose
from publisher.newsroom.links import Ticket, link_key, sign
from publisher.store.engine import Store
from publisher.store.people import subscribers

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(sqlite_store: Store, tmp_path: Path) -> App:
    newsletters = {
        name: Newsletter.model_validate({"name": name, "from": "Ed <ed@publisher.example>"})
        for name in ("weekly", "monthly")
    }
    return App(config=replace(Config.defaults(tmp_path), newsletters=newsletters), store=sqlite_store, now=lambda: NOW)


@pytest.fixture
def ann(app: App) -> int:
    with app.store.write() as db:
        return subscribers.add(db, "ann@one.example", newsletters=["weekly"], now=NOW, consent={"how": "test"})


def token(app: App, reader: int) -> str:
    return sign(link_key(app), Ticket(newsletter="weekly", edition="weekly/1", reader=reader))


def states(app: App, reader: int) -> dict[str, str]:
    with app.store.read() as db:
        person = subscribers.by_id(db, reader)
    assert person is not None
    return {each.newsletter: person.state_for(each.newsletter) for each in person.subscriptions}


def test_she_gets_what_she_names_and_no_other_and_her_click_is_kept(app: App, ann: int) -> None:
    seen = choose(app, token(app, ann), wanted=["monthly"])

    assert seen is not None
    assert [(each.name, each.on) for each in seen.newsletters] == [("weekly", False), ("monthly", True)]
    assert states(app, ann) == {"weekly": "unsubscribed", "monthly": "confirmed"}
    with app.store.read() as db:
        person = subscribers.by_id(db, ann)
    assert person is not None
    assert {each.newsletter: each.consent.get("how") for each in person.subscriptions}["monthly"] == HOW


def test_she_may_come_back_to_what_she_left(app: App, ann: int) -> None:
    choose(app, token(app, ann), wanted=[])
    assert states(app, ann) == {"weekly": "unsubscribed"}
    choose(app, token(app, ann), wanted=["weekly"])

    assert states(app, ann) == {"weekly": "confirmed"}


def test_what_the_editor_closed_stays_closed(app: App, ann: int) -> None:
    with app.store.write() as db:
        subscribers.suppress(db, "ann@one.example", reason="manual", now=NOW)
    seen = choose(app, token(app, ann), wanted=["weekly", "monthly"])

    assert seen is not None
    assert not any(each.on for each in seen.newsletters)


def test_an_unknown_name_changes_nothing(app: App, ann: int) -> None:
    with pytest.raises(UsageError, match="there is no such newsletter here, and nothing was changed"):
        choose(app, token(app, ann), wanted=["monthly", "daily"])

    assert states(app, ann) == {"weekly": "confirmed"}


def test_a_forged_link_is_nothing_and_a_stranger_stays_one(app: App, ann: int) -> None:
    assert choose(app, token(app, ann)[:-2] + "zz", wanted=[]) is None
    stranger = choose(app, token(app, 4711), wanted=["monthly"])

    assert stranger is not None
    assert not stranger.known
    assert states(app, ann) == {"weekly": "confirmed"}
