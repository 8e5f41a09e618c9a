"""The text part: written as text, not stripped from the HTML."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools import specimen

from publisher.formatters.email import digest
from publisher.formatters.email.plain import columns
from publisher.model import Edition, EditionItem, Film


def text(edition: Edition | None = None, **site: Any) -> str:
    config = specimen.config(specimen.SITE.model_copy(update=site))
    made = edition or specimen.edition(10)
    return digest.render(made, config=config, newsletter=specimen.NEWSLETTER, templates=None).text


def test_a_review_reads_like_a_letter() -> None:
    assert """\
Night Bus to Orsova (2025)
★★★★☆ · By Theo Lindqvist

    “Every passenger has a secret, and for once none of them is told to us.”

In cinemas in the UK

Read Theo’s review of Night Bus to Orsova:
https://lamplight.example/reviews/night-bus
""" in text()


def test_the_lead_names_its_critic_under_the_quote() -> None:
    assert """
    “It keeps its voice down for two hours and is never once polite. I came
    out owing it money.”
    — Mara Quill
""" in text()


def test_the_editors_note_comes_first_with_its_addresses() -> None:
    body = text()

    assert "make it the quiet one\n(https://lamplight.example/reviews/the-salt-ledger)." in body
    assert body.index("— Mara\n") < body.index("The Salt Ledger (2026)")


def test_it_ends_with_the_ways_out_and_a_line_end() -> None:
    body = text()
    ending = body[body.rindex("You receive") :]

    assert re.search(r"\nUnsubscribe:\n__merge_unsubscribe_url_\w{8}__\n", ending)
    assert ending.endswith("The Lamplight Review\n14 Tannery Lane, Whitby YO21 3PU\n")
    assert not body.endswith("\n\n")


def test_an_address_of_several_lines_keeps_them() -> None:
    assert text(postal_address="14 Tannery Lane\nWhitby\n\nYO21 3PU\n").endswith(
        "\n14 Tannery Lane\nWhitby\nYO21 3PU\n"
    )


@pytest.mark.parametrize("language", ["en", "de", "ar", "fr"])
def test_no_line_is_wider_than_78_columns_but_for_an_address(language: str) -> None:
    for line in text(language=language).split("\n"):
        assert columns(line) <= 78 or "://" in line


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_review_widens_it_or_leaves_markup_in_it(said: str) -> None:
    first = specimen.edition().items[0]
    review = replace(first.review, film=Film(title=said or "x"), headline=said or "x", authors=(said,))
    body = text(replace(specimen.edition(), items=(EditionItem(review=review, standfirst=said, lead=True),)))

    for line in body.split("\n"):
        assert columns(line) <= 78 or "://" in line
    assert "&amp;" not in body or "&amp;" in said
    assert "\x00" not in body
    assert not re.search(r"\n{3,}", body)


def test_no_html_is_left_in_it() -> None:
    assert not re.search(r"<\w|&\w+;|style=|font-family", text())
