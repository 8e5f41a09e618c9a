"""What an editor does with an edition: noted, approved, paused, cancelled, settled."""

from pathlib import Path

import pytest
from tests.studios import NOW

from publisher.errors import Held, PublisherError, UsageError
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions import editing
from publisher.newsroom.editions.letter import write_letter
from publisher.newsroom.sending.send import send
from publisher.store import editions
from publisher.store.people import subscribers

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("made")]

KEY = "weekly/2031-05-16"


def state(app: App) -> EditionState:
    return editing.stored_edition(app, KEY).state


def reader(app: App, name: str) -> None:
    with app.store.write() as db:
        subscribers.add(db, f"{name}@one.example", newsletters=["weekly"], now=NOW, consent={"how": "test"})


def test_a_note_is_the_text_of_a_file_and_an_empty_one_takes_it_away(app: App, tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_text("\ufeff Good morning. \n", encoding="utf-8")
    assert editing.set_note(app, KEY, path).edition.note == "Good morning."
    path.write_text("\n", encoding="utf-8")
    assert editing.set_note(app, KEY, path).edition.note is None


def test_a_note_must_be_text_and_a_letter_has_none(app: App, tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    for data in (None, b"\xff\xfe\xff"):
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(PublisherError, match="the note cannot be read as UTF-8 text"):
            editing.set_note(app, KEY, path)
    path.write_text("# Hello\n\nWe moved.", encoding="utf-8")
    key = write_letter(app, path).edition.key
    with pytest.raises(UsageError, match=f"{key} is a letter and has no note"):
        editing.set_note(app, key, path)


def test_what_is_approved_is_what_was_looked_at(app: App) -> None:
    looked = editing.stored_edition(app, KEY).content_hash
    with pytest.raises(Held, match="it has changed since you looked; look again, then approve"):
        editing.approve(app, KEY, content_hash="another")
    assert state(app) is EditionState.DRAFT

    assert editing.approve(app, KEY, content_hash=looked).edition.state is EditionState.APPROVED
    assert editing.stored_edition(app, KEY).approved_hash == looked


def test_an_empty_edition_is_not_approved(app: App) -> None:
    with app.store.write() as db:
        editions.save_draft(db, editions.Draft(key="empty", newsletter="weekly", kind="oneoff", slot_utc=None), NOW)
    with pytest.raises(Held, match="there is nothing to approve; `publisher compose weekly`"):
        editing.approve(app, "empty")


def test_an_edition_rests_and_goes_on(app: App) -> None:
    editing.pause(app, KEY, on=True)
    assert editing.stored_edition(app, KEY).paused
    editing.pause(app, KEY, on=False)
    assert not editing.stored_edition(app, KEY).paused
    with pytest.raises(UsageError, match="there is no edition “nothing”; `publisher editions list` shows them"):
        editing.pause(app, "nothing", on=True)


def test_a_cancelled_edition_is_not_tried_again(app: App) -> None:
    assert editing.cancel(app, KEY) == 0
    assert (state(app), editing.stored_edition(app, KEY).reason) == (EditionState.CANCELLED, "cancelled by the editor")
    with pytest.raises(UsageError, match=f"{KEY} is cancelled"):
        editing.retry(app, KEY)


def test_what_has_gone_out_cannot_be_cancelled(app: App) -> None:
    reader(app, "ann")
    send(app, "weekly")
    with pytest.raises(UsageError, match=f"{KEY} has gone out; a letter can correct it: .*--recipients-of {KEY}"):
        editing.cancel(app, KEY)

    assert editing.retry(app, KEY) == 0
    assert state(app) is EditionState.SENT
    assert editing.uncertain_readers(app, KEY) == ()


def test_only_addresses_can_be_settled(app: App) -> None:
    with pytest.raises(UsageError, match=r"\w"):
        editing.resolve(app, KEY, sent=True, addresses=["nobody"])

    assert editing.resolve(app, KEY, sent=False, addresses=[]) == 0
    assert state(app) is EditionState.DRAFT
