"""Film titles as text: their case, what surrounds them, and whether words look like one."""

import re

from publisher.loader.facts import people
from publisher.loader.film import lexicon
from publisher.text import clean

SMALL = lexicon.words("small")
_ROMAN = re.compile(r"(?=[IVX]{2,})X{0,3}(?:IX|IV|V?I{0,3})")
_EDGE = " \t,:;–—-|/·•*_\"“”„«»‘’'`"
_YEAR_AT_END = re.compile(r"\s*[(\[]\s*(?P<year>(?:18|19|20)\d\d)\b[^)\]]{0,40}[)\]]\s*$")
_OTHER_NAME = lexicon.pattern("other_name")
_NOTE = lexicon.pattern("titles_note")
_BRACKETED = re.compile(r"\s*\((?P<inner>[^()]{2,80})\)\s*$")
_ENGLISH = lexicon.pattern("english")
_FOREIGN = lexicon.pattern("foreign")

_AT_AGE = re.compile(r"(?P<title>.+)\s(?:at|turns|@)\s\d?\d[05]", re.IGNORECASE)
_MADE_BY = re.compile(
    r"(?P<maker>[A-Z][\w.-]+(?:\s[\w.-]+)?\s[A-Z][\w.-]*?)(?:['’]s|(?<=s)['’])\s(?P<title>\S.*)", re.DOTALL
)


def title_case(text: str) -> str:
    """The usual English capitals for a title that was set in capitals; numerals and consonant acronyms stay."""
    words = text.split()
    out: list[str] = []
    for number, word in enumerate(words):
        opens = number == 0 or out[-1].endswith((":", "?", "!", "–", "—", ".")) or word.startswith("(")
        lower = word.casefold()
        if not opens and number < len(words) - 1 and lower.strip("(),") in SMALL:
            out.append(lower)
        else:
            out.append("-".join(_capital(part) for part in word.split("-")))
    return " ".join(out)


def _capital(word: str) -> str:
    bare = re.sub(r"[^\w]", "", word)
    if _ROMAN.fullmatch(bare) or (2 <= len(bare) <= 4 and bare.isalpha() and not re.search(r"[AEIOUY]", bare)):
        return word
    if re.search(r"[^\W\d_]\d+[^\W\d_]", word):  # M3GAN, SE7EN
        return word
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda found: _capital_letters(found[0]), word)


def _capital_letters(word: str) -> str:
    if found := re.fullmatch(r"([DLO])(['’])([^\W\d_]{3,})", word, re.IGNORECASE):
        return found[1].upper() + found[2] + found[3].capitalize()
    return word[:1].upper() + word[1:].lower()


def is_upper(word: str) -> bool:
    """Whether all of a word's letters are capitals, and it has any."""
    return any(c.isalpha() for c in word) and word == word.upper() and word != word.lower()


def looks_like_title(text: str, *, most_words: int = 12) -> bool:
    """Whether the words are capitalised as titles are: a sentence is no title, a list of names may be one."""
    words = re.findall(r"[^\W_][\w'’.&-]*", text)
    if not 0 < len(words) <= most_words or len(text) > 110 or text.count("[") != text.count("]"):
        return False
    big = [word for word in words if word.casefold() not in SMALL]
    if not big:
        return bool(words[0][:1].isupper())
    capital = sum(not word[0].islower() for word in big)
    nearly = len(big) >= 3 and capital >= len(big) - 1 and not words[0][0].islower()
    return bool(capital == len(big) or nearly)


def tidy(text: str, *, exact: bool = False) -> tuple[str, int | None]:
    """A title without quotes, edge punctuation, its year in brackets and its other names; with that year.

    `exact`: the source marks where the title ends, so that what stands in brackets goes only when it is foreign.
    """
    text = _NOTE.sub("", clean.line(text))
    year = None
    if found := _YEAR_AT_END.search(text):
        year, text = int(found["year"]), text[: found.start()]
    text = trim(_OTHER_NAME.sub("", trim(text)))
    found = _BRACKETED.search(text)
    if found and found.start() and _is_original_title(found["inner"], exact=exact):
        text = trim(text[: found.start()])
    return text, year


def _is_original_title(inner: str, *, exact: bool) -> bool:
    """Whether words in brackets are the title in another language and not a part of it."""
    if _FOREIGN.search(inner):
        return True
    return not exact and not _ENGLISH.search(inner)


def trim(text: str) -> str:
    """A title without the punctuation around it; brackets and quotes that it opens itself stay."""
    text = text.strip()
    while text and text[-1] in _EDGE and not (text[-1] in "'’" and re.search(r"\w['’]$", text) and _opens(text)):
        text = text[:-1].rstrip()
    while text and text[0] in _EDGE and not re.match(r"['’](?:til|twas|em|n)\b", text, re.IGNORECASE):
        text = text[1:].lstrip()
    if text.endswith(".") and not re.search(r"(?:\b\w|\.\w|\bvs|\bjr|\bsr|\.\.)\.$", text, re.IGNORECASE):
        text = text[:-1]
    return text


def _opens(text: str) -> bool:
    return bool(re.search(r"(?:^|\s)['‘]\w", text[:-1]))


def shorter(title: str) -> str:
    """What a title is without its maker or its age, where either may be a part of it; empty where neither stands there.

    "Ada Quill's Tide" is a Tide by her or a film with her name in its title, "Tide at 50" an anniversary or a title.
    """
    made = _MADE_BY.fullmatch(title)
    if made and people.looks_like_name(made["maker"]):
        return made["title"]
    aged = _AT_AGE.fullmatch(title)
    return aged["title"] if aged else ""
