"""`publisher lint`: a file without any configuration, an edition, and what only the world knows."""

import socket
from pathlib import Path

import pytest
from tests.cli.conftest import Site
from tests.command import Command
from tests.loopback import Page, loopback
from tests.preflight.clean import parts, rendered, sent

from publisher.errors import PublisherError
from publisher.http.door import Http
from publisher.newsroom.editions.lint import links_of, look_up, spam_score
from publisher.preflight import Context, Letter, lint
from publisher.preflight.addresses import host

pytestmark = pytest.mark.slow


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a configuration, from which nobody can be reached."""

    def refuse(*_: object) -> None:
        raise AssertionError("lint asked the network")

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLISHER_CONFIG", raising=False)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tmp_path


def test_a_clean_file_exits_0_without_configuration_store_or_network(alone: Path, publisher: Command) -> None:
    (alone / "weekly.eml").write_bytes(sent(rendered()).data)

    ran = publisher("lint", "weekly.eml", "--json")

    assert ran.status == 0
    assert ran.json["findings"] == []
    assert ran.json["score"]["clients"] >= 90
    assert ran.json["bytes"]["message"] == (alone / "weekly.eml").stat().st_size
    assert ran.json.keys() == {"findings", "score", "bytes"}
    assert [path.name for path in alone.iterdir()] == ["weekly.eml"]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("begin", [b"", b"From digest@films.example Mon Nov 30 16:00:00 2026\r\n", b"From - Mon\n"])
def test_a_message_is_judged_as_it_was_sent_however_a_program_saved_it(begin: bytes, publisher: Command) -> None:
    whole = sent(rendered()).data
    Path("saved.eml").write_bytes(begin + whole)
    Path("lines.eml").write_bytes((begin + whole).replace(b"\r\n", b"\n"))
    head, body = whole.split(b"\r\n\r\n", 1)
    Path("some.eml").write_bytes(begin + head + b"\r\n\r\n" + body.replace(b"\r\n", b"\n", 3))

    for name in ("saved.eml", "lines.eml"):
        ran = publisher("lint", name, "--json")
        assert (ran.status, ran.json["findings"], ran.json["bytes"]["message"]) == (0, [], len(whole))
    some = publisher("lint", "some.eml", "--json")
    assert some.status == 1
    assert "mime-lines" in {each["rule"] for each in some.json["findings"]}


@pytest.mark.usefixtures("alone")
def test_an_error_exits_1_and_a_warning_does_not(publisher: Command) -> None:
    Path("error.eml").write_bytes(parts().header("List-Unsubscribe", None).raw)
    Path("warning.eml").write_bytes(parts().header("Precedence", None).raw)

    ran = publisher("lint", "error.eml", "--json")
    words = publisher("lint", "warning.eml", "--all")

    assert ran.status == 1
    assert [(each["rule"], each["level"]) for each in ran.json["findings"]] == [("header-unsubscribe", "error")]
    assert ran.json["findings"][0].keys() == {"rule", "level", "where", "message"}
    assert words.status == 0
    assert "warning\theader-bulk\tPrecedence" in words.out
    assert "ok\thtml-clip" in words.out


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", ["missing.eml", "notes.eml", "weekly/2026-11-20"])
def test_what_is_no_message_is_said_in_a_line(name: str, publisher: Command) -> None:
    Path("notes.eml").write_text("Buy milk\n")

    ran = publisher("lint", name)

    assert ran.status == 2
    assert ran.err.startswith("publisher: ")
    assert ran.err.count("\n") == 1


@pytest.mark.usefixtures("started")
def test_an_edition_is_judged_by_its_key_and_by_its_newsletter(publisher: Command, site: Site) -> None:
    key = publisher("compose", "weekly", "--json").json["edition"]

    by_key, by_name = publisher("lint", key, "--json"), publisher("lint", "weekly", "--json")

    assert by_key.json["findings"] == by_name.json["findings"]
    assert {(each["rule"], each["where"]) for each in by_key.json["findings"]} == {("link-private", host(site.url))}
    assert by_key.status == 0


def test_links_are_asked_with_head_then_get_and_never_the_one_that_unsubscribes() -> None:
    with loopback() as site:
        site.put("/good", "here", "text/html")
        site.pages["/moved"] = Page(status=301, headers={"Location": "/good"})
        site.pages["/gone"] = Page(status=404)
        site.pages["/busy"] = Page(status=500)
        links = "".join(f'<a href="{site.url}/{name}">The {name} one</a>' for name in ("good", "moved", "gone", "busy"))
        spoiled = (
            parts().header("List-Unsubscribe", f"<{site.url}/leave>").add(f'{links}<a href="{site.url}/leave">Go</a>')
        )
        letter = Letter(spoiled.raw)
        ours = {url for url in links_of(letter) if url.startswith(site.url)}
        with Http(allow_private=True, timeout=2) as http:
            only_ours = Letter(spoiled.raw.replace(b"lamplight.example", b"lamplight.invalid"))
            waits: list[float] = []
            facts = look_up(only_ours, http, pause=waits.append)

        states = {url.removeprefix(site.url): state for url, (state, _) in facts["links"].items() if url in ours}
        assert states == {"/good": "ok", "/moved": "ok", "/gone": "gone", "/busy": "unsure"}
        assert {asked.method for asked in site.asked if asked.path == "/good"} == {"HEAD", "GET"}
        assert [asked.method for asked in site.asked if asked.path == "/gone"] == ["HEAD", "GET"]
        assert "/leave" not in site.paths()
        assert any(wait > 0.1 for wait in waits)
        found = {each.rule for each in lint(spoiled.raw, context=Context(facts=facts))}
        assert {"link-gone", "link-unsure"} <= found


def test_without_spamassassin_that_is_said_and_nothing_fails(
    alone: Path, publisher: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alone / "weekly.eml").write_bytes(sent(rendered()).data)
    monkeypatch.setenv("PATH", str(alone))

    ran = publisher("lint", "weekly.eml", "--spamassassin")

    assert ran.status == 0
    assert "SpamAssassin is not installed" in ran.err


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("X-Spam-Status: No, score=-1.0 required=5.0 tests=MAILING_LIST_MULTI\n\tautolearn=no", -1.0),
        ("X-Spam-Status: Yes, score=6.5 required=5.0 tests=MISSING_DATE,\n\tMISSING_MID autolearn=no", 6.5),
    ],
)
def test_the_points_of_spamassassin_are_read(
    answer: str, score: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "spamassassin"
    program.write_text(f"#!/bin/sh\n/bin/cat >/dev/null\n/usr/bin/printf '%s\\n\\nbody\\n' '{answer}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    found = spam_score(b"Subject: x\r\n\r\n")

    assert found is not None
    assert found[0] == score
    assert all(name in answer for name in found[1])
    assert found[1]


def test_a_spamassassin_that_says_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "spamassassin"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(PublisherError, match="no score"):
        spam_score(b"Subject: x\r\n\r\n")
