"""Editions: drafts live, approval and freezing hold, and reviews are used once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from publisher.errors import Held, UsageError
from publisher.model import Block, EditionItem, EditionState, Email, Quote, Review
from publisher.store import editions, marks
from publisher.store.engine import Store
from publisher.store.pool import reviews

NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
SLOT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KEY = "weekly/2026-11-20"
TEXT = "A slow film. It rewards the patient."


def email(words: str = "first") -> Email:
    return Email(
        subject="S", preheader="P", html=f"<p>{words}</p>", text=words, merge_fields={"name": "__merge_name_1__"}
    )


def item(review_id: str, quote: str | None = "It rewards the patient.") -> EditionItem:
    block = Block(kind="paragraph", text=TEXT)
    review = Review(id=review_id, source="site", headline=f"Film {review_id}", blocks=(block,), full_text="page")
    start = TEXT.index(quote) if quote else 0
    chosen = (
        Quote(text=quote, spans=((start, start + len(quote)),), edits=("cut-lead:A slow film. ",)) if quote else None
    )
    return EditionItem(review=review, quote=chosen, standfirst="A slow film.", lead=True)


def draft(
    store: Store,
    *ids: str,
    key: str = KEY,
    newsletter: str = "weekly",
    kind: str = "slot",
    words: str = "first",
    links: tuple[str, ...] = (),
) -> str:
    items = [item(review_id) for review_id in ids]
    rendered = email(words)
    with store.write() as db:
        for review_id in (*ids, *links):
            if reviews.get(db, review_id) is None:
                reviews.insert(db, item(review_id).review, now=NOW)
        draft = editions.Draft(
            key=key,
            newsletter=newsletter,
            kind=kind,
            slot_utc=SLOT if kind == "slot" else None,
            hand={"note": "hello"},
            content={"items": [editions.item_record(each) for each in items], "links": list(links)},
            items=items,
            email=rendered,
        )
        editions.save_draft(db, draft, NOW)
    return rendered.content_hash


def save_bare(db: Connection, key: str, slot: datetime, rendered: Email | None) -> None:
    draft = editions.Draft(key=key, newsletter="weekly", kind="slot", slot_utc=slot, email=rendered)
    editions.save_draft(db, draft, NOW)


def state(store: Store, key: str = KEY) -> EditionState:
    with store.read() as db:
        found = editions.get(db, key)
    assert found is not None
    return found.state


def used(store: Store, newsletter: str = "weekly") -> set[str]:
    with store.read() as db:
        return editions.used_reviews(db, newsletter)


def test_a_draft_is_kept_to_the_byte(store: Store) -> None:
    draft(store, "a", "b")

    with store.read() as db:
        stored = editions.get(db, KEY)
        kept = editions.email(db, KEY)
        assert editions.get(db, "weekly/none") is None
        assert editions.email(db, "weekly/none") is None
    assert stored is not None
    assert (stored.state, stored.slot_utc, stored.hand, stored.created) == (
        EditionState.DRAFT,
        SLOT,
        {"note": "hello"},
        NOW,
    )
    assert [editions.quote_of(record) for record in stored.content["items"]] == [item("a").quote, item("b").quote]
    assert kept == email()
    assert kept is not None
    assert stored.content_hash == kept.content_hash


def test_composing_again_remakes_the_draft(store: Store) -> None:
    draft(store, "a", "b")
    second = draft(store, "b", "c", words="second")

    with store.read() as db:
        kept = editions.email(db, KEY)
        assert [edition.key for edition in editions.list_(db)] == [KEY]
    assert kept is not None
    assert kept.content_hash == second


def test_an_empty_edition_has_no_email(store: Store) -> None:
    draft(store, "a")
    with store.write() as db:
        save_bare(db, KEY, SLOT, None)
        editions.set_state(db, KEY, EditionState.SKIPPED, reason="no new reviews", now=NOW)

    with store.read() as db:
        stored = editions.get(db, KEY)
        assert editions.email(db, KEY) is None
    assert stored is not None
    assert (stored.content_hash, stored.reason, stored.finished) == ("", "no new reviews", NOW)


def test_what_is_approved_is_not_remade(store: Store) -> None:
    approved = draft(store, "a")
    with store.write() as db:
        assert editions.approve(db, KEY, approved, NOW)
        assert not editions.approve(db, KEY, approved, NOW)

    with pytest.raises(Held, match="is approved and stays"):
        draft(store, "a", "b")
    assert state(store) is EditionState.APPROVED


def test_only_what_was_looked_at_can_be_approved(store: Store) -> None:
    seen = draft(store, "a")
    draft(store, "a", "b", words="second")

    with pytest.raises(Held, match="has changed since it was looked at"), store.write() as db:
        editions.approve(db, KEY, seen, NOW)
    with pytest.raises(UsageError, match="there is no edition weekly/none"), store.write() as db:
        editions.approve(db, "weekly/none", seen, NOW)
    assert state(store) is EditionState.DRAFT


def test_an_approval_can_be_taken_back(store: Store) -> None:
    approved = draft(store, "a")
    with store.write() as db:
        editions.approve(db, KEY, approved, NOW)
        editions.reopen(db, KEY, NOW)
    draft(store, "a", "b", words="second")

    assert state(store) is EditionState.DRAFT
    with pytest.raises(Held, match="is draft, not approved"), store.write() as db:
        editions.reopen(db, KEY, NOW)


def test_freezing_happens_once_and_only_to_the_given_content(store: Store) -> None:
    content = draft(store, "a")
    with pytest.raises(Held, match="has changed"), store.write() as db:
        editions.freeze(db, KEY, email("other").content_hash, NOW)
    with store.write() as db:
        assert editions.freeze(db, KEY, content, NOW)
        assert not editions.freeze(db, KEY, content, NOW + timedelta(hours=1))

    assert state(store) is EditionState.SENDING
    with store.read() as db:
        stored = editions.get(db, KEY)
    assert stored is not None
    assert stored.frozen == NOW
    with pytest.raises(Held, match="is sending and stays"):
        draft(store, "a", "b", words="second")
    with pytest.raises(Held, match="has changed"), store.write() as db:
        editions.freeze(db, KEY, email("second").content_hash, NOW)


def test_an_empty_edition_cannot_be_frozen(store: Store) -> None:
    with store.write() as db:
        save_bare(db, KEY, SLOT, None)
    with pytest.raises(Held), store.write() as db:
        editions.freeze(db, KEY, "", NOW)


@pytest.mark.parametrize("end", [EditionState.CANCELLED, EditionState.MISSED, EditionState.SKIPPED, EditionState.HELD])
def test_what_is_held_or_over_is_not_frozen(store: Store, end: EditionState) -> None:
    content = draft(store, "a")
    with store.write() as db:
        editions.set_state(db, KEY, end, reason="because", now=NOW)

    with pytest.raises(Held, match=f"{end.value}: because"), store.write() as db:
        editions.freeze(db, KEY, content, NOW)


def test_a_paused_edition_is_not_frozen_until_it_is_resumed(store: Store) -> None:
    content = draft(store, "a")
    with store.write() as db:
        assert editions.set_paused(db, KEY, NOW, paused=True)
        assert not editions.set_paused(db, KEY, NOW, paused=True)
    draft(store, "a")
    with pytest.raises(Held, match="is paused"), store.write() as db:
        editions.freeze(db, KEY, content, NOW)
    with store.write() as db:
        editions.set_paused(db, KEY, NOW, paused=False)
        assert editions.freeze(db, KEY, content, NOW)


def test_a_cancelled_edition_is_not_remade_and_a_missed_one_is(store: Store) -> None:
    draft(store, "a")
    with store.write() as db:
        editions.set_state(db, KEY, EditionState.MISSED, now=NOW)
    draft(store, "a")
    assert state(store) is EditionState.DRAFT
    with store.write() as db:
        editions.set_state(db, KEY, EditionState.CANCELLED, now=NOW)
    with pytest.raises(Held, match="is cancelled"):
        draft(store, "a")


@pytest.mark.parametrize(
    "wrong", [EditionState.DRAFT, EditionState.APPROVED, EditionState.MISSED, EditionState.SKIPPED]
)
def test_an_edition_that_is_being_sent_has_not_been_missed(store: Store, wrong: EditionState) -> None:
    content = draft(store, "a")
    with store.write() as db:
        editions.freeze(db, KEY, content, NOW)

    with pytest.raises(Held, match="is being sent"), store.write() as db:
        editions.set_state(db, KEY, wrong, now=NOW)
    assert state(store) is EditionState.SENDING


def test_the_hand_of_an_editor_is_kept_until_approval(store: Store) -> None:
    content = draft(store, "a")
    with store.write() as db:
        editions.set_hand(db, KEY, {"note": "new"}, NOW)
        stored = editions.get(db, KEY)
        assert stored is not None
        assert stored.hand == {"note": "new"}
        editions.approve(db, KEY, content, NOW)
    with pytest.raises(Held), store.write() as db:
        editions.set_hand(db, KEY, {"note": "too late"}, NOW)


def test_the_coming_edition_is_the_first_unsent_slot(store: Store) -> None:
    draft(store, "a", key="weekly/now", kind="oneoff")
    content = draft(store, "b")
    with store.write() as db:
        save_bare(db, "weekly/2026-11-27", SLOT + timedelta(days=7), email("later"))
    with store.read() as db:
        assert (first := editions.coming(db, "weekly")) is not None
        assert editions.coming(db, "monthly") is None
    assert first.key == KEY
    with store.write() as db:
        editions.freeze(db, KEY, content, NOW)
        assert (second := editions.coming(db, "weekly")) is not None
        listed = [edition.key for edition in editions.list_(db, newsletter="weekly", limit=2)]
    assert second.key == "weekly/2026-11-27"
    assert listed == ["weekly/2026-11-27", KEY]


@pytest.mark.parametrize(
    ("end", "uses"),
    [
        (EditionState.DRAFT, False),
        (EditionState.HELD, False),
        (EditionState.MISSED, False),
        (EditionState.SKIPPED, False),
        (EditionState.CANCELLED, False),
        (EditionState.APPROVED, True),
    ],
)
def test_only_an_approved_edition_uses_reviews_before_it_is_frozen(store: Store, end: EditionState, uses: bool) -> None:
    draft(store, "a", links=("b",))
    with store.write() as db:
        editions.set_state(db, KEY, end, now=NOW)

    assert used(store) == ({"a", "b"} if uses else set())


@pytest.mark.parametrize(
    ("end", "uses"),
    [
        (EditionState.SENDING, True),
        (EditionState.HELD, True),
        (EditionState.PARTIAL, True),
        (EditionState.SENT, True),
        (EditionState.CANCELLED, False),
    ],
)
def test_a_frozen_edition_uses_its_reviews_unless_it_is_cancelled(store: Store, end: EditionState, uses: bool) -> None:
    content = draft(store, "a", links=("b",))
    with store.write() as db:
        editions.freeze(db, KEY, content, NOW)
        editions.set_paused(db, KEY, NOW, paused=True)
        editions.set_state(db, KEY, end, now=NOW)

    assert used(store) == ({"a", "b"} if uses else set())
    assert used(store, "monthly") == set()


def test_friday_leaves_out_what_a_one_off_took_once_it_goes_out(store: Store) -> None:
    content = draft(store, "a", key="premiere", kind="oneoff")
    assert used(store) == set()
    with store.write() as db:
        editions.freeze(db, "premiere", content, NOW)

    assert used(store) == {"a"}


def test_quotes_that_were_shown_are_known_until_they_are_old(store: Store) -> None:
    content = draft(store, "a")
    with store.read() as db:
        assert editions.recent_quote_texts(db, ["a"], NOW - timedelta(days=1)) == {}
    with store.write() as db:
        editions.freeze(db, KEY, content, NOW)
    with store.read() as db:
        assert editions.recent_quote_texts(db, ["a", "z"], NOW) == {"a": {"It rewards the patient."}}
        assert editions.recent_quote_texts(db, ["a"], NOW + timedelta(seconds=1)) == {}
        assert editions.recent_quote_texts(db, [], NOW) == {}


def test_an_item_without_a_quote_has_none(store: Store) -> None:
    record = editions.item_record(replace(item("a"), quote=None))

    assert editions.quote_of(record) is None
    assert record["standfirst"] == "A slow film."


def test_an_edition_that_is_not_there_cannot_be_paused(store: Store) -> None:
    with pytest.raises(UsageError, match="there is no edition weekly/never"), store.write() as db:
        editions.set_paused(db, "weekly/never", NOW, paused=True)


def test_the_mark_changes_with_the_editors_hand_and_not_with_composing_again(store: Store) -> None:
    draft(store)
    with store.write() as db:
        before = marks.mark(db)
        assert marks.mark(db) == before
    draft(store)
    with store.write() as db:
        assert marks.mark(db) == before
        editions.set_hand(db, KEY, {"note": "other"}, NOW)
        assert marks.mark(db) != before
