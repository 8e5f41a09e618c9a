"""A letter from a file: its key is a function of its text, so that the same letter goes out once."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.studios import NOW

from publisher.errors import PublisherError, UsageError
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.editing import stored_edition
from publisher.newsroom.editions.letter import write_letter
from publisher.store import editions

pytestmark = pytest.mark.slow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "Ça a déménagé!.md"
    file.write_text("# We moved\n\nDear readers, we moved.", encoding="utf-8")
    return file


def kept(app: App) -> list[str]:
    with app.store.read() as db:
        return [each.key for each in editions.list_(db)]


def test_the_same_text_has_the_same_key_and_another_text_another(app: App, path: Path) -> None:
    key = write_letter(app, path).edition.key
    assert write_letter(app, path).edition.key == key
    assert kept(app) == [key]
    path.write_text("# We moved\n\nDear readers, we moved again.", encoding="utf-8")
    other = write_letter(app, path).edition.key

    assert key.startswith("letter/ca-a-demenage-")
    assert len(key) == len("letter/ca-a-demenage-") + 8
    assert other != key
    assert other[:-8] == key[:-8]


def test_a_letter_with_a_time_is_approved_and_waits_for_it(app: App, path: Path) -> None:
    at = NOW + timedelta(days=1)
    drafted = stored_edition(app, write_letter(app, path).edition.key)
    waiting = stored_edition(app, write_letter(app, path, at=at).edition.key)

    assert (drafted.kind, drafted.state, drafted.slot_utc) == ("letter", EditionState.DRAFT, None)
    assert (waiting.state, waiting.slot_utc) == (EditionState.APPROVED, at)
    assert waiting.content["subject"] == "We moved"


def test_a_look_at_a_letter_stores_nothing(app: App, path: Path) -> None:
    made = write_letter(app, path, store=False)

    assert made.email is not None
    assert made.email.subject == made.edition.subject == "We moved"
    assert kept(app) == []


def test_a_letter_to_the_readers_of_an_edition_needs_that_edition(app: App, path: Path) -> None:
    with pytest.raises(UsageError, match="there is no edition “weekly/1”; `publisher editions list` shows them"):
        write_letter(app, path, recipients_of="weekly/1")
    assert kept(app) == []
    with app.store.write() as db:
        editions.save_draft(db, editions.Draft(key="weekly/1", newsletter="weekly", kind="slot", slot_utc=NOW), NOW)
    key = write_letter(app, path, recipients_of="weekly/1").edition.key

    assert stored_edition(app, key).recipients_of == "weekly/1"


def test_of_several_newsletters_one_must_be_named(app: App, path: Path) -> None:
    weekly = app.newsletter("weekly")
    both = {"weekly": weekly, "monthly": weekly.model_copy(update={"name": "monthly"})}
    two = replace(app, config=replace(app.config, newsletters=both))
    none = replace(app, config=replace(app.config, newsletters={}))
    with pytest.raises(UsageError, match=r"which newsletter\?; add --newsletter weekly \| monthly"):
        write_letter(two, path)
    with pytest.raises(UsageError, match="add --newsletter NAME"):
        write_letter(none, path)

    assert write_letter(two, path, newsletter="monthly").edition.newsletter == "monthly"


def test_a_file_that_is_no_text_is_told_by_its_place(app: App, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xff")
    for name in ("a.md", "missing.md"):
        with pytest.raises(PublisherError, match="the letter cannot be read as UTF-8 text") as caught:
            write_letter(app, tmp_path / name)
        assert caught.value.where == str(tmp_path / name)


def test_a_name_without_letters_is_called_letter_and_a_long_one_is_cut(app: App, tmp_path: Path) -> None:
    for name, slug in (("!!!", "letter"), ("a" * 60, "a" * 40)):
        file = tmp_path / f"{name}.md"
        file.write_text("# Hello\n\nWe moved.", encoding="utf-8")
        assert write_letter(app, file, store=False).edition.key[:-9] == f"letter/{slug}"
