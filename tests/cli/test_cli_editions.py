import re
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from tests.cli.conftest import Site
from tests.command import Command
from tests.smtp_server import SmtpServer

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("started", "readers")]

DAY = re.compile(r"[A-Z][a-z]+day \d+ [A-Z][a-z]+ \d{4}")


@pytest.fixture
def doubtful(publisher: Command, inbox: SmtpServer, started: None, readers: list[str]) -> str:
    """An edition that lost the answer for three readers after the last byte had gone."""
    inbox.fault("dot", "lose", times=3)
    sent = publisher("send", "weekly", "--yes", "--json")
    assert sent.status == 3
    assert sent.json["uncertain"] == 3
    return str(sent.json["edition"])


def test_readers_in_doubt_are_listed_by_name_and_sent_nothing_more(
    publisher: Command, inbox: SmtpServer, doubtful: str
) -> None:
    before = len(inbox.mails)
    listed = publisher("editions", "show", doubtful, "--uncertain", "--json").json["uncertain_recipients"]
    again = publisher("send", doubtful, "--yes")

    assert len(listed) == 3
    assert len(inbox.mails) == before == 40
    assert again.status == 3


def test_readers_settled_as_sent_are_accepted(publisher: Command, doubtful: str) -> None:
    publisher("editions", "resolve", doubtful, "--as", "sent")

    status = publisher("status", doubtful, "--json").json
    assert (status["accepted"], status["uncertain"]) == (40, 0)


def test_a_reader_settled_as_unsent_gets_it_and_nobody_else(
    publisher: Command, inbox: SmtpServer, doubtful: str
) -> None:
    listed = publisher("editions", "show", doubtful, "--uncertain", "--json").json["uncertain_recipients"]
    inbox.mails.clear()

    publisher("editions", "resolve", doubtful, "--as", "unsent", listed[0])
    publisher("send", doubtful, "--yes")

    assert inbox.recipients == [listed[0]]


def test_a_paused_edition_sends_nothing_until_it_is_resumed(
    publisher: Command, project: Path, inbox: SmtpServer
) -> None:
    with (project / "config" / "publisher.toml").open("a", encoding="utf-8") as config:
        config.write('\n[delivery]\nretry_first = "20m"\n')
    inbox.fault("rcpt", "451 4.3.0 later", times=40)
    sent = publisher("send", "weekly", "--yes", "--json")
    assert (sent.status, sent.json["deferred"]) == (4, 40)
    key = sent.json["edition"]
    publisher("editions", "retry", key)
    publisher("editions", "pause", key)
    inbox.faults.clear()

    publisher("send", key, "--yes")
    assert inbox.mails == []

    publisher("editions", "resume", key)
    assert publisher("send", key, "--yes", "--json").json["accepted"] == 40


def test_a_retry_touches_only_who_was_refused(publisher: Command, inbox: SmtpServer) -> None:
    inbox.fault("rcpt", "550 5.7.129 restricted", times=2, only=lambda who: who.startswith("reader3"))
    key = publisher("send", "weekly", "--yes", "--json").json["edition"]
    inbox.mails.clear()

    publisher("editions", "retry", key)
    publisher("send", key, "--yes")

    assert len(inbox.mails) == 2
    assert publisher("status", key, "--json").json["accepted"] == 40


def test_a_cancelled_edition_gives_its_reviews_back(publisher: Command, inbox: SmtpServer) -> None:
    key = publisher("compose", "weekly", "--json").json["edition"]
    publisher("editions", "cancel", key)

    composed = publisher("compose", "weekly", "--json").json

    assert composed["edition"] != key
    assert [each["film"] for each in composed["reviews"]] == ["The Salt Road"]
    assert inbox.mails == []


def test_approving_by_an_old_hash_is_refused(publisher: Command, site: Site) -> None:
    before = publisher("compose", "weekly", "--json").json
    site.publish("Two Lamps")
    publisher("fetch")
    publisher("compose", "weekly")

    refused = publisher("editions", "approve", before["edition"], "--hash", before["hash"])

    assert refused.status == 3
    assert publisher("compose", "weekly", "--json").json["state"] == "draft"


def test_an_editors_quote_is_hers_and_verified(publisher: Command, project: Path) -> None:
    row = next(r for r in publisher("reviews", "list", "--json").json["reviews"] if r["verdict"] == "new")
    line = "It is a film that trusts its silences and earns every one of them."

    assert publisher("quotes", row["id"], "--pick", line).status == 0
    assert publisher("compose", "weekly", "--json").json["reviews"][0]["quote"] == line
    assert publisher("quotes", row["id"], "--pick", "Best film ever made.").status == 1


def test_a_preview_shows_the_bytes_that_are_sent_but_for_the_day_of_a_send_by_hand(
    publisher: Command, project: Path, inbox: SmtpServer
) -> None:
    publisher("preview", "weekly", "--out", "shown", "--no-views")
    publisher("send", "weekly", "--yes")

    shown = next((project / "shown").glob("*.eml")).read_bytes()
    assert [DAY.sub("…", body) for body in bodies(shown)] == [
        DAY.sub("…", body) for body in bodies(inbox.mails[0].data)
    ]


def bodies(message: bytes) -> list[str]:
    """Both bodies, with what belongs to one reader masked."""
    parts = message_from_bytes(message, policy=SMTP).walk()
    texts = [part.get_content() for part in parts if not part.is_multipart()]
    assert len(texts) == 2
    masked = [re.sub(r"/([uvp])/[A-Za-z0-9_-]+", r"/\1/…", text) for text in texts]
    # The address is of another length in each, and so the line that holds it breaks elsewhere.
    return [" ".join(re.sub(r"reader\d*@\S+?(?=[\s<])", "…", text).split()) for text in masked]
