"""The length of a text as a network counts it."""

from publisher.model import ChannelRules
from publisher.text import graphemes as _graphemes
from publisher.text import mastodon, twitter


def graphemes(s: str) -> int:
    """User-perceived characters (UAX 29): an emoji with skin and joiners is one."""
    return _graphemes.count(s)


def codepoints(s: str) -> int:
    """Unicode code points."""
    return len(s)


def utf16(s: str) -> int:
    """UTF-16 code units, as Telegram and JavaScript count."""
    return len(s) + sum(c > "\uffff" for c in s)


def utf8(s: str) -> int:
    """UTF-8 bytes; a lone surrogate counts three."""
    return len(s.encode("utf-8", "surrogatepass"))


def threads(s: str) -> int:
    """Code points, but an emoji counts its UTF-8 bytes (https://developers.facebook.com/docs/threads/posts)."""
    rest, emoji = s, 0
    for match in _graphemes.EMOJI.finditer(s):
        emoji += utf8(match[0]) - len(match[0])
    return len(rest) + emoji


def length(s: str, rules: ChannelRules, *, spoiler: str = "") -> int:
    """The length of a text in the unit of `rules.limit`; a content warning counts with it."""
    match rules.count:
        case "weighted":
            return twitter.length(s)
        case "mastodon":
            return mastodon.length(s, spoiler=spoiler, url_length=rules.link_cost or mastodon.URL_LENGTH)
        case "threads":
            return threads(spoiler + s)
        case "utf16":
            return utf16(spoiler + s)
        case "codepoints":
            return codepoints(spoiler + s)
        case "graphemes":
            return graphemes(spoiler + s)


def fits(s: str, rules: ChannelRules, *, spoiler: str = "") -> bool:
    """Whether a network takes a text of this length, in its own unit and in bytes."""
    return length(s, rules, spoiler=spoiler) <= rules.limit and (rules.max_bytes is None or utf8(s) <= rules.max_bytes)
