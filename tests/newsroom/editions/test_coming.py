"""Which edition comes next: the first slot whose edition is open; without a schedule, today's."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.studios import NOW

from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.coming import Coming, coming
from publisher.store import editions

FRIDAY = datetime(2031, 5, 16, 8, tzinfo=UTC)  # nine o'clock in London
KEY = "weekly/2031-05-16"


def place(app: App, at: datetime = NOW, schedule: str = "fri 09:00") -> Coming:
    return coming(app, app.newsletter("weekly").model_copy(update={"schedule": schedule}), at)


def keep(app: App, key: str, state: EditionState = EditionState.DRAFT) -> None:
    with app.store.write() as db:
        editions.save_draft(db, editions.Draft(key=key, newsletter="weekly", kind="slot", slot_utc=FRIDAY), NOW)
        if state is not EditionState.DRAFT:
            editions.set_state(db, key, state, now=NOW)


def test_the_next_slot_in_the_site_s_zone_is_meant(app: App) -> None:
    assert place(app) == Coming(key=KEY, slot=FRIDAY)


def test_a_slot_is_over_at_its_very_moment(app: App) -> None:
    assert place(app, FRIDAY - timedelta(seconds=1)).key == KEY
    assert place(app, FRIDAY).key == "weekly/2031-05-23"


@pytest.mark.parametrize("state", [EditionState.DRAFT, EditionState.HELD])
def test_an_open_edition_of_the_slot_is_the_one(app: App, state: EditionState) -> None:
    keep(app, KEY, state)
    found = place(app)

    assert found.key == KEY
    assert found.stored is not None
    assert found.stored.state is state


@pytest.mark.parametrize(
    "state",
    [EditionState.SENT, EditionState.SENDING, EditionState.CANCELLED, EditionState.MISSED, EditionState.SKIPPED],
)
def test_a_slot_whose_edition_is_over_is_passed_by(app: App, state: EditionState) -> None:
    keep(app, KEY, state)

    assert place(app) == Coming(key="weekly/2031-05-23", slot=FRIDAY + timedelta(days=7))


def test_without_a_schedule_it_is_the_day_in_the_site_s_zone(app: App) -> None:
    late = datetime(2031, 5, 14, 23, 30, tzinfo=UTC)

    assert place(app, late, "") == Coming(key="weekly/2031-05-15", slot=late)


def test_a_second_edition_of_a_day_has_its_moment_in_its_key(app: App) -> None:
    keep(app, "weekly/2031-05-14", EditionState.SENT)

    assert place(app, NOW, "").key == "weekly/2031-05-14T130000"
