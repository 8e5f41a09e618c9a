"""Posts of one review: which channels, in whose words, with which card."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.newsroom.posts.test_channels import SITE, outbox
from tests.studios import invented

from publisher.config import Config, load
from publisher.errors import UsageError
from publisher.newsroom.posts import prepare

REVIEW = invented(0, image=None)


def config(root: Path, tables: str = "") -> Config:
    (root / "publisher.toml").write_text(SITE + tables, encoding="utf-8")
    return load(root / "publisher.toml", env={})


def wanted(config: Config, *names: str, any_network: bool = True) -> tuple[prepare.Channel, ...]:
    return prepare.channels(config, names, any_network=any_network)


def made(config: Config, *names: str, **more: object) -> tuple[prepare.Prepared, ...]:
    return prepare.prepare(REVIEW, wanted(config, *names), config=config, http=None, **more)  # type: ignore[arg-type]


def test_the_configured_channels_are_meant_where_none_is_named(tmp_path: Path) -> None:
    bare, full = config(tmp_path), config(tmp_path, outbox())

    assert [each.name for each in wanted(full)] == ["box"]
    assert [each.name for each in wanted(bare)] == ["bluesky", "mastodon"]
    with pytest.raises(UsageError, match=r"no channel is configured; add a \[social\.NAME\] table"):
        wanted(bare, any_network=False)


def test_any_network_counts_only_where_it_may(tmp_path: Path) -> None:
    full = config(tmp_path, outbox())

    assert [each.rules.network for each in wanted(full, "mastodon", "box")] == ["mastodon", "bluesky"]
    with pytest.raises(UsageError, match=r"there is no channel “mastodon”; known: box$"):
        wanted(full, "mastodon", any_network=False)
    with pytest.raises(UsageError, match=r"there is no channel “skye”; known: box, .*mastodon"):
        wanted(full, "skye")


def test_a_channel_has_what_its_table_wishes(tmp_path: Path) -> None:
    table = outbox() + 'tags = ["film"]\nlink = false\ndesign = "night"\nutm = { source = "sky", utm_medium = "a" }\n'
    (channel,) = wanted(config(tmp_path, table))

    assert (channel.tags, channel.link, channel.design) == (("film",), False, "night")
    assert channel.utm == {"utm_source": "sky", "utm_medium": "a"}


def test_prices_are_told_of_those_who_take_any(tmp_path: Path) -> None:
    bare = config(tmp_path)
    (words,) = prepare.prices(wanted(bare, "x", "bluesky"))
    (priced,) = (each.rules.price for each in wanted(bare, "x"))

    assert priced is not None
    assert words == f"x: X takes ${priced[1]} for a post with a link, ${priced[0]} without"


@pytest.mark.slow
def test_each_channel_gets_its_post_and_a_card_of_its_quote(tmp_path: Path) -> None:
    bare = config(tmp_path)
    found = made(bare, "bluesky", "mastodon")

    assert [(each.channel, each.network) for each in found] == [("bluesky", "Bluesky"), ("mastodon", "Mastodon")]
    for each in found:
        assert each.post.quote is not None
        assert each.post.quote.text in each.post.whole
        assert each.card is not None
        assert each.post.image_alt
        assert each.post.language == "en"


@pytest.mark.slow
def test_a_quote_to_avoid_is_not_shown(tmp_path: Path) -> None:
    bare = config(tmp_path)
    first = made(bare, "bluesky")[0].post.quote
    assert first is not None
    other = made(bare, "bluesky", avoid={first.text})[0].post.quote

    assert other is None or other.text != first.text


@pytest.mark.slow
def test_the_editor_s_own_words_come_before_her_template_and_that_before_ours(tmp_path: Path) -> None:
    bare = config(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "post.txt.j2").write_text("From my template: {{ film }}", encoding="utf-8")

    assert made(bare, "bluesky")[0].post.text.startswith("From my template: The Salt Road")
    assert made(bare, "bluesky", words="My own.")[0].post.text.startswith("My own.")
    assert made(replace(bare, path=None), "bluesky")[0].post.text != made(bare, "bluesky")[0].post.text


@pytest.mark.slow
def test_cards_are_written_under_the_review_and_its_channel(tmp_path: Path) -> None:
    found = made(config(tmp_path), "bluesky")
    (kept,) = prepare.write_cards(found, REVIEW, tmp_path / "cards")
    shown = kept.as_json()

    assert kept.card is not None
    assert kept.card_path == tmp_path / "cards" / "review0-bluesky.jpg"
    assert kept.card_path.read_bytes() == kept.card.data
    assert shown["card"] == {"path": str(kept.card_path), "alt": kept.card.alt}
    assert found[0].as_json()["card"] is None
    assert (shown["channel"], shown["network"], shown["limit"]) == ("bluesky", "bluesky", 300)
    assert "thread" not in shown
