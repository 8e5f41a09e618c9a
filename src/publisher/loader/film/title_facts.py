"""What speaks for a span as a film's title and against it: each fact has a name, and the ranking a number for it."""

import re
from dataclasses import dataclass, field

from publisher.loader.facts import people
from publisher.loader.film import habit, headline_words, lexicon, refusals, titles
from publisher.loader.film.evidence import Evidence, Mention, fold_words, key
from publisher.loader.film.headline_words import NOT_A_FILM

DATED = re.compile(r"\s?[,.]?[”\"’'»]?\s?[(\[](?:[^()\[\]\d]{0,40}[,;]?\s)?(?:18|19|20)\d\d\b")
_CUE_BEFORE = lexicon.pattern("cue_before")
_FILM_BEFORE = lexicon.pattern("film_before")
_CUE_AFTER = lexicon.pattern("cue_after")
_PERSON_BEFORE = lexicon.pattern("person_before")
_PERSON_AFTER = re.compile(
    r"(?:['’]s?\s(?:performance|character|direction|script|acting|films?|movies?|work|career|role)"
    r"|\s(?:plays|stars as|directs|gives|delivers"
    r"|directed|says|and\s[A-Z]\w+\s[A-Z]\w+)|\s\([A-Z])"
)
_CREDITS = lexicon.pattern("credits")
_OTHER_WORK = lexicon.pattern("other_work")
_SHORT = 400
"""Characters of a text that need not name its film."""


@dataclass(kw_only=True, slots=True)
class TitleSpan:
    """A possible title, with the names of the facts that speak for or against it."""

    title: str
    facts: set[str] = field(default_factory=set)
    named: int = 0
    first: int = 1 << 20


def weigh(one: TitleSpan, evidence: Evidence) -> None:
    """The facts about one span: how it is named, where, beside what, and what it looks like."""
    _weigh_place(one, evidence)
    _weigh_shape(one)
    if key(one.title) == key(evidence.headline) and "head whole" in one.facts:
        _weigh_whole(one, evidence)
    mentions = evidence.mentions(one.title)
    one.named = len(mentions)
    if mentions:
        one.first = mentions[0].start
        _weigh_mentions(one, evidence.text, mentions)
    elif not evidence.is_alone and "marked" not in one.facts:
        one.facts.add("never named")
        if "form sure" in one.facts and len(evidence.text) < _SHORT:
            one.facts.add("form sure beside a short text")


def _weigh_whole(one: TitleSpan, evidence: Evidence) -> None:
    bare = habit.is_bare(one.title)
    kind = ("a bare title with a colon" if ": " in one.title else "a bare title") if bare else "a worded headline"
    one.facts.add(kind)
    if evidence.bare_titles:
        one.facts.add("a bare title where headlines are titles" if bare else "head whole where headlines are titles")


def _weigh_mentions(one: TitleSpan, text: str, mentions: tuple[Mention, ...]) -> None:
    facts, first = one.facts, mentions[0]
    facts.add(f"named {one.named}" if one.named < 3 else "named 3-5" if one.named < 6 else "named 6+")
    for holds, fact in (
        (all(mention.opens for mention in mentions) and len(one.title.split()) == 1, "only opens"),
        (one.first < 15, "text begins"),
        (one.first < 350, "named early"),
        (mentions[-1].start > 0.75 * len(text), "named late"),
        (any(_stands_alone(text, mention.start, mention.end) for mention in mentions[:6]), "on a line of its own"),
        (bool(_CREDITS.match(text, first.end)) and "\n" in text[first.end : first.end + 4], "credits after"),
    ):
        if holds:
            facts.add(fact)
    for mention in mentions[:12]:
        _weigh_beside(text[max(0, mention.start - 40) : mention.start], text[mention.end : mention.end + 60], facts)


def _stands_alone(text: str, start: int, end: int) -> bool:
    line = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return start - line[0] <= 2 and (line[1] if line[1] >= 0 else len(text)) - end <= 2


def _weigh_beside(before: str, after: str, facts: set[str]) -> None:
    if before[-1:] in "“\"‘'«„" and before and re.match(r"[,.!?]?[”\"’'»]", after):
        facts.add("quoted")
    for pattern, words, fact in (
        (DATED, after, "year"),
        (_CUE_AFTER, after, "film said after"),
        (_PERSON_AFTER, after, "person said after"),
    ):
        if pattern.match(words):
            facts.add(fact)
    for pattern, fact in (
        (_CUE_BEFORE, "film said before"),
        (_FILM_BEFORE, "the film before"),
        (_PERSON_BEFORE, "person said before"),
        (_OTHER_WORK, "other work before"),
    ):
        if pattern.search(before):
            facts.add(fact)
    if re.search(r"\b(?:like|than|remake of|as in|similar to|from)\s[“\"‘'(]?$", before):
        facts.add("compared")


def _weigh_place(one: TitleSpan, evidence: Evidence) -> None:
    name, facts, head, slug = key(one.title), one.facts, evidence.head, evidence.address
    if f" {name} " in f" {head} ":
        facts.add("in headline")
        if head.startswith(name):
            facts.add("opens headline")
        if head.endswith(name):
            facts.add("ends headline")
        share = len(name) / len(head)
        facts.add("most of headline" if share > 0.6 else "some of headline" if share > 0.25 else "little of headline")
    elif shared := set(name.split()) & set(head.split()) - titles.SMALL:
        facts.add("word in headline" if len(shared) < len(name.split()) else "words in headline")
    if slug and slug != head and name:
        if name == slug:
            facts.add("slug whole")
        elif f" {name} " in f" {slug} ":
            facts.add("slug part")
    if name in evidence.filed:
        facts.add("filed")
    if name in evidence.marked:
        facts.add("marked")


def _weigh_shape(one: TitleSpan) -> None:
    title, facts = one.title, one.facts
    words = title.split()
    if len(words) == 1:
        facts.add("one word")
    if len(words) > 6:
        facts.add("long")
    if people.looks_like_name(title) and len(words) in (2, 3) and not refusals.rubric(title):
        facts.add("like a name")
    if not titles.looks_like_title(title) and "marked" not in facts:
        facts.add("not capitalised")
    if re.match(r"(?:The|A|An|Le|La|Der|Die|Das)\s", title):
        facts.add("has article")
    if refusals.rubric(title) or refusals.instalment(title):
        facts.add("like a rubric")
    if title.casefold() in NOT_A_FILM or (len(words) == 1 and len(title) < 3):
        facts.add("common word")
    if refusals.is_list(title) or refusals.news(title):
        facts.add("like news")
    if headline_words.IS_REVIEW.search(title) or title.endswith((":", "|")):
        facts.add("has the word review")


_WITNESSES = (
    {"marked"},
    {"quoted", "head quoted"},
    {"year"},
    {"credits after", "on a line of its own"},
    {"named most"},
    {"named 3-5", "named 6+"},
    {"film said after", "film said before"},
    {"word in headline", "words in headline"},
    {"slug whole"},
    {"filed"},
    {"text begins", "named early"},
)


def _count_witnesses(one: TitleSpan) -> None:
    count = sum(bool(kind & one.facts) for kind in _WITNESSES)
    where = "in headline" if "in headline" in one.facts else "only in text"
    one.facts.add(f"{where}: {'no' if count < 2 else min(count, 6)} witnesses")


_SURELY_WHOLE = {
    "a bare title where headlines are titles",
    "form title (year)",
    "form quoted",
    "slug whole",
}


def compare(found: list[TitleSpan]) -> None:
    """What only the others show: which is named most, which is a part of a longer one that is named as well."""
    most = max((one.named for one in found), default=0)
    names = [f" {' '.join(fold_words(one.title))} " for one in found]
    for one, name in zip(found, names, strict=True):
        if most > 1 and one.named == most:
            one.facts.add("named most")
        others = list(zip(found, names, strict=True))
        _beside_longer(one, [each for each, other in others if len(other) > len(name) and name in other])
        _beside_shorter(one, [each for each, other in others if len(other) < len(name) and other in name])
        _count_witnesses(one)


def _beside_longer(one: TitleSpan, longer: list[TitleSpan]) -> None:
    if any({"slug whole", "in headline"} <= each.facts for each in longer):
        one.facts.add("part of what the address names")
    if len(one.title.split()) == 1 and "marked" not in one.facts and any(_is_whole_name(each, one) for each in longer):
        one.facts.add("a surname")
    if any(each.named and each.named >= 0.6 * one.named for each in longer):
        one.facts.add("part of a longer")
    elif any(each.named and each.first <= one.first for each in longer):
        one.facts.add("first named longer")


def _is_whole_name(each: TitleSpan, one: TitleSpan) -> bool:
    named_first = bool(each.named) and each.first <= one.first
    return named_first and "like a name" in each.facts and each.title.endswith(one.title)


def _beside_shorter(one: TitleSpan, shorter: list[TitleSpan]) -> None:
    named = [each for each in shorter if each.named]
    unsure = "never named" in one.facts and not one.facts & _SURELY_WHOLE
    if unsure and any("in headline" in each.facts and len(key(each.title)) > 3 for each in named):
        one.facts.add("only a part is named")
    if any(each.named > 1.7 * one.named for each in named):
        one.facts.add("shorter is named more")


def inside_the_form(found: list[TitleSpan], title: str) -> None:
    """Parts of what the headline's form marks as the title are hardly ever the title."""
    form = key(title)
    named = any(key(one.title) == form and (one.named or "marked" in one.facts) for one in found)
    for one in found:
        if key(one.title) != form and f" {key(one.title)} " in f" {form} ":
            one.facts.add("part of the form's named title" if named else "part of the form's title")
