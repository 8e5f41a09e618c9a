"""A send takes the stored draft as it is only while composing would make the very same again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.newsroom.sending.test_slots import FRIDAY, Room, open_room, started

from publisher.model import EditionState
from publisher.newsroom.editions.coming import coming
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.editions.drafts import unchanged
from publisher.newsroom.editions.editing import set_note
from publisher.newsroom.pool import reviewing
from publisher.newsroom.sending.send import send
from publisher.store import editions
from publisher.store.pool import reviews

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY = "weekly/2026-11-20"
BEFORE = FRIDAY - timedelta(hours=2)


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    """With a draft of the coming edition that is as good as it can be."""
    room = started(open_room())
    room.at(BEFORE)
    compose(room.app, "weekly")
    return room


def kept(room: Room) -> bool:
    newsletter = room.app.newsletter("weekly")
    return unchanged(room.app, newsletter, coming(room.app, newsletter, room.app.now())) is not None


def test_a_draft_is_kept_while_nothing_changes_and_is_what_composing_makes(room: Room) -> None:
    newsletter = room.app.newsletter("weekly")
    draft = unchanged(room.app, newsletter, coming(room.app, newsletter, room.app.now()))
    assert draft is not None
    made = compose(room.app, "weekly")

    assert draft.email == made.email
    assert draft.edition == made.edition
    room.clock[0] = FRIDAY - timedelta(minutes=1)
    assert kept(room)


def test_what_is_sent_from_a_kept_draft_are_its_own_bytes(room: Room) -> None:
    drafted = room.edition(KEY).content_hash
    assert kept(room)
    sent = send(room.app, "weekly")

    assert sent.state is EditionState.SENT
    assert sent.counts.accepted == 2
    assert room.edition(KEY).content_hash == drafted


def test_older_reviews_that_an_editor_took_in_stay_in_the_draft_and_are_sent(open_room: Callable[..., Room]) -> None:
    room = open_room()
    room.publish("The Old Rain", "2026-11-02")
    room.publish("The Older Rain", "2026-10-01")
    started(room)
    room.at(BEFORE)
    assert [i.review.film.title for i in compose(room.app, "weekly").edition.items if i.review.film] == [
        "The Long Rain"
    ]
    compose(room.app, "weekly", since=FRIDAY - timedelta(days=30))
    compose(room.app, "weekly")
    assert kept(room)
    room.publish("Glass Orchard", "2026-11-20")
    room.at(BEFORE + timedelta(hours=1, minutes=30))
    send(room.app, "weekly")

    with room.app.store.read() as db:
        films = {
            found.review.film.title
            for each in room.edition(KEY).content["items"]
            if (found := reviews.get(db, each["review_id"])) and found.review.film
        }
    assert films == {"The Long Rain", "The Old Rain", "Glass Orchard"}


def the_review(room: Room) -> str:
    with room.app.store.read() as db:
        (only,) = reviews.list_(db)
    return only.review.id


def new_review(room: Room) -> None:
    room.publish("Glass Orchard", "2026-11-20")
    room.at(BEFORE + timedelta(hours=1, minutes=30))


def another_text(room: Room) -> None:
    path = room.root / "reviews" / "the-long-rain.md"
    path.write_text(path.read_text(encoding="utf-8").replace("splendid", "dreadful"), encoding="utf-8")
    room.at(BEFORE + timedelta(hours=1, minutes=30))


def excluded(room: Room) -> None:
    reviewing.exclude(room.app, the_review(room))


def corrected(room: Room) -> None:
    reviewing.correct(room.app, the_review(room), {"rating": "2/5"})


def noted(room: Room) -> None:
    path = room.root / "note.md"
    path.write_text("Good morning.", encoding="utf-8")
    set_note(room.app, KEY, path)
    path.write_text("Good evening.", encoding="utf-8")
    with room.app.store.write() as db:
        editions.set_hand(db, KEY, {"note": "Good evening."}, room.app.now())


def own_template(room: Room) -> None:
    (room.root / "templates").mkdir()
    (room.root / "templates" / "footer.html.j2").write_text("<p>Mine</p>", encoding="utf-8")


def another_title(room: Room) -> None:
    table = room.app.config.newsletters["weekly"].model_copy(update={"title": "The Other Row"})
    room.app = replace(room.app, config=replace(room.app.config, newsletters={"weekly": table}))


def another_accent(room: Room) -> None:
    site = room.app.config.site.model_copy(update={"accent": "#224466"})
    room.app = replace(room.app, config=replace(room.app.config, site=site))


@pytest.mark.parametrize(
    "change",
    [new_review, another_text, excluded, corrected, noted, own_template, another_title, another_accent],
)
def test_any_change_has_it_made_anew(room: Room, change: Callable[[Room], None]) -> None:
    assert kept(room)
    change(room)
    assert not kept(room)


def test_a_draft_with_an_error_is_looked_at_again(room: Room) -> None:
    path = room.root / "note.md"
    path.write_text("Dear {{ first_name }}, lorem ipsum dolor sit amet.", encoding="utf-8")
    made = set_note(room.app, KEY, path)

    assert made.errors
    assert not kept(room)
