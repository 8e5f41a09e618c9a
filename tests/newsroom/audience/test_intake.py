"""An import of a list: what is counted, what is said of it, and when nobody is taken in."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config import Config, Newsletter
from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.newsroom.audience import intake
from publisher.newsroom.audience.intake import ImportOptions, ImportReport, import_csv
from publisher.newsroom.audience.memberlist import Broken
from publisher.newsroom.audience.subscribe import list_
from publisher.store.engine import Store

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LIST = """\
Email,Name,Status,Unsubscribed at
ann@one.example,Ann,subscribed,
bob@one.example,Bob,pending,
eve@one.example,Eve,unsubscribed,2025-03-01
dan@one.example,Dan,subscribed,2025-04-01
joe@one.example,Joe,never subscribed,
nobody,Nemo,subscribed,
"""


@pytest.fixture
def app(sqlite_store: Store, tmp_path: Path) -> App:
    newsletters = {
        name: Newsletter.model_validate({"name": name, "from": "Ed <ed@publisher.example>"})
        for name in ("weekly", "monthly")
    }
    return App(config=replace(Config.defaults(tmp_path), newsletters=newsletters), store=sqlite_store, now=lambda: NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "members.csv").write_text(LIST, encoding="utf-8")
    return tmp_path / "members.csv"


def states(app: App) -> dict[str, str]:
    return {one.email.partition("@")[0]: one.state for one in list_(app)}


def test_each_row_is_counted_once_and_under_one_head(app: App, path: Path) -> None:
    done = import_csv(app, path)

    assert (done.rows, done.confirmed, done.pending, done.suppressed) == (6, 1, 1, 2)
    assert (done.left_out, done.broken_rows, done.unchanged, done.kept_out) == (1, 1, 0, 0)
    assert [row.line for row in done.broken] == [7]
    assert states(app)["ann"] == "confirmed"


def test_dates_are_counted_by_their_column_and_words_by_themselves(app: App, path: Path) -> None:
    assert import_csv(app, path).because == {
        "Status: pending": 1,
        "Unsubscribed at: (a date)": 2,
        "Status: never subscribed": 1,
    }


def test_a_dry_run_counts_the_same_and_keeps_nothing(app: App, path: Path) -> None:
    tried = import_csv(app, path, dry_run=True)
    assert states(app) == {}

    done = import_csv(app, path)
    assert replace(tried, dry_run=False) == done
    assert any("would be suppressed" in note for note in tried.notes)


def test_a_second_time_changes_nothing(app: App, path: Path) -> None:
    import_csv(app, path)
    before = states(app)
    again = import_csv(app, path)

    assert (again.confirmed, again.pending, again.suppressed, again.rows) == (0, 0, 0, 6)
    assert states(app) == before


def test_a_word_that_nobody_knows_takes_nobody_in_until_it_is_said_how(app: App, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Email,Status\nann@one.example,subscribed\nbob@one.example,wobbly\n", encoding="utf-8")
    with pytest.raises(UsageError, match="“Status” says “wobbly”, which may or may not be a yes; nobody was taken in"):
        import_csv(app, path)
    assert states(app) == {}

    import_csv(app, path, ImportOptions(as_="pending", newsletters=("weekly",)))
    assert states(app)["bob"] == "pending"
    with pytest.raises(UsageError, match="“maybe” is no state of a subscriber"):
        import_csv(app, path, ImportOptions(as_="maybe"))


def test_all_newsletters_are_meant_where_none_is_named_and_each_once(app: App) -> None:
    assert intake.chosen_newsletters(app, ()) == ("weekly", "monthly")
    assert intake.chosen_newsletters(app, ("monthly", "monthly")) == ("monthly",)
    with pytest.raises(UsageError, match="there is no newsletter “daily”"):
        intake.chosen_newsletters(app, ("daily",))
    bare = replace(app, config=replace(app.config, newsletters={}))
    with pytest.raises(UsageError, match=r"no newsletter is configured; add a \[newsletters\.NAME\] table"):
        intake.chosen_newsletters(bare, ())


@pytest.mark.parametrize(
    ("name", "taken_for"),
    [
        ("members.csv", "members"),
        ("unsubscribed.csv", "people who unsubscribed"),
        ("bounced.csv", "bounced addresses"),
        ("nonsubscribed.csv", "people who are no members"),
    ],
)
def test_a_report_says_what_the_list_was_taken_for(app: App, tmp_path: Path, name: str, taken_for: str) -> None:
    (tmp_path / name).write_text("Email\nann@one.example\n", encoding="utf-8")

    assert import_csv(app, tmp_path / name).notes[0] == f"{name} was taken for a list of {taken_for}"


def test_the_notes_count_people_in_words_and_say_what_was_done() -> None:
    report = ImportReport(
        file="a.csv", taken_for="members", newsletters=("weekly", "monthly"), encoding="cp1250", rows=1200, confirmed=1,
        suppressed=1001, kept_out=2, left_out=1, broken_rows=1100,
    )  # fmt: skip

    assert report.notes == (
        "a.csv was taken for a list of members",
        "its letters were read as cp1250; where names look wrong, say --encoding",
        (
            "1 person was counted as confirmed for weekly, monthly: "
            "that they agreed is taken from the list, nobody was asked again"
        ),
        "1,001 people who unsubscribed or bounced elsewhere were suppressed",
        "kept out, because they left or bounced here before: 2 people",
        "left aside, because nothing there says that they agreed: 1 person",
        "left aside, because they could not be read: 1,100 of 1,200 rows",
    )


def test_only_the_first_thousand_broken_rows_are_kept(app: App, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("Email\nann@one.example\n" + "nobody\n" * 1001, encoding="utf-8")
    done = import_csv(app, path)

    assert (done.broken_rows, len(done.broken), done.confirmed) == (1001, 1000, 1)
    assert isinstance(done.broken[-1], Broken)
