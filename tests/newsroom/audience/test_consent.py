"""What columns of member lists say about wanting mail."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.newsroom.audience import vocabulary
from publisher.newsroom.audience.consent import (
    LEFT_OUT,
    WORDS,
    Nothing,
    Question,
    Says,
    Unknown,
    column_kind,
    is_blank,
    parts,
    phrase,
    reason_named,
    strongest,
    unnamed_kind,
)
from publisher.store.people.suppressions import Reason
from publisher.text.clean import fold


@pytest.mark.parametrize(
    "header",
    [
        "Unsubscribed", "IsUnsubscribed", "UNSUB_TIME", "unsubscribed_at", "Opt-out", "HasOptedOutOfEmail", "OPT_OUT",
        "Do Not Email", "DoNotEmail", "No newsletter", "Email opt out", "EMAIL_BLACKLISTED", "Email hard bounce reason",
        "deleted_at", "Is this account disabled?", "IsExcludedFromCampaigns", "Never subscribed", "Abgemeldet am",
        "Désinscrit le", "Fecha de baja", "Disiscritto il", "Afgemeld op", "Descadastrado em", "Complained", "Left at",
        "Unsubscribed from all email", "Suppressed",
    ],
)  # fmt: skip
def test_a_yes_under_such_a_name_is_a_no(header: str) -> None:
    assert column_kind(header, ["yes", ""]) is Says.NO


@pytest.mark.parametrize(
    "header",
    [
        "Subscribed", "subscribed_to_emails", "Opted In", "OptIn", "Accepts Marketing", "Accepts Email Marketing",
        "Consent", "GDPR consent", "Marketing permissions", "Is this subscriber confirmed", "Einwilligung", "Abonniert",
        "Consentement", "Suscrito", "Iscritto", "Newsletter", "Mailings",
    ],
)  # fmt: skip
def test_only_a_yes_under_such_a_name_is_a_yes(header: str) -> None:
    assert column_kind(header, ["yes", "no", ""]) is Says.YES


@pytest.mark.parametrize(
    "header",
    [
        "SMS subscriber status", "Accepts SMS Marketing", "SMS_BLACKLISTED", "Do Not Call", "Consent To Track",
        "Send this subscriber HTML emails", "Did this subscriber manually confirm", "Number of bounces", "Tax Exempt",
        "active_subscription", "complimentary_plan", "Country", "Address 1 - State/Region", "Unsubscribe link", "Notes",
        "Payment status", "Lead status", "Shipping status", "Subscriber Source", "OPTIN_IP", "Opens", "City", "Company",
    ],
)  # fmt: skip
def test_a_column_about_something_else_costs_nobody_her_letter(header: str) -> None:
    assert column_kind(header, ["yes", "no", "unsubscribed"]) is None


@pytest.mark.parametrize(
    "header", ["Status", "Email subscriber status", "Statut", "List status", "Marketing contact status"]
)
def test_a_status_is_one_under_whatever_stands_below(header: str) -> None:
    assert column_kind(header, ["anything"]) is Says.STATUS


@pytest.mark.parametrize("header", ["State", "type", "Subscription", "Estado"])
def test_a_weak_name_is_a_status_only_where_a_word_speaks_of_mail(header: str) -> None:
    assert column_kind(header, ["Ohio", "NY", "gold"]) is None
    assert column_kind(header, ["regular", "unsubscribed", "gold"]) is Says.STATUS


def test_a_state_of_yes_and_no_is_no_box_and_a_newsletter_of_yes_and_no_is_one() -> None:
    assert column_kind("State", ["NO", "CO"]) is None
    assert column_kind("Newsletter", ["Weekly", "Daily"]) is None
    assert column_kind("Newsletter", ["Yes", "No"]) is Says.YES


def test_the_times_of_joining_say_nothing_and_those_of_confirming_do() -> None:
    assert column_kind("Subscribed", ["2025-01-01 10:00:00", ""]) is None
    assert column_kind("Angemeldet am", ["01.02.2024"]) is None
    assert column_kind("Confirmed at", ["2025-01-01", ""]) is Says.CONFIRMED_AT
    assert column_kind("CONFIRM_TIME", ["2025-01-01"]) is Says.CONFIRMED_AT


def test_codes_are_never_guessed() -> None:
    assert column_kind("Status", ["1", "2", "-1"]) is Says.CODES
    assert [asked(Says.CODES).answer(cell) for cell in ("1", "2", "-1", "")] == [Unknown.WORD] * 3 + [Nothing.SAID]
    assert column_kind("Status", ["1", "0"]) is Says.STATUS
    assert asked(Says.YES).answer("-1") is Reason.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Email Marketing Consent", ["SUBSCRIBED"]), ("OK to email", ["Y", "N"]), ("Email", ["yes", "no"]),
        ("Active", ["TRUE", "FALSE"]), ("Nieuwsbrief", ["ja", "nee"]), ("Wants emails?", ["y", ""]),
    ],
)  # fmt: skip
def test_boxes_by_other_names_are_boxes(header: str, said: list[str]) -> None:
    assert column_kind(header, said) is Says.YES


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Confirmed Opt-Out Date", ["2025-01-01"]), ("Email Suppressions", ["HARD"]), ("Date left", ["1.2.2025"]),
        ("PersonHasOptedOutOfEmail", ["TRUE"]), ("IsEmailBounced", ["TRUE"]), ("Deaktiviert am", ["1.2.2025"]),
    ],
)  # fmt: skip
def test_refusals_by_other_names_are_refusals(header: str, said: list[str]) -> None:
    assert column_kind(header, said) is Says.NO


def test_the_settings_of_discussion_lists_are_understood() -> None:
    assert column_kind("Email preference", ["all email", "no email"]) is Says.STATUS
    assert column_kind("reception", ["mail", "nomail"]) is Says.STATUS
    assert column_kind("Delivery status", ["enabled", "by_bounces"]) is Says.STATUS
    assert phrase("by user") is Unknown.WORD
    assert phrase("no email") is Reason.UNSUBSCRIBED


def test_a_count_of_bounces_is_no_box() -> None:
    assert column_kind("Bounces", ["0", "2", "1"]) is None
    assert column_kind("Bounced", ["0", "1"]) is Says.NO


def test_a_column_without_a_telling_name_is_a_status_by_most_of_its_words() -> None:
    assert unnamed_kind(["subscribed", "unsubscribed", "bounced"]) is Says.STATUS
    assert unnamed_kind(["subscribed", "unsubscribed", "gold"]) is Says.STATUS
    assert unnamed_kind(["unsubscribed", "gold", "silver"]) is None
    assert unnamed_kind(["subscribed", "active"]) is None
    assert unnamed_kind([]) is None
    assert unnamed_kind(["unsubscribed", *(f"word {n}" for n in range(30))]) is None


def asked(says: Says, header: str = "x") -> Question:
    return Question(name=header, at=0, says=says, reason=reason_named(header))


@pytest.mark.parametrize(
    ("says", "cell", "meaning"),
    [
        (Says.STATUS, "Subscribed", "confirmed"),
        (Says.STATUS, "SUBSCRIBED ", "confirmed"),
        (Says.STATUS, "Un-Subscribed", Reason.UNSUBSCRIBED),
        (Says.STATUS, "OPT_OUT", Reason.UNSUBSCRIBED),
        (Says.STATUS, "No longer subscribed", Reason.UNSUBSCRIBED),
        (Says.STATUS, "Not subscribed", LEFT_OUT),
        (Says.STATUS, "Never subscribed", LEFT_OUT),
        (Says.STATUS, "Subscribed (not confirmed)", "pending"),
        (Says.STATUS, "Subscribed via web form", "confirmed"),
        (Says.STATUS, "Unsubscribed by admin", Reason.UNSUBSCRIBED),
        (Says.STATUS, "subscribed, bounced", Reason.BOUNCED),
        (Says.STATUS, "désabonné", Reason.UNSUBSCRIBED),
        (Says.STATUS, "unbestätigt", "pending"),
        (Says.STATUS, "dado de baja", Reason.UNSUBSCRIBED),
        (Says.STATUS, "VRAI", "confirmed"),
        (Says.STATUS, "FALSCH", Reason.UNSUBSCRIBED),
        (Says.STATUS, "", Nothing.SAID),
        (Says.STATUS, "N/A", Nothing.SAID),
        (Says.STATUS, "vip", Unknown.WORD),
        (Says.STATUS, "Premium Gold", Unknown.WORD),
        (Says.STATUS, "never opened", Unknown.WORD),
        (Says.YES, "x", "confirmed"),
        (Says.YES, "✓", "confirmed"),
        (Says.YES, "✗", Reason.UNSUBSCRIBED),
        (Says.YES, "0", Reason.UNSUBSCRIBED),
        (Says.YES, "2025-03-01", "confirmed"),
        (Says.YES, "maybe later", Unknown.WORD),
        (Says.YES, " ", Nothing.SAID),
        (Says.NO, "x", Reason.UNSUBSCRIBED),
        (Says.NO, "2025-03-04 05:06:07", Reason.UNSUBSCRIBED),
        (Says.NO, "anything at all", Reason.UNSUBSCRIBED),
        (Says.NO, "spam complaint", Reason.COMPLAINED),
        (Says.NO, "No", Nothing.SAID),
        (Says.NO, "Opted in", Nothing.SAID),
        (Says.NO, "0000-00-00 00:00:00", Nothing.SAID),
        (Says.NO, "\\N", Nothing.SAID),
        (Says.NO, "NULL", Nothing.SAID),
        (Says.NO, "-", Nothing.SAID),
        (Says.CONFIRMED_AT, "2025-01-01", "confirmed"),
        (Says.CONFIRMED_AT, "no", Reason.UNSUBSCRIBED),
        (Says.CONFIRMED_AT, "", Nothing.SAID),
    ],
)
def test_a_cell_says_what_it_says_under_its_column(says: Says, cell: str, meaning: Any) -> None:
    assert asked(says).answer(cell) == meaning


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Email hard bounce reason", Reason.BOUNCED), ("Cleaned", Reason.CLEANED), ("Spam", Reason.COMPLAINED),
        ("Blacklisted", Reason.MANUAL), ("IsExcludedFromCampaigns", Reason.MANUAL), ("Opt-out", Reason.UNSUBSCRIBED),
    ],
)  # fmt: skip
def test_the_name_of_a_column_gives_the_reason(header: str, reason: Reason) -> None:
    assert asked(Says.NO, header).answer("yes") is reason


def test_names_come_apart_alike_however_they_are_written() -> None:
    assert parts("HasOptedOut") == parts("has_opted_out") == parts("Has opted-out") == ("has", "opted", "out")


def test_one_no_outweighs_every_yes_and_the_strongest_reason_stands() -> None:
    assert strongest(["confirmed", Reason.BOUNCED, Reason.COMPLAINED, "pending"]) is Reason.COMPLAINED
    assert strongest(["confirmed", LEFT_OUT, "pending"]) == LEFT_OUT
    assert strongest(["confirmed", "pending"]) == "pending"
    assert strongest(["confirmed"]) == "confirmed"
    assert strongest([Nothing.SAID]) is None


def test_every_word_of_the_vocabulary_is_folded_and_means_one_thing() -> None:
    assert [word for word in WORDS if fold(word) != word] == []
    said = [word for words in vocabulary.STATES.values() for word in words]
    assert sorted(said) == sorted(set(said))
    assert set(WORDS) >= vocabulary.AMBIGUOUS
    assert not vocabulary.SAYS_NO & vocabulary.SAYS_YES
    assert not vocabulary.YES & vocabulary.NO


@given(st.text(max_size=40))
def test_no_word_is_taken_for_a_yes_unless_it_is_one(text: str) -> None:
    said = phrase(fold(text))
    if said == "confirmed":
        assert any(word in fold(text) for word in vocabulary.STATES["confirmed"])
    assert is_blank(text) or asked(Says.NO).answer(text) is not Unknown.WORD
