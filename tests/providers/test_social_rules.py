"""The networks' rules, and how a configured channel finds its own."""

import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from publisher.config import RawTable
from publisher.errors import ConfigError, UsageError
from publisher.providers import social

USUAL: dict[str, object] = {
    "link_cost": None,
    "max_bytes": None,
    "link_in_card": False,
    "entities": "x",
    "images": 4,
    "alt_limit": 1500,
    "image_bytes": 8_000_000,
    "assumed": False,
    "threads": False,
    "price": None,
    "card": (1200, 630),
}
RULES: dict[str, dict[str, object]] = {
    "bluesky": {
        "limit": 300,
        "count": "graphemes",
        "max_bytes": 3000,
        "link_in_card": True,
        "entities": "bluesky",
        "alt_limit": 2000,
        "image_bytes": 1_000_000,
        "threads": True,
    },
    "mastodon": {
        "limit": 500,
        "count": "mastodon",
        "link_cost": 23,
        "entities": "mastodon",
        "assumed": True,
        "threads": True,
    },
    "threads": {"limit": 500, "count": "threads", "images": 20, "alt_limit": 1000, "threads": True},
    "x": {
        "limit": 280,
        "count": "weighted",
        "link_cost": 23,
        "alt_limit": 1000,
        "image_bytes": 5_000_000,
        "threads": True,
        "price": ("0.015", "0.200"),
    },
    "linkedin": {"limit": 3000, "count": "codepoints", "link_in_card": True, "images": 20, "alt_limit": 4086},
    "facebook": {"limit": 63_206, "count": "codepoints", "link_in_card": True, "images": 10, "alt_limit": 1000},
    "instagram": {"limit": 2200, "count": "codepoints", "images": 10, "alt_limit": 1000, "card": (1080, 1350)},
    "telegram": {"limit": 4096, "count": "utf16", "images": 10, "alt_limit": 0, "image_bytes": 10_000_000},
    "discord": {"limit": 2000, "count": "codepoints", "images": 10, "alt_limit": 1024},
    "slack": {"limit": 3000, "count": "codepoints", "images": 1, "alt_limit": 2000},
    "webhook": {"limit": 10_000, "count": "codepoints"},
    "apprise": {"limit": 1000, "count": "codepoints", "assumed": True},
    "manual": {"limit": 500, "count": "graphemes", "assumed": True},
}
NEEDS = {
    "access_token": {"mastodon", "threads", "x", "linkedin", "facebook", "instagram"},
    "app_password": {"bluesky"},
    "bot_token": {"telegram"},
    "webhook_url": {"discord", "slack"},
}


def table(kind: str, root: Path = Path(), **values: object) -> RawTable:
    return RawTable(name="sky", kind=kind, values=values, group="social", file="publisher.toml", line=7, root=root)


@pytest.mark.parametrize("network", RULES)
def test_a_network_counts_and_allows_what_its_own_pages_say(network: str) -> None:
    assert asdict(social.rules_for(network)) == {"network": network, **USUAL, **RULES[network]}


@pytest.mark.parametrize(
    ("called", "network"), [("Twitter", "x"), (" bsky ", "bluesky"), ("sky", "bluesky"), ("X", "x")]
)
def test_a_network_goes_by_the_other_names_that_people_give_it(called: str, network: str) -> None:
    assert social.rules_for(called).network == network


def test_names_are_shown_as_people_write_them() -> None:
    shown = {name: social.display_name(name) for name in ("x", "linkedin", "bluesky", "carrier-pigeon")}

    assert shown == {"x": "X", "linkedin": "LinkedIn", "bluesky": "Bluesky", "carrier-pigeon": "Carrier-pigeon"}


def test_groups_and_tools_of_ones_own_are_no_public_networks() -> None:
    assert set(social.networks()) - set(social.public_networks()) == {
        "apprise",
        "discord",
        "manual",
        "slack",
        "webhook",
    }
    assert set(social.kinds()) - set(social.networks()) == {"outbox"}


@pytest.mark.parametrize(("setting", "kinds"), NEEDS.items())
def test_a_channel_without_its_key_says_which_one_it_needs(setting: str, kinds: set[str], tmp_path: Path) -> None:
    for kind in kinds:
        with pytest.raises(ConfigError, match=f"`social.sky.{setting}` is missing.*publisher auth sky"):
            social.open_channel(table(kind, tmp_path))


def test_the_rules_of_one_network_load_no_other() -> None:
    code = "from publisher.providers import social; social.rules_for('x')"
    listed = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = {name.rpartition(".")[2] for name in listed.stdout.split() if name.startswith(social.__name__)}

    assert loaded & set(social.kinds()) == {"x"}


def test_an_unknown_network_is_named_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"friendster.*use one of apprise, bluesky, discord"):
        social.rules_for("friendster")


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
