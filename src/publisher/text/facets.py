"""The live stretches of a text as a network finds them, as UTF-8 byte ranges."""

from collections.abc import Callable, Sequence
from itertools import accumulate

from publisher.model import Facet
from publisher.text import bluesky, mastodon, twitter
from publisher.text.twitter import Entity

_FINDERS: dict[str, Callable[[str], Sequence[Entity]]] = {
    "bluesky": bluesky.entities,
    "mastodon": mastodon.entities,
}


def find(s: str, finder: str) -> tuple[Facet, ...]:
    """Links, mentions and tags in order of their place, in UTF-8 bytes.

    `finder` is the `entities` of a network's rules: Bluesky and Mastodon have their own, all others are read by X's. A
    link's value has its scheme, a mention's is the handle without @, a cashtag is a tag that begins with $.
    """
    found = _FINDERS.get(finder, twitter.entities)(s)
    if not found:
        return ()
    offsets = list(accumulate((len(c.encode("utf-8", "surrogatepass")) for c in s), initial=0))
    return tuple(_facet(entity, offsets) for entity in found if entity.kind != "list")


def _facet(entity: Entity, offsets: Sequence[int]) -> Facet:
    start, end = offsets[entity.start], offsets[entity.end]
    if entity.kind == "link":
        value = f"https://{entity.value}" if entity.bare and "://" not in entity.value else entity.value
        return Facet(start=start, end=end, kind="link", value=value)
    if entity.kind == "mention":
        return Facet(start=start, end=end, kind="mention", value=entity.value)
    return Facet(
        start=start, end=end, kind="tag", value=f"${entity.value}" if entity.kind == "cashtag" else entity.value
    )
