"""Social posts of one review: prepared per channel within its network's rules, shown, stored and sent once."""

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from publisher import quotes
from publisher.config import ChannelPolicy, Config, policy
from publisher.errors import UsageError
from publisher.formatters import post as formatter
from publisher.formatters.cards import card as cards
from publisher.http.door import Http
from publisher.model import ChannelRules, Post, Quote, Review
from publisher.newsroom.files import write_file
from publisher.newsroom.pool import choosing
from publisher.newsroom.pool.pictures import picture_of
from publisher.providers import social
from publisher.text.clip import at_words

OPTIONS = 8
BUDGET = 240


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A finished post for one channel, and the picture that goes with it."""

    channel: str
    post: Post
    card: cards.Card | None
    card_path: Path | None = None

    @property
    def network(self) -> str:
        """Its network as people write it."""
        return social.display_name(self.post.network)

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
            **({"thread": [part.text for part in post.parts]} if post.parts else {}),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A destination of posts by its name, with its network's rules and what the editor wants on its posts."""

    name: str
    rules: ChannelRules
    tags: tuple[str, ...] = ()
    link: bool = True
    design: cards.Design = "paper"
    utm: Mapping[str, str] = field(default_factory=dict)


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
            table = config.social[name]
            wishes = policy(table, ChannelPolicy)
            utm = {f"utm_{key.removeprefix('utm_')}": value for key, value in wishes.utm.items()}
            found.append(
                Channel(
                    name=name,
                    rules=social.channel_rules(table),
                    tags=wishes.tags,
                    link=wishes.link,
                    design=wishes.design,
                    utm=utm,
                )
            )
        elif any_network and (known := social.known_rules(name)):
            found.append(Channel(name=name, rules=known))
        else:
            listed = ", ".join([*config.social, *(social.networks() if any_network else ())]) or "none"
            raise UsageError(f"there is no channel “{name}”", do=f"known: {listed}")
    return tuple(found)


def usual(config: Config) -> tuple[Channel, ...]:
    """The configured channels; where there are none, the networks where anybody can read along."""
    return channels(config, () if config.social else social.public_networks(), any_network=True)


def prices(wanted: Sequence[Channel]) -> tuple[str, ...]:
    """What the networks of these channels take for a post, in words, one a channel that takes anything."""
    return tuple(
        f"{each.name}: {social.display_name(each.rules.network)} takes "
        f"${linked} for a post with a link, ${bare} without"
        for each in wanted
        if each.rules.price is not None
        for bare, linked in (each.rules.price,)
    )


def prepare(
    review: Review,
    wanted: Sequence[Channel],
    *,
    config: Config,
    http: Http | None,
    still: bytes | None = None,
    words: str | None = None,
    avoid: Collection[str] = (),
) -> tuple[Prepared, ...]:
    """One post and one card per channel; nothing is stored, nobody is contacted but for the picture.

    `still` is the picture where it is at hand already, `words` are the editor's own in place of the template's, and
    quotes to `avoid` are not shown.
    """
    still = still or picture_of(review, config=config, http=http)
    ranking = choosing.ranked(review, config, limit=OPTIONS, max_graphemes=BUDGET)
    options = [quote for quote in ranking.quotes if quote.text not in avoid]
    drawn: dict[tuple[str, tuple[int, int], cards.Design], cards.Card] = {}

    def draw(quote: Quote, channel: Channel) -> cards.Card:
        size, design = channel.rules.card, channel.design
        key = (quote.text, size, design)
        if key not in drawn:
            drawn[key] = cards.draw(review, quote, site=config.site, size=size, design=design, still=still)
        return drawn[key]

    return tuple(_prepare(review, channel, options, draw, config, words) for channel in wanted)


def _template(config: Config) -> str | None:
    """The editor's own template for posts, where she has one."""
    path = config.root / "templates" / "post.txt.j2"
    return path.read_text(encoding="utf-8") if config.path and path.is_file() else None


def _prepare(
    review: Review,
    channel: Channel,
    options: Sequence[Quote],
    draw: Callable[[Quote, Channel], cards.Card],
    config: Config,
    words: str | None,
) -> Prepared:
    if words is not None:
        made = formatter.written(review, words, quotes=options, rules=channel.rules)
    else:
        made = formatter.compose(
            review,
            quotes=options,
            rules=channel.rules,
            template=_template(config),
            tags=channel.tags,
            utm=channel.utm,
            linked=channel.link,
        )
    made = replace(made, language=made.language or config.site.language)
    if made.quote is None:
        return Prepared(channel=channel.name, post=made, card=None)
    quotes.verify(review, made.quote)
    drawn = draw(made.quote, channel)
    made = replace(made, notes=(*made.notes, *(f"card: {each}" for each in drawn.warnings)))
    if drawn.blank:
        return Prepared(channel=channel.name, post=made, card=None)
    made = replace(made, image_alt=at_words(drawn.alt, channel.rules.alt_limit))
    return Prepared(channel=channel.name, post=made, card=drawn)


def write_cards(prepared: Sequence[Prepared], review: Review, folder: Path | None) -> tuple[Prepared, ...]:
    """The same posts with their cards written as files; without a folder, in a temporary one that only we can read."""
    target = folder or Path(tempfile.mkdtemp(prefix="publisher-cards-"))
    written = []
    for each in prepared:
        path = None
        if each.card is not None:
            path = write_file(target / f"{review.id}-{each.channel}.jpg", each.card.data)
        written.append(Prepared(channel=each.channel, post=each.post, card=each.card, card_path=path))
    return tuple(written)
