"""Where a film can be seen, in a sentence: “Streaming on Netflix and MUBI in the US”."""

from collections.abc import Sequence

from babel import Locale

from publisher.formatters.email.language import listing
from publisher.formatters.email.words import Words
from publisher.model import Availability
from publisher.text.clean import line

_MODES = {
    "streaming": "streaming",
    "stream": "streaming",
    "subscription": "streaming",
    "rent": "rent",
    "rental": "rent",
    "buy": "buy",
    "purchase": "buy",
    "free": "free",
    "tv": "tv",
    "broadcast": "tv",
    "cinema": "cinema",
    "cinemas": "cinema",
    "theatrical": "cinema",
    "theater": "cinema",
    "theaters": "cinema",
    "theatre": "cinema",
    "theatres": "cinema",
}
# English countries that are spoken with an article.
_WITH_ARTICLE = frozenset(
    {"us", "u.s.", "usa", "uk", "u.k.", "eu", "uae", "united states", "united states of america", "united kingdom"}
    | {"netherlands", "philippines", "czech republic", "united arab emirates", "republic of ireland"}
)
_CINEMAS = frozenset({"cinema", "cinemas", "theater", "theaters", "theatre", "theatres", "in cinemas", "in theaters"})


def where_to_watch(found: Sequence[Availability], *, words: Words, locale: Locale) -> tuple[str, ...]:
    """One sentence per way and region, in the review's order; platforms of the same way stand together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in found:
        platform, region = line(one.platform), line(one.region or "")
        mode = _MODES.get(one.mode.strip().lower(), "other")
        names = groups.setdefault((mode, region), [])
        if platform not in names:
            names.append(platform)
    sentences = (_sentence(mode, region, names, words, locale) for (mode, region), names in groups.items())
    return tuple(sentence for sentence in sentences if sentence)


def _sentence(mode: str, region: str, platforms: list[str], words: Words, locale: Locale) -> str:
    named = [name for name in platforms if not (mode == "cinema" and name.casefold() in _CINEMAS) and name]
    if mode == "cinema" and not named:
        sentence = words["cinemas"]
    elif named:
        sentence = words.say(mode, platform=listing(tuple(named), locale))
    else:
        return ""
    return words.say("in_region", what=sentence, region=_region(region, locale)) if region else sentence


def _region(region: str, locale: Locale) -> str:
    return f"the {region}" if locale.language == "en" and region.casefold() in _WITH_ARTICLE else region
