"""Social posts of one review: prepared per channel within its network's rules, shown, stored and sent once."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher import quotes
from publisher.config import Config
from publisher.errors import QuoteError, UsageError
from publisher.formatters import card as cards
from publisher.formatters import post as formatter
from publisher.http import Http
from publisher.model import ChannelRules, Post, Quote, Review
from publisher.newsroom.pictures import picture_of
from publisher.newsroom.preview import write_file
from publisher.providers import social

OPTIONS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A finished post for one channel, and the picture that goes with it."""

    channel: str
    post: Post
    card: cards.Card | None
    card_path: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape of `post --dry-run --json`."""
        post = self.post
        return {
            "channel": self.channel,
            "network": post.network,
            "text": post.text,
            "length": post.length,
            "limit": post.limit,
            "facets": [{"start": f.start, "end": f.end, "kind": f.kind, "value": f.value} for f in post.facets],
            "link": post.link,
            "card": {"path": str(self.card_path), "alt": self.card.alt} if self.card and self.card_path else None,
            "problems": list(post.problems),
            "notes": list(post.notes),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A destination of posts by its name, with its network's rules."""

    name: str
    rules: ChannelRules


def channels(config: Config, names: Sequence[str], *, any_network: bool) -> tuple[Channel, ...]:
    """The channels of these names, all configured ones for none; any network's name counts with `any_network`."""
    wanted = list(names) or list(config.social)
    if not wanted and any_network:
        wanted = ["bluesky", "mastodon"]
    if not wanted:
        raise UsageError(
            "no channel is configured", do="add a [social.NAME] table, or look with --dry-run --to bluesky"
        )
    found = []
    for name in wanted:
        if name in config.social:
            found.append(Channel(name=name, rules=social.channel_rules(config.social[name])))
        elif any_network and name in social.RULES:
            found.append(Channel(name=name, rules=social.RULES[name]))
        else:
            listed = ", ".join([*config.social, *(sorted(social.RULES) if any_network else ())]) or "none"
            raise UsageError(f"there is no channel “{name}”", do=f"known: {listed}")
    return tuple(found)


def prepare(
    review: Review,
    wanted: Sequence[Channel],
    *,
    config: Config,
    http: Http | None,
    template: str | None = None,
    still: bytes | None = None,
) -> tuple[Prepared, ...]:
    """One post and one card per channel; nothing is stored, nobody is contacted but for the picture.

    `still` is the picture where it is at hand already.
    """
    still = still or picture_of(review, config=config, http=http)
    options = _options(review)
    return tuple(_prepare(review, channel, options, still, config, template) for channel in wanted)


def _options(review: Review) -> tuple[Quote, ...]:
    """The critic's own pull quote first, then the best ranked lines."""
    ranked = quotes.rank(review, limit=OPTIONS).quotes
    if not review.pullquote:
        return ranked
    try:
        return (quotes.from_text(review, review.pullquote), *ranked)
    except QuoteError:
        return ranked


def _prepare(
    review: Review,
    channel: Channel,
    options: Sequence[Quote],
    still: bytes | None,
    config: Config,
    template: str | None,
) -> Prepared:
    made = formatter.compose(review, quotes=options, rules=channel.rules, template=template)
    if made.quote is None:
        return Prepared(channel=channel.name, post=made, card=None)
    quotes.verify(review, made.quote)
    return Prepared(channel=channel.name, post=made, card=cards.draw(review, made.quote, site=config.site, still=still))


def write_cards(prepared: Sequence[Prepared], review: Review, folder: Path | None) -> tuple[Prepared, ...]:
    """The same posts with their cards written as files; without a folder, beside the system's temporary files."""
    target = folder or Path(tempfile.gettempdir()) / "publisher-cards"
    written = []
    for each in prepared:
        path = None
        if each.card is not None:
            path = write_file(target / f"{review.id}-{each.channel}.jpg", each.card.data)
        written.append(Prepared(channel=each.channel, post=each.post, card=each.card, card_path=path))
    return tuple(written)
