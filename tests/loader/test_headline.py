import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.loader.film.headline import film_of
from publisher.model import Film


@pytest.mark.parametrize(
    ("headline", "title", "year"),
    [
        ("'The Long Tide' Review: A Quiet Study of Salt and Sleep", "The Long Tide", None),
        ("‘Otto’s Lighthouse’ Review – Small Lamps, Long Shadows", "Otto’s Lighthouse", None),
        ("Review: In ‘Paper Moths,’ a Family Folds", "Paper Moths", None),
        ("“Glass Orchard” Is Quite the Harvest", "Glass Orchard", None),
        ("Mara Venn Brings ‘Ilse’ to the Shore", "Ilse", None),
        ("REVIEW: The Salt Ledger (2019)", "The Salt Ledger", 2019),
        ("The Salt Ledger (2019) Review: Paid in Full", "The Salt Ledger", 2019),
        ("The Salt Ledger [2019]", "The Salt Ledger", 2019),
        ("Review : The Salt Ledger(2019)", "The Salt Ledger", 2019),
        ("Review: Night Ferry / Nattfärjan (2018)", "Night Ferry", 2018),
        ("Night Ferry (Ines Orla, 2018)", "Night Ferry", 2018),
        ("1931 (2022) Movie Review", "1931", 2022),
        ("47 Winters Down Review", "47 Winters Down", None),
        ("Berwick 2023 Review: THE GLASS HARBOUR Sinks Without a Trace", "The Glass Harbour", None),
        ("Cannes 2024 Review: In NIGHT FERRY, Nobody Sleeps", "Night Ferry", None),
        ("Venice 2022 Review: THE BAKER, A Warm Loaf", "The Baker", None),
        ("Tribeca 2021 Review: Bread Turns to Blood in Horror WE NEVER LEFT TOWN", "We Never Left Town", None),
        ("ARE YOU STILL UP, MARGOT? – Review by Rosa Lind", "Are You Still Up, Margot?", None),
        ("NIGHT FERRY: A HARBOUR STORY Review: Ropes and Rope Tricks", "Night Ferry: A Harbour Story", None),
        ("YEAR OF THE EEL (L'ANNÉE DE L'ANGUILLE) Review: Slippery", "Year of the Eel", None),
        ("The Understudy: Movie Review", "The Understudy", None),
        ("Movie Review: The Understudy", "The Understudy", None),
        ("Film Review – Ferrymen", "Ferrymen", None),
        ("Film Review — THE FERRYMAN", "The Ferryman", None),
        ("The Quiet Coast review – a love letter to fog", "The Quiet Coast", None),
        ("Movie Review: Night Ferry: Part Two", "Night Ferry: Part Two", None),
        ("Movie Review: Harbour: Homecoming", "Harbour: Homecoming", None),
        ("The Quiet Coast: Fog on the Inside", "The Quiet Coast", None),
        ("The Quiet Coast ★★★★", "The Quiet Coast", None),
        ("The Quiet Coast, 2024 - ★★★★½", "The Quiet Coast", 2024),
        ("Rewatching The Quiet Coast", "The Quiet Coast", None),
        ("Kritik: Das leise Ufer", "Das leise Ufer", None),
        ("Crítica de ‘La costa callada’", "La costa callada", None),
        ("The Quiet Coast – first-look review", "The Quiet Coast", None),
        ("[Sundance 2031 Review] I Heard the TV Hum", "I Heard the TV Hum", None),
        ("Film of the Week: The Quiet Coast", "The Quiet Coast", None),
        ("Hidden Gems: The Quiet Coast", "The Quiet Coast", None),
        ("31 Days of Horror: Day 12 – The Quiet Coast (2024)", "The Quiet Coast", 2024),
        ("Saturday Frights: The Quiet Coast (2024)", "The Quiet Coast", 2024),
        ("The Quiet Coast (12A): Fog on the Inside", "The Quiet Coast", None),
        ("The Quiet Coast (PG-13) Review", "The Quiet Coast", None),
        ("Grade: B+ | The Quiet Coast", "The Quiet Coast", None),
        ("Thoughts on: The Quiet Coast", "The Quiet Coast", None),
        ("Reel Talk: The Quiet Coast", "The Quiet Coast", None),
        ("SLQFF 2031 - The Quiet Coast", "The Quiet Coast", None),
        ("Berlinale 2031 | Review: The Quiet Coast", "The Quiet Coast", None),
        ("Fog on the Inside: A Review of The Quiet Coast", "The Quiet Coast", None),
        ("The Quiet Coast (Ines Orla) – Fog on the Inside", "The Quiet Coast", None),
        ("The Quiet Coast (dir. Ines Orla)", "The Quiet Coast", None),
        ("Night Ferry (2031, Ines Orla)", "Night Ferry", 2031),
        ("The Quiet Coast – remake review", "The Quiet Coast", None),
        ("The Quiet Coast [Movie Review]", "The Quiet Coast", None),
        ("The Quiet Coast Movie Review & Film Summary", "The Quiet Coast", None),
        ("Ilse Marrow's The Quiet Coast", "The Quiet Coast", None),
        ("The Ferryman is a bloody good time", "The Ferryman", None),
        ("Ferrymen: Ilse Marrow's Masterpiece", "Ferrymen", None),
        ("Rewatching Ferrymen: Marrow's Masterpiece at 30", "Ferrymen", None),
        ("Critique : La Marée basse, le beau film d'Ines Orla", "La Marée basse", None),
        ("Reseña: Marea, de Ines Orla", "Marea", None),
        ("Harbour: Part Two", "Harbour: Part Two", None),
        ("(Review) The Quiet Coast", "The Quiet Coast", None),
        ("Genres – Heavy Drama #5 – The Quiet Coast (2019)", "The Quiet Coast", 2019),
        ("Mission: Unlikely – Dead Ferry (2023)", "Mission: Unlikely – Dead Ferry", 2023),
        ("Star Ferries: Episode IV - A New Rope (1977)", "Star Ferries: Episode IV - A New Rope", 1977),
        ("Berlin Review: ‘Ropes (Knot Love)’", "Ropes (Knot Love)", None),
        ("R1: The Movie Review", "R1: The Movie", None),
        ("Review of Ilse: A Life Unravels", "Ilse", None),
        ("F3RRY 2.0 Review: Upgrade Failed", "F3RRY 2.0", None),
    ],
)
def test_the_film_is_found_by_the_form_of_the_headline(headline: str, title: str, year: int | None) -> None:
    found = film_of(headline)
    assert found is not None
    assert (found.title, found.year) == (title, year)
    assert found.evidence
    assert 0.6 <= found.confidence <= 1


@pytest.mark.parametrize(
    "headline",
    [
        *("Harbour Lights Season 2 Episode 7 Review: A Human Face", "TRYING TIMES S4 Review: Still Trying"),
        *("‘Harbour Lights’ Goes Out with a Bang in Its Series Finale", "Harbour Lights: Limited Series Review"),
        *("TIFF 2031: Part 2", "Film Fight: December 2031", "Film Fight 2031: May", "In Memoriam: Ilse Marrow"),
        *("‘The Salt Ledger’ by Ada Quill", "Review: The Salt Ledger by Ada Quill"),
        *("Director Ines Orla on ‘Ferrymen’ and the Sea", "Ferrymen – Netflix Series Review", "Ferrymen: Orla soars"),
        *("Ferrymen on Netflix: Four Hours of Fog", "Cannes 2031: Our Most Anticipated", "In Defence of ‘Ferrymen 2’"),
        *("Cinema is a mess", "Ines Orla is the best filmmaker of the decade", "Netflix is a disaster"),
        *("The Top 10 Films of 2023", "Best Films of 2024 (So Far)", "The Best Lead Performances of 2023"),
        *("Every Ines Orla Film, Ranked", "10 Underrated Thrillers You Need to Watch", "Holiday Film Preview"),
        *(
            "Night Ferry and Paper Moths Review",
            "‘Night Ferry’ and ‘Paper Moths’",
            "Reviews: ‘A Ship,’ ‘A Tide’ and ‘Salt’",
        ),
        *("Conflating NIGHT FERRY and PAPER MOTHS", "Double Feature: Night Ferry and Paper Moths"),
        *("Why Is Everybody Cancelling Their Subscriptions?", "Interview: Ines Orla on ‘Night Ferry’"),
        *(
            "‘Night Ferry’ Trailer: First Look",
            "Berwick 2023 Dispatch: A Strong Year",
            "Watch the Trailer for ‘Night Ferry’",
        ),
        *("‘Night Ferry’ Director Ines Orla on Fog", "‘Night Ferry’ at 30", "Giveaway: Win Tickets to See Night Ferry"),
        *("Ferry Good", "Book Review: The Shining Path by Ilse Brandt", "Year in Review", "Lina: Someone to Love", ""),
        *("Warden Review (Spoiler-Free): Locked In", "Weekend Watch: Night Ferry and More"),
    ],
)
def test_television_lists_several_films_and_news_have_no_film(headline: str) -> None:
    assert film_of(headline) is None


BODY = (
    "The film opens on a jetty. Night Ferry is the kind of film that trusts its audience: Mara Venn plays the"
    " pilot, and the"
    " camera never leaves her face. Whatever happens on the water happens to her first. By the time the fog"
    " lifts, Night Ferry"
    " has become a story about the people who wait. The cast is small and exact, the score is thin as rope, and"
    " the last scene"
    " lasts nine minutes. It is a film about patience, and it asks for some. Few directors would dare to end"
    " there; Ines Orla"
    " does, and the silence in the cinema was complete. I walked home along the quay and did not mind the rain at all."
)


@pytest.mark.parametrize(
    "headline",
    [
        "Ines Orla’s Ferry Night: Ropes Without Knots",  # a maker and a title, or a title with a name in it
        "Review of Ines Orlas' Ferry Night",
        "The Quiet Coast – Fog on the Inside (Film Review)",  # a verdict, or the end of a title
        "The Quiet Coast – Fog on the Inside | Film Review",
        "Harbour Road 2031 Review: Salt on Everything",  # a film and its year, or a festival
        "The Quiet Coast, Ines Orla, 2031",
        "Eels & Ferries: Honour Among Eels slips through",
        "The Quiet Coast at 50: Still Foggy",
        "Perspective | What ‘Night Ferry’ taught me about rope",
    ],
)
def test_a_headline_that_can_be_read_in_two_ways_names_no_film_by_itself(headline: str) -> None:
    assert film_of(headline) is None


def test_the_text_confirms_what_the_headline_leaves_open() -> None:
    assert film_of("Night Ferry Is Worth the Crossing") is None
    found = film_of("Night Ferry Is Worth the Crossing", body=BODY)
    assert found is not None
    assert found.title == "Night Ferry"


def test_the_text_decides_between_a_subtitle_and_a_verdict() -> None:
    found = film_of("Movie Review: Night Ferry: Calm Waters Ahead", body=BODY)
    assert found is not None
    assert found.title == "Night Ferry"


def test_the_text_gives_the_year_but_only_right_after_the_title() -> None:
    dated = BODY.replace("Night Ferry is", "Night Ferry (2021) is", 1)
    found = film_of("Night Ferry Review", body=dated)
    assert found is not None
    assert found.year == 2021
    elsewhere = film_of("Night Ferry Review", body=BODY + " Not since Paper Moths (1998) was fog so good.")
    assert elsewhere is not None
    assert elsewhere.year is None


def test_the_text_gives_the_article_that_the_headline_left_out() -> None:
    body = BODY.replace("Night Ferry", "The Night Ferry").replace("The Night Ferry is", "And so The Night Ferry is")
    found = film_of("Night Ferry: Calm Waters and the People Who Wait", body=body)
    assert found is not None
    assert found.title == "The Night Ferry"


def test_the_text_shows_the_capitals_that_a_headline_hides() -> None:
    found = film_of("MCFERRY Review: Fog", body=BODY.replace("Night Ferry", "McFerry"))
    assert found is not None
    assert found.title == "McFerry"


def test_a_series_is_told_by_its_text() -> None:
    series = "Season two of the series begins with an episode about fog. Every episode of the season has a tide. " * 4
    assert film_of("TIDEWORN Review: Swirling Mysteries") is not None
    assert film_of("TIDEWORN Review: Swirling Mysteries", body=series) is None


def test_a_game_is_told_by_its_text() -> None:
    game = (
        "The game runs well on every console. Players steer the gameplay with two controllers; the game is long. " * 3
    )
    assert film_of("Tideworn review", body=game) is None


def test_a_feed_that_speaks_of_no_film_gets_none() -> None:
    body = "We changed how snapshots are kept on the server. Restoring a backup now takes a minute instead of an hour."
    assert film_of("Effortless Backups: Snapshots That Work", body=body) is None


def test_a_pun_is_solved_by_a_title_that_the_text_sets_apart_and_repeats() -> None:
    assert film_of("Ferry Good", body=BODY.replace("Night Ferry", "It")) is None
    dated = BODY.replace("Night Ferry is", "Night Ferry (2021) is", 1)
    found = film_of("Ferry Good", body=dated, emphasis=("Night Ferry",))
    assert found is not None
    assert (found.title, found.year) == ("Night Ferry", 2021)


def test_what_the_source_says_in_so_many_words_wins() -> None:
    said = Film(title="Night Ferry (2021)", evidence=("page data",))
    found = film_of("Harbour Lights Season 2 Review", structured=said)
    assert found is not None
    assert (found.title, found.year, found.evidence) == ("Night Ferry", 2021, ("page data",))


def test_categories_of_other_things_refuse_an_unsure_headline() -> None:
    assert film_of("The Quiet Coast: Fog on the Inside", categories=["TV Reviews"]) is None
    assert film_of("The Quiet Coast: Fog on the Inside", categories=["Film Reviews", "News"]) is not None


@given(st.text(max_size=200), st.text(max_size=400))
def test_no_headline_crashes_and_every_film_has_a_title_from_it(headline: str, body: str) -> None:
    found = film_of(headline, body=body)
    if found is not None:
        assert found.title.strip() == found.title != ""
        assert found.evidence


def test_an_album_in_a_text_without_films_is_no_film() -> None:
    text = "Ada Quill’s new album, “Salt”, was reviewed by a blog that is about ambient music, and it is her best."
    assert film_of("Ada Quill’s “Salt” reviewed by The Ferry Post", body=text) is None
