"""Lines that are not the critic's own verdict on this film: borrowed words, another film, and sentences with holes."""

from functools import cache

import regex

from publisher.quotes.words import word_set

_QUOTED = r"“[^“”]+”|\"[^\"]+\"|«[^«»]+»|„[^“”„]+[“”]|「[^「」]+」|『[^『』]+』"
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*")
_SMALL = word_set(
    "a an and as at but by for from in into nor of off on or over the to up with de la le les el los del di il das der"
    " die und et y e"
)
_LONG, _SHARE, _TOLD = 4, 0.4, 3
_OTHER = (
    r"(?:original|first|previous|prior|earlier|last|second|third|other|19\d\d|20\d\d|\p{Lu}\p{Ll}+['’]s) "
    r"(?:film|movie|entry|one|instal?lment|picture|version|adaptation|feature|series)s?|originals?(?= (?:is|was|"
    r"were|has|had|did|does|remains?|still|may|might|will|would|of|by|from|and|in)\b)|"
    r""
    r"predecessors?|remakes?|books?|novels?|play|video ?games?|source(?: material)?|sequels?|prequels?|tv series|"
    r"source novel|graphic novel|comics?"
)


@cache
def _pattern(name: str) -> regex.Pattern[str]:
    sources = {
        "quoted": _QUOTED,
        "told": r"\b(?:says?|said|writes?|wrote|puts? it|put it|quotes?|quips?|tells?|told|asks?|asked|declares?|"
        r"declared"
        r"|explains?|explained|claims?|claimed|tagline|according to|called it|calls it|once remarked|notes?|noted|"
        r"dice|dijo|escribi[óo]|dit|disait|[ée]crit|sagt\w*|schrieb|dice|disse|scrisse|escreveu|zegt|zei|schreef)\b",
        "rival": rf"^[\"“‘(\[]*(?:[Tt]he|[Ii]ts|[Tt]hat|[Hh]is|[Hh]er|"
        rf"[Tt]heir) (?:(?:\p{{L}}+|\d{{4}}) ){{0,2}}?(?:{_OTHER})\b(?!['’]s? (?:sequel|remake))",
        "dated": r"(?P<name>\p{Lu}[\p{L}\p{N}'’:-]*(?: (?:(?:of|the|and|in|to|a|with|"
        r"&) )*[\p{Lu}\p{N}][\p{L}\p{N}'’:-]*)"
        r"{0,6}),? \((?:\p{L}+ \p{L}+, )?(?P<year>(?:19|20)\d\d)\)",
        "this": r"\b(?:this|the) (?:film|movie|picture|remake|sequel|prequel|adaptation|reboot|version|one|documentary|"
        r"new (?:film|movie|version))\b",
        "hole": r"(?<!\.)\s[,.](?=\s|$|[\"”’)])|\(\s*[,;.]?\s*\)|\[\s*\]|“\s*”|\"\s*\"|«\s*»|„\s*“|[,;]\s*\)|\(\s*[,;]|"
        r",\s*,|,\s*\.(?!\.)|;\s*[,;.]|(?:^|\s)['’]s\b|"
        r"\{\{|\}\}|\[(?:image|photo|video|embed|caption|gallery|link|gif|tk)\b[^\]]*\]|_{3,}|\ufffc|\bTK\b|"
        r"(?i:lorem ipsum)|%\w+%|\[\s*…?\s*\]\s*\(|&(?:amp|nbsp|quot|lt|gt|#\d+);",
    }
    return regex.compile(sources[name], regex.I if name in {"told", "this"} else 0)


_HOLES = {
    "en": r"(?<![\w-])(?:the|an|my|your|their|our|every|than)\s*[,.;:!?](?!\.)|"
    r"(?<![\w-])(?:a|and|or)\s*[.;!?](?!\.)|"
    r"(?<![\w-])(?:by|starring|alongside|called|titled) (?:and(?! large)|or|but|is|was|as)\b|"
    r"(?<![\w-])(?i:(the|a|an|of|and|is|with|for|by) \1)\b",
    "es": r"(?<![\w-])(?:el|los|las|un|una|de|del)\s*[,.;]|(?<![\w-])(el|la|los|de|del|y|un|una|con) \1\b",
    "fr": r"(?<![\w-])(?:des|du|de|une|et)\s*[,.;]|(?<![\w-])(le|la|les|de|des|du|un|une|et) \1\b",
    "de": r"(?<![\w-])(?:und|eines|vom)\s*[,.;]|(?<![\w-])(?:ein|eine|einen|von|des)\s*[.;]|(?<![\w-])(und|von|im|"
    r"ein) \1\b",
    "it": r"(?<![\w-])(?:il|gli|un|una|di|del|della|dei)\s*[,.;]|(?<![\w-])(il|di|del|della|un|una|e) \1\b",
    "pt": r"(?<![\w-])(?:um|uma|de|do|da|dos)\s*[,.;]|(?<![\w-])(de|do|da|um|uma|e) \1\b",
    "nl": r"(?<![\w-])(?:een|en|de)\s*[,.;]|(?<![\w-])(de|het|een|van|en) \1\b",
}


@cache
def _holes(language: str) -> regex.Pattern[str]:
    return regex.compile(_HOLES[language])


def borrowed(text: str, title: str) -> bool:
    """Whether a good part of a line is somebody else's words in quotation marks; a title in them is none."""
    total = len(_WORD.findall(text))
    unspaced = total and sum("\u3040" <= letter <= "\u9fff" for letter in text) > len(text) / 3
    long = 0
    for match in _pattern("quoted").finditer(text):
        inner = match.group()[1:-1]
        words = _WORD.findall(inner)
        size = len(inner) // 3 if unspaced else len(words)
        if size < _TOLD or _is_title(inner, words, title):
            continue
        if _pattern("told").search(text.replace(match.group(), " ")):
            return True
        if size >= _LONG:
            long += size
    return long > _SHARE * max(1, len(text) // 3 if unspaced else total)


def _is_title(inner: str, words: list[str], title: str) -> bool:
    telling = [word for word in words if word.casefold() not in _SMALL]
    named = all(word[0].isupper() or word[0].isdigit() for word in telling) and inner[-1:] not in ".!?"
    return (named and len(words) <= 9) or (bool(title) and inner.casefold().strip(" .,!?") in title.casefold())


def of_another(text: str, title: str, year: int | None) -> bool:
    """Whether a line is about another film: its subject is the original or the book, or it names one with its year."""
    named = [(match["name"].casefold(), int(match["year"])) for match in _pattern("dated").finditer(text)]
    if title and title in text:
        return bool(year) and any(name == title.casefold() and when != year for name, when in named)
    if _pattern("rival").match(text) and not _pattern("this").search(text):
        return True
    others = any(when != year and name not in title.casefold() for name, when in named)
    return others and not _pattern("this").search(text)


def holed(text: str, language: str) -> bool:
    """Whether words seem to be missing: a comma after a blank, empty brackets, an article before a full stop."""
    if _pattern("hole").search(text):
        return True
    return language in _HOLES and _holes(language).search(text) is not None
