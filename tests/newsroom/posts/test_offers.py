"""What is offered to the editor and never done by itself: corrections, deletions, old reviews worth a new post."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.newsroom.posts.test_channels import NOON, Desk, outbox

from publisher.errors import UsageError
from publisher.model import Availability, Block, Film, Published, Review, Verdict
from publisher.newsroom.posts import curating as postdesk
from publisher.newsroom.posts import offers
from publisher.store.engine import Store
from publisher.store.ledger import posts
from publisher.store.pool import reviews as pool

pytestmark = pytest.mark.slow

EVERGREEN = outbox() + 'evergreen = true\nrepeat_after = "26w"\n'
LINES = (
    "The Salt Road is a quiet, exact and deeply felt film about the cost of keeping a promise.",
    "It is a film that trusts its silences and earns every one of them.",
    "A modest, generous and beautifully acted pleasure from start to finish.",
)


def change(desk: Desk, review: Review, **changes: object) -> None:
    desk.now += timedelta(minutes=10)
    changed = replace(review, **changes)  # type: ignore[arg-type]
    with desk.store.write() as db:
        one = pool.Change(review=changed, verdict=Verdict.UPDATE, rule="changed", fingerprint="")
        pool.update_all(db, [one], now=desk.now)


def old(desk: Desk, *, years: int, **changes: object) -> Review:
    moment = NOON.replace(year=NOON.year - years)
    review = Review(
        id="old1",
        source="site",
        url="https://lantern.example/old",
        headline="The Old Mill",
        film=Film(title="The Old Mill"),
        authors=("Ada Quill",),
        blocks=tuple(Block(kind="paragraph", text=text) for text in LINES),
        published=Published(value=moment, precision="second", raw=""),
        full_text="feed",
    )
    review = replace(review, **changes)  # type: ignore[arg-type]
    with desk.store.write() as db:
        pool.insert(db, review, now=desk.now, verdict=Verdict.BACKFILL)
    return review


@pytest.fixture
def desk(tmp_path: Path, sqlite_store: Store) -> Desk:
    return Desk(tmp_path, sqlite_store, outbox())


def test_an_edit_that_keeps_the_quote_offers_nothing(desk: Desk) -> None:
    review = desk.review(1)
    desk.tick()
    change(desk, review, headline="The Salt Road, once more")

    assert offers.offer_corrections(desk.app) == ()


def test_an_edit_that_loses_the_quote_offers_a_correction_once(desk: Desk) -> None:
    review = desk.review(1)
    desk.tick()
    change(desk, review, blocks=(Block(kind="paragraph", text=LINES[2]),))

    (offered,) = offers.offer_corrections(desk.app)
    assert offers.offer_corrections(desk.app) == ()
    (letter,) = desk.told("may want a correction")
    assert f"publisher posts correct {offered}" in letter
    assert f"publisher posts delete {offered}" in letter
    assert desk.states("box") == ["accepted"]


def test_a_review_that_is_withdrawn_offers_a_deletion(desk: Desk) -> None:
    review = desk.review(1)
    desk.tick()
    with desk.store.write() as db:
        pool.hold(db, review.id, until=None)

    assert len(offers.offer_corrections(desk.app)) == 1
    assert len(desk.told("was withdrawn")) == 1


def test_a_correction_waits_for_the_editor_and_then_goes_out(desk: Desk) -> None:
    review = desk.review(1)
    desk.tick()
    change(desk, review, blocks=(Block(kind="paragraph", text=LINES[2]),))
    stored = postdesk.correct(desk.app, posts.post_id(review.id, "box", "new"))
    assert stored.post.text.startswith("Correction\n\n“")
    assert desk.tick(minutes=5) == ()

    postdesk.approve(desk.app, stored.id)
    assert [each.state for each in desk.tick(minutes=5)] == ["accepted"]


def test_a_post_that_is_not_out_is_not_corrected_nor_deleted(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, outbox() + "approve = true\n")
    review = desk.review(1)
    desk.tick()
    id_ = posts.post_id(review.id, "box", "new")
    for act in (postdesk.correct, postdesk.delete):
        with pytest.raises(UsageError, match="is not out"):
            act(desk.app, id_)


def test_an_anniversary_is_proposed_and_not_posted(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, EVERGREEN)
    old(desk, years=3)

    (proposal,) = offers.propose(desk.app)
    assert offers.propose(desk.app) == ()
    assert desk.tick(minutes=1) == ()
    (letter,) = desk.told("reviewed 3 years ago today")
    assert f"publisher posts approve {proposal.id}" in letter

    postdesk.approve(desk.app, proposal.id)
    assert [each.state for each in desk.tick(minutes=1)] == ["accepted"]


@pytest.mark.parametrize("changes", [{"film": None}, {"published": None}])
def test_what_is_no_dated_review_of_a_film_is_not_proposed(
    tmp_path: Path, sqlite_store: Store, changes: dict[str, object]
) -> None:
    desk = Desk(tmp_path, sqlite_store, EVERGREEN)
    old(desk, years=3, **changes)
    assert offers.propose(desk.app) == ()


def test_a_channel_that_does_not_want_it_is_left_alone(desk: Desk) -> None:
    old(desk, years=1)
    assert offers.propose(desk.app) == ()


def test_a_film_that_comes_to_a_service_is_proposed(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, EVERGREEN)
    review = old(desk, years=2, published=Published(value=NOON - timedelta(days=500), precision="second", raw=""))
    assert offers.propose(desk.app) == ()
    change(desk, review, availability=(Availability(platform="Netflix"),))
    desk.now += timedelta(days=1)

    assert [each.kind for each in offers.propose(desk.app)] == ["again-2031-03-05"]
    assert len(desk.told("now on Netflix")) == 1
    desk.now += timedelta(days=1)
    assert offers.propose(desk.app) == ()


def test_a_quote_is_not_shown_again_within_its_span(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, EVERGREEN)
    old(desk, years=1)
    first = offers.propose(desk.app)[0].post.quote
    postdesk.approve(desk.app, str(postdesk.listed(desk.app)[0]["id"]))
    desk.tick(minutes=1)

    desk.now = NOON.replace(year=NOON.year + 1)
    again = offers.propose(desk.app)[0].post.quote
    desk.now = NOON.replace(year=NOON.year + 1) + timedelta(minutes=5)
    with desk.store.read() as db:
        shown = [post.post.quote.text for post in posts.by_review(db, "old1") if post.post.quote]
    assert first is not None
    assert again is not None
    assert sorted(shown) == sorted([first.text, again.text])
