import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Site
from tests.command import Command
from tests.smtp_server import SmtpServer

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("started", "readers")]


@pytest.fixture
def restored(
    project: Path, site: Site, publisher: Command, inbox: SmtpServer, started: None, readers: list[str]
) -> Path:
    """A backup put in the place of the database, as on a new machine: the old one has already sent."""
    assert publisher("send", "weekly", "--to", "ed@mail.example").status == 0
    assert publisher("send", "weekly", "--yes").status == 0
    inbox.mails.clear()
    site.publish("Two Lamps")
    publisher("fetch")
    assert publisher("backup", "copy.db").status == 0
    shutil.rmtree(project / "var")
    (project / "var").mkdir()
    shutil.move(project / "copy.db", project / "var" / "publisher.db")
    return project


def test_a_backup_holds_what_was_there(restored: Path, publisher: Command) -> None:
    assert len(publisher("subscribers", "list", "--json").json["subscribers"]) == 40
    assert publisher("editions", "list", "--json").json["editions"][0]["state"] == "sent"


@pytest.mark.usefixtures("restored")
def test_a_restored_copy_sends_nothing_until_it_is_adopted(publisher: Command, inbox: SmtpServer) -> None:
    refused = publisher("send", "weekly", "--yes")
    assert refused.status == 3
    assert "stop the old machine first" in refused.err
    assert inbox.mails == []

    publisher("adopt", "--yes")

    assert publisher("send", "weekly", "--yes").status == 0
    assert len(inbox.mails) == 40


def test_a_backup_never_overwrites(project: Path, publisher: Command) -> None:
    (project / "copy.db").write_text("precious", encoding="utf-8")

    assert publisher("backup", "copy.db").status == 1
    assert (project / "copy.db").read_text(encoding="utf-8") == "precious"
