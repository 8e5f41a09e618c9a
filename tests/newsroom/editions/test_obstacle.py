"""One thing in the way of a send, told alike at every door."""

import re

import pytest

from publisher.errors import ConfigError, Held, PublisherError
from publisher.newsroom.editions.obstacle import KINDS, Obstacle


def obstacle(raises: type[PublisherError] | None = None) -> Obstacle:
    return Obstacle(kind="paused", what="it is paused", where="weekly", do="resume it", raises=raises)


def test_what_ends_a_send_stops_it_and_all_else_spoils_it() -> None:
    assert [obstacle(raises).level for raises in (Held, ConfigError, None)] == ["stops", "stops", "spoils"]


def test_its_line_is_the_level_and_the_error_as_every_door_shows_it() -> None:
    assert obstacle(Held).line == "stops: weekly: it is paused; resume it"
    assert obstacle().line == "spoils: weekly: it is paused; resume it"
    assert isinstance(obstacle(Held).error, Held)
    assert type(obstacle().error) is PublisherError


def test_a_document_lists_it_with_its_kind_and_without_its_error() -> None:
    assert obstacle(Held).as_json() == {
        "kind": "paused",
        "level": "stops",
        "what": "it is paused",
        "where": "weekly",
        "do": "resume it",
    }


def test_every_kind_has_a_name_of_its_own_and_words_and_no_other_can_be_made() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", kind) for kind in KINDS)
    assert len(set(KINDS.values())) == len(KINDS)
    with pytest.raises(AssertionError, match="unheard-of"):
        Obstacle(kind="unheard-of", what="", where="", do="")
