"""Slots, tokens and notices."""

from datetime import UTC, datetime, timedelta

from tests.databases import Database
from tests.processes import together

from publisher.store import notices, slots, tokens
from publisher.store.engine import Store

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SLOT = ("weekly", "2026-11-20T09:00:00", NOW)


def test_a_slot_is_taken_by_one_of_many_at_once(database: Database) -> None:
    def take(n: int) -> None:
        store = database.open()
        with store.write() as db:
            if slots.claim(db, *SLOT, NOW, f"scheduler {n}"):
                notices.once(db, f"taken by {n}", "", NOW)
        store.close()

    together(3, take)

    store = database.open()
    with store.read() as db:
        taken = notices.waiting(db)
        known = slots.known(db, "weekly")
    store.close()
    assert len(taken) == 1
    assert list(known) == [SLOT[1]]
    assert f"taken by {known[SLOT[1]].owner[-1]}" == taken[0].key


def test_a_slot_whose_taker_died_is_taken_over_after_its_lease(store: Store) -> None:
    with store.write() as db:
        assert slots.claim(db, *SLOT, NOW, "dead", lease=timedelta(minutes=5))
        assert not slots.claim(db, *SLOT, NOW + timedelta(minutes=5), "next")
        assert slots.renew(db, *SLOT[:2], now=NOW + timedelta(minutes=1), owner="dead", lease=timedelta(minutes=5))
        assert not slots.claim(db, *SLOT, NOW + timedelta(minutes=5, seconds=1), "next")
        assert slots.claim(db, *SLOT, NOW + timedelta(minutes=6, seconds=1), "next")
        assert not slots.renew(db, *SLOT[:2], now=NOW, owner="dead")


def test_a_slot_with_a_result_is_never_taken_again(store: Store) -> None:
    with store.write() as db:
        assert slots.claim(db, *SLOT, NOW, "me")
        slots.set_state(db, *SLOT[:2], "done", now=NOW, edition="weekly/2026-11-20")
        assert not slots.claim(db, *SLOT, NOW + timedelta(days=365), "me")
        found = slots.get(db, *SLOT[:2])
        assert slots.get(db, "weekly", "other") is None
    assert found is not None
    assert (found.state, found.edition, found.slot_utc) == ("done", "weekly/2026-11-20", NOW)


def test_a_signing_key_is_made_once_and_each_name_has_its_own(store: Store) -> None:
    with store.write() as db:
        key = tokens.signing_key(db, "links", NOW)
        other = tokens.signing_key(db, "cookies", NOW)

    with store.read() as db:
        assert tokens.signing_key(db, "links", NOW) == key
    assert len(key) == 32
    assert key != other


def test_six_at_once_get_the_same_key(database: Database) -> None:
    def sign(n: int) -> None:
        store = database.open()
        with store.write() as db:
            notices.once(db, f"key {n}", tokens.signing_key(db, "links", NOW).hex(), NOW)
        store.close()

    together(6, sign)

    store = database.open()
    with store.read() as db:
        assert len({notice.text for notice in notices.waiting(db)}) == 1
    store.close()


def test_a_token_is_replaced_and_shows_itself_to_nobody(store: Store) -> None:
    with store.write() as db:
        tokens.save(db, "sky", "old", now=NOW, expires=NOW + timedelta(days=3))
        tokens.save(db, "sky", "s3cret", now=NOW, expires=NOW + timedelta(days=30))
        tokens.save(db, "mast", "x", now=NOW)
    with store.read() as db:
        found = tokens.get(db, "sky")
        assert found is not None
        assert found.value == "s3cret"
        assert "s3cret" not in repr(found)
        assert [token.name for token in tokens.ending(db, NOW + timedelta(days=31))] == ["sky"]
        assert tokens.ending(db, NOW + timedelta(days=30)) == ()
    with store.write() as db:
        tokens.forget(db, "sky")
        assert tokens.get(db, "sky") is None


def test_the_editor_is_told_each_thing_once(store: Store) -> None:
    with store.write() as db:
        assert notices.once(db, "held/weekly/1", "It is held.", NOW)
        assert not notices.once(db, "held/weekly/1", "It is still held.", NOW + timedelta(hours=1))
        assert [(notice.key, notice.text) for notice in notices.waiting(db)] == [("held/weekly/1", "It is held.")]
        assert notices.mark_sent(db, "held/weekly/1", NOW)
        assert not notices.mark_sent(db, "held/weekly/1", NOW)
        assert notices.waiting(db) == ()
        assert not notices.once(db, "held/weekly/1", "Again.", NOW)
        notices.take_back(db, "held/weekly/1")
        assert [notice.key for notice in notices.waiting(db)] == ["held/weekly/1"]
