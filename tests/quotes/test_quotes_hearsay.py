"""Borrowed words, lines about another film, and sentences with holes are never quoted."""

import pytest

from publisher import quotes
from publisher.quotes.barred import hearsay

TITLE = "Salt Meridian"


@pytest.mark.parametrize(
    "line",
    [
        "“You never leave the harbour, the harbour leaves you,” Mara whispers.",
        '"A dazzling, generous and wholly original comedy," says the poster.',
        "As Ada Quill once said, “the sea is the only honest critic we have.”",
        "The tagline promises “a voyage to the end of the heart” and means it.",
        "«Nadie sale vivo del puerto de sal», dice Mara.",
        "„Niemand verlässt den Hafen lebend“, sagt Mara.",
        "彼は言う、「この港から生きて帰る者は誰もいないのだ」。",
    ],
)
def test_words_of_somebody_else_are_borrowed(line: str) -> None:
    assert hearsay.borrowed(line, TITLE)


@pytest.mark.parametrize(
    "line",
    [
        "It is the kind of “prestige” drama that forgets to have a pulse.",
        "“The Long Road to the Sea” and “Tin Harbour” are its nearest kin, and it beats both.",
        "“Salt Meridian” is a warm and sly comedy.",
        "It takes the idea of “a good death” and makes it funny, humane and unexpectedly light on its feet.",
        "A warm, sly comedy without a single false note.",
    ],
)
def test_a_title_or_a_word_in_quotation_marks_is_not_borrowed(line: str) -> None:
    assert not hearsay.borrowed(line, TITLE)


@pytest.mark.parametrize(
    "line",
    [
        "The original is a brilliant, bruising comedy.",
        "The 1958 version has a warmth that nobody has matched.",
        "Its predecessor was a marvel of timing.",
        "The novel is a masterpiece of dread.",
        "The first film was funnier and braver.",
        "Salt Meridian (1962) is the warmer comedy.",
        "Glass Mile (1999) is still the warmest comedy about the sea.",
    ],
)
def test_a_line_about_another_film_is_known(line: str) -> None:
    assert hearsay.of_another(line, TITLE, 2024)


@pytest.mark.parametrize(
    "line",
    [
        "The original wit of Quill carries every scene.",
        "The first film in years to earn its tears, Salt Meridian is a marvel.",
        "The original was fun, but this film has a heart.",
        "Salt Meridian (2024) is a marvel.",
        "A sequel that improves on the original in every way.",
    ],
)
def test_a_line_about_this_film_is_not_about_another(line: str) -> None:
    assert not hearsay.of_another(line, TITLE, 2024)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("The film , directed by a newcomer, is wonderful.", "en"),
        ("The performance of the is a marvel of restraint; it is the.", "en"),
        ("It stars () and is a quiet wonder.", "en"),
        ("A fine comedy starring and with a heart.", "en"),
        ("The score, , is a wonder of its own.", "en"),
        ("’s best work in years is a wonder.", "en"),
        ("It is a warm film by and about nothing else.", "en"),
        ("The the warmest comedy of the year is here.", "en"),
        ("A wonder, says {{ author }}, and it is.", "en"),
        ("Una película de , que emociona.", "es"),
        ("Un film de la grâce et.", "fr"),
        ("Ein Film von und über das Meer und.", "de"),
        ("Un film di , che commuove.", "it"),
        ("Um filme de , que comove.", "pt"),
        ("Een film van een.", "nl"),
    ],
)
def test_a_sentence_with_a_hole_is_known(line: str, language: str) -> None:
    assert hearsay.holed(line, language)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("It is, by and large, the warmest comedy of the year.", "en"),
        ("And, in the end, it is a wonder…", "en"),
        ("It had had its day; that that day was grey is no fault of the film.", "en"),
        ("The kind of film it is hard to tire of.", "en"),
        ("Un film magnifique ; rien ne manque !", "fr"),
        ("Ein Film, der, das muss man sagen, bewegt.", "de"),
        ("Una película que emociona, y mucho.", "es"),
    ],
)
def test_a_whole_sentence_has_no_hole(line: str, language: str) -> None:
    assert not hearsay.holed(line, language)


@pytest.mark.parametrize(
    "line",
    [
        "See my review of Glass Mile for a warmer, funnier and finer comedy.",
        "We both agree that it is a wonderful, funny and generous film.",
        "As I said last week, this is a wonderful, funny and generous film.",
        "Regular readers will know how much I love a wonderful, funny comedy.",
        "On our podcast we called it a wonderful, funny and generous film.",
        "The novel is a wonderful, funny and generous masterpiece of dread.",
        "“This is a wonderful, funny and generous film about the sea,” says Joss Vole.",
        "This film , a wonderful, funny and generous comedy, is a gem.",
    ],
)
def test_such_a_line_is_never_quoted(line: str) -> None:
    text = f"The harbour wakes at four. The boats go out.\n\n{line} The tide comes in.\n\nThe script is plain and dull."
    shown = quotes.rank(quotes.review_from_plain(TITLE, text), limit=20).quotes
    assert line not in [quote.text for quote in shown]
