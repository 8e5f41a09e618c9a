"""An edition on the desk: each change is one step that can be taken back, and nothing of another window is lost."""

import pytest
from tests.studios import NOW

from publisher.editorial import hand as hands
from publisher.errors import Held, PublisherError, QuoteError, UsageError
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.desk import Desk, left_out, openings
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.editing import stored_edition
from publisher.newsroom.pool import reviewing
from publisher.store import editions

pytestmark = pytest.mark.slow

KEY = "weekly/2031-05-16"


@pytest.fixture
def desk(app: App, made: Composed) -> Desk:
    assert made.edition.key == KEY
    return Desk(app, "weekly")


def without(desk: Desk, review: str) -> None:
    desk.change("left out", lambda hand: hands.without(hand, review))


def test_what_lies_there_is_the_draft_with_the_editor_s_hand(desk: Desk) -> None:
    without(desk, "review1")
    shown = desk.show()

    assert (shown.key, shown.newsletter, shown.changeable, shown.look) == (KEY, "weekly", True, False)
    assert shown.made is not None
    assert "review1" not in [item.review.id for item in shown.made.edition.items]
    assert [review.id for review in left_out(shown, desk.app)] == ["review1"]


def test_a_step_is_taken_back_and_made_again_under_its_name(desk: Desk) -> None:
    without(desk, "review1")
    assert (desk.undo(), desk.undo()) == ("left out", "")
    assert desk.show().hand.excluded == ()
    assert (desk.redo(), desk.redo()) == ("left out", "")
    assert desk.show().hand.excluded == ("review1",)


def test_a_change_that_changes_nothing_is_no_step_and_a_new_one_ends_what_could_be_made_again(desk: Desk) -> None:
    without(desk, "review1")
    without(desk, "review1")
    assert len(desk.done) == 1
    desk.undo()
    without(desk, "review2")

    assert (desk.redo(), len(desk.done)) == ("", 1)


def test_undo_leaves_what_another_window_did_since(app: App, desk: Desk) -> None:
    without(desk, "review1")
    Desk(app, KEY).word("note", "From the other window.", was="")
    desk.undo()

    assert stored_edition(app, KEY).hand["note"] == "From the other window."
    assert stored_edition(app, KEY).hand["excluded"] == []


def test_words_that_were_changed_meanwhile_are_not_written_over(app: App, desk: Desk) -> None:
    automatic = desk.show().made
    assert automatic is not None
    desk.word("subject", "Mine", was=automatic.edition.subject)
    with pytest.raises(Held, match="the subject was changed meanwhile to “Mine”; look at both, then save again"):
        Desk(app, KEY).word("subject", "Hers", was=automatic.edition.subject)
    desk.word("subject", " Mine ", was="whatever")

    assert stored_edition(app, KEY).hand["subject"] == "Mine"
    assert len(desk.done) == 1


def test_a_quote_must_be_the_review_s_own(app: App, desk: Desk) -> None:
    assert desk.quote("review0", "the cost of keeping a promise").text == "the cost of keeping a promise"
    with pytest.raises(QuoteError):
        desk.quote("review0", "the cost of living")

    assert stored_edition(app, KEY).hand["picks"] == {"review0": "the cost of keeping a promise"}


def test_a_correction_of_a_review_is_a_step_too(app: App, desk: Desk) -> None:
    desk.correct("review0", {"rating": "2/5"})
    assert reviewing.found(app, "review0").overrides["rating"] == "2/5"
    assert desk.undo() == "correction"
    assert dict(reviewing.found(app, "review0").overrides) == {}
    desk.redo()
    assert reviewing.found(app, "review0").overrides["rating"] == "2/5"


def test_only_what_was_looked_at_is_approved_and_it_can_be_reopened(app: App, desk: Desk) -> None:
    with pytest.raises(Held, match="it has changed since you looked"):
        desk.approve("another")
    desk.approve(stored_edition(app, KEY).content_hash)
    assert stored_edition(app, KEY).state is EditionState.APPROVED
    assert not desk.show().changeable
    desk.reopen()

    assert stored_edition(app, KEY).state is EditionState.DRAFT


def test_a_look_at_the_newest_keeps_its_hand_here_and_is_no_edition(app: App, desk: Desk) -> None:
    look = Desk(app, "weekly", last=2)
    without(look, "review0")
    shown = look.show()

    assert (shown.look, shown.changeable, shown.hand.excluded) == (True, True, ("review0",))
    assert desk.show().hand.excluded == ()
    with pytest.raises(
        Held, match="a look at the newest or at another time is no edition; open the draft: publisher preview weekly"
    ):
        look.approve("whatever")


def test_what_cannot_be_made_now_lies_there_as_it_last_was(app: App, desk: Desk) -> None:
    good = desk.show().made
    (app.config.root / "templates").mkdir()
    (app.config.root / "templates" / "digest.html.j2").write_text("{% if %}", encoding="utf-8")
    shown = desk.show()

    assert isinstance(shown.broken, PublisherError)
    assert shown.made == good
    with pytest.raises(PublisherError, match=r"\w"):
        desk.send_test(["ed@lantern.example"])
    with pytest.raises(UsageError, match="there is no edition “nothing”"):
        Desk(app, "nothing").show()


def test_a_test_needs_somebody_to_go_to(app: App, desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"a test needs an address; type one, or set \[editor\] email"):
        desk.send_test([])

    assert desk.send_test(["ed@lantern.example"]).sent == ("ed@lantern.example",)
    assert stored_edition(app, KEY).frozen is None


def test_the_newsletters_come_before_the_latest_editions(app: App, desk: Desk) -> None:
    with app.store.write() as db:
        stray = editions.Draft(key="old/1", newsletter="old", kind="slot", slot_utc=None)
        editions.save_draft(db, stray, NOW)

    assert [(each.target, each.name, each.state) for each in openings(app)] == [
        ("weekly", "The Weekly Lantern", "next"),
        (KEY, KEY, "draft"),
    ]
    assert desk.target == "weekly"
