"""Bad input: one clear line with its place and what to do, the right exit status, nothing lost."""

import resource
import signal
from pathlib import Path

import pytest
from tests.cli.conftest import Site
from tests.command import Command, Ran
from tests.smtp_server import SmtpServer


def complaint(ran: Ran) -> str:
    lines = [line for line in ran.err.splitlines() if line.startswith("publisher: ")]
    assert len(lines) == 1, ran.err
    return lines[0]


def change(project: Path, old: str, new: str) -> None:
    file = project / "config" / "publisher.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_right_word(project: Path, publisher: Command) -> None:
    change(project, 'schedule = "fri 09:00"', 'shedule = "fri 09:00"')

    ran = publisher("status")

    assert ran.status == 2
    assert "shedule" in complaint(ran)
    assert "schedule" in complaint(ran)
    assert "config/publisher.toml:" in complaint(ran)


@pytest.mark.slow
@pytest.mark.usefixtures("started", "readers")
def test_a_wrong_type_is_named_with_its_key_and_line(project: Path, publisher: Command) -> None:
    change(project, "connections = 2", 'connections = "many"')

    ran = publisher("send", "weekly", "--yes")

    assert ran.status == 2
    assert "connections" in complaint(ran)
    assert "config/publisher.toml:" in complaint(ran)


def test_a_missing_secret_names_its_variable(
    project: Path, publisher: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LANTERN_SECRET", raising=False)
    change(project, 'security = "none"', 'security = "none"\nusername = "u"\npassword = "${LANTERN_SECRET}"')

    ran = publisher("send", "weekly", "--yes")

    assert ran.status == 2
    assert "LANTERN_SECRET" in complaint(ran)


def test_no_configuration_says_how_to_get_one(
    tmp_path: Path, publisher: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLISHER_CONFIG", raising=False)

    ran = publisher("status")

    assert ran.status == 2
    assert "publisher init" in complaint(ran)


@pytest.mark.slow
def test_an_unreachable_feed_loses_nothing(project: Path, site: Site, publisher: Command) -> None:
    site.publish("The Salt Road")
    publisher("fetch")
    site.loop.pages.clear()

    ran = publisher("fetch", "--json")

    assert ran.status == 4
    assert ran.json["sources"][0]["state"] == "error"
    assert len(publisher("reviews", "list", "--json").json["reviews"]) == 1


@pytest.mark.slow
def test_a_page_in_place_of_a_feed_is_an_error_not_an_empty_feed(project: Path, site: Site, publisher: Command) -> None:
    site.publish("The Salt Road")
    publisher("fetch")
    site.loop.put("/feed.xml", "<!DOCTYPE html><title>Just a moment...</title>", "text/html")

    ran = publisher("fetch", "--json")

    assert ran.status == 4
    assert ran.json["sources"][0]["state"] == "error"
    assert len(publisher("reviews", "list", "--json").json["reviews"]) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("started")
def test_an_undefined_name_in_a_template_is_named_with_its_line(project: Path, publisher: Command) -> None:
    (project / "templates" / "partials").mkdir(parents=True)
    (project / "templates" / "partials" / "note.html.j2").write_text("\n{{ nobody }}\n", encoding="utf-8")
    (project / "templates" / "partials" / "masthead.html.j2").write_text("\n{{ nobody }}\n", encoding="utf-8")

    ran = publisher("compose", "weekly")

    assert ran.status == 1
    assert "nobody" in complaint(ran)
    assert "masthead.html.j2:2" in complaint(ran)


@pytest.mark.slow
def test_broken_rows_are_told_by_line_and_the_rest_is_taken_in(project: Path, publisher: Command) -> None:
    rows = "Email Address,First Name\nann@mail.example,Ann\nnot an address,Ben\ncy@mail.example,Cy\n"
    (project / "list.csv").write_text(rows, encoding="utf-8")

    ran = publisher("subscribers", "import", "list.csv")

    assert ran.status == 4
    assert "list.csv:3:" in ran.err
    people = publisher("subscribers", "list", "--json").json["subscribers"]
    assert [each["email"] for each in people] == ["ann@mail.example", "cy@mail.example"]


@pytest.mark.slow
@pytest.mark.usefixtures("started", "readers")
def test_a_wrong_password_stops_at_once_and_blames_no_reader(
    project: Path, publisher: Command, inbox: SmtpServer
) -> None:
    inbox.login = ("ann", "right")
    change(project, 'security = "none"', 'security = "none"\nusername = "ann"\npassword = "wrong"')

    ran = publisher("send", "weekly", "--yes")

    assert ran.status == 1
    assert "wrong" not in complaint(ran)
    key = publisher("editions", "list", "--json").json["editions"][0]["edition"]
    status = publisher("status", key, "--json").json
    assert status["todo"] == status["intended"] == 40
    assert inbox.mails == []


@pytest.mark.slow
@pytest.mark.usefixtures("started", "readers")
def test_a_full_disk_in_the_outbox_loses_nobody(project: Path, publisher: Command) -> None:
    change(
        project,
        'kind = "smtp"\nhost = "127.0.0.1"',
        'kind = "outbox"\npath = "mail"\n[providers.unused]\nkind = "smtp"\nhost = "127.0.0.1"',
    )
    publisher("compose", "weekly")
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = project / "var" / "publisher.db-wal"
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        full = publisher("preview", "weekly", "--out", "shown")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)

    assert full.status == 1
    assert not list(project.glob("shown/*.eml"))
    assert log.parent.is_dir()
    assert publisher("send", "weekly", "--yes", "--json").json["accepted"] == 40
    assert len(list((project / "mail").rglob("*.eml"))) == 40


@pytest.mark.slow
@pytest.mark.usefixtures("started", "readers")
def test_a_digest_without_a_postal_address_refuses_to_go_out(
    project: Path, publisher: Command, inbox: SmtpServer
) -> None:
    change(project, 'postal_address = "Lantern Reviews, PO Box 12, Oldport"', "")

    ran = publisher("send", "weekly", "--yes")

    assert ran.status == 2
    assert "postal_address" in complaint(ran)
    assert inbox.mails == []


def test_an_unknown_newsletter_names_the_nearest(project: Path, publisher: Command) -> None:
    ran = publisher("compose", "weakly")

    assert ran.status == 2
    assert "weekly" in complaint(ran)


def test_a_wrong_word_is_two(publisher: Command) -> None:
    assert publisher("fecth").status == 2
    assert publisher("send").status == 2


def test_an_error_with_json_is_one_document(project: Path, publisher: Command) -> None:
    ran = publisher("compose", "weakly", "--json")

    assert ran.status == 2
    assert ran.out.startswith('{"error"')
