"""What a post offers as evidence: its headline, and its text as words with their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from publisher.loader.film import titles
from publisher.text import clean

_ENOUGH = 8_000
"""Characters of a text that are looked at: what a review is about stands at its beginning and is repeated."""
_A_TEXT = 40
"""Characters from which on there is a text that can tell something."""
_SPAN = 200
"""Characters of an emphasised span, a category or an address: what is longer is no title."""
_WORD = re.compile(r"[^\W_]+|&")
_OPENS_SENTENCE = re.compile(r"(?:[.!?:…]|\n)[\"”’')]?\s*[\"“‘'(]?$")
_AROUND = re.compile(r"^(?:(?:film|movie|the|review)\b\s?)+|(?:\s(?:review|aspx|(?:18|19|20)\d\d))+$")
"""What stands before and after a title in an address: "film-review-…", "…-2031"."""
_GAP = re.compile(r"[^\w\n&]{1,4}|_|\s")


@dataclass(frozen=True, slots=True)
class Mention:
    """Where the text names a title, as character offsets, and whether a sentence opens with it."""

    start: int
    end: int
    opens: bool


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A post as its source gives it: every text cleaned, none of it trusted.

    `bare_titles`: the headlines of the posts beside it are mostly bare titles.
    """

    headline: str = ""
    body: str = ""
    emphasis: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    slug: str = ""
    bare_titles: bool = False
    text: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headline", clean.line(self.headline)[:300])
        object.__setattr__(self, "text", self.body[:_ENOUGH])
        object.__setattr__(self, "emphasis", tuple(span for span in self.emphasis[:200] if len(span) <= _SPAN))
        object.__setattr__(self, "categories", tuple(name for name in self.categories[:60] if len(name) <= _SPAN))
        object.__setattr__(self, "slug", self.slug[:_SPAN])

    @property
    def is_alone(self) -> bool:
        """Whether there is hardly a text, so that only the headline can tell."""
        return len(self.text) < _A_TEXT

    @cached_property
    def words(self) -> tuple[tuple[str, int, int], ...]:
        """The words of the text, folded, with their offsets."""
        return tuple((fold_word(found[0]), found.start(), found.end()) for found in _WORD.finditer(self.text))

    @cached_property
    def _at(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for number, (word, _, _) in enumerate(self.words):
            places.setdefault(word, []).append(number)
        return places

    @cached_property
    def head(self) -> str:
        """The headline, folded."""
        return key(self.headline)

    @cached_property
    def address(self) -> str:
        """What the page's address names, folded; empty where it only repeats the headline."""
        slug = key(self.slug)
        return "" if slug == self.head else key(_AROUND.sub(" ", slug))

    @cached_property
    def marked(self) -> frozenset[str]:
        """The italic and bold spans, folded."""
        return frozenset(key(titles.trim(span)) for span in self.emphasis[:200])

    @cached_property
    def filed(self) -> frozenset[str]:
        """The categories, folded."""
        return frozenset(key(name) for name in self.categories[:60])

    def mentions(self, title: str) -> tuple[Mention, ...]:
        """Where the text names the title with capitals as titles have, or in just the title's own spelling."""
        return tuple(self._mentions(title))

    def _mentions(self, title: str) -> Iterator[Mention]:
        wanted = fold_words(title)
        if not wanted:
            return
        for at in self._at.get(wanted[0], ())[:60]:
            found = self.words[at : at + len(wanted)]
            if len(found) < len(wanted) or any(word != one for (word, _, _), one in zip(found, wanted, strict=True)):
                continue
            gaps = pairwise(found)
            if not all(_GAP.fullmatch(self.text[left[2] : right[1]]) for left, right in gaps):
                continue
            start, end = found[0][1], found[-1][2]
            if _is_capitalised(self.text[start:end], title):
                yield Mention(
                    start, end, not start or bool(_OPENS_SENTENCE.search(self.text[max(0, start - 4) : start]))
                )


def _is_capitalised(words: str, title: str) -> bool:
    big = [word for word in _WORD.findall(words) if word.casefold() not in titles.SMALL and len(word) > 1]
    if not any(word[0].islower() for word in big or [words]):
        return True
    return words[0].isupper() and len(words) == len(title) and words.replace("’", "'") == title.replace("’", "'")


@lru_cache(maxsize=4096)
def fold_word(word: str) -> str:
    """One word for comparing."""
    return word.casefold() if word.isascii() and word != "&" else clean.fold(word)


def fold_words(text: str) -> tuple[str, ...]:
    """The words of a short text for comparing."""
    return tuple(fold_word(word) for word in _WORD.findall(text[:300]))


_ARTICLE_WORDS = "the a an le la les l un une der die das ein eine el los las il lo gli de het o os as"
_ARTICLES = frozenset(_ARTICLE_WORDS.split())


def key(title: str) -> str:
    """A title for telling whether two are the same: folded, without an article before it."""
    words = fold_words(title.replace("'", "").replace("’", ""))
    return " ".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)
