"""A letter as its author wrote it: front matter, an empty text, pictures that are files, what a mail cannot carry."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.newsroom.sending.test_slots import Room, open_room

from publisher.errors import UsageError
from publisher.newsroom.editions.letter import write_letter

pytestmark = pytest.mark.slow

__all__ = ["open_room"]


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    return open_room()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "sorry.md"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_front_matter_gives_subject_and_preheader_and_is_no_text(room: Room, file: Callable[[str], Path]) -> None:
    path = file(
        "---\nSubject: Two stars, not four\npreheader: Who found it\nauthor: Ada\n---\n# A correction\n\nIt was two.\n"
    )
    made = write_letter(room.app, path, store=False)

    assert made.email is not None
    assert (made.email.subject, made.email.preheader) == ("Two stars, not four", "Who found it")
    assert "Who found it" in made.email.html
    assert "A correction" in made.email.text
    for never in ("preheader:", "Subject:", "author"):
        assert never not in made.email.html + made.email.text
    assert made.notes == (
        "its front matter also says author, which a letter does not know (it knows subject, preheader, newsletter)",
    )


def test_front_matter_names_the_newsletter(room: Room, file: Callable[[str], Path]) -> None:
    assert (
        write_letter(room.app, file("---\nnewsletter: weekly\n---\nHello.\n"), store=False).edition.newsletter
        == "weekly"
    )
    with pytest.raises(UsageError, match="there is no newsletter"):
        write_letter(room.app, file("---\nnewsletter: nightly\n---\nHello.\n"), store=False)


@pytest.mark.parametrize("text", ["", " \n\n", "---\nsubject: A\n---\n", "# Only a heading\n", "<!-- later -->\n"])
def test_an_empty_letter_is_refused(room: Room, file: Callable[[str], Path], text: str) -> None:
    with pytest.raises(UsageError, match="the letter is empty"):
        write_letter(room.app, file(text))


def test_a_picture_that_is_a_file_is_refused_by_name(room: Room, file: Callable[[str], Path], tmp_path: Path) -> None:
    path = file("Look: ![A boat](my%20boat.jpg)\n")
    assert write_letter(room.app, path, store=False).email is not None

    (tmp_path / "my boat.jpg").write_bytes(b"")
    with pytest.raises(UsageError, match=r"“my%20boat\.jpg” is a file"):
        write_letter(room.app, path, store=False)
    with pytest.raises(UsageError, match="is a file"):
        write_letter(room.app, file(f"![x](data:image/png;base64,{'A' * 500})"), store=False)


def test_what_a_mail_cannot_carry_is_in_the_notes(room: Room, file: Callable[[str], Path]) -> None:
    made = write_letter(room.app, file("Call [us](tel:+44) or <b>write</b>.\n\n| a |\n|---|\n| ~~b~~ |\n"), store=False)

    assert [note.split(" ")[0] for note in made.notes] == ["raw", "“tel:+44”"]
    assert made.email is not None
    assert 'href=""' not in made.email.html
    assert made.errors == ()
