"""The quotes of a review, best first: candidates scored, gated, made different from one another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import regex

from publisher.errors import QuoteError
from publisher.model import Quote, Rating, Review
from publisher.quotes import candidates, gates, score
from publisher.quotes.barred.others import other_films
from publisher.quotes.candidates import Candidate
from publisher.quotes.fromtext import editors_pick
from publisher.quotes.language import language_of
from publisher.quotes.reader import network
from publisher.quotes.scene import Scene, scene_of
from publisher.quotes.sentences import Sentence, split_blocks
from publisher.quotes.verify import prove
from publisher.quotes.weights import load
from publisher.text import graphemes

LEAST_CONFIDENCE = (0.14, 0.28)
SHOWN = 3
_NEAR_DUPLICATE = 0.6
_WORD = regex.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """The best quotes of a review, best first; when there is none, why."""

    quotes: tuple[Quote, ...] = ()
    why_none: str = ""


def rank(review: Review, *, limit: int = SHOWN, max_graphemes: int = 240, avoid: Collection[str] = ()) -> Ranking:
    """The `limit` best quotes of at most `max_graphemes`, none of them in `avoid`, no two nearly the same.

    An editor's pick that stands in the review and fits comes first, whatever `avoid` holds.
    """
    plain = review.plain
    title = review.film.title if review.film else ""
    own = _editors(review, max_graphemes)
    sentences = split_blocks(review.blocks, title=title)
    if not sentences:
        return Ranking(quotes=own, why_none="" if own else "the review has no prose below its headline")
    language = language_of(review.language, plain)
    scene = read(sentences, title=title, rating=review.rating) if language == "en" else None
    setting = _setting(review, sentences, language, scene, max_graphemes)
    avoided, most = {_key(text) for text in avoid}, limit - len(own)
    chosen: list[tuple[Candidate, score.Scored]] = []
    for source in (candidates.whole, candidates.parts):
        found = list(source(sentences, plain))
        scored = score.score(found, scene, count=len(sentences), language=language, title=title)
        least = LEAST_CONFIDENCE[source is candidates.parts]
        for candidate, one in sorted(zip(found, scored, strict=True), key=lambda pair: -pair[1].value):
            if len(chosen) == most or one.confidence < least:
                break
            if _is_new(candidate, own, avoided, chosen) and gates.passes(candidate, setting):
                chosen.append((candidate, one))
        if len(chosen) == most:
            break
    quotes = (*own, *(_quote(plain, candidate, one) for candidate, one in chosen))
    return Ranking(quotes=quotes, why_none="" if quotes else _why_none(sentences, plain, setting))


def _setting(
    review: Review, sentences: Sequence[Sentence], language: str, scene: Scene | None, budget: int
) -> gates.Setting:
    """What the gates must know of the review."""
    name = review.film.title if review.film else review.headline
    others = other_films((one.text for one in sentences), name) if scene else frozenset()
    return gates.Setting(
        budget,
        language,
        name,
        _shouts(review.plain),
        scene.verdict if scene else 0.0,
        others,
        review.film.year if review.film else None,
    )


def pick(
    review: Review, *, max_graphemes: int = 240, avoid: Collection[str] = (), automatic: bool = False
) -> Quote | None:
    """The best quote that fits, or None; `automatic` also wants it sure enough to run without an editor."""
    quotes = rank(review, limit=1, max_graphemes=max_graphemes, avoid=avoid).quotes
    if not quotes or (automatic and not is_sure(quotes[0])):
        return None
    return quotes[0]


def is_sure(quote: Quote) -> bool:
    """Whether a quote may run without an editor: of held-out lines as sure as that one in eighteen was a blunder."""
    fitted = load().by_reader if score.READ in quote.reasons else load().by_words
    return quote.confidence >= fitted.automatic


def score_sentences(title: str, text: str, sentences: list[str]) -> list[float]:
    """One number for each given sentence of a review: higher is more quotable; no gates."""
    placed: list[Sentence] = []
    cursor = 0
    for number, raw in enumerate(sentences):
        line = " ".join(raw.split())
        found = text.find(raw.strip(), cursor)
        start = found if found >= 0 else cursor
        end = start + len(raw.strip()) if found >= 0 else start
        opens = "\n" in text[cursor:start] or number == 0
        paragraph = placed[-1].paragraph + opens if placed else 0
        placed.append(Sentence(start, end, line, paragraph, opens, False))
        cursor = end
    whole = [Candidate(one.text, ((one.start, one.end),), (), place, place) for place, one in enumerate(placed)]
    language = language_of(None, text)
    scene = read(placed, title=title, rating=None) if language == "en" else None
    return [one.value for one in score.score(whole, scene, count=len(placed), language=language)]


def _editors(review: Review, budget: int) -> tuple[Quote, ...]:
    try:
        own = editors_pick(review)
    except QuoteError:
        return ()
    return (own,) if own is not None and graphemes.count(own.text) <= budget else ()


def _is_new(
    candidate: Candidate,
    own: Sequence[Quote],
    avoided: Collection[tuple[str, ...]],
    chosen: Sequence[tuple[Candidate, score.Scored]],
) -> bool:
    if _key(candidate.text) in avoided or any(_covers(quote, candidate) for quote in own):
        return False
    return not any(_alike(candidate, other) for other, _ in chosen)


def _covers(quote: Quote, candidate: Candidate) -> bool:
    return any(
        start < end and one < end and start < other for start, end in quote.spans for one, other in candidate.spans
    )


def read(sentences: Sequence[Sentence], *, title: str, rating: Rating | None) -> Scene:
    """The sentences as one scene, told by the network where it reads."""
    told = network.tell(title, [one.text for one in sentences], list(load().by_reader.axes.values()))
    return scene_of(sentences, title=title, rating=rating, told=told)


def _quote(plain: str, candidate: Candidate, scored: score.Scored) -> Quote:
    quote = Quote(text=candidate.text, spans=candidate.spans, edits=candidate.edits)
    prove(plain, quote)
    return replace(quote, score=scored.value, confidence=scored.confidence, reasons=dict(scored.reasons))


def _shouts(plain: str) -> bool:
    letters = sum(character.isalpha() for character in plain)
    return sum(character.isupper() for character in plain) > 0.6 * letters


def _key(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().replace("[", "").replace("]", "")))


def _alike(candidate: Candidate, other: Candidate) -> bool:
    if candidate.first <= other.last and other.first <= candidate.last:
        return True
    mine, theirs = set(_key(candidate.text)), set(_key(other.text))
    return len(mine & theirs) > _NEAR_DUPLICATE * min(len(mine), len(theirs))


def _why_none(sentences: list[Sentence], plain: str, setting: gates.Setting) -> str:
    counts: dict[str, int] = {}
    for candidate in candidates.whole(sentences, plain):
        if candidate.kind == "whole":
            for reason in gates.failures(candidate, setting):
                counts[reason] = counts.get(reason, 0) + 1
    worst = sorted(counts, key=lambda reason: -counts[reason])[:3]
    said = ", ".join(f"{reason} {counts[reason]}" for reason in worst) or "too little judgement, or already used"
    return f"none of {len(sentences)} lines can stand alone: {said}"
