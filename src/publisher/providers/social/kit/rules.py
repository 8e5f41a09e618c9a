"""How each network counts and what it allows, as data; sources are the networks' own pages of 2026."""

from dataclasses import replace
from types import MappingProxyType

from publisher.errors import UsageError
from publisher.model import ChannelRules

RULES = MappingProxyType(
    {
        # app.bsky.feed.post and app.bsky.embed.* lexicons: 300 graphemes and 3,000 bytes; a thumb of 1,000,000 bytes
        "bluesky": ChannelRules(
            network="bluesky",
            limit=300,
            count="graphemes",
            max_bytes=3000,
            link_in_card=True,
            facets=True,
            images=4,
            alt_limit=2000,
            image_bytes=1_000_000,
            threads=True,
        ),
        # docs.joinmastodon.org/entities/V2_Instance: 500 unless the server says otherwise
        "mastodon": ChannelRules(
            network="mastodon",
            limit=500,
            count="mastodon",
            link_cost=23,
            images=4,
            alt_limit=1500,
            assumed=True,
            threads=True,
        ),
        # developers.facebook.com/docs/threads/posts: 500, emoji as their UTF-8 bytes
        "threads": ChannelRules(network="threads", limit=500, count="threads", images=20, alt_limit=1000, threads=True),
        # docs.x.com, /pricing of August 2026, and twitter-text v3
        "x": ChannelRules(
            network="x",
            limit=280,
            count="weighted",
            link_cost=23,
            images=4,
            alt_limit=1000,
            image_bytes=5_000_000,
            threads=True,
            price=("0.015", "0.200"),
        ),
        # learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api: commentary of 3,000
        "linkedin": ChannelRules(
            network="linkedin", limit=3000, count="codepoints", link_in_card=True, images=20, alt_limit=4086
        ),
        "facebook": ChannelRules(
            network="facebook", limit=63_206, count="codepoints", link_in_card=True, images=10, alt_limit=1000
        ),
        # developers.facebook.com/docs/instagram-platform: caption of 2,200; a URL in it cannot be clicked
        "instagram": ChannelRules(
            network="instagram", limit=2200, count="codepoints", images=10, alt_limit=1000, card=(1080, 1350)
        ),
        # core.telegram.org/bots/api: 4,096 UTF-16 units after the entities are parsed
        "telegram": ChannelRules(
            network="telegram", limit=4096, count="utf16", images=10, alt_limit=0, image_bytes=10_000_000
        ),
        # discord.com/developers/docs/resources/webhook: content of 2,000
        "discord": ChannelRules(network="discord", limit=2000, count="codepoints", images=10, alt_limit=1024),
        # api.slack.com/reference/block-kit/blocks: a section's text of 3,000
        "slack": ChannelRules(network="slack", limit=3000, count="codepoints", images=1, alt_limit=2000),
        # our own signed JSON: the receiver decides; a bound so that a text has one
        "webhook": ChannelRules(network="webhook", limit=10_000, count="codepoints"),
        # github.com/caronc/apprise: body_maxlen differs per service; the smallest common one of its chat services
        "apprise": ChannelRules(network="apprise", limit=1000, count="codepoints", assumed=True),
        # a person posts by hand, wherever she likes
        "manual": ChannelRules(network="manual", limit=500, count="graphemes", assumed=True),
    }
)

NETWORKS = tuple(RULES)
_ALSO = {"twitter": "x", "bsky": "bluesky", "sky": "bluesky"}


def rules_for(network: str) -> ChannelRules:
    """The rules of a network by its name; raises UsageError for one that is not known."""
    name = network.strip().lower()
    rules = RULES.get(_ALSO.get(name, name))
    if rules is None:
        raise UsageError(f"the network {network!r} is not known", do=f"use one of {', '.join(NETWORKS)}")
    return rules


def without_link_card(rules: ChannelRules) -> ChannelRules:
    """The same rules where a person or a folder gets the post: the link must stand in the text, and nothing is paid."""
    return replace(rules, link_in_card=False, price=None)
