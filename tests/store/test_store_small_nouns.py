"""Slots and schedules, keys and settings, pauses, the health of channels, and notices."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.databases import Database
from tests.processes import together

from publisher.editorial.schedule import Slot
from publisher.store import events, health, notices, pauses, schedules, settings, slots
from publisher.store.engine import Store
from publisher.store.health import Trouble
from publisher.store.signing import signing_key

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SLOT = Slot(NOW, NOW.replace(tzinfo=None))
WEEKLY = ("weekly", SLOT.local)
FRIDAY = {"text": "fri 09:00", "zone": "Europe/London"}
SECOND = timedelta(seconds=1)


def test_a_slot_is_taken_by_one_of_many_at_once(database: Database) -> None:
    def take(n: int) -> None:
        store = database.open()
        with store.write() as db:
            if slots.claim(db, "weekly", SLOT, now=NOW, owner=f"scheduler {n}"):
                notices.once(db, f"taken by {n}", "", NOW)
        store.close()

    together(3, take)

    store = database.open()
    with store.read() as db:
        taken = notices.waiting(db)
        known = slots.known(db, "weekly")
    store.close()
    assert len(taken) == 1
    assert list(known) == [SLOT.local]
    assert f"taken by {known[SLOT.local].owner[-1]}" == taken[0].key


def test_a_slot_whose_taker_died_is_taken_over_after_its_lease(store: Store) -> None:
    lease = timedelta(minutes=5)
    with store.write() as db:
        assert slots.claim(db, "weekly", SLOT, now=NOW, owner="dead", lease=lease)
        assert not slots.claim(db, "weekly", SLOT, now=NOW + lease, owner="next")
        assert slots.claim(db, "weekly", SLOT, now=NOW + lease + SECOND, owner="next", lease=lease)
        found = slots.get(db, *WEEKLY)
        assert not slots.claim(db, "weekly", SLOT, now=NOW + lease + SECOND + lease, owner="third")
    assert found is not None
    assert (found.owner, found.lease, found.updated) == ("next", NOW + lease + SECOND + lease, NOW + lease + SECOND)
    assert (found.state, found.slot_utc) == ("claimed", NOW)


def test_a_claim_lasts_ten_minutes_unless_it_is_told_otherwise(store: Store) -> None:
    with store.write() as db:
        slots.claim(db, "weekly", SLOT, now=NOW, owner="me")
        found = slots.get(db, *WEEKLY)
    assert found is not None
    assert (found.owner, found.lease, found.updated) == ("me", NOW + timedelta(minutes=10), NOW)


def test_the_slots_of_a_schedule_are_its_own_and_the_earliest_is_first(store: Store) -> None:
    later = Slot(NOW + timedelta(days=7), SLOT.wall + timedelta(days=7))
    with store.write() as db:
        for schedule, slot in (("weekly", later), ("weekly", SLOT), ("daily", SLOT)):
            assert slots.claim(db, schedule, slot, now=NOW, owner="me")
        slots.set_state(db, "weekly", later.local, "skipped", now=NOW)
        known = slots.known(db, "weekly")
    assert list(known) == [SLOT.local, later.local]
    assert [slot.state for slot in known.values()] == ["claimed", "skipped"]


def test_a_slot_with_a_result_is_never_taken_again(store: Store) -> None:
    with store.write() as db:
        assert slots.claim(db, "weekly", SLOT, now=NOW, owner="me")
        slots.set_state(db, *WEEKLY, "done", now=NOW, edition="weekly/2026-11-20")
        assert not slots.claim(db, "weekly", SLOT, now=NOW + timedelta(days=365), owner="me")
        found = slots.get(db, *WEEKLY)
        assert slots.get(db, "weekly", "other") is None
    assert found is not None
    assert (found.state, found.edition, found.slot_utc) == ("done", "weekly/2026-11-20", NOW)
    assert found.lease is None


def test_a_result_without_an_edition_keeps_the_one_that_was_noted(store: Store) -> None:
    with store.write() as db:
        slots.claim(db, "weekly", SLOT, now=NOW, owner="me")
        slots.set_state(db, *WEEKLY, "done", now=NOW, edition="weekly/2026-11-20")
        slots.set_state(db, *WEEKLY, "missed", now=NOW + SECOND)
        found = slots.get(db, *WEEKLY)
    assert found is not None
    assert (found.state, found.edition, found.updated) == ("missed", "weekly/2026-11-20", NOW + SECOND)


def test_a_schedule_counts_from_when_it_was_first_seen_as_it_reads_now(store: Store) -> None:
    hour = timedelta(hours=1)
    with store.write() as db:
        assert schedules.counts_from(db, "weekly", **FRIDAY) is None
        schedules.notice(db, "weekly", **FRIDAY, since=NOW)
        schedules.notice(db, "weekly", **FRIDAY, since=NOW + hour)
        assert schedules.counts_from(db, "weekly", **FRIDAY) == NOW
        assert schedules.counts_from(db, "daily", **FRIDAY) is None
        for other in ({**FRIDAY, "text": "sat 09:00"}, {**FRIDAY, "zone": "Europe/Paris"}):
            assert schedules.counts_from(db, "weekly", **other) is None
            schedules.notice(db, "weekly", **other, since=NOW + hour)
            assert schedules.counts_from(db, "weekly", **other) == NOW + hour
            assert schedules.counts_from(db, "weekly", **FRIDAY) is None
        schedules.notice(db, "weekly", **FRIDAY, since=NOW + 2 * hour)
        assert schedules.counts_from(db, "weekly", **FRIDAY) == NOW + 2 * hour


def test_a_signing_key_is_made_once_and_each_name_has_its_own(store: Store) -> None:
    with store.write() as db:
        key = signing_key(db, "links", NOW)
        other = signing_key(db, "cookies", NOW)

    with store.read() as db:
        assert signing_key(db, "links", NOW) == key
    assert len(key) == 32
    assert key != other


def test_six_at_once_get_the_same_key(database: Database) -> None:
    def sign(n: int) -> None:
        store = database.open()
        with store.write() as db:
            notices.once(db, f"key {n}", signing_key(db, "links", NOW).hex(), NOW)
        store.close()

    together(6, sign)

    store = database.open()
    with store.read() as db:
        assert len({notice.text for notice in notices.waiting(db)}) == 1
    store.close()


def test_a_setting_is_replaced_and_says_whether_it_is_news(store: Store) -> None:
    with store.write() as db:
        assert settings.get(db, "instance") is None
        assert settings.save(db, "instance", "here", NOW)
        assert not settings.save(db, "instance", "here", NOW + SECOND)
        assert settings.save(db, "looked", "2026-11-20", NOW)
        assert settings.save(db, "instance", "there", NOW + SECOND)
        assert (settings.get(db, "instance"), settings.get(db, "looked")) == ("there", "2026-11-20")


def test_a_pause_holds_until_its_end_or_until_it_is_ended(store: Store) -> None:
    with store.write() as db:
        pauses.put(db, "weekly", until=NOW + SECOND, now=NOW)
        pauses.put(db, "sky", until=None, now=NOW)
        assert [pauses.holds(db, "weekly", NOW), pauses.holds(db, "weekly", NOW + SECOND)] == [True, False]
        assert pauses.holds(db, "sky", NOW + timedelta(days=3650))
        assert not pauses.holds(db, "other", NOW)
        pauses.put(db, "weekly", until=None, now=NOW)
        assert pauses.holds(db, "weekly", NOW + SECOND)
        pauses.end(db, "sky")
        assert [pauses.holds(db, "sky", NOW), pauses.holds(db, "weekly", NOW)] == [False, True]


def test_what_is_wrong_with_a_channel_is_the_last_that_was_noted(store: Store) -> None:
    first = Trouble(why="refused", since=NOW, tried=NOW, keys="aa")
    again = Trouble(why="refused again", since=NOW, tried=NOW + SECOND, keys="bb")
    with store.write() as db:
        assert health.trouble(db, "sky") is None
        for known in (first, again):
            health.note(db, "sky", known)
            assert health.trouble(db, "sky") == known
        health.note(db, "mast", first)
        assert health.clear(db, "sky")
        assert not health.clear(db, "sky")
        assert (health.trouble(db, "sky"), health.trouble(db, "mast")) == (None, first)


def test_the_editor_is_told_each_thing_once(store: Store) -> None:
    with store.write() as db:
        assert notices.once(db, "held/weekly/1", "It is held.", NOW)
        assert not notices.once(db, "held/weekly/1", "It is still held.", NOW + timedelta(hours=1))
        assert [(notice.key, notice.text) for notice in notices.waiting(db)] == [("held/weekly/1", "It is held.")]
        assert notices.mark_sent(db, "held/weekly/1", NOW)
        assert not notices.mark_sent(db, "held/weekly/1", NOW)
        assert notices.waiting(db) == ()
        assert not notices.once(db, "held/weekly/1", "Again.", NOW)
        notices.once(db, "sent/weekly/1", "It is out.", NOW)
        notices.mark_sent(db, "sent/weekly/1", NOW)
        notices.take_back(db, "held/weekly/1")
        assert [notice.key for notice in notices.waiting(db)] == ["held/weekly/1"]


def test_notices_wait_oldest_first_and_all_that_there_ever_were_are_counted(store: Store) -> None:
    with store.write() as db:
        for key, at in (("late", NOW + SECOND), ("b", NOW), ("a", NOW)):
            notices.once(db, key, "words", at)
        notices.mark_sent(db, "b", NOW)
        notices.settle(db, "late", "0" * 12, NOW)
        assert [notice.key for notice in notices.waiting(db)] == ["a", "late"]
        assert notices.total(db) == 3


def test_each_editor_that_a_notice_has_reached_is_known_to_that_notice_alone(store: Store) -> None:
    with store.write() as db:
        for key in ("one", "other"):
            notices.once(db, key, "words", NOW)
        for recipient in ("ada", "ada", "bruno"):
            notices.settle(db, "one", recipient, NOW)
        assert (notices.settled(db, "one"), notices.settled(db, "other")) == (
            frozenset({"ada", "bruno"}),
            frozenset(),
        )


def test_events_are_told_of_their_subjects_in_the_order_of_time(store: Store) -> None:
    with store.write() as db:
        for kind, subject, at in (("c", "sky", NOW + SECOND), ("a", "sky", NOW), ("b", "mast", NOW), ("d", "x", NOW)):
            events.record(db, kind, subject, {"n": kind}, at)
        found = events.about(db, "sky", "mast")
        assert events.about(db) == ()
    assert [(event.kind, event.subject, event.data) for event in found] == [
        ("a", "sky", {"n": "a"}),
        ("b", "mast", {"n": "b"}),
        ("c", "sky", {"n": "c"}),
    ]


@pytest.mark.parametrize(("subject", "data"), [("ann@list.example", {}), ("reader/1", {"to": "ann@list.example"})])
def test_an_event_never_holds_an_address(store: Store, subject: str, data: dict[str, str]) -> None:
    with store.write() as db:
        with pytest.raises(ValueError, match="the event left holds an address"):
            events.record(db, "left", subject, data, NOW)
        assert events.about(db, subject) == ()
