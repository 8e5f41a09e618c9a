"""The whole walk as an editor types it: fetch, compose, send over SMTP; and what must never happen on it."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from tests.cli.conftest import Site
from tests.command import Command
from tests.smtp_server import SmtpServer

pytestmark = pytest.mark.slow


def test_a_first_run_records_and_queues_nothing(project: Path, site: Site, publisher: Command) -> None:
    site.publish("The Salt Road")
    site.publish("Two Lamps")

    decisions = publisher("fetch", "--json").json["sources"][0]["decisions"]

    assert {each["verdict"] for each in decisions} == {"backfill"}
    assert publisher("compose", "weekly", "--json").json["state"] == "skipped"


@pytest.mark.usefixtures("started")
def test_every_reader_gets_the_edition_once_with_a_link_of_her_own(
    publisher: Command, inbox: SmtpServer, readers: list[str]
) -> None:
    sent = publisher("send", "weekly", "--yes", "--json")

    assert sent.status == 0, sent.err
    assert sent.json["state"] == "sent"
    assert sent.json["accepted"] == sent.json["intended"] == 40
    assert sorted(inbox.recipients) == sorted(readers)
    links = {re.findall(rb"List-Unsubscribe: <([^>]+)>", mail.data)[0] for mail in inbox.mails}
    assert len(links) == 40


@pytest.mark.usefixtures("started", "readers")
def test_a_second_send_sends_nothing(publisher: Command, inbox: SmtpServer) -> None:
    key = publisher("send", "weekly", "--yes", "--json").json["edition"]
    again = publisher("send", key, "--yes", "--json")
    next_week = publisher("send", "weekly", "--yes", "--json")

    assert again.json["state"] == "sent"
    assert next_week.json["state"] == "skipped"
    assert again.status == next_week.status == 0
    assert len(inbox.mails) == 40


@pytest.mark.usefixtures("started", "readers")
def test_each_message_parses_without_a_defect_and_keeps_its_lines_short(publisher: Command, inbox: SmtpServer) -> None:
    publisher("send", "weekly", "--yes")

    for mail in inbox.mails:
        message = message_from_bytes(mail.data, policy=SMTP.clone(raise_on_defect=True))
        assert message.get_content_type() == "multipart/alternative"
        assert max(len(line) for line in mail.data.split(b"\r\n")) <= 998


@pytest.mark.usefixtures("started", "readers")
def test_a_test_send_freezes_nothing(publisher: Command, site: Site, inbox: SmtpServer) -> None:
    tested = publisher("send", "weekly", "--to", "ed@mail.example", "--json")
    site.publish("Two Lamps")
    publisher("fetch")
    composed = publisher("compose", "weekly", "--json").json

    assert tested.status == 0, tested.err
    assert inbox.recipients == ["ed@mail.example"]
    assert {each["film"] for each in composed["reviews"]} == {"The Salt Road", "Two Lamps"}
    assert composed["state"] == "draft"


@pytest.mark.usefixtures("started", "readers")
def test_a_dry_run_sends_nothing_and_says_to_how_many(publisher: Command, inbox: SmtpServer) -> None:
    rehearsed = publisher("send", "weekly", "--dry-run", "--json")

    assert rehearsed.json["readers"] == 40
    assert inbox.mails == []


@pytest.mark.usefixtures("started", "readers")
def test_a_one_off_edition_leaves_friday_alone_and_friday_leaves_its_reviews_out(
    publisher: Command, site: Site, inbox: SmtpServer
) -> None:
    rows = publisher("reviews", "list", "--json").json["reviews"]
    salt = next(row["id"] for row in rows if row["film"] and row["film"]["title"] == "The Salt Road")
    site.publish("Two Lamps")
    publisher("fetch")
    made = publisher(
        "compose", "weekly", "--as", "festival", "--reviews", salt, "--subject", "From the festival", "--json"
    )
    sent = publisher("send", "festival", "--yes", "--json")

    friday = publisher("compose", "weekly", "--json").json

    assert made.json["edition"] == "festival"
    assert sent.json["state"] == "sent"
    assert len(inbox.mails) == 40
    assert [each["film"] for each in friday["reviews"]] == ["Two Lamps"]


@pytest.mark.usefixtures("started", "readers")
def test_who_leaves_gets_nothing_more(publisher: Command, site: Site, inbox: SmtpServer) -> None:
    publisher("subscribers", "remove", "reader7@mail.example")

    sent = publisher("send", "weekly", "--yes", "--json").json

    assert "reader7@mail.example" not in inbox.recipients
    assert sent["accepted"] == 39


@pytest.mark.usefixtures("started", "readers")
def test_the_counts_of_a_status_add_up(publisher: Command, inbox: SmtpServer) -> None:
    inbox.fault("rcpt", "550 5.1.1 no such user", times=3, only=lambda who: who.startswith("reader1"))
    sent = publisher("send", "weekly", "--yes", "--json").json

    status = publisher("status", sent["edition"], "--json").json

    parts = ("accepted", "refused", "suppressed", "uncertain", "deferred", "todo", "cancelled")
    assert sum(status[name] for name in parts) == status["intended"] == 40
    assert status["refused"] == 3
    assert len(inbox.mails) == 37


@pytest.mark.usefixtures("started", "readers")
def test_a_held_review_goes_nowhere(publisher: Command) -> None:
    row = next(r for r in publisher("reviews", "list", "--json").json["reviews"] if r["verdict"] == "new")
    publisher("reviews", "hold", row["id"])

    assert publisher("compose", "weekly", "--json").json["reviews"] == []
    assert publisher("post", row["id"], "--yes").status == 3


@pytest.mark.usefixtures("started", "readers")
def test_an_editors_correction_survives_a_fetch(publisher: Command, site: Site) -> None:
    row = next(r for r in publisher("reviews", "list", "--json").json["reviews"] if r["verdict"] == "new")
    publisher("reviews", "set", row["id"], "year=2024", "critic=Ben Marrow")
    site.publish("Two Lamps")
    publisher("fetch")

    shown = publisher("reviews", "show", row["id"], "--json").json

    assert shown["film"]["year"] == 2024
    assert shown["authors"] == ["Ben Marrow"]


@pytest.mark.usefixtures("started")
def test_a_post_goes_out_once(publisher: Command, project: Path) -> None:
    row = next(r for r in publisher("reviews", "list", "--json").json["reviews"] if r["verdict"] == "new")

    first = publisher("post", row["id"], "--yes", "--json")
    second = publisher("post", row["id"], "--yes", "--json")

    assert first.status == second.status == 0, first.err + second.err
    assert [each["state"] for each in second.json["posts"]] == ["accepted"]
    assert len(list((project / "outbox" / "posts").glob("*.txt"))) == 1
    assert len(list((project / "outbox" / "cards").glob("*.jpg"))) == 1


@pytest.mark.usefixtures("started", "readers")
def test_a_letter_goes_out_once_in_the_newsletters_dress(publisher: Command, project: Path, inbox: SmtpServer) -> None:
    (project / "sorry.md").write_text(
        "# We got a year wrong\n\nThe Salt Road is from 2024. *Sorry.*\n", encoding="utf-8"
    )

    first = publisher("letter", "sorry.md", "--yes", "--json")
    second = publisher("letter", "sorry.md", "--yes", "--json")

    assert first.json["state"] == second.json["state"] == "sent", first.err
    assert len(inbox.mails) == 40
    assert b"Subject: We got a year wrong" in inbox.mails[0].data


@pytest.mark.usefixtures("started", "readers")
def test_an_approved_edition_is_what_is_sent(publisher: Command, site: Site, inbox: SmtpServer) -> None:
    key = publisher("compose", "weekly", "--json").json["edition"]
    publisher("editions", "approve", key)
    site.publish("Two Lamps")
    publisher("fetch")
    composed = publisher("compose", "weekly", "--json").json
    publisher("send", "weekly", "--yes")

    assert [each["film"] for each in composed["reviews"]] == ["The Salt Road"]
    assert b"Two Lamps" not in inbox.mails[0].data


@pytest.mark.usefixtures("started", "readers")
def test_an_editors_note_stays_through_composing(
    publisher: Command, project: Path, site: Site, inbox: SmtpServer
) -> None:
    key = publisher("compose", "weekly", "--json").json["edition"]
    (project / "note.md").write_text("Dear readers, the *ferry* is late.", encoding="utf-8")
    publisher("editions", "note", key, "note.md")
    site.publish("Two Lamps")
    publisher("fetch")
    publisher("compose", "weekly")
    publisher("send", "weekly", "--yes")

    assert b"Dear readers" in inbox.mails[0].data
    assert b"Two Lamps" in inbox.mails[0].data


def test_an_old_post_seen_for_the_first_time_is_held_not_sent(project: Path, site: Site, publisher: Command) -> None:
    site.publish("The Old Mill", ago=timedelta(days=40))
    publisher("fetch")
    site.publish("A Very Old One", ago=timedelta(days=400))

    verdicts = {each["verdict"] for each in publisher("fetch", "--json").json["sources"][0]["decisions"]}

    assert verdicts <= {"held", "backfill", "duplicate"}
    assert publisher("compose", "weekly", "--json").json["reviews"] == []


def test_released_reviews_count_as_new(project: Path, site: Site, publisher: Command) -> None:
    for title in ("The Old Mill", "The Salt Road", "Two Lamps"):
        site.publish(title, ago=timedelta(days=20))
    publisher("fetch")

    publisher("fetch", "--release", "2")

    assert len(publisher("compose", "weekly", "--json").json["reviews"]) == 2
