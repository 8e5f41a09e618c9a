"""The networks' rules, and how a configured channel finds its own."""

from pathlib import Path

import pytest

from publisher.config import RawTable
from publisher.errors import ConfigError, UsageError
from publisher.providers import social

CONTRACT = (
    "bluesky",
    "mastodon",
    "threads",
    "x",
    "linkedin",
    "facebook",
    "instagram",
    "telegram",
    "discord",
    "slack",
    "webhook",
    "apprise",
    "manual",
)


def table(kind: str, root: Path = Path(), **values: object) -> RawTable:
    return RawTable(name="sky", kind=kind, values=values, group="social", file="publisher.toml", line=7, root=root)


@pytest.mark.parametrize("network", CONTRACT)
def test_every_network_has_rules(network: str) -> None:
    rules = social.rules_for(network)
    assert rules.network == network
    assert rules.limit > 0
    assert rules.image_bytes > 0


def test_an_unknown_network_is_named_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"friendster.*use one of apprise, bluesky, discord"):
        social.rules_for("friendster")
    assert social.rules_for("Twitter").network == "x"


def test_an_outbox_counts_like_its_network_with_the_link_in_the_text() -> None:
    rules = social.channel_rules(table("outbox", network="bluesky"))
    assert (rules.network, rules.limit, rules.link_in_card) == ("bluesky", 300, False)
    assert social.channel_rules(table("bluesky")).link_in_card is True


def test_an_outbox_is_opened_below_the_projects_root(tmp_path: Path) -> None:
    channel = social.open_channel(table("outbox", tmp_path, network="x", path="posts-here"))
    assert channel.kind == "outbox"
    assert channel.rules.limit == 280
    assert getattr(channel, "path", None) == tmp_path / "posts-here"


def test_a_wrong_network_or_kind_is_a_mistake_with_its_line() -> None:
    with pytest.raises(ConfigError, match=r"publisher.toml:7.*friendster"):
        social.channel_rules(table("outbox", network="friendster"))
    with pytest.raises(ConfigError, match=r"publisher.toml:7.*carrier-pigeon"):
        social.open_channel(table("carrier-pigeon"))
