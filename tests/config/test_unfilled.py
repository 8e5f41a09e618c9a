"""What an example wrote is known wherever it stands, and nobody's own words are taken for it."""

from pathlib import Path

import pytest

from publisher.config import load
from publisher.config.unfilled import is_placeholder, placeholders, to_fill

TEXT = """\
[site]
name = "Second Row"
url = "https://www.secondrow.example"
postal_address = "PO Box 12, Oldport"
[editor]
email = ["ed@secondrow.example"]
[[sources]]
name = "feed"
kind = "feed"
url = "https://www.secondrow.example/feed.xml"
[providers.mail]
kind = "smtp"
host = "mail.secondrow.example"
password = "${SMTP}"
[newsletters.weekly]
from = "Second Row <digest@secondrow.example>"
[web]
url = "https://news.secondrow.example"
"""


def read(folder: Path, *changes: tuple[str, str]) -> Path:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "publisher.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "value",
    [
        "https://www.example.com", "https://news.example.org/", "http://example.net:8080/x", "ed@example.com",
        "Film Focus <digest@mail.example.com>", "EXAMPLE.COM".lower(), "https://a.b.Example.Com/feed",
        "(your postal address)", "<your company>", "[Your Address]", "Your Site's Name <ed@secondrow.example>",
        "1 High Street, London", "changeme", "CHANGE ME", "…", "xxx", "TODO: ask Ann",
    ],
)  # fmt: skip
def test_an_example_is_known(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        "https://www.backrow.example", "https://example.com.backrow.org", "https://notexample.com", "Second Row",
        "7 Quay Street, Whitby (by the harbour)", "Your Weekly Reel", "The Todo List", "12 High Street, London",
        "", "mail", "https://counterexample.com",
    ],
)  # fmt: skip
def test_nobodys_own_words_are_taken_for_one(value: str) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ('https://www.secondrow.example"\npostal', 'https://www.example.com"\npostal', "site.url", 3),
        ("PO Box 12, Oldport", "(your postal address)", "site.postal_address", 4),
        ("ed@secondrow.example", "ed@example.com", "editor.email", 6),
        ("www.secondrow.example/feed", "blog.example.org/feed", "sources[1].url", 10),
        ("mail.secondrow.example", "smtp.example.com", "providers.mail.host", 13),
        ("digest@secondrow.example", "digest@example.com", "newsletters.weekly.from", 16),
        ("news.secondrow.example", "news.example.net", "web.url", 18),
        ("[web]", 'reply_to = "ed@example.com"\n[web]', "newsletters.weekly.reply_to", 17),
    ],
)  # fmt: skip
def test_a_key_is_named_with_its_line(tmp_path: Path, old: str, new: str, key: str, line: int) -> None:
    config = load(read(tmp_path, (old, new)), env={"SMTP": "s3cret"})

    (found,) = placeholders(config)
    assert (found.key, found.line) == (key, line)
    assert to_fill(config) == (found,)


def test_a_secret_is_named_and_not_shown(tmp_path: Path) -> None:
    (found,) = placeholders(load(read(tmp_path), env={"SMTP": "changeme"}))

    assert (found.key, found.value) == ("providers.mail.password", "")


def test_an_empty_key_is_to_be_filled(tmp_path: Path) -> None:
    config = load(read(tmp_path, ('url = "https://news.secondrow.example"\n', "")), env={"SMTP": "s3cret"})

    assert [(each.key, each.value) for each in to_fill(config)] == [("web.url", "")]
