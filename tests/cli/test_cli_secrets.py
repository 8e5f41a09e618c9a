"""No secret of a configuration in what a command prints, logs or answers; the search is in tests/planted.py."""

import base64
import json
import re
from pathlib import Path

import pytest
from tests import planted
from tests.cli.conftest import Site
from tests.command import Command, Ran
from tests.loopback import Page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("project")]

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Paper Boats (2025) review</title>{head}</head><body><article>
<h1>Paper Boats (2025) review</h1><p class="byline">By Ada Quill</p><time datetime="2025-11-20">20 November 2025</time>
<p>Paper Boats is a patient, bracing chamber piece about three people and one boat, and it never raises its voice.</p>
<p>The lead plays a clerk who folds his letters into sails. The camera keeps its distance, and comes close only when a
face is doing the work.</p><p>A small film with a large heart.</p></article></body></html>"""


def configured(project: Path, text: str) -> None:
    """More tables for the configuration, and no other source."""
    file = project / "config" / "publisher.toml"
    before = re.sub(r"\[\[sources\]\].*?(?=\[providers)", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    file.write_text(f"{before}\n{text}", encoding="utf-8")


def source(site: Site, path: str, *, kind: str = "feed") -> tuple[str, str]:
    """A source behind a login, and its password."""
    password = planted.secret("password")
    address = site.url.replace("://", f"://ann:{password}@")
    return f'[[sources]]\nname = "members"\nkind = "{kind}"\nurl = "{address}{path}"\nallow_private = true\n', password


def kept(ran: Ran, word: str) -> Ran:
    """The outcome, with this in it: the trouble is named, the secret is not."""
    assert word in ran.out + ran.err
    return ran


@pytest.mark.parametrize(("status", "words"), [(401, "wants a login"), (404, "nothing is there"), (500, "a fault")])
@pytest.mark.parametrize("options", [[], ["--json"], ["--debug"], ["--json", "--debug"]], ids=" ".join)
def test_a_source_that_fails_is_named_without_its_login_and_key(
    project: Path, site: Site, publisher: Command, status: int, words: str, options: list[str]
) -> None:
    site.loop.pages["/feed.xml"] = Page(status=status)
    table, password = source(site, f"/feed.xml?key={planted.secret('key')}")
    configured(project, table)

    assert kept(publisher("fetch", *options), words).status in (1, 4)
    sent = site.loop.asked[-1].headers["authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")).decode() == f"ann:{password}"


def test_a_host_that_refuses_is_named_without_its_login_in_the_causes_too(project: Path, publisher: Command) -> None:
    password, key = planted.secret("password"), planted.secret("key")
    url = f"http://ann:{password}@127.0.0.1:9/f.xml?key={key}"
    configured(project, f'[[sources]]\nname = "members"\nkind = "feed"\nurl = "{url}"\nallow_private = true\n')

    kept(publisher("fetch", "--json", "--debug"), "refuses connections")
    kept(publisher("parse", url, "--debug"), "refuses connections")


@pytest.mark.parametrize("head", ["", '<link rel="canonical" href="{login}/page/paper-boats">'])
def test_a_review_read_behind_a_login_has_an_address_without_it(
    project: Path, site: Site, publisher: Command, head: str
) -> None:
    table, password = source(site, "/page/paper-boats", kind="page")
    login = site.url.replace("://", f"://ann:{password}@")
    site.loop.put("/page/paper-boats", PAGE.format(head=head.format(login=login)), "text/html; charset=utf-8")
    configured(project, table + '[social.files]\nkind = "outbox"\nnetwork = "mastodon"\npath = "posts"\n')
    (project / "readers.csv").write_text("Email Address\nann@mail.example\n", encoding="utf-8")

    assert publisher("fetch", "--release", "9").status == 0
    publisher("subscribers", "import", "readers.csv")
    review = publisher("reviews", "list", "--json").json["reviews"][0]
    assert review["url"] == f"{site.url}/page/paper-boats"
    assert publisher("post", review["id"], "--to", "files", "--yes").status == 0
    publisher("preview", "weekly", "--out", "look", "--no-views")

    written = [path for folder in ("posts", "look") for path in (project / folder).rglob("*.*") if path.is_file()]
    assert any("paper-boats" in path.read_text(encoding="utf-8", errors="replace") for path in written)
    for path in written:
        planted.nothing_in(path.read_text(encoding="utf-8", errors="replace"))


@pytest.mark.parametrize(
    "line",
    [
        'url = "https://ann:{secret}@feeds.example:84430/f.xml?key={secret}"',
        'url = "https://ann:{secret}@feeds.example/f.xml"\npassword = {secret}',
        'url = "ftp://ann:{secret}@feeds.example/f.xml"',
        'url = "https://ann:{secret}/x@feeds.example:port/f.xml"',
        'url = ["https://ann:{secret}@feeds.example/f.xml"]',
        'url = "https://feeds.example/f.xml"\nevery = "https://ann:{secret}@feeds.example/"',
    ],
)
def test_a_mistake_in_the_configuration_is_named_without_the_secret(
    project: Path, publisher: Command, line: str
) -> None:
    text = f'[[sources]]\nname = "members"\nkind = "feed"\n{line.format(secret=planted.secret("typo"))}\n'
    configured(project, text)

    for words in (["check"], ["check", "--json"], ["check", "--debug"]):
        kept(publisher(*words), "publisher.toml:")


def test_a_bots_token_stands_in_no_traceback(
    project: Path, publisher: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = f"7012345678:AA{planted.secret('bot')}"
    configured(project, '[social.tg]\nkind = "telegram"\nchat = "@films"\napi = "http://127.0.0.1:9"\n')
    (tmp_path / "pasted").write_text(f"{token}\n", encoding="utf-8")
    with (tmp_path / "pasted").open(encoding="utf-8") as pasted:
        monkeypatch.setattr("sys.stdin", pasted)
        ran = publisher("auth", "tg", "--debug")

    assert kept(ran, "refuses connections").status == 1


def test_init_keeps_the_login_for_the_feed_and_for_nothing_else(project: Path, site: Site, publisher: Command) -> None:
    site.publish("The Old Mill")
    site.loop.put("/", '<link rel="alternate" type="application/rss+xml" href="/feed.xml">', "text/html")
    password = planted.secret("password")

    ran = publisher("init", "fresh", "--site", site.url.replace("://", f"://ann:{password}@"), "--json")

    assert ran.status == 0, ran.err
    text = (project / "fresh" / "config" / "publisher.toml").read_text(encoding="utf-8")
    assert [line.split("@")[-1] for line in text.splitlines() if password in line] == [
        f'{site.url.partition("://")[2]}/feed.xml"'
    ]
    assert json.loads(ran.out)["feed"] == f"{site.url}/feed.xml"
