"""Each feature of the ranking has its fitted weight, and each family of them decides some choice."""

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import exp, log1p
from typing import Any

import pytest
from tests.quotes.test_quotes_choice import made

from publisher import quotes
from publisher.model import Rating, Review
from publisher.quotes import candidates, score, weights
from publisher.quotes.candidates import Candidate
from publisher.quotes.features import measure
from publisher.quotes.scene import Scene, scene_of
from publisher.quotes.sentences import split_blocks

TITLE = "Tin Harbour"
LINES = """\
Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places.
It never strains for charm, and Ada Quill gives her best performance yet!
Mara's grief is the heart of the film; it is never explained.
He dies in the final scene, and she is murdered before the wedding.
They are wonderful together, and these moments are among the finest.
These are dull.
This lens is a mistake, like those in its predecessor from 1998.
Such tricks are hollow (and none of them lands).
I had hoped for more than 90 minutes of this.
We never learn why the killer returns -- you simply wait.
“Go home,” he says: the said man does.
The former is warm and the latter is cold.
The aforementioned lamp returns here.
Such is life.
But for that, the story is muddled.
While the first film was brilliant, the sequel is a mess.
In short, this is a film of rare tenderness, if somewhat slow.
Unlike the novel, the screenplay was written quickly in Malta.
The supporting cast sparkles, however.
It’s a nice touch that the clock stops.
It’s meant to seem precocious.
Part of the charm is the music.
Is it any good?
On paper, it sounds good.
Not that anybody would notice.
A comedy about nothing is still a comedy.
An actor of his kind deserves the Oscar.
Speaking of Joss, he is miscast.
Perhaps a detective could travel to the village.
Watching Quill is a delight.
Joss Vole's camera loves the coldest, darkest harbour.
Quill is wonderful, but the pacing drags badly, wasting the promise of the opening.
Although the budget was small, the production design is truly breathtaking and quietly, deeply moving, with a score \
that never insists, performances of great delicacy, and a script that trusts its audience to follow every turn.
It is a dull, boring failure.
The acting is superb.
Again, the transfer is dark.
Here the director is at her best.
The script is poor.
She hates him.
If there is one minor drawback, it is a second act that drags.
Some viewers may wish for a faster ending.
The harbour is not an easy place, and the lamp is dim.
The lamp burns.""".splitlines()
SHAPES_WITHOUT_A_WEIGHT = {"cut_concession", "cut_half", "cut_pair", "cut_tail", "cut_whole"}
"""How a line was cut: too rare among what editors chose for a weight of its own, so `cut` speaks for them all."""


def reviews() -> Iterator[Review]:
    """The lines in every neighbourhood: each step through them is another order, in paragraphs of other lengths."""
    for step in range(1, len(LINES)):
        lines = [LINES[place * step % len(LINES)] for place in range(len(LINES))]
        size = 1 + step % 5
        paragraphs = (" ".join(lines[at : at + size]) for at in range(0, len(lines), size))
        yield made(*paragraphs, rating=Rating(value=(1, 3, 5)[step % 3], best=5))


def read(review: Review) -> tuple[Scene, list[Candidate]]:
    sentences = split_blocks(review.blocks, title=TITLE)
    found = [each for source in (candidates.whole, candidates.parts) for each in source(sentences, review.plain)]
    return scene_of(sentences, title=TITLE, rating=review.rating), found


@cache
def emitted() -> frozenset[str]:
    found: set[str] = set()
    for review in reviews():
        scene, lines = read(review)
        found.update(name for line in lines for group in measure(line, scene).values() for name in group)
    return frozenset(found)


@cache
def packaged() -> Mapping[str, Any]:
    """What the file holds, read without the product."""
    data = files("publisher.quotes").joinpath("weights.json.gz").read_bytes()
    return dict(json.loads(gzip.decompress(data)))


def names_in(raw: Mapping[str, Any]) -> set[str]:
    return {name for table in (raw["ranking"], *raw["risks"].values()) for name in table}


def test_every_weight_has_its_feature() -> None:
    assert names_in(packaged()) - emitted() == set()


def test_every_feature_has_its_weight() -> None:
    assert emitted() - names_in(packaged()) == SHAPES_WITHOUT_A_WEIGHT


def test_the_readers_ranking_weighs_the_same_features() -> None:
    assert names_in(packaged()["reader"]) == names_in(packaged())
    assert set(packaged()["reader"]["axes"]) == {"ranking", *packaged()["risks"], "verdict"}


def test_words_keep_the_order_and_the_scale_of_the_file() -> None:
    loaded, raw = weights.load(), packaged()
    tables = {"quotable": loaded.quotable.weights, "opinion": loaded.opinion.weights, "moods": loaded.moods}
    for name, table in tables.items():
        words, hundredths = raw[name]["words"].split("\n"), raw[name]["hundredths"]
        assert list(table.items()) == [(word, number / 100) for word, number in zip(words, hundredths, strict=True)]
    assert (loaded.quotable.bias, loaded.opinion.bias) == (raw["quotable"]["bias"], raw["opinion"]["bias"])


def test_a_score_is_each_weight_times_its_feature_and_the_cost_of_each_risk() -> None:
    raw = packaged()
    review = next(reviews())
    scene, lines = read(review)
    scored = score.score(lines, scene, count=len(scene.sentences), language="en")
    slope, offset = raw["calibration"]
    for line, one in zip(lines, scored, strict=True):
        groups = measure(line, scene)
        known = {name: value for group in groups.values() for name, value in group.items()}
        wanted = {
            name: sum(raw["ranking"].get(each, 0.0) * value for each, value in group.items())
            for name, group in groups.items()
        }
        wanted["cut"] -= 0 if line.kind == "whole" else 2.0 if line.text[0] == "[" or line.text[-1] == "…" else 0.4
        for risk, table in raw["risks"].items():
            odds = sum(table.get(each, 0.0) * value for each, value in known.items())
            wanted[f"risk: {risk}"] = -1.5 * log1p(exp(odds))
        assert one.reasons == pytest.approx(wanted, abs=0.001)
        assert one.value == pytest.approx(sum(wanted.values()), abs=0.02)
        assert one.confidence == pytest.approx(1 / (1 + exp(-(slope * one.value + offset))), abs=0.001)


DECIDED = {
    "quotable": (
        (
            "It’s a nice touch that the clock stops.\n\nThis lens is a mistake, like those in its predecessor from "
            "1998. A comedy about nothing is still a comedy. Joss Vole's camera loves the coldest, darkest "
            "harbour."
        ),
        "A comedy about nothing is still a",
        "Joss Vole's camera loves the",
    ),
    "subject": (
        (
            "An actor of his kind deserves the Oscar. Speaking of Joss, he is miscast.\n\nShe hates him. The "
            "supporting cast sparkles, however."
        ),
        "The supporting cast sparkles,",
        "An actor of his kind deserves the",
    ),
    "pointing back": (
        (
            "An actor of his kind deserves the Oscar. Speaking of Joss, he is miscast.\n\nShe hates him. The "
            "supporting cast sparkles, however."
        ),
        "The supporting cast sparkles,",
        "An actor of his kind deserves the",
    ),
    "place": (
        (
            "An actor of his kind deserves the Oscar. Speaking of Joss, he is miscast.\n\nShe hates him. The "
            "supporting cast sparkles, however."
        ),
        "The supporting cast sparkles,",
        "An actor of his kind deserves the",
    ),
    "cues": (
        (
            "An actor of his kind deserves the Oscar. Speaking of Joss, he is miscast.\n\nShe hates him. The "
            "supporting cast sparkles, however."
        ),
        "The supporting cast sparkles,",
        "An actor of his kind deserves the",
    ),
    "risk: plot": (
        (
            "An actor of his kind deserves the Oscar. Speaking of Joss, he is miscast.\n\nShe hates him. The "
            "supporting cast sparkles, however."
        ),
        "The supporting cast sparkles,",
        "An actor of his kind deserves the",
    ),
    "words": (
        (
            "The script is poor. While the first film was brilliant, the sequel is a mess. It’s meant to seem "
            "precocious.\n\nMara's grief is the heart of the film; it is never explained. Such tricks are hollow "
            "(and none of them lands)."
        ),
        "Mara's grief is the heart of the",
        "While the first film was",
    ),
    "verdict": (
        (
            "It is a dull, boring failure. Such is life.\n\nBut for that, the story is muddled. An actor of his "
            "kind deserves the Oscar."
        ),
        "It is a dull, boring failure.",
        "An actor of his kind deserves the",
    ),
    "neighbours": (
        (
            "If there is one minor drawback, it is a second act that drags.\n\nIs it any good? It’s a nice touch "
            "that the clock stops. The harbour is not an easy place, and the lamp is dim. An actor of his kind "
            "deserves the Oscar."
        ),
        "The harbour is not an easy place,",
        "An actor of his kind deserves the",
    ),
    "length": (
        (
            "The supporting cast sparkles, however.\n\nHere the director is at her best. The script is poor. The "
            "lamp burns."
        ),
        "The supporting cast sparkles,",
        "The script is poor. The lamp",
    ),
    "cut": (
        (
            "The supporting cast sparkles, however.\n\nHere the director is at her best. The script is poor. The "
            "lamp burns."
        ),
        "The supporting cast sparkles,",
        "The script is poor. The lamp",
    ),
    "risk: dangling": (
        (
            "The supporting cast sparkles, however.\n\nHere the director is at her best. The script is poor. The "
            "lamp burns."
        ),
        "The supporting cast sparkles,",
        "The script is poor. The lamp",
    ),
    "risk: idle": (
        (
            "The supporting cast sparkles, however.\n\nHere the director is at her best. The script is poor. The "
            "lamp burns."
        ),
        "The supporting cast sparkles,",
        "The script is poor. The lamp",
    ),
    "risk: misleading": (
        (
            "The supporting cast sparkles, however.\n\nHere the director is at her best. The script is poor. The "
            "lamp burns."
        ),
        "The supporting cast sparkles,",
        "The script is poor. The lamp",
    ),
}
"""A review, the line that is chosen, and the one that would be if it were not for this family of reasons."""


def test_each_family_of_reasons_has_a_review_that_it_decides() -> None:
    assert set(quotes.rank(next(reviews()), limit=1).quotes[0].reasons) == set(DECIDED)


@pytest.mark.parametrize("family", DECIDED)
def test_a_family_of_reasons_decides_what_is_chosen(family: str) -> None:
    text, chosen, otherwise = DECIDED[family]
    found = quotes.rank(made(*text.split("\n\n")), limit=9).quotes
    without = max(found, key=lambda quote: quote.score - quote.reasons[family])
    assert found[0].text.startswith(chosen)
    assert without.text.startswith(otherwise)
