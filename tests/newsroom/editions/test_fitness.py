"""What stands in the way of an edition is listed in the order in which a send meets it, each thing with its owner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.newsroom.sending.test_slots import FRIDAY, Room, open_room, started

from publisher.errors import ConfigError, Held
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions import fitness
from publisher.newsroom.editions.compose import compose
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.sending.send import send
from publisher.preflight import Finding

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY = "weekly/2026-11-20"
BROKEN = Finding(rule="links/empty", level="error", where="part 1", message="a link leads nowhere")


@pytest.fixture
def room(open_room: Callable[..., Room]) -> Room:
    room = started(open_room())
    room.at(FRIDAY - timedelta(hours=2))
    return room


@pytest.fixture
def made(room: Room) -> Composed:
    return compose(room.app, "weekly")


def with_site(app: App, **changes: str) -> App:
    return replace(app, config=replace(app.config, site=app.config.site.model_copy(update=changes)))


def with_web(app: App, url: str) -> App:
    return replace(app, config=replace(app.config, web=app.config.web.model_copy(update={"url": url})))


def test_nothing_stands_in_the_way_of_a_sound_edition(room: Room, made: Composed) -> None:
    newsletter = room.app.newsletter("weekly")

    assert fitness.stops(room.app, newsletter, made, automatic=True) == ()
    assert fitness.obstacles(room.app, newsletter, made) == ()
    fitness.require(())


def test_what_stops_comes_in_the_order_in_which_a_send_meets_it(room: Room, made: Composed) -> None:
    spoiled = replace(made, held=("your quote is gone",), findings=(BROKEN, BROKEN))
    newsletter = room.app.newsletter("weekly").model_copy(update={"approve": True, "if_not_approved": "hold"})
    found = fitness.stops(with_site(room.app, postal_address=" "), newsletter, spoiled, automatic=True)

    assert [(each.what[:26], each.raises, each.noted) for each in found] == [
        ("your quote is gone", Held, "your quote is gone"),
        ("preflight: a link leads no", Held, "links/empty: a link leads nowhere"),
        ("it is not approved", Held, "not approved"),
        ("[site] postal_address is m", ConfigError, ""),
    ]
    with pytest.raises(Held, match="your quote is gone"):
        fitness.require(found)


def test_an_approval_stops_an_automatic_send_and_is_told_of_any_other(room: Room, made: Composed) -> None:
    newsletter = room.app.newsletter("weekly").model_copy(update={"approve": True, "if_not_approved": "hold"})
    approved = replace(made, edition=replace(made.edition, state=EditionState.APPROVED))

    assert fitness.stops(room.app, newsletter, made) == ()
    assert fitness.stops(room.app, newsletter, approved, automatic=True) == ()
    (told,) = fitness.obstacles(room.app, newsletter, made)
    assert (told.kind, told.level) == ("unapproved", "spoils")


def test_several_errors_are_one_obstacle_that_counts_them(room: Room, made: Composed) -> None:
    (found,) = fitness.stops(room.app, room.app.newsletter("weekly"), replace(made, findings=(BROKEN, BROKEN, BROKEN)))

    assert found.what == "preflight: a link leads nowhere (and 2 more)"
    assert found.where == f"{KEY}, part 1"


def test_a_quote_that_left_its_review_is_found_again(room: Room, made: Composed) -> None:
    item = made.edition.items[0]
    emptied = replace(item, review=replace(item.review, blocks=()))
    (found,) = fitness.unproven(replace(made, edition=replace(made.edition, items=(emptied,))))

    assert found.what == f"the quote from “{item.review.headline}” is no longer in the review"
    assert found.noted == ""


@pytest.mark.parametrize(
    ("url", "what"), [("", "[web] url is missing, and without it nobody could unsubscribe"), ("http://10.0.0.1", "")]
)
def test_a_publisher_whose_mail_stays_here_needs_an_address_and_no_more(room: Room, url: str, what: str) -> None:
    found = [each.what for each in fitness.unprepared(with_web(room.app, url), room.app.newsletter("weekly"))]

    assert found == ([what] if what else [])


def test_a_mistake_of_the_configuration_is_raised_as_one(room: Room) -> None:
    with pytest.raises(ConfigError, match="postal_address is missing"):
        fitness.require(fitness.unprepared(with_site(room.app, postal_address=""), room.app.newsletter("weekly")))


def test_a_send_notes_why_an_edition_is_held_and_leaves_its_state_to_a_mistake_elsewhere(room: Room) -> None:
    config = room.app.config
    strict = config.newsletters["weekly"].model_copy(update={"approve": True, "if_not_approved": "hold"})
    mistaken = with_site(room.app, postal_address="")
    compose(room.app, "weekly")
    with pytest.raises(ConfigError):
        send(mistaken, "weekly", automatic=True)
    assert room.edition(KEY).state is EditionState.DRAFT

    with pytest.raises(Held):
        send(replace(room.app, config=replace(config, newsletters={"weekly": strict})), KEY, automatic=True)
    assert (room.edition(KEY).state, room.edition(KEY).reason) == (EditionState.HELD, "not approved")
