"""Subjects and preheaders in the language of the site."""

import pytest
from tests.editorial.test_edition import items, review

from publisher.editorial.edition import PREHEADER_LIMIT, SUBJECT_LIMIT, preheader, subject
from publisher.editorial.phrases import ENGLISH
from publisher.formatters.email.files import open_templates
from publisher.model import Quote
from publisher.text.count import graphemes

LANGUAGES = ("ar", "de", "es", "fr", "he", "it", "nl", "pt")
FILMS = ("Ninety {film} Minutes", "Glass Orchard", "Paper Lions", "Low Tide")


def test_the_english_phrases_are_those_of_the_templates() -> None:
    shipped = open_templates(None).words("en").phrases

    assert {key: shipped[key] for key in ENGLISH} == ENGLISH


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_an_inbox_is_addressed_in_the_sites_language(language: str, count: int) -> None:
    words = open_templates(None).words(language)
    reviews = [review(n, title, authors=("Ada Quill",)) for n, title in enumerate(FILMS[:count], 1)]
    short = Quote(text="A long echo.", spans=((0, 12),))

    said = subject(reviews, phrases=words.phrases)
    below = preheader(items(reviews, {"r1": short}), short=None, phrases=words.phrases, marks=words["quote"])

    assert said != subject(reviews)
    assert FILMS[0] in said
    assert graphemes(said) <= SUBJECT_LIMIT
    assert graphemes(below) <= PREHEADER_LIMIT
    assert below != preheader(items(reviews, {"r1": short}), short=None)
    assert "{" not in (said + below).replace("{film}", "")


@pytest.mark.parametrize("language", [*LANGUAGES, "en"])
def test_a_week_of_links_alone_is_addressed_in_it_too(language: str) -> None:
    phrases = open_templates(None).words(language).phrases
    reviews = [review(n, None, headline="A headline " * 9) for n in range(1, 4)]

    assert graphemes(subject(reviews, phrases=phrases)) <= SUBJECT_LIMIT
    assert "2" in subject(reviews, phrases=phrases)
    assert graphemes(preheader((), short=None, links=reviews, phrases=phrases)) <= PREHEADER_LIMIT
