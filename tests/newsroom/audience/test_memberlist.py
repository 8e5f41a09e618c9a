"""Lists of members as other services write them, whole and broken."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.config import Config, Newsletter
from publisher.errors import SourceError, UsageError
from publisher.newsroom.app import App
from publisher.newsroom.audience.memberlist import open_list
from publisher.newsroom.audience.subscribe import (
    ImportOptions,
    ImportReport,
    import_csv,
    list_,
    show,
)
from publisher.store.engine import Store
from publisher.store.people.intake import Incoming
from publisher.store.people.suppressions import Reason

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MAILCHIMP = ["Email Address", "First Name", "Last Name"]
TAIL = ["MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME", "CONFIRM_IP", "LEID", "EUID", "NOTES", "TAGS"]


@pytest.fixture
def app(store: Store, tmp_path: Path) -> App:
    return an_app(store, tmp_path)


def an_app(store: Store, root: Path, *names: str) -> App:
    newsletters = {
        name: Newsletter.model_validate({"name": name, "from": "Ed <ed@publisher.example>"})
        for name in names or ("weekly",)
    }
    return App(config=replace(Config.defaults(root), newsletters=newsletters), store=store, now=lambda: NOW)


def write(path: Path, *rows: Sequence[str], quoting: int = csv.QUOTE_ALL) -> Path:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL if quoting == csv.QUOTE_ALL else csv.QUOTE_MINIMAL).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def states(app: App) -> dict[str, str]:
    return {one.email: one.state for one in list_(app)}


def totals(report: ImportReport) -> int:
    parts = (report.confirmed, report.pending, report.suppressed, report.unchanged, report.kept_out)
    return sum(parts) + report.left_out + report.broken_rows


def mailchimp(folder: Path) -> list[Path]:
    """The three files of one audience; Ada has left since and Cy is dead, though an older list still has them."""
    times = ["2", "2021-03-04 10:00:00", "192.0.2.1", "2021-03-04 10:01:00", "192.0.2.1", "1", "e", "", '"film"']
    members = [["ada@one.example", "Ada", "Byron"], ["Bob@one.example", "Bob", ""], ["cy@one.example", "", ""]]
    left = [["ada@one.example", "Ada", "Byron"], ["dee@one.example", "Dee", "Dum"]]
    out = ["2023-01-01 00:00:00", "June", "", "NORMAL"]
    return [
        write(folder / "subscribed_members_export_0a1b.csv", [*MAILCHIMP, *TAIL], *([*m, *times] for m in members)),
        write(
            folder / "unsubscribed_members_export_0a1b.csv",
            [*MAILCHIMP, *TAIL, "UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON"],
            *([*m, *times, *out] for m in left),
        ),
        write(
            folder / "cleaned_members_export_0a1b.csv",
            [*MAILCHIMP, *TAIL, "CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID"],
            ["cy@one.example", "", "", *times, "2022-02-02 00:00:00", "May", ""],
        ),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_mailchimps_three_files_come_in_any_order_and_twice(app: App, tmp_path: Path, order: tuple[int, ...]) -> None:
    files = mailchimp(tmp_path)
    for _ in range(2):
        reports = [import_csv(app, files[n]) for n in order]

    assert states(app) == {
        "ada@one.example": "unsubscribed",
        "Bob@one.example": "confirmed",
        "cy@one.example": "bounced",
        "dee@one.example": "unsubscribed",
    }
    assert all(report.confirmed == report.suppressed == 0 for report in reports)


@pytest.mark.parametrize("names", [("a.csv", "b.csv", "c.csv"), ("subscribed.csv", "unsubscribed.csv", "cleaned.csv")])
def test_mailchimps_files_are_known_by_their_columns_or_their_names(
    app: App, tmp_path: Path, names: tuple[str, ...]
) -> None:
    for path, name in zip(mailchimp(tmp_path), names, strict=True):
        import_csv(app, path.rename(tmp_path / name))

    assert states(app)["dee@one.example"] == "unsubscribed"
    assert states(app)["cy@one.example"] == "bounced"
    assert states(app)["Bob@one.example"] == "confirmed"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("unsubscribed.csv", "unsubscribed"),
        ("unsubscribed_email_audience_export_9.csv", "unsubscribed"),
        ("2026-11 Unsubscribes.csv", "unsubscribed"),
        ("cleaned.csv", "bounced"),
        ("bounces.csv", "bounced"),
        ("spam.csv", "complained"),
        ("subscribers-cleaned.csv", "confirmed"),
        ("cleaned-subscribers.csv", "confirmed"),
        ("list.csv", "confirmed"),
    ],
)
def test_a_file_name_says_what_everybody_on_it_is(app: App, tmp_path: Path, name: str, state: str) -> None:
    import_csv(app, write(tmp_path / name, ["Email Address"], ["ann@one.example"]))

    assert states(app) == {"ann@one.example": state}


def test_a_report_counts_and_says_that_people_count_as_confirmed(app: App, tmp_path: Path) -> None:
    first, left, dead = (import_csv(app, path) for path in mailchimp(tmp_path))
    again = import_csv(app, tmp_path / first.file)

    assert (first.rows, first.confirmed, first.newsletters) == (3, 3, ("weekly",))
    assert any("3 people were counted as confirmed for weekly" in note for note in first.notes)
    assert (left.suppressed, dead.suppressed) == (2, 1)
    assert left.taken_for == "people who unsubscribed"
    assert (again.confirmed, again.kept_out, again.unchanged) == (0, 2, 1)


def test_a_dry_run_says_the_same_and_changes_nothing(app: App, tmp_path: Path) -> None:
    path = mailchimp(tmp_path)[0]
    dry = import_csv(app, path, dry_run=True)
    assert states(app) == {}
    real = import_csv(app, path)

    assert (dry.confirmed, dry.rows) == (real.confirmed, real.rows) == (3, 3)
    assert any("would be counted" in note for note in dry.notes)


def test_consent_of_the_old_list_is_kept_and_no_address_of_a_machine(app: App, tmp_path: Path) -> None:
    import_csv(app, mailchimp(tmp_path)[0])

    story = show(app, "ada@one.example")
    assert story.name == "Ada Byron"
    assert story.subscriptions[0].consent == {
        "how": "import",
        "list": "subscribed_members_export_0a1b.csv",
        "opted_in": "2021-03-04 10:00:00",
        "confirmed": "2021-03-04 10:01:00",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Email Address,First Name\r\nann@one.example,Zoë\r\n",
        "\ufeffEmail Address,First Name\nann@one.example,Zoë\n",
        "sep=;\nE-Mail;Vorname\nann@one.example;Zoë\n",
        "email\tname\nann@one.example\tZoë\n",
        "Adresse e-mail|Prénom\nann@one.example|Zoë",
        '"Email","Name"\n"ann@one.example","Zoë"\n',
        "Name;Anything\nZoë;ann@one.example\n",
        "\n\nEMAIL , FIRST NAME\n  ann@one.example , Zoë \n,\n\n",
        "name,email\rZoë,ann@one.example\r",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_common_spellings_signs_and_encodings_are_read(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text.removeprefix("" if encoding == "utf-8" else "\ufeff").encode(encoding))

    rows = list(open_list(path).rows())
    assert [(row.email, row.name) for row in rows if isinstance(row, Incoming)] == [("ann@one.example", "Zoë")]
    assert len(rows) == 1


def test_bare_addresses_without_a_header_are_a_list(app: App, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("ann@one.example\nbob@one.example\n")
    import_csv(app, path)

    assert states(app) == {"ann@one.example": "confirmed", "bob@one.example": "confirmed"}


def test_a_status_column_decides_row_by_row(app: App, tmp_path: Path) -> None:
    said = {
        "subscribed": "confirmed", "Active": "confirmed", "pending": "pending", "Unsubscribed": "unsubscribed",
        "inactive": "unsubscribed", "cleaned": "bounced", "Hard Bounce": "bounced", "complained": "complained",
        "blocklisted": "suppressed",
    }  # fmt: skip
    rows = [[f"p{n}@one.example", status] for n, status in enumerate(said)]
    report = import_csv(app, write(tmp_path / "all.csv", ["email", "status"], *rows))

    assert states(app) == {f"p{n}@one.example": state for n, state in enumerate(said.values())}
    assert (report.confirmed, report.pending, report.suppressed) == (2, 1, 6)


def test_an_unknown_status_stops_the_import_and_is_named(app: App, tmp_path: Path) -> None:
    rows = [["ann@one.example", "subscribed"], ["bob@one.example", "quelque chose"], ["cy@one.example", "archived"]]
    path = write(tmp_path / "list.csv", ["email", "status"], *rows)

    with pytest.raises(UsageError, match=r"list.csv: column “status” says “quelque chose”, .* nobody was taken in"):
        import_csv(app, path)
    assert states(app) == {}

    report = import_csv(app, path, ImportOptions(as_="pending"))
    assert states(app) == {"ann@one.example": "pending", "bob@one.example": "pending"}
    assert report.left_out == 1


def test_a_state_may_be_ohio(app: App, tmp_path: Path) -> None:
    import_csv(app, write(tmp_path / "a.csv", ["email", "state"], ["ann@one.example", "OH"], ["bob@one.example", "NY"]))
    import_csv(app, write(tmp_path / "b.csv", ["email", "state"], ["cy@one.example", "unsubscribed"]))

    assert states(app) == {
        "ann@one.example": "confirmed", "bob@one.example": "confirmed", "cy@one.example": "unsubscribed",
    }  # fmt: skip


def test_a_time_of_leaving_speaks_for_its_row_in_other_services_lists(app: App, tmp_path: Path) -> None:
    header = ["email", "created_at", "unsubscribed_at"]
    rows = [["ann@one.example", "2020-01-01", ""], ["bob@one.example", "2020-01-01", "2024-01-01"]]
    import_csv(app, write(tmp_path / "members.csv", header, *rows))

    assert states(app) == {"ann@one.example": "confirmed", "bob@one.example": "unsubscribed"}


def test_broken_rows_are_named_by_line_and_the_rest_is_taken_in(app: App, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(
        b"Email Address,First Name,Last Name\n"
        b"ann@one.example,Ann,Lee\n"
        b"not-an-address,Bob,Lee\n"
        b'cy@one.example,"Cy,Lee\n'  # a quotation mark that nobody closes
        b"dee@one.example,Dee,Lee\n"
        b"eve@one.example,Eve,Lee,Smith\n"
        b"fay@one.example\r\n"
        b'gus@one.example,"Gus ""G"" ","Lee\nand Co"\n'
        b'hal@one.example,Hal 5" tall,Lee\n'
        b"Email Address,First Name,Last Name\n"
        b"ivy@one.example\r\nBcc: all@one.example,Ivy,Lee\n"
        b"jo@one.example," + b"x" * 2000 + b"\nkit@one\0.example,Kit,Lee\n"
    )
    report = import_csv(app, path)

    assert sorted(states(app)) == [f"{name}@one.example" for name in ("ann", "dee", "fay", "gus", "hal", "ivy", "jo")]
    assert [(broken.line, broken.why) for broken in report.broken] == [
        (3, "there is no @ in the address"),
        (4, "a quotation mark is not closed"),
        (6, "it has 4 columns and the first line has 3"),
        (13, "there is a space, a line break or an invisible character in the address"),
        (15, "there is a space, a line break or an invisible character in the address"),
    ]
    assert totals(report) == report.rows
    assert not any("@one" in broken.why for broken in report.broken)
    assert show(app, "gus@one.example").name == 'Gus "G" Lee and Co'


def test_an_unclosed_quotation_mark_costs_one_row_of_ten_thousand(tmp_path: Path) -> None:
    lines = [f'p{n}@one.example,"Ann {n}"' for n in range(10_000)]
    lines[5000] = 'p5000@one.example,"Ann'
    path = tmp_path / "list.csv"
    path.write_text("email,name\n" + "\n".join(lines))

    rows = list(open_list(path).rows())
    assert [row.line for row in rows if not isinstance(row, Incoming)] == [5002]
    assert len(rows) == 10_000


def test_who_left_is_out_even_when_her_columns_slipped(app: App, tmp_path: Path) -> None:
    import_csv(app, write(tmp_path / "members.csv", ["Email Address", "First Name"], ["ann@one.example", "Ann"]))
    path = tmp_path / "unsubscribed.csv"
    path.write_text("First Name,Email Address\nAnn, Mrs,ann@one.example,\n")
    import_csv(app, path)

    assert states(app) == {"ann@one.example": "unsubscribed"}


def test_everybody_can_be_suppressed_by_a_word(app: App, tmp_path: Path) -> None:
    path = write(tmp_path / "members.csv", ["email", "status"], ["ann@one.example", "subscribed"])
    import_csv(app, path, ImportOptions(as_="suppressed"))
    import_csv(app, path)

    assert states(app) == {"ann@one.example": "suppressed"}
    with pytest.raises(UsageError, match="“perhaps” is no state of a subscriber; use confirmed, subscribed, pending"):
        import_csv(app, path, ImportOptions(as_="perhaps"))


def test_a_word_cannot_make_a_member_of_who_left(app: App, tmp_path: Path) -> None:
    import_csv(app, mailchimp(tmp_path)[1], ImportOptions(as_="confirmed"))

    assert set(states(app).values()) == {"unsubscribed"}


def test_a_list_is_for_the_newsletters_that_are_named(store: Store, tmp_path: Path) -> None:
    app = an_app(store, tmp_path, "weekly", "monthly")
    members, left, _ = mailchimp(tmp_path)
    import_csv(app, left, ImportOptions(newsletters=("weekly",)))
    import_csv(app, members)

    ada = show(app, "ada@one.example")
    assert {s.newsletter: s.state for s in ada.subscriptions} == {"monthly": "confirmed", "weekly": "unsubscribed"}
    with pytest.raises(UsageError, match="there is no newsletter “wekly”; did you mean “weekly”"):
        import_csv(app, members, ImportOptions(newsletters=("wekly",)))


def test_without_a_newsletter_there_is_nothing_to_put_people_on(sqlite_store: Store, tmp_path: Path) -> None:
    app = App(config=Config.defaults(tmp_path), store=sqlite_store, now=lambda: NOW)

    with pytest.raises(UsageError, match="no newsletter is configured"):
        import_csv(app, mailchimp(tmp_path)[0])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the list is empty"),
        (b"\n\n,,\n", "the list is empty"),
        (b"PK\x03\x04zipped", "this is a zip archive or an Excel workbook; unpack it, or save it as CSV"),
        (b"email\0,name\0\n", "this is not a text file"),
        (b"name,town\nAnn,Bath\n", "no column holds email addresses; name the column “Email Address”"),
    ],
)
def test_what_is_no_list_is_said_in_words(app: App, tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)

    with pytest.raises(SourceError) as caught:
        import_csv(app, path)
    assert said in str(caught.value)
    assert "list.csv" in str(caught.value)


def test_a_missing_file_is_said_in_words(app: App, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none.csv: the list cannot be read \(No such file or directory\)"):
        import_csv(app, tmp_path / "none.csv")


def test_names_are_made_harmless(app: App, tmp_path: Path) -> None:
    name = "  Ann\u202e \x07 <b>Lee</b>\n" + "x" * 5000
    import_csv(app, write(tmp_path / "list.csv", ["email", "name"], ["ann@one.example", name]))

    kept = show(app, "ann@one.example").name
    assert kept.startswith("Ann <b>Lee</b> xxx")
    assert len(kept) == 200


def test_a_line_without_end_is_one_broken_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("email,name\nann@one.example,Ann\n" + "x" * 1_000_000 + "\nbob@one.example,Bob\n")

    rows = list(open_list(path).rows())
    assert [isinstance(row, Incoming) for row in rows] == [True, False, True]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400) | st.text(alphabet='ab@.,;"\n\t\r ', max_size=200).map(str.encode))
def test_any_file_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    try:
        rows = list(open_list(path).rows())
    except SourceError:
        return
    assert all(row.email.isascii() and row.email.count("@") == 1 for row in rows if isinstance(row, Incoming))


cells = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs", "Cc")), max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(0, 99), cells, st.sampled_from(["", "left"])), max_size=12))
def test_what_the_csv_module_writes_comes_back_row_by_row(tmp_path: Path, rows: list[tuple[int, str, str]]) -> None:
    write(
        tmp_path / "list.csv",
        ["email", "note", "status"],
        *([f"p{n}@one.example", note, status] for n, note, status in rows),
        quoting=csv.QUOTE_MINIMAL,
    )
    found = list(open_list(tmp_path / "list.csv").rows())

    # Where the column speaks of some, it has said nothing of the others: they never said yes.
    speaks = any(status for _, _, status in rows)
    wanted = [
        (f"p{n}@one.example", Reason.UNSUBSCRIBED if status else None) for n, _, status in rows if status or not speaks
    ]
    assert [(row.email, row.left) for row in found if isinstance(row, Incoming)] == wanted


def test_progress_is_told_as_rows_come_in(app: App, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    rows = [[f"p{n}@one.example"] for n in range(4500)]
    tell: Callable[[str, int, int | None], None] = lambda what, done, total: told.append((what, done, total))  # noqa: E731
    import_csv(app, write(tmp_path / "list.csv", ["email"], *rows), progress=tell)

    assert [done for _, done, _ in told] == [2000, 4000, 4500]
