"""Readers: joining, leaving, bouncing, being forgotten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from publisher.model import Reader
from publisher.store import events, notices
from publisher.store.engine import Store
from publisher.store.people import stories, subscribers, suppressions
from publisher.store.people.intake import Incoming, take_in
from publisher.store.people.subscribers import Reason
from publisher.store.tables import editions, mail_deliveries
from publisher.store.tables import subscribers as people

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CONSENT = {"how": "form"}
BOTH = ("weekly", "monthly")
PENDING = Incoming(email="ann@example.com", standing="pending")


def join(
    store: Store, email: str = "ann@example.com", *, newsletters: tuple[str, ...] = BOTH, name: str = "Ann"
) -> int:
    with store.write() as db:
        return subscribers.add(db, email, name=name, newsletters=newsletters, now=NOW, consent=CONSENT)


def states(store: Store, email: str = "ann@example.com") -> tuple[str, ...]:
    with store.read() as db:
        found = subscribers.get(db, email)
    assert found is not None
    return (found.state, *(found.state_for(newsletter) for newsletter in BOTH))


def test_who_joins_is_confirmed_and_can_be_written_to(store: Store) -> None:
    id_ = join(store, "Ann@Example.com", newsletters=("weekly",))

    assert states(store) == ("confirmed", "confirmed", "none")
    with store.read() as db:
        assert subscribers.reader(db, id_) == Reader(id=id_, email="Ann@example.com", name="Ann")
        assert subscribers.reader(db, id_ + 1) is None
        assert subscribers.by_id(db, id_) == subscribers.get(db, "ANN@example.com")


def test_joining_twice_is_once_and_fills_only_what_was_empty(store: Store) -> None:
    first = join(store, name="")
    second = join(store, "ANN@EXAMPLE.COM", name="Ann Lee")
    third = join(store, name="Somebody Else")

    assert first == second == third
    with store.read() as db:
        listed = list(subscribers.list_(db))
        told = events.about(db, events.reader(first))
    assert [(one.email, one.name, one.state) for one in listed] == [("ann@example.com", "Ann Lee", "confirmed")]
    assert [event.kind for event in told] == ["confirmed", "confirmed"]


def test_a_pending_reader_gets_nothing_until_she_confirms(store: Store) -> None:
    with store.write() as db:
        take_in(db, [PENDING], newsletters=("weekly",), now=NOW, how="list")
        ann = subscribers.get(db, "ann@example.com")
    assert ann is not None
    assert states(store)[0] == "pending"

    with store.write() as db:
        assert subscribers.rejoin(db, ann.id, "weekly", now=LATER, consent=CONSENT)
        assert not subscribers.rejoin(db, ann.id, "weekly", now=LATER, consent=CONSENT)
    assert states(store) == ("confirmed", "confirmed", "none")


def test_a_confirmed_reader_does_not_become_pending_again(store: Store) -> None:
    join(store)
    with store.write() as db:
        take_in(db, [PENDING], newsletters=BOTH, now=LATER, how="list")

    assert states(store) == ("confirmed", "confirmed", "confirmed")


def test_leaving_one_newsletter_leaves_the_other(store: Store) -> None:
    id_ = join(store)
    with store.write() as db:
        assert subscribers.unsubscribe(db, id_, "weekly", LATER)
        assert not subscribers.unsubscribe(db, id_, "weekly", LATER)

    assert states(store) == ("confirmed", "unsubscribed", "confirmed")


def test_leaving_is_told_once_however_often_she_asks(store: Store) -> None:
    id_ = join(store)
    with store.write() as db:
        for _ in range(2):
            subscribers.unsubscribe(db, id_, "weekly", LATER)
        told = [event.kind for event in events.about(db, events.reader(id_))]
    assert told.count("unsubscribed") == 1


def test_leaving_everything_holds_for_newsletters_that_come_later(store: Store) -> None:
    id_ = join(store, newsletters=("weekly",))
    with store.write() as db:
        assert subscribers.unsubscribe(db, id_, "", LATER)
    join(store)

    assert states(store) == ("unsubscribed", "unsubscribed", "unsubscribed")


def test_adding_somebody_who_left_does_not_bring_her_back(store: Store) -> None:
    id_ = join(store)
    with store.write() as db:
        subscribers.unsubscribe(db, id_, "weekly", LATER)
    join(store)

    assert states(store) == ("confirmed", "unsubscribed", "confirmed")


def test_who_asks_herself_comes_back_to_what_she_asked_for_and_no_more(store: Store) -> None:
    id_ = join(store)
    with store.write() as db:
        subscribers.unsubscribe(db, id_, "", NOW)
        assert subscribers.rejoin(db, id_, "monthly", now=LATER, consent=CONSENT)

    assert states(store) == ("confirmed", "unsubscribed", "confirmed")
    join(store)
    assert states(store) == ("confirmed", "unsubscribed", "confirmed")


@pytest.mark.parametrize(
    ("reason", "shown", "after_return"),
    [
        (Reason.BOUNCED, "bounced", ("confirmed", "confirmed", "confirmed")),
        (Reason.CLEANED, "bounced", ("confirmed", "confirmed", "confirmed")),
        (Reason.COMPLAINED, "complained", ("confirmed", "confirmed", "unsubscribed")),
        (Reason.MANUAL, "suppressed", ("suppressed", "suppressed", "suppressed")),
    ],
)
def test_a_suppressed_address_gets_nothing(
    store: Store, reason: Reason, shown: str, after_return: tuple[str, ...]
) -> None:
    id_ = join(store)
    with store.write() as db:
        assert subscribers.suppress_reader(db, id_, reason=reason, now=LATER)
        assert not subscribers.suppress(db, "ann@example.com", reason=reason, now=LATER)
    assert states(store) == (shown, shown, shown)

    with store.write() as db:
        subscribers.rejoin(db, id_, "weekly", now=LATER, consent=CONSENT)
    assert states(store) == after_return


def test_a_weaker_reason_does_not_replace_a_stronger_one(store: Store) -> None:
    for reason in ("unsubscribed", "complained", "bounced"):
        with store.write() as db:
            suppressions.suppress(db, "ann@example.com", reason=reason, now=NOW)

    with store.read() as db:
        assert [s.reason for s in suppressions.suppressed(db, "ann@example.com")] == [Reason.COMPLAINED]


def test_an_unknown_reason_is_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="no-idea"), store.write() as db:
        suppressions.suppress(db, "ann@example.com", reason="no-idea", now=NOW)


def test_who_is_erased_is_gone_and_stays_suppressed(store: Store) -> None:
    id_ = join(store)
    with store.write() as db:
        notices.once(db, "n", "550 no such user <ANN@example.com> or ann@example.com", NOW)
        notices.once(db, "other", "50% of all", NOW)
        edition = {"newsletter": "weekly", "kind": "slot", "state": "sent", "hand": {}, "content": {}}
        db.execute(insert(editions).values(key="weekly/1", created=NOW, updated=NOW, **edition))
        sent = {"edition": "weekly/1", "subscriber_id": id_, "state": "refused", "error": "550 ann@example.com"}
        db.execute(insert(mail_deliveries).values(**sent))
    with store.write() as db:
        assert subscribers.erase(db, "Ann@Example.com", LATER)

    with store.read() as db:
        assert subscribers.get(db, "ann@example.com") is None
        assert list(subscribers.list_(db)) == []
        kept = [(s.scope, s.reason) for s in suppressions.suppressed(db, "ann@example.com")]
        assert kept == [("", Reason.ERASED)]
        assert [(s.state, s.error) for s in stories.deliveries(db, id_)] == [("refused", "")]
        everything = " ".join(str(row) for table in people.metadata.sorted_tables for row in db.execute(select(table)))
    assert "ann@example.com" not in everything.lower()


def test_the_number_of_an_erased_reader_is_given_to_nobody_else(store: Store) -> None:
    first = join(store)
    with store.write() as db:
        subscribers.erase(db, "ann@example.com", NOW)

    assert join(store, "bob@example.com") > first


def test_somebody_unknown_can_be_erased_ahead(store: Store) -> None:
    with store.write() as db:
        assert not subscribers.erase(db, "ann@example.com", NOW)
    join(store)

    assert states(store)[0] == "suppressed"


def test_the_list_has_one_state_for_everybody(store: Store) -> None:
    ids = {name: join(store, f"{name}@example.com", name="") for name in ("a", "b", "c", "d", "e")}
    with store.write() as db:
        subscribers.unsubscribe(db, ids["b"], "weekly", NOW)
        subscribers.unsubscribe(db, ids["c"], "", NOW)
        subscribers.suppress_reader(db, ids["d"], reason="bounced", now=NOW)
        subscribers.suppress_reader(db, ids["e"], reason="complained", now=NOW, scope="weekly")
        take_in(db, [replace(PENDING, email="f@example.com")], newsletters=("weekly",), now=NOW, how="list")
        subscribers.add(db, "g@example.com", newsletters=(), now=NOW, consent={})

    with store.read() as db:
        everywhere = {one.email[0]: one.state for one in subscribers.list_(db)}
        weekly = {one.email[0]: one.state for one in subscribers.list_(db, newsletter="weekly")}
        bounced = [one.email for one in subscribers.list_(db, state="bounced")]
        one_by_one = {name: subscribers.get(db, f"{name}@example.com") for name in "abcdefg"}
        counted = subscribers.counts(db, "weekly")
        standings = {(s.email[0], s.newsletter): s.state for s in subscribers.standings(db)}
    assert everywhere == {
        "a": "confirmed", "b": "confirmed", "c": "unsubscribed", "d": "bounced", "e": "confirmed", "f": "pending",
        "g": "none",
    }  # fmt: skip
    assert weekly == {
        "a": "confirmed", "b": "unsubscribed", "c": "unsubscribed", "d": "bounced", "e": "unsubscribed", "f": "pending",
    }  # fmt: skip
    assert bounced == ["d@example.com"]
    assert counted == {"confirmed": 1, "pending": 1, "unsubscribed": 4}
    assert {name: found.state for name, found in one_by_one.items() if found} == everywhere
    assert standings["b", "weekly"] == "unsubscribed"
    assert standings["b", "monthly"] == "confirmed"
    assert standings["e", "weekly"] == "complained"
    assert standings["d", "monthly"] == "bounced"


def test_events_never_hold_an_address(store: Store) -> None:
    with pytest.raises(ValueError, match="holds an address"), store.write() as db:
        events.record(db, "bounced", "reader/1", {"reply": "550 <ann@example.com>"}, NOW)
    with store.write() as db:
        events.record(db, "bounced", "reader/1", {"code": "550"}, NOW)
        events.record(db, "bounced", "reader/1", {"code": "551"}, LATER)
    with store.read() as db:
        told = [(event.data["code"], event.at) for event in events.about(db, "reader/1")]
    assert told == [("550", NOW), ("551", LATER)]
