"""One review as a post: what is said, in which order, and what gives way when there is no room."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.networks import RULES

from publisher.errors import TemplateError
from publisher.formatters.post import compose
from publisher.model import Film, Image, Quote, Rating, Review
from publisher.providers.social import without_link_card
from publisher.text import count, facets

GOLDEN = Path(__file__).parents[1] / "golden" / "post"
TEXTS = (
    (
        "A film that listens harder than it speaks, and in its last reel it finally hears the people it has been "
        "following from the pier to the ballroom and back, all of them a little older and none of them the wiser."
    ),
    "Wenderlin shoots the harbour as though it owed her money, and the harbour pays.",
    "Quiet, sly and never once sorry.",
)
QUOTES = tuple(Quote(text=text, spans=((0, len(text)),), score=9 - rank) for rank, text in enumerate(TEXTS))
REVIEW = Review(
    id="a1",
    source="site",
    url="https://films.example.com/reviews/ashes-of-the-tide?page=1#top",
    headline="Review: Ashes of the Tide is worth the wait",
    film=Film(title="Ashes of the Tide", year=2024),
    authors=("Mara Quill",),
    rating=Rating(value=4.5, best=5),
    image=Image(url="https://films.example.com/ashes.jpg"),
    excerpt="A harbour town waits for a ship.",
    language="en",
)


def same_as_golden(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n"


@pytest.mark.parametrize("network", RULES)
def test_every_network_gets_its_variant(network: str) -> None:
    post = compose(REVIEW, quotes=QUOTES, rules=RULES[network], tags=["Film Friday"], utm={"utm_source": network})
    assert post.problems == ()
    assert post.length <= post.limit
    same_as_golden(network, post.text)


def test_the_quote_comes_first_then_film_stars_critic_and_link() -> None:
    post = compose(REVIEW, quotes=QUOTES[1:], rules=RULES["mastodon"])
    order = [
        post.text.index(part) for part in ("“Wend", "Ashes of the Tide (2024) ★★★★½", "Mara Quill", "https://films")
    ]
    assert order == sorted(order)
    assert post.text.endswith(str(REVIEW.url))


def test_what_the_review_does_not_say_leaves_no_gap() -> None:
    bare = replace(REVIEW, film=Film(title="Ashes of the Tide"), authors=(), rating=None, url=None, image=None)
    post = compose(bare, quotes=QUOTES[2:], rules=RULES["threads"])
    assert post.text == "“Quiet, sly and never once sorry.”\n\nAshes of the Tide"
    assert post.problems == ()
    assert [note.partition(":")[0] for note in post.notes] == ["no link", "no picture"]


def test_a_shorter_quote_is_taken_before_anything_is_dropped() -> None:
    post = compose(REVIEW, quotes=QUOTES, rules=RULES["x"], tags=["Noir"])
    assert post.quote == QUOTES[1]
    assert "#Noir" in post.text
    assert "Mara Quill" in post.text


def test_tags_go_before_the_critic_and_the_critic_before_the_quote_is_cut() -> None:
    base = count.length(compose(REVIEW, quotes=QUOTES[1:2], rules=RULES["bluesky"]).text, RULES["bluesky"])
    tight = replace(RULES["bluesky"], limit=base)
    without_tags = compose(REVIEW, quotes=QUOTES[1:2], rules=tight, tags=["Noir"])
    assert "#Noir" not in without_tags.text
    assert "Mara Quill" in without_tags.text
    tighter = compose(REVIEW, quotes=QUOTES[1:2], rules=replace(tight, limit=base - 1), tags=["Noir"])
    assert "Mara Quill" not in tighter.text
    assert TEXTS[1] in tighter.text
    tightest = compose(REVIEW, quotes=QUOTES[1:2], rules=replace(tight, limit=base - 30))
    assert "…”" in tightest.text
    assert tightest.quote == QUOTES[1]


def test_a_cut_quote_is_the_best_one_and_ends_at_a_word() -> None:
    long = f"{TEXTS[0][:-1]}, {TEXTS[1]}"
    post = compose(REVIEW, quotes=[Quote(text=long, spans=())], rules=RULES["x"])
    said = post.text.partition("…”")[0].removeprefix("“")
    assert long.startswith(said)
    assert long[len(said)] in " ,"
    assert 260 <= post.length <= 280


def test_a_title_gives_way_last_and_then_it_is_a_problem() -> None:
    review = replace(REVIEW, film=Film(title="The Long Way Round to the Old Sea Wall " * 9, year=1974))
    post = compose(review, quotes=QUOTES, rules=RULES["x"])
    assert post.quote is None
    assert post.length <= 280
    assert post.problems == ()
    endless = replace(REVIEW, url="https://films.example.com/" + "x" * 400)
    stuck = compose(endless, quotes=QUOTES, rules=without_link_card(RULES["bluesky"]))
    assert len(stuck.problems) == 1
    assert "nothing is left to shorten" in stuck.problems[0]


def test_without_a_quote_the_film_stands_alone_and_that_is_said() -> None:
    for quotes in ((), (Quote(text=" ", spans=()),)):
        post = compose(REVIEW, quotes=quotes, rules=RULES["mastodon"])
        assert post.text.startswith("Ashes of the Tide (2024) ★★★★½")
        assert post.quote is None
        assert any(note.startswith("no quote") for note in post.notes)


def test_campaign_parameters_stand_once_and_keep_what_the_address_had() -> None:
    post = compose(REVIEW, quotes=QUOTES, rules=RULES["x"], utm={"utm_source": "x"})
    assert post.link == "https://films.example.com/reviews/ashes-of-the-tide?page=1&utm_source=x#top"
    again = compose(replace(REVIEW, url=post.link), quotes=QUOTES, rules=RULES["x"], utm={"utm_source": "x"})
    assert again.text == post.text


def test_a_network_with_link_cards_gets_the_link_as_a_card() -> None:
    post = compose(REVIEW, quotes=QUOTES, rules=RULES["bluesky"])
    assert "https://" not in post.text
    assert post.card is not None
    assert (post.card.url, post.card.description) == (REVIEW.url, "A harbour town waits for a ship.")
    assert post.link == REVIEW.url


def test_at_most_two_tags_and_only_those_given() -> None:
    post = compose(REVIEW, quotes=QUOTES, rules=RULES["mastodon"], tags=["#Film Friday", "", "Noir!", "third"])
    assert post.text.endswith("#FilmFriday #Noir")
    assert [f.value for f in post.facets if f.kind == "tag"] == ["FilmFriday", "Noir"]
    assert "#" not in compose(REVIEW, quotes=QUOTES, rules=RULES["bluesky"]).text


def test_quoted_speech_is_not_quoted_twice_but_a_part_of_it_is() -> None:
    speech = Quote(text="“You never left,” she says, “you only stopped arriving.”", spans=())
    assert compose(REVIEW, quotes=[speech], rules=RULES["mastodon"]).text.startswith("““You never left,” she")
    whole = Quote(text="“You never left.”", spans=())
    assert compose(REVIEW, quotes=[whole], rules=RULES["mastodon"]).text.startswith("“You never left.”\n")


@pytest.mark.parametrize(
    ("rating", "shown"),
    [
        (Rating(value=3, best=5), "★★★☆☆"),
        (Rating(value=0.5, best=4), "½☆☆☆"),
        (Rating(value=0, best=5), "☆☆☆☆☆"),
        (Rating(value=84, best=100), "84/100"),
        (Rating(value=7.5, best=10), "7.5/10"),
        (Rating(value="B+", best="A"), "B+"),
        (Rating(value=3.25, best=5), "3.25/5"),
    ],
)
def test_a_rating_keeps_the_sites_own_scale(rating: Rating, shown: str) -> None:
    post = compose(replace(REVIEW, rating=rating), quotes=QUOTES[2:], rules=RULES["x"])
    assert f"Ashes of the Tide (2024) {shown}\n" in post.text


def test_an_editor_changes_the_template() -> None:
    post = compose(
        REVIEW, quotes=QUOTES[2:], rules=RULES["x"], template="{{ film|upper }}\n\n\n\n{{ quote }}\n{{ critic }}  "
    )
    assert post.text == "ASHES OF THE TIDE\n\n“Quiet, sly and never once sorry.”\nMara Quill"


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{ quot }}", "'quot' is undefined"),
        ("{{ quote ", "cannot be read"),
        ("{{ quote.__class__.__mro__ }}", "unsafe"),
        ("{{ 1 / 0 }}", "cannot be filled"),
    ],
)
def test_a_broken_template_is_named(template: str, what: str) -> None:
    with pytest.raises(TemplateError, match=what) as error:
        compose(REVIEW, quotes=QUOTES, rules=RULES["x"], template=template)
    assert "post.txt.j2" in str(error.value)


def test_hostile_words_stay_words() -> None:
    hostile = Quote(text="A\x00 film\u202e {{ 7 * 7 }}\n<b>now</b>", spans=())
    post = compose(REVIEW, quotes=[hostile], rules=RULES["x"])
    assert post.text.startswith("“A film {{ 7 * 7 }} <b>now</b>”")


def test_the_limit_taken_by_default_is_said() -> None:
    assert any("default" in note for note in compose(REVIEW, quotes=QUOTES, rules=RULES["mastodon"]).notes)
    asked = replace(RULES["mastodon"], limit=5000, assumed=False)
    assert compose(REVIEW, quotes=QUOTES, rules=asked).notes == ()


WORD = st.sampled_from(
    [
        "quiet",
        "film",
        "“slow”",
        "★★★",
        "😂",
        "👨\u200d👩\u200d👧\u200d👧",
        "静かな映画",
        "سينما",
        "(odd)",
        "été",
        "don’t",
        "unwiederbringlichkeit",
        "—",
        "#Noir",
        "https://films.example.com/an/address",
    ]
)
SAID = st.lists(WORD, min_size=1, max_size=60).map(" ".join)


@settings(deadline=None)
@given(
    st.lists(SAID, max_size=4),
    SAID,
    st.sampled_from(sorted(RULES)),
    st.integers(0, 150),
    st.lists(st.sampled_from(["Noir", "静か"])),
)
def test_no_post_is_over_the_limit_by_the_networks_own_count(
    quotes: list[str], title: str, network: str, path: int, tags: list[str]
) -> None:
    review = replace(REVIEW, film=Film(title=title), url="https://films.example.com/" + "a" * path)
    rules = RULES[network]
    ranked = [Quote(text=text, spans=()) for text in quotes]
    post = compose(review, quotes=ranked, rules=rules, tags=tags)
    assert post.problems or count.fits(post.text, rules)
    assert post.length == count.length(post.text, rules)
    assert post.facets == facets.find(post.text, network)
    assert post == compose(review, quotes=ranked, rules=rules, tags=tags)
