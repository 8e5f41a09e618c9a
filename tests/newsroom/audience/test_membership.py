"""Which column holds what, and how one person on a list stands."""

from collections.abc import Sequence
from typing import Any

import pytest

from publisher.errors import UsageError
from publisher.newsroom.audience.consent import LEFT_OUT
from publisher.newsroom.audience.membership import (
    Columns,
    Survey,
    find_columns,
    is_address,
    kind_of_file,
    membership_of,
    state_named,
    unknown_words,
)
from publisher.store.people.suppressions import Reason

ANN, BOB = "ann@one.example", "bob@one.example"


def surveys(rows: Sequence[Sequence[str]]) -> list[Survey]:
    found = [Survey() for _ in rows[0]]
    for row in rows:
        for survey, cell in zip(found, row, strict=True):
            survey.cells[cell] += 1
            survey.rows += 1
    return found


def columns(header: Sequence[str], *rows: Sequence[str], fields: Sequence[str] = ()) -> Columns:
    found = find_columns(header, rows, surveys(rows), fields=fields)
    assert found is not None
    return found


def meaning(found: Columns, *cells: str, **more: Any) -> tuple[Any, str]:
    member = membership_of(cells, found, **{"kind": "confirmed", **more})
    return member.meaning, member.why


def test_columns_are_found_by_their_names_in_any_order() -> None:
    found = columns(["Last Name", "E-mail Address", "First Name", "Time zone"], ["Bell", ANN, "Ann", "Europe/Paris"])

    assert (found.width, found.email, found.first, found.last, found.zone, found.name) == (4, 1, 2, 0, 3, None)


def test_a_column_called_email_that_holds_no_address_yields_to_one_that_does() -> None:
    assert columns(["Email", "Contact"], ["yes", ANN], ["no", BOB]).email == 1
    assert columns(["Email", "Contact"], ["", "x"]).email == 0


def test_without_names_the_column_where_half_of_the_cells_are_addresses_is_taken() -> None:
    assert columns(["", ""], ["x", ANN], ["y", ""]).email == 1
    rows = [["x", ANN], ["y", ""], ["z", ""]]
    assert find_columns(["", ""], rows, surveys(rows)) is None


def test_beside_a_first_name_nom_is_the_family_name() -> None:
    found = columns(["Prénom", "Nom", "Email"], ["Zoé", "Blanc", ANN])
    alone = columns(["Nom", "Email"], ["Zoé Blanc", ANN])

    assert (found.first, found.last, found.name) == (0, 1, None)
    assert (alone.last, alone.name) == (None, 0)


def test_a_further_column_is_kept_under_a_plain_name_and_an_unknown_one_is_refused() -> None:
    assert columns(["Email", "Favourite Film!"], [ANN, "M"], fields=["favourite film!"]).fields == (
        ("favourite_film", 1),
    )
    with pytest.raises(UsageError, match="no column of the list is called “Film”"):
        columns(["Email"], [ANN], fields=["Film"])


def test_a_row_of_another_width_is_complete_where_all_that_decides_is_in_place() -> None:
    found = columns(["Email", "Status", "City"], [ANN, "subscribed", "Bath"])

    assert found.complete([ANN, "subscribed"])
    assert not found.complete([ANN])
    assert found.complete([ANN, "subscribed", "Bath", ""])
    assert not found.complete([ANN, "subscribed", "Bath", "x"])
    assert (found.cell([" a "], 0), found.cell(["a"], 1), found.cell(["a"], None)) == ("a", "", "")


def test_whatever_says_that_she_left_wins_and_is_quoted() -> None:
    found = columns(["Email", "Status", "Tags"], [ANN, "subscribed", "vip"], [BOB, "bounced", "unsubscribed"])

    assert meaning(found, ANN, "subscribed", "vip") == ("confirmed", "Status: subscribed")
    assert meaning(found, ANN, "bounced", "vip") == (Reason.BOUNCED, "Status: bounced")
    assert meaning(found, ANN, "subscribed", "unsubscribed") == (Reason.UNSUBSCRIBED, "unsubscribed")


def test_who_says_nothing_where_others_say_yes_never_said_yes() -> None:
    found = columns(["Email", "Status"], [ANN, "subscribed"], [BOB, ""])

    assert meaning(found, BOB, "") == (LEFT_OUT, "Status: (empty)")
    assert meaning(found, BOB, "wobbly") == (LEFT_OUT, "Status: wobbly")
    assert meaning(found, BOB, "", as_="pending")[0] == "pending"
    assert meaning(found, BOB, "wobbly", as_="confirmed")[0] == "confirmed"


def test_who_never_confirmed_is_pending() -> None:
    found = columns(["Email", "Confirmed at"], [ANN, "2025-01-01"], [BOB, ""])

    assert meaning(found, BOB, "")[0] == "pending"
    assert meaning(found, ANN, "2025-01-01")[0] == "confirmed"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("subscribers.csv", "confirmed"),
        ("nonsubscribed_members.csv", LEFT_OUT),
        ("transactional.csv", LEFT_OUT),
        ("unsubscribed-2025.csv", Reason.UNSUBSCRIBED),
        ("do_not_mail.csv", Reason.UNSUBSCRIBED),
        ("opt-out.csv", Reason.UNSUBSCRIBED),
        ("cleaned.csv", Reason.CLEANED),
        ("cleaned subscribers.csv", "confirmed"),
        ("my cleaned list.csv", "confirmed"),
    ],
)
def test_the_name_of_a_file_may_say_that_everybody_on_it_left(name: str, kind: object) -> None:
    assert kind_of_file(name, columns(["Email"], [ANN])) == kind


def test_mailchimp_s_own_columns_say_it_before_the_name_does() -> None:
    left = columns(["Email", "UNSUB_TIME"], [ANN, "2025-01-01"])
    cleaned = columns(["Email", "CLEAN_TIME"], [ANN, "2025-01-01"])

    assert [kind_of_file("subscribers.csv", each) for each in (left, cleaned)] == [
        Reason.UNSUBSCRIBED,
        Reason.CLEANED,
    ]


def test_a_word_that_is_not_known_is_named_under_its_column() -> None:
    rows = [[ANN, "subscribed"], [BOB, "wobbly"]]
    found = columns(["Email", "Status"], *rows)

    assert unknown_words(found, surveys(rows)) == {"Status": ("wobbly",)}


def test_a_state_is_typed_by_its_name() -> None:
    assert [state_named(word) for word in ("Confirmed", "subscribed", "pending", "suppressed", "bounced")] == [
        "confirmed",
        "confirmed",
        "pending",
        Reason.MANUAL,
        Reason.BOUNCED,
    ]
    with pytest.raises(
        UsageError, match=r"“gone” is no state of a subscriber; use confirmed, .*complained or suppressed"
    ):
        state_named("gone")


def test_an_address_is_what_mail_can_be_sent_to() -> None:
    assert is_address(ANN)
    assert not is_address("ann@@one.example")
    assert not is_address("")
