"""The spans of a post that may be its film's title, each with what speaks for it."""

import re
from collections.abc import Iterator
from itertools import pairwise

from publisher.loader.film import headline_words, lexicon, titles
from publisher.loader.film.capitals import cased, runs
from publisher.loader.film.evidence import Evidence, key
from publisher.loader.film.headline_forms import Headline
from publisher.loader.film.headline_words import DASH, VERB
from publisher.loader.film.title_facts import DATED, TitleSpan, compare, inside_the_form, weigh

_SURE_FORM = 0.8
MOST = 40
"""Contenders that are weighed for one post."""

_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»\n]{1,80})[”\"“»]|(?<![^\W_])[‘']([A-Z0-9][^‘’\n]{0,78}?)[’'](?![^\W_])")
_RUN_LINK = r"(?:of|the|a|an|and|in|to|on|for|with|from|at|by|de|la|le|du|des|der|die|das|von|und|el|los|et|à|&)"
_RUN_WORD = r"[A-Z0-9À-ÖØ-Þ][\w’'.-]*"
_RUN = re.compile(
    rf"{_RUN_WORD}(?:(?::? |, (?=[A-Z]\w+,? (?:and|&) )| [-–] )(?:{_RUN_LINK} ){{0,3}}{_RUN_WORD}){{0,9}}"
)
_NO_TITLE = lexicon.words("no_title")
"""Words that begin sentences and lists: none of them alone is taken for a title that only the text names."""
_STARTER = re.compile(
    r"(?:In|But|When|While|With|And|As|If|After|Before|For|From|Although|Though|Like|That|This|Despite|Unlike|Is|It|By|At|On"
    r"|So|What|Why|Yet|Then|Watching|Was|Does|Based|Set|Dans|Avec|Mais|Mit|Aber|Film|Movie|Review|Director|Directed)\s"
)
_POSSESSIVE = re.compile(r"(?:[A-Z][\w.-]+\s){0,2}[A-Z][\w-]+(?:['’]s|s['’])\s(?P<title>[A-Z0-9].*)")
_SPLIT = re.compile(rf"{DASH}|:\s|[?!,;]\s|\s?[()\[\]]\s?|\s(?=with\s|on\s|at\s)")
_LEAD = lexicon.pattern("lead")
_TRAIL = lexicon.pattern("trail")


def contenders(reading: Headline, evidence: Evidence) -> list[TitleSpan]:
    """Every span that may be the title, the likeliest places first, each title once."""
    found: dict[str, TitleSpan] = {}
    for title, fact in _spans(reading, evidence):
        _add(found, title, fact)
        if len(found) > 2 * MOST:
            break
    for one in found.values():
        weigh(one, evidence)
    kept = [one for one in found.values() if _may_be(one)]
    kept.sort(key=lambda one: (-_first_look(one), one.first))
    del kept[MOST:]
    compare(kept)
    if reading.title and reading.confidence >= _SURE_FORM:
        inside_the_form(kept, reading.title)
    return kept


def _first_look(one: TitleSpan) -> int:
    return (
        3 * any(fact.startswith(("form", "head")) for fact in one.facts) + min(one.named, 3) + 2 * ("year" in one.facts)
    )


def _may_be(one: TitleSpan) -> bool:
    words = key(one.title).split()
    if headline_words.FESTIVAL_ONLY.fullmatch(one.title):
        return False
    whole = any(fact.startswith("form") for fact in one.facts) or "head whole" in one.facts
    if not whole and (all(word in _NO_TITLE for word in words) or (len(words) == 1 and words[0].isdigit())):
        return False
    in_headline = any(fact.startswith("form") for fact in one.facts)
    return in_headline or bool(one.named) or "head whole" in one.facts or "head part" in one.facts


def _add(found: dict[str, TitleSpan], title: str, fact: str) -> None:
    title = titles.trim(title)
    name = key(title)
    if not name or len(title) > 110 or len(title.split()) > 14:
        return
    one = found.setdefault(name, TitleSpan(title=title))
    one.facts.add(fact)
    if len(title) > len(one.title) and fact.startswith("text") and one.title.casefold() in title.casefold():
        one.title = title


def _spans(reading: Headline, evidence: Evidence) -> Iterator[tuple[str, str]]:
    headline = evidence.headline
    if reading.title:
        sure = reading.confidence
        yield reading.title, f"form {reading.form}" if sure >= 0.6 else "form unsure"
        if sure >= 0.85:
            yield reading.title, "form sure"
    for other in reading.others:
        yield other, "form other"
    yield from _of_headline(headline)
    label, rest = headline_words.label(headline)
    if label:
        if not _QUOTED.search(rest):
            yield cased(titles.tidy(rest)[0]), "head after label"
        yield from _of_headline(rest)
    for name in evidence.categories[:30]:
        yield name, "filed"
    for span in evidence.emphasis[:60]:
        bare, _ = titles.tidy(span)
        if titles.looks_like_title(bare, most_words=10):
            yield bare, "text marked"
    yield from _of_text(evidence.text)


def _of_headline(headline: str) -> Iterator[tuple[str, str]]:
    yield cased(titles.tidy(headline)[0]), "head whole"
    for run in runs(headline):
        yield cased(run, marked=True), "head capitals"
    for found in _QUOTED.finditer(headline):
        yield found[1] or found[2], "head quoted"
    parts = [part for part in _SPLIT.split(headline) if part and part.strip()]
    pieces = [(part, "head part") for part in parts] if len(parts) > 1 else [(headline, "head whole")]
    for number, (piece, fact) in enumerate(pieces[:8]):
        if len(parts) > 1:
            yield (
                cased(titles.tidy(piece)[0]),
                "head first part" if not number else "head last part" if number == len(parts) - 1 else fact,
            )
        yield from _inside(piece)
    for left, right in pairwise(parts):
        start, end = headline.find(left), headline.rfind(right)
        if 0 <= start < end:
            yield cased(titles.tidy(headline[start : end + len(right)])[0]), "head two parts"
    for found in _RUN.finditer(headline):
        yield found[0], "head run"
        yield from ((each, "head run") for each in _shorter_runs(found[0]))


def _inside(piece: str) -> Iterator[tuple[str, str]]:
    """What stands before a verb or after the words that lead to a title."""
    if found := VERB.search(piece):
        yield piece[: found.start()], "head before verb"
    if found := _LEAD.fullmatch(piece.strip()):
        yield found["rest"], "head after lead"
        if trail := _TRAIL.fullmatch(found["rest"]):
            yield trail["rest"], "head after lead"
    if found := _TRAIL.fullmatch(piece.strip()):
        yield found["rest"], "head before tail"
    if found := _POSSESSIVE.match(piece.strip()):
        yield found["title"], "head after maker"


def _shorter_runs(run: str) -> Iterator[str]:
    if found := _POSSESSIVE.match(run):
        yield found["title"]
    if found := _STARTER.match(run):
        yield run[found.end() :]
    if ": " in run:
        yield from run.split(": ", 1)
    words = run.split()
    if words[-1].endswith(("’s", "'s")):
        yield run[:-2]


def _of_text(text: str) -> Iterator[tuple[str, str]]:
    for found in _QUOTED.finditer(text):
        span = found[1] or found[2]
        if titles.looks_like_title(span, most_words=10) and not span.endswith((".", "?", "!")):
            yield span, "text quoted"
    counts: dict[str, int] = {}
    for found in _RUN.finditer(text):
        run = found[0].rstrip(".,’'-")
        for each in (run, *_shorter_runs(run)):
            if 2 <= len(each) <= 80:
                counts[each] = counts.get(each, 0) + 1
        if found.start() < 500 or DATED.match(text, found.end()):
            counts[run] = counts.get(run, 0) + 1
    for run, count in sorted(counts.items(), key=lambda item: -item[1]):
        if count > 1:
            yield cased(run), "text capitals"
