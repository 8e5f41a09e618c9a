"""What has no film is said wherever it appears, with the command that sets it, and of no other review."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.command import Command

pytestmark = pytest.mark.slow

CONFIG = """
[site]
name = "Lantern Reviews"
url = "https://www.lantern-reviews.org"
language = "en"
timezone = "UTC"
postal_address = "Lantern Reviews, PO Box 12, Oldport"

[[sources]]
name = "folder"
kind = "folder"
path = "reviews"
url = "https://www.lantern-reviews.org/{slug}/"

[providers.mail]
kind = "outbox"
path = "outbox"

[newsletters.weekly]
title = "The Weekly Lantern"
from = "Lantern Reviews <digest@lantern-reviews.org>"
provider = "mail"
schedule = "fri 09:00"

[web]
url = "https://news.lantern-reviews.org"
"""
LETTER = "A long night in the projection room"


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Command) -> dict[str, str]:
    """Two reviews and a letter from the projection room between them; their ids by headline."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUBLISHER_CONFIG", "publisher.toml")
    (tmp_path / "publisher.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "reviews").mkdir()
    titles = {"salt": "The Salt Road review: a keeper", "night": LETTER, "mill": "The Old Mill review: it turns"}
    for days, (name, title) in enumerate(titles.items(), 1):
        text = f"{title.split(' review')[0]} is a quiet, exact and deeply felt piece about the cost of a promise."
        day = (datetime.now(UTC) - timedelta(days=days)).date()
        matter = f'---\ntitle: "{title}"\nauthor: Ada Quill\ndate: {day}\n---\n'
        (tmp_path / "reviews" / f"{name}.md").write_text(f"{matter}{text}\n", encoding="utf-8")
    assert publisher("fetch").status == 0
    return {row["headline"]: row["id"] for row in publisher("reviews", "list", "--all", "--json").json["reviews"]}


def said(text: str, review: str) -> bool:
    return any(f"no film was found in it: publisher reviews set {review}" in line for line in text.splitlines())


def test_a_fetch_says_it_on_the_line_of_the_piece_alone(pool: dict[str, str], publisher: Command) -> None:
    ran = publisher("fetch", "--release", "9")

    assert {title for title, key in pool.items() if said(ran.out, key)} == {LETTER}
    assert next(line for line in ran.out.splitlines() if "no film" in line).startswith(f"  {pool[LETTER]}  new")


def test_a_fetch_as_json_says_it_too(pool: dict[str, str], publisher: Command) -> None:
    (source,) = publisher("fetch", "--release", "9", "--json").json["sources"]

    assert {each["review"] for each in source["decisions"] if "note" in each} == {pool[LETTER]}


def test_why_says_it_until_the_film_is_set(pool: dict[str, str], publisher: Command) -> None:
    assert said(publisher("why", pool[LETTER]).out, pool[LETTER])
    assert not said(publisher("why", pool["The Old Mill review: it turns"]).out, "")

    publisher("reviews", "set", pool[LETTER], "film=The Long Night")

    assert "no film" not in publisher("why", pool[LETTER]).out
    assert "no film" not in publisher("fetch", "--release", "9").out


def test_the_newest_n_are_n_with_the_filmless_as_a_link(pool: dict[str, str], publisher: Command) -> None:
    words = publisher("compose", "weekly", "--last", "2").out
    shown = publisher("compose", "weekly", "--last", "3", "--json").json

    assert f"also: {LETTER}  (no film was found in it: publisher reviews set {pool[LETTER]}" in words
    assert "The Salt Road" in words
    assert "The Old Mill" not in words
    assert ([each["film"] for each in shown["reviews"]], len(shown["links"])) == (["The Salt Road", "The Old Mill"], 1)


def test_what_the_newest_n_leave_out_is_named(pool: dict[str, str], publisher: Command) -> None:
    salt = pool["The Salt Road review: a keeper"]
    publisher("reviews", "exclude", salt)
    publisher("reviews", "hold", pool[LETTER])
    shown = publisher("compose", "weekly", "--last", "1", "--json").json

    assert [each["film"] for each in shown["reviews"]] == ["The Old Mill"]
    assert shown["notes"][:2] == [
        f"“The Salt Road review: a keeper” is not shown: it was left out (publisher reviews exclude {salt} --off)",
        f"“{LETTER}” is not shown: it is held (publisher reviews release {pool[LETTER]})",
    ]
