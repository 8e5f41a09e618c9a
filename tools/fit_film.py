"""Fits the numbers that say which film a post is about, and tries them on sites that they were not fitted on.

python tools/fit_film.py [--write] [--misses] [FOLDER]     FOLDER defaults to $PUBLISHER_CORPUS, else ../shared

Reads `data/loader/films/posts.jsonl` (whole posts) and `data/loader/headlines/headlines.jsonl` (headlines alone), and
nothing else of the folder, besides our own headlines beside this file: `film_headlines.jsonl`. What is known without
any post stands in `film_prior.json`, from which the fit moves away only as far as the posts say.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from publisher.loader.film import film, habit, headline_words, ranking, refusals
from publisher.loader.film.contenders import contenders
from publisher.loader.film.evidence import Evidence, key
from publisher.loader.film.headline_forms import read
from publisher.loader.pages import article

FOLDS = 8
PENALTY = {"post": 4, "alone": 2}
"""How strongly large numbers are held back."""
PRIOR: dict[str, dict[str, float]] = json.loads(Path(__file__).with_name("film_prior.json").read_text("utf-8"))
"""What one would say before seeing a post: the fit moves away from here only for a reason."""
STEPS = 1_500
LEAST = 3
"""Posts that must show a fact before it gets a number."""
ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Labelled:
    """A post with the titles that are right; none when it is about no film, or about several."""

    site: str
    evidence: Evidence
    right: frozenset[str]
    weight: float = 1.0


@dataclass(frozen=True)
class Case:
    """A labelled post with the facts of its contenders and, last, those for none."""

    post: Labelled
    names: tuple[str, ...]
    facts: tuple[frozenset[str], ...]

    @property
    def right(self) -> list[int]:
        """Which contenders are right; the last one when none is."""
        found = [n for n, name in enumerate(self.names) if name in self.post.right]
        return found or [len(self.names)]


def posts(corpus: Path) -> Iterator[Labelled]:
    """Every whole post, and the same with its headline alone."""
    every = [json.loads(line) for line in (corpus / "data/loader/films/posts.jsonl").read_text("utf-8").splitlines()]
    beside: dict[str, list[str]] = {}
    for post in every:
        beside.setdefault(post["site"], []).append(post["headline"])
    for post in every:
        label = post["label"]
        wanted = [name for each in label["films"] for name in (each["title"], *each.get("also", ()))]
        one = label["kind"] == "film"
        right = frozenset(map(key, wanted)) if one else frozenset()
        markup = "\n".join(post.get("html") or [f"<p>{text}</p>" for text in post["body"]])
        text = article.blocks_from_html(markup, zone=ZONE, title=post["headline"])
        head = headline_words.plain(post["headline"])
        yield Labelled(
            post["site"],
            Evidence(
                headline=head,
                body=text.plain,
                emphasis=text.emphasis,
                categories=tuple(post["categories"]),
                slug=post["url_slug"],
                bare_titles=habit.are_titles(beside[post["site"]]),
            ),
            right,
        )
        if post["headline_kind"] not in ("absent", "tv") or not one:
            yield Labelled(post["site"], Evidence(headline=head), right, weight=0.5)


def headlines(corpus: Path) -> Iterator[Labelled]:
    """Every headline that stands alone."""
    for line in (corpus / "data/loader/headlines/headlines.jsonl").read_text("utf-8").splitlines():
        each = json.loads(line)
        right = frozenset({key(each["film_title"])}) if each["film_title"] else frozenset()
        if each.get("kind") != "title-absent":
            yield Labelled(each["source"], Evidence(headline=headline_words.plain(each["headline"])), right)


def invented() -> Iterator[Labelled]:
    """Headlines of our own, each of which stands alone."""
    for line in Path(__file__).with_name("film_headlines.jsonl").read_text("utf-8").splitlines():
        each = json.loads(line)
        right = frozenset({key(each["film"])}) if each["film"] else frozenset()
        yield Labelled("invented", Evidence(headline=headline_words.plain(each["headline"])), right)


def case(post: Labelled) -> Case:
    """The facts of a post's contenders."""
    reading = read(post.evidence.headline)
    found = contenders(reading, post.evidence)
    none = film.none_facts(reading, post.evidence, found)
    return Case(
        post, tuple(key(one.title) for one in found), (*(frozenset(one.facts) for one in found), frozenset(none))
    )


def fit(cases: Sequence[Case], name: str) -> dict[str, float]:
    """The numbers that make the right contenders likeliest, by gradient ascent from zero: the same each time."""
    seen = Counter(fact for each in cases for fact in set().union(*each.facts))
    names = sorted({fact for fact, count in seen.items() if count >= LEAST} | PRIOR[name].keys())
    at = {fact: n for n, fact in enumerate(names)}
    sizes = [len(each.facts) for each in cases]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    table = np.zeros((sum(sizes), len(names)))
    right = np.zeros(sum(sizes))
    share = np.repeat([each.post.weight for each in cases], sizes)
    for start, each in zip(starts, cases, strict=True):
        for n, facts in enumerate(each.facts):
            table[start + n, [at[fact] for fact in facts if fact in at]] = 1
        right[[start + n for n in each.right]] = 1
    prior = np.array([PRIOR[name].get(fact, 0.0) for fact in names])
    numbers, first, second = prior.copy(), np.zeros(len(names)), np.zeros(len(names))
    for step in range(1, STEPS + 1):
        sums = table @ numbers
        sums -= np.repeat(np.maximum.reduceat(sums, starts), sizes)
        power = np.exp(sums)
        likely = power / np.repeat(np.add.reduceat(power, starts), sizes)
        hit = power * right
        wanted = hit / np.maximum(np.repeat(np.add.reduceat(hit, starts), sizes), 1e-300)
        slope = table.T @ ((wanted - likely) * share) - PENALTY[name] * (numbers - prior)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        numbers += 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {fact: round(float(number), 2) for fact, number in zip(names, numbers, strict=True) if abs(number) >= 0.02}


def verdict(each: Case, numbers: dict[str, float], least: float) -> tuple[str, str]:
    """Whether the numbers find the right film of a post: right, wrong, missed, false or quiet; and what they find."""
    found = ranking.shares(each.facts[:-1], each.facts[-1], numbers)
    best, sure = ranking.choose(each.names, found)
    named = best is not None and sure >= least and not refusals.is_no_review(each.post.evidence.headline)
    title = each.names[best] if named and best is not None else ""
    if not each.post.right:
        return ("false" if named else "quiet"), title
    return ("missed" if not named else "right" if title in each.post.right else "wrong"), title


def cross(cases: Sequence[Case], name: str) -> list[tuple[Case, dict[str, float]]]:
    """Each case with numbers that were fitted on other sites."""
    sites = sorted(
        {each.post.site for each in cases}, key=lambda site: (-sum(c.post.site == site for c in cases), site)
    )
    fold = {site: n % FOLDS for n, site in enumerate(sites)}
    out: list[tuple[Case, dict[str, float]]] = []
    for number in range(FOLDS):
        numbers = fit([each for each in cases if fold[each.post.site] != number], name)
        out += [(each, numbers) for each in cases if fold[each.post.site] == number]
    return out


def show(name: str, judged: Sequence[tuple[Case, dict[str, float]]], *, misses: bool) -> None:
    """Print how many were right at several thresholds; and the misses at the product's own."""
    for least in (0.4, 0.5, film.SURE, 0.7):
        count = Counter(verdict(each, numbers, least)[0] for each, numbers in judged)
        of = count["right"] + count["wrong"] + count["missed"]
        bad = count["wrong"] + count["false"]
        share, amiss = count["right"] / max(of, 1), bad / max(len(judged), 1)
        print(f"{name} at {least}: {share:.1%} of {of} films right, {amiss:.1%} of {len(judged)} wrong or invented")
    if misses:
        for each, numbers in judged:
            how, title = verdict(each, numbers, film.SURE)
            if how in ("wrong", "missed", "false"):
                there = "" if each.right[0] < len(each.names) else " (no contender)" if each.post.right else ""
                print(f"    {how:7}{each.post.evidence.headline[:70]!r} {sorted(each.post.right)[:2]} {title!r}{there}")


def main(arguments: list[str]) -> int:
    """Print the figures; `--write` packs the numbers."""
    folders = [argument for argument in arguments if not argument.startswith("-")]
    corpus = Path(folders[0] if folders else os.environ.get("PUBLISHER_CORPUS") or "../shared")
    every = [case(post) for post in (*posts(corpus), *headlines(corpus), *invented())]
    packed: dict[str, Any] = {}
    for name, alone in (("post", False), ("alone", True)):
        cases = [each for each in every if each.post.evidence.is_alone == alone]
        packed[name] = fit(cases, name)
        show(f"{name}, fitted", [(each, packed[name]) for each in cases], misses=False)
        show(f"{name}, by site", cross(cases, name), misses="--misses" in arguments)
    if "--write" in arguments:
        file = Path(film.__file__).with_name(ranking.FILE)
        file.write_text(json.dumps(packed, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
