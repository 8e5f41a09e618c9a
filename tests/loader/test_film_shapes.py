"""Invented posts in the shapes that sites give them: which film each is about, or none."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from publisher.loader.film import film, habit, headline_words, ranking
from publisher.loader.film.contenders import contenders
from publisher.loader.film.evidence import Evidence
from publisher.loader.film.headline import film_of
from publisher.loader.film.headline_forms import read

FILMS = (
    ("The Tin Choir", "Ada Quill"),
    ("Paper Moths", "Jonas Vell"),
    ("Millpond", "Ines Orla"),
    ("A Ferry to Nowhere", "Tobias Crane"),
    ("Salt and Sleep", "Mara Venn"),
    ("Night Orchard", "Ilse Marrow"),
    ("The Last Lamplighter", "Rosa Lind"),
    ("Weir of Glass", "Otto Brandt"),
)
TEXT = (
    "The film opens on a jetty before dawn. <T>, directed by <D>, follows a pilot who has stopped sleeping, and"
    " the camera"
    " never leaves her.\n"
    "What makes <T> so good is patience. The cast is small and exact, and the score is thin as rope."
    "\nBy the last scene <T> has become a film about the people who wait, and few directors would dare to end there."
)
CREDITS = "<T>\nDirector: <D>\nCast: Lena Hart, Paul Odum\nRuntime: 94 minutes\n" + TEXT
ONCE = (
    "I went in expecting very little, and the first half hour gave me that. Then the film turns, and"
    " I could not look away"
    " from <T> again. The actors are good, the camera is better, and the ending is one of the best scenes of the year."
    "\nThe director has made three films before, none of them this sure of itself."
)
SHAPES = {
    "the label first": ("Review: <T>", TEXT),
    "the label with a dash": ("Film Review – <T>", TEXT),
    "the label last": ("<T> Review", TEXT),
    "quoted with a verdict": ("‘<T>’ Review: Small Lamps, Long Shadows", TEXT),
    "the year": ("<T> (2031)", TEXT),
    "label and year": ("REVIEW: <T> (2031)", TEXT),
    "a festival": ("Berlinale 2031 Review: <T>", TEXT),
    "a festival with a short year": ("Cannes ’31 Review: ‘<T>’", TEXT),
    "a festival by number": ("NYFF64 Review: <T>", TEXT),
    "a sentence": ("<T> is a quiet wonder", TEXT),
    "a colon": ("<T>: the fog on the inside", TEXT),
    "thoughts on": ("Some Thoughts on <T>", TEXT),
    "minutes": ("<T> (94 min) Review", TEXT),
    "reviewed": ("<T>, Reviewed", TEXT),
    "a platform": ("Netflix’s <T> Review", TEXT),
    "where to see it": ("Review: <T>, streaming on MUBI", TEXT),
    "a bare title": ("<T>", TEXT),
    "a bare title named once": ("<T>", ONCE),
    "a pun above the credits": ("Rope tricks", CREDITS),
    "capitals": ("Review: <T!> Sinks Without a Trace", TEXT),
}


def filled(words: str, title: str, director: str) -> str:
    return words.replace("<T!>", title.upper()).replace("<T>", title).replace("<D>", director)


@pytest.mark.parametrize(("title", "director"), FILMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_post_names_its_film_or_none(shape: str, title: str, director: str) -> None:
    headline, text = (filled(words, title, director) for words in SHAPES[shape])
    found = film_of(headline, body=text)
    assert found is None or found.title == title


def test_nearly_every_invented_post_is_read() -> None:
    named = 0
    for headline, text in SHAPES.values():
        for title, director in FILMS:
            named += film_of(filled(headline, title, director), body=filled(text, title, director)) is not None
    assert named >= 0.9 * len(SHAPES) * len(FILMS)


@pytest.mark.parametrize(
    "headline",
    [
        *("RIP Ada Quill (1950-2031)", "Remembering Jonas Vell (1938 – 2031)", "Ada Quill, 1950–2031: A Life in Fog"),
        *("First Reactions to ‘Paper Moths’ Are In", "First Reactions: ‘Millpond’ Is Divisive"),
        *("‘Paper Moths’ Review Embargo Lifts Tonight", "The Review Embargo on ‘Millpond’ Ends"),
        *("Review Roundup: Critics Weigh In on ‘Millpond’", "Review Round-Up: ‘Paper Moths’"),
        *("An Interview with Ines Orla", "Interview: Ada Quill on ‘Paper Moths’"),
        *("The Lamplighter Trilogy", "Ada Quill: A Retrospective"),
    ],
)
def test_what_is_no_review_has_no_film_whatever_its_text_names(headline: str) -> None:
    assert film_of(headline, body=filled(TEXT, "Paper Moths", "Ada Quill")) is None


def test_a_site_of_bare_titles_is_known_by_its_headlines() -> None:
    assert habit.are_titles([title for title, _ in FILMS])
    assert not habit.are_titles([f"{title} Review: a quiet wonder" for title, _ in FILMS])
    assert not habit.are_titles(["Millpond"])
    text = "A small film, and a good one, from a director with a taste for fog and a fine cast."
    found = film_of("Night Orchard", body=text, bare_titles=True)
    assert found is not None
    assert found.title == "Night Orchard"


def test_two_titles_that_the_text_names_apart_are_no_one_film() -> None:
    text = (
        "Millpond opens in fog. So does Paper Moths. I saw Millpond twice and Paper Moths once; both films are short."
    )
    assert film_of("Millpond and Paper Moths", body=text) is None


def emitted() -> set[str]:
    """Every fact that the posts of these tests and the headlines of the fit show."""
    facts: set[str] = set()
    posts = [
        Evidence(headline=filled(head, *each), body=filled(text, *each))
        for head, text in SHAPES.values()
        for each in FILMS
    ]
    lines = Path("tools/film_headlines.jsonl").read_text("utf-8").splitlines()
    posts += [Evidence(headline=headline_words.plain(json.loads(line)["headline"])) for line in lines]
    for post in posts:
        reading = read(post.headline)
        found = contenders(reading, post)
        facts |= film.none_facts(reading, post, found).union(*(one.facts for one in found))
    return facts


def test_the_numbers_are_for_facts_that_are_emitted_and_the_facts_that_are_emitted_have_numbers() -> None:
    tables = ranking.tables()
    assert tables.keys() == {"post", "alone"}
    source = "\n".join(
        each.read_text("utf-8") for each in files("publisher.loader.film").iterdir() if each.name.endswith(".py")
    )
    for name in sorted({*tables["post"], *tables["alone"]} - emitted()):
        words = re.sub(r"^(?:form |none: refused |in headline: |only in text: |named )", "", name)
        words = re.sub(r"^(?:\d|no) witnesses$", "witnesses", words)
        assert words in source, name
    assert len(emitted() & tables["post"].keys()) > 50


def test_shares_add_up_to_one_and_follow_the_numbers() -> None:
    found = ranking.shares([{"a"}, {"b"}], {"c"}, {"a": 2.0, "b": 1.0})
    assert sum(found) == pytest.approx(1)
    assert found[0] > found[1] > found[2]


def test_a_title_needs_to_be_likelier_than_the_next_and_than_none() -> None:
    assert ranking.choose(["tide", "fog"], [0.6, 0.2, 0.2]) == (0, 0.6)
    assert ranking.choose(["tide", "fog"], [0.4, 0.39, 0.21])[0] is None
    assert ranking.choose(["tide", "fog"], [0.3, 0.1, 0.6])[0] is None
    assert ranking.choose(["long tide", "tide"], [0.6, 0.3, 0.1])[1] == pytest.approx(0.9)


@pytest.mark.parametrize(
    "attack", ["A " * 60_000, "“" * 50_000, "(" * 50_000, "Aa-" * 40_000, "A: " * 40_000, "Ab, " * 30_000]
)
def test_no_text_holds_the_ranking_up(attack: str) -> None:
    film_of(attack, body=attack, emphasis=(attack,) * 50, categories=(attack,) * 50, slug=attack)
