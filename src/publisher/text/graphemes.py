"""User-perceived characters (Unicode UAX 29) and emoji, as networks count and draw them."""

import regex

# Unicode 15 counted these as pictographs that a joiner may join; later versions dropped the unused ones (PropList,
# emoji-data.txt), but the networks' counters and GraphemeBreakTest 15 still join them.
_PICTOGRAPH = (
    r"[\p{Extended_Pictographic}\u2388\u2600-\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2763-\u2767"
    r"\U0001F000-\U0001F0FF\U0001F10D-\U0001F10F\U0001F12F\U0001F16C-\U0001F171\U0001F1AD-\U0001F1E5"
    r"\U0001F249-\U0001F3FA\U0001F400-\U0001F53D\U0001F546-\U0001F64F\U0001F680-\U0001F6FF\U0001F774-\U0001F77F"
    r"\U0001F7D5-\U0001F7FF\U0001F8AE-\U0001F8FF\U0001F90C-\U0001F93A\U0001F93C-\U0001F945\U0001F947-\U0001FAFF]"
)
_GRAPHEME = regex.compile(rf"\X(?:(?<={_PICTOGRAPH}\p{{Grapheme_Cluster_Break=Extend}}*\u200D)(?={_PICTOGRAPH})\X)*")

# Emoji sequences of UTS 51: flags, keycaps, then any emoji with modifier, presentation selector, tags and joiners.
# A character that is text by default (©, ™, digits) is an emoji only with U+FE0F or U+20E3 behind it.
_ELEMENT = r"(?:\p{Emoji}(?:\p{Emoji_Modifier}|\uFE0F\u20E3?|\u20E3)?(?:[\U000E0020-\U000E007E]+\U000E007F)?)"
EMOJI = regex.compile(
    rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3"
    rf"|(?![0-9#*]|[\u00A9\u00AE\u2122\u265F](?!\uFE0F)|\p{{Emoji}}\uFE0E){_ELEMENT}"
    rf"(?:\u200D(?![0-9#*]){_ELEMENT})*+"
)


def split(s: str) -> list[str]:
    """The graphemes of a text in order; joined they are the text again."""
    return _GRAPHEME.findall(s)


def count(s: str) -> int:
    """How many graphemes a reader sees."""
    if s.isascii() and "\r\n" not in s:
        return len(s)
    return len(_GRAPHEME.findall(s))
