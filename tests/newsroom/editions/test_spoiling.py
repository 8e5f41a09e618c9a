"""What stops no send and spoils it: each thing is found where it is, and nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.studios import NOW, invented

from publisher.newsroom import pausing
from publisher.newsroom.app import App
from publisher.newsroom.editions import spoiling
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.editing import approve
from publisher.newsroom.pool import reviewing
from publisher.store.pool import reviews

pytestmark = pytest.mark.slow

KEY = "weekly/2031-05-16"
FRIDAY = datetime(2031, 5, 16, 8, tzinfo=UTC)


def of_edition(app: App, made: Composed) -> list[str]:
    return [each.kind for each in spoiling.of_edition(app, app.newsletter("weekly"), made)]


def of_newsletter(app: App, **changes: object) -> list[str]:
    newsletter = app.newsletter("weekly").model_copy(update=changes)
    return [each.kind for each in spoiling.of_newsletter(app, newsletter) if each.kind != "placeholder"]


def test_nothing_spoils_a_sound_edition(app: App, made: Composed) -> None:
    assert of_edition(app, made) == []
    assert of_newsletter(app) == []


def test_a_review_that_was_withdrawn_since_is_still_in_it(app: App, made: Composed) -> None:
    reviewing.hold(app, "review1")
    (found,) = spoiling.of_edition(app, app.newsletter("weekly"), made)

    assert (found.kind, found.where, found.level) == ("withdrawn", KEY, "spoils")
    assert "is held or was withdrawn, and is still in it" in found.what
    assert "publisher reviews release review1" in found.do


def test_a_review_without_a_film_is_said_unless_an_editor_says_that_there_is_none(app: App, made: Composed) -> None:
    with app.store.write() as db:
        reviews.insert(db, invented(8, film=None), now=NOW)
    item = replace(made.edition.items[0], review=invented(8, film=None))
    wider = replace(made, edition=replace(made.edition, items=(*made.edition.items, item)))

    assert of_edition(app, wider) == ["filmless"]
    reviewing.correct(app, "review8", {"film": "none"})
    assert of_edition(app, wider) == []


def test_a_slot_has_passed_at_its_moment(app: App, made: Composed) -> None:
    assert of_edition(replace(app, now=lambda: FRIDAY - timedelta(seconds=1)), made) == []
    assert of_edition(replace(app, now=lambda: FRIDAY), made) == ["past"]


def test_an_approved_edition_whose_slot_has_gone_or_passed_is_left_over(app: App, made: Composed) -> None:
    assert made.edition.key == KEY
    approve(app, KEY)

    assert of_newsletter(app) == []
    assert of_newsletter(app, schedule="mon 09:00") == ["stranded"]
    assert of_newsletter(app, schedule="") == ["stranded"]
    assert of_newsletter(replace(app, now=lambda: FRIDAY)) == ["past"]
    without = replace(app, config=replace(app.config, newsletters={}))
    assert "stranded" in [each.kind for each in spoiling.elsewhere(without)]


def test_a_pause_is_said_of_the_newsletter_that_it_holds(app: App) -> None:
    pausing.pause(app, "weekly", until=None)
    (found,) = (each for each in spoiling.of_newsletter(app, app.newsletter("weekly")) if each.kind == "paused")

    assert found.what == "weekly is paused until you resume it, and its slots send nothing"
    assert found.do == "`publisher resume weekly` ends the pause"
    assert [each.kind for each in spoiling.elsewhere(app)] == []


@pytest.mark.parametrize(("sender", "kinds"), [("A <a@GMAIL.com>", ["free-mail"]), ("a@mail.gmail.example", [])])
def test_a_mailbox_provider_s_address_is_refused_by_others(app: App, sender: str, kinds: list[str]) -> None:
    assert of_newsletter(app, sender=sender) == kinds
