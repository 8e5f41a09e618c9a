"""Channels and their posts from the command line."""

import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.command import Command
from tests.loopback import Loopback, Page, loopback

CONFIG = """
[site]
name = "Lantern Reviews"
[store]
url = "sqlite:///posts.db"
[social.mast]
kind = "mastodon"
server = "{site}"
[social.mine]
kind = "mastodon"
server = "{site}"
access_token = "own"
[social.box]
kind = "outbox"
network = "bluesky"
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with loopback() as site:
        site.pages["/api/v1/apps"] = Page(body=json.dumps({"client_id": "a", "client_secret": "b"}).encode())
        site.pages["/oauth/token"] = Page(body=json.dumps({"access_token": "fresh-token"}).encode())
        (tmp_path / "publisher.toml").write_text(CONFIG.format(site=site.url), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PUBLISHER_CONFIG", str(tmp_path / "publisher.toml"))
        yield site


@pytest.fixture
def publisher(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


def test_auth_takes_the_code_from_standard_input_and_shows_no_token(
    server: Loopback, publisher: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("the-code\n"))
    ran = publisher("auth", "mast")
    kept = tmp_path / "var" / "keys" / "mast.json"

    assert (ran.status, ran.out) == (0, f"mast: connected; its keys are in {kept}\n")
    assert f"{server.url}/oauth/authorize?response_type=code&client_id=a" in ran.err
    assert "fresh-token" not in ran.out + ran.err
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("channel", "pasted", "words"),
    [
        ("nowhere", "c\n", "there is no channel “nowhere”"),
        ("mine", "c\n", "has its own `access_token`"),
        ("box", "c\n", "a channel of kind outbox needs no keys"),
        ("mast", "", "nothing was pasted; nothing has changed"),
        ("mast", "two words\n", "there is no code in what was pasted"),
    ],
)
def test_what_auth_cannot_do_is_said_in_a_line(
    server: Loopback,
    publisher: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    channel: str,
    pasted: str,
    words: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(pasted))
    ran = publisher("auth", channel)

    assert ran.status == 2
    assert words in ran.err
    assert not (tmp_path / "var" / "keys" / "mast.json").exists()


def test_a_server_that_refuses_the_code_is_named(
    server: Loopback, publisher: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages["/oauth/token"] = Page(status=400, body=b'{"error": "invalid_grant"}')
    monkeypatch.setattr("sys.stdin", io.StringIO("old-code\n"))
    ran = publisher("auth", "mast", "--json")

    assert ran.status == 1
    assert "invalid_grant" in json.loads(ran.out)["error"]


def test_a_server_that_answers_with_a_page_is_named(
    server: Loopback, publisher: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages["/api/v1/apps"] = Page(body=b"<html>hello</html>")
    monkeypatch.setattr("sys.stdin", io.StringIO("code\n"))
    ran = publisher("auth", "mast")

    assert ran.status == 1
    assert "not JSON" in ran.err


@pytest.mark.usefixtures("server")
def test_posts_are_listed_and_unknown_ones_named(publisher: Command) -> None:
    assert publisher("posts", "list", "--json").json == {"posts": []}
    assert publisher("posts", "list", "--channel", "nowhere").status == 2
    for command in ("show", "approve", "cancel", "retry", "resolve", "correct"):
        ran = publisher("posts", command, "none")
        assert (ran.status, "there is no post “none”" in ran.err) == (2, True)
