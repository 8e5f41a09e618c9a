"""A draft is made of what is new, keeps the editor's hand, and a look at the newest stores nothing."""

from datetime import timedelta

import pytest
from tests.studios import FILMS, NOW, invented

from publisher.editorial.edition import Hand
from publisher.errors import Held, UsageError
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.compose import compose, compose_one_off, remake
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.editing import approve, stored_edition
from publisher.newsroom.pool import reviewing
from publisher.store import editions

pytestmark = pytest.mark.slow

KEY = "weekly/2031-05-16"


def ids(made: Composed) -> list[str]:
    return [item.review.id for item in made.edition.items]


def kept(app: App) -> list[str]:
    with app.store.read() as db:
        return [each.key for each in editions.list_(db)]


def test_a_draft_holds_what_is_new_and_is_stored_as_it_was_made(app: App, made: Composed) -> None:
    stored = stored_edition(app, KEY)

    assert (made.edition.key, made.state, made.too_few) == (KEY, "draft", None)
    assert sorted(ids(made)) == [f"review{n}" for n in range(4)]
    assert [item["review_id"] for item in stored.content["items"]] == ids(made)
    assert made.email is not None
    assert (stored.kind, stored.content_hash) == ("slot", made.email.content_hash)


def test_the_editor_s_words_come_before_those_that_are_made(app: App, made: Composed) -> None:
    hand = Hand(order=("review3",), excluded=("review0",), subject="Mine", note="Good morning.")
    with app.store.write() as db:
        editions.set_hand(db, KEY, hand.to_record(), NOW)
    again = compose(app, "weekly")

    assert ids(again)[0] == "review3"
    assert sorted(ids(again)) == ["review1", "review2", "review3"]
    assert (again.edition.subject, again.edition.note) == ("Mine", "Good morning.")
    assert again.edition.preheader
    assert made.edition.subject not in ("", "Mine")


def test_an_approved_edition_stays_as_it_was_approved(app: App, made: Composed) -> None:
    approve(app, KEY)
    reviewing.exclude(app, "review0")
    again = compose(app, "weekly")

    assert again.email == made.email
    assert again.notes == ("approved: reviews that come now wait for the next edition",)
    assert again.edition.state is EditionState.APPROVED


def test_a_look_at_the_newest_stores_nothing(app: App) -> None:
    made = compose(app, "weekly", last=2, hand=Hand(subject="Only looking"))

    assert ids(made) == ["review0", "review1"]
    assert made.edition.subject == "Only looking"
    assert made.notes[-1] == "a look at the newest 2: nothing is stored or marked"
    assert kept(app) == []
    with pytest.raises(UsageError, match="--last needs a number from 1 on"):
        compose(app, "weekly", last=0)


def test_a_one_off_holds_what_is_named_in_that_order(app: App) -> None:
    made = compose_one_off(app, "weekly", key="special", review_ids=["review2", "review0"], subject="Two of us")
    again = remake(app, app.newsletter("weekly"), stored_edition(app, "special"))

    assert ids(made) == ids(again) == ["review2", "review0"]
    assert made.edition.subject == again.edition.subject == "Two of us"
    assert stored_edition(app, "special").kind == "oneoff"


def test_a_one_off_takes_no_review_that_is_unknown_or_held_and_no_taken_name(app: App, made: Composed) -> None:
    with pytest.raises(UsageError, match="a one-off edition needs its reviews"):
        compose_one_off(app, "weekly", key="special", review_ids=[])
    with pytest.raises(UsageError, match="there is no review “nothing”"):
        compose_one_off(app, "weekly", key="special", review_ids=["nothing"])
    reviewing.hold(app, "review1")
    with pytest.raises(Held, match=f"“{FILMS[1]} review” is held; `publisher reviews release review1` frees it"):
        compose_one_off(app, "weekly", key="special", review_ids=["review1"])
    with pytest.raises(UsageError, match=f"“{made.edition.key}” is the name of another edition"):
        compose_one_off(app, "weekly", key=KEY, review_ids=["review0"])


def test_a_quote_that_the_editor_chose_is_the_item_s(app: App, made: Composed) -> None:
    hand = Hand(picks={"review0": "the cost of keeping a promise"})
    with app.store.write() as db:
        editions.set_hand(db, KEY, hand.to_record(), NOW)
    quotes = {item.review.id: item.quote for item in compose(app, "weekly").edition.items}

    assert quotes["review0"] is not None
    assert quotes["review0"].text == "the cost of keeping a promise"
    assert made.notes == ()


def test_too_few_reviews_are_told_and_an_empty_edition_has_no_email(app: App) -> None:
    for number in range(4):
        reviewing.exclude(app, f"review{number}")
    made = compose(app, "weekly", at=NOW + timedelta(hours=1))

    assert (made.email, made.too_few, made.state) == (None, "no new reviews", "skipped")
    assert invented(0).id not in ids(made)
