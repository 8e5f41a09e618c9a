from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.config import load
from publisher.newsroom.app import App
from publisher.newsroom.overview.check import CheckReport, check
from publisher.store.engine import open_store
from publisher.store.people import subscribers

TEXT = """\
[site]
name = "Second Row"
url = "https://www.secondrow.example"
postal_address = "1 High Street"
timezone = "Europe/London"
[editor]
email = "ed@secondrow.example"
[[sources]]
name = "pasted"
kind = "paste"
path = "review.txt"
[providers.mail]
kind = "outbox"
[newsletters.weekly]
from = "Second Row <digest@secondrow.example>"
schedule = "fri 09:00"
[web]
url = "https://news.secondrow.example"
"""
NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., CheckReport]:
    """Checks TEXT with replacements."""

    def checked(*changes: tuple[str, str]) -> CheckReport:
        text = TEXT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "publisher.toml"
        path.write_text(text, encoding="utf-8")
        config = load(path, env={})
        store = open_store(config.store.url, root=config.root)
        try:
            store.prepare()
            with store.write() as db:
                subscribers.add(
                    db, "ada@mail.example", name="", newsletters=["weekly"], now=NOW, consent={"how": "test"}
                )
            return check(App(config=config, store=store, now=lambda: NOW))
        finally:
            store.close()

    return checked


def said(report: CheckReport, level: str) -> list[str]:
    return [finding.line for finding in report.findings if finding.level == level]


def test_a_good_configuration_has_no_errors(report: Callable[..., CheckReport]) -> None:
    found = report()

    assert found.ok
    assert said(found, "warning") == []
    assert "weekly goes out Friday 20 November, 09:00 (Europe/London), in 3 days" in "\n".join(found.words)
    assert found.words[-1] == "all is well"


@pytest.mark.parametrize(
    ("old", "new", "what", "where"),
    [
        ("digest@secondrow.example", "secondrow@gmail.com", "sent from gmail.com", ":15"),
        ("digest@secondrow.example", "digest@example.com", "stands only for an example", ":15"),
        ("1 High Street", "(your postal address)", "site.postal_address stands only for an example", ":4"),
        ('email = "ed@secondrow.example"', "", "[editor] has no email", ":6"),
        ("https://www.secondrow.example", "https://www.example.com", "site.url stands only for an example", ":3"),
        (
            'kind = "outbox"',
            'kind = "outbox"\n[providers.spare]\nkind = "smtp"\nhost = "localhost"\npassword = "abc"',
            "`providers.spare.password` is a secret in the file itself",
            ":17",
        ),
    ],
)
def test_a_risk_is_a_warning_with_its_line(
    report: Callable[..., CheckReport], old: str, new: str, what: str, where: str
) -> None:
    changes = [(old, new)]
    if "spare" in new:
        changes.append(("from =", 'provider = "mail"\nfrom ='))
    lines = [line for line in said(report(*changes), "warning") if what in line]

    assert len(lines) == 1
    assert f"publisher.toml{where}: " in lines[0]


def test_a_site_without_a_postal_address_is_an_error_because_a_send_would_refuse(
    report: Callable[..., CheckReport],
) -> None:
    found = report(('postal_address = "1 High Street"', ""))

    assert not found.ok
    assert "[site] postal_address is missing" in said(found, "error")[0]


def test_a_provider_that_cannot_be_opened_is_an_error(report: Callable[..., CheckReport], tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")

    found = report(('kind = "outbox"', 'kind = "outbox"\npath = "blocked"'))

    assert not found.ok
    assert "provider mail (outbox): the outbox cannot be written" in said(found, "error")[0]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('kind = "outbox"', 'kind = "outbx"', "there is no kind `outbx`; did you mean `outbox`?"),
        ('kind = "paste"', 'kind = "past"', "there is no kind `past`; did you mean `paste`?"),
        ('path = "review.txt"', 'pth = "review.txt"', "there is no key `sources.pasted.pth`; did you mean `path`?"),
        ("[web]", '[social.sky]\nkind = "outbox"\nnetwork = "blusky"\n[web]', "there is no network `blusky`"),
    ],
)
def test_a_kind_that_is_wrong_is_an_error(report: Callable[..., CheckReport], old: str, new: str, what: str) -> None:
    assert what in "\n".join(said(report((old, new)), "error"))


def test_a_template_that_cannot_be_filled_is_an_error(report: Callable[..., CheckReport], tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "digest.html.j2").write_text("<p>{{ no_such_name }}</p>")

    found = report()

    assert not found.ok
    assert "no_such_name" in said(found, "error")[0]


def test_a_public_page_that_readers_cannot_reach_is_an_error(report: Callable[..., CheckReport]) -> None:
    far = ('kind = "outbox"', 'kind = "smtp"\nhost = "mail.secondrow.example"\nport = 1\ntimeout = "1s"')

    lines = said(report(far), "error")

    assert any("[web] url cannot be reached by readers" in line for line in lines)


def test_the_report_is_json_too(report: Callable[..., CheckReport]) -> None:
    document = report().as_json()

    assert document["ok"] is True
    assert {"level", "what", "where", "do"} == set(document["findings"][0])
