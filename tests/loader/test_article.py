import textwrap
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.loader.facts import availability
from publisher.loader.pages import article, furniture
from publisher.model import Availability, Rating

LONDON = ZoneInfo("Europe/London")
FIRST = (
    "Night Ferry opens on a jetty and never quite leaves it. Mara Venn plays the pilot with a patience that most"
    " films do"
    " not have, and the camera stays where she looks."
)
LAST = "By the time the fog lifts, the film has become a story about the people who wait, and it waits with them."


def texts(html: str, title: str | None = None) -> list[str]:
    return [block.text for block in article.blocks_from_html(html, title=title).blocks]


def page(*around: str) -> str:
    before, after = around if len(around) == 2 else ("", around[0])
    return f"{before}<p>{FIRST}</p><p>{LAST}</p>{after}"


def test_the_kinds_of_blocks_are_kept_in_order() -> None:
    found = article.blocks_from_html(
        f"<h2>On the water</h2><p>{FIRST}</p><blockquote><p>Nobody sleeps here.</p></blockquote>"
        "<ul><li>Long takes</li><li><p>Short lines</p></li></ul><p>Text with a <a href='/x'>link</a> and<br>a"
        " break</p>",
        title=None,
    )
    assert [(block.kind, block.text) for block in found.blocks] == [
        ("heading", "On the water"),
        ("paragraph", FIRST),
        ("quote", "Nobody sleeps here."),
        ("list", "Long takes"),
        ("list", "Short lines"),
        ("paragraph", "Text with a link and a break"),
    ]


def test_text_without_paragraph_tags_is_cut_at_double_breaks() -> None:
    assert texts(f"{FIRST}<br><br>{LAST}") == [FIRST, LAST]


def test_a_bold_line_of_its_own_is_a_heading_and_a_paragraph_set_as_one_is_not() -> None:
    found = article.blocks_from_html(f"<p><strong>On the water</strong></p><h1>{FIRST} {LAST}</h1>", title=None)
    assert [block.kind for block in found.blocks] == ["heading", "paragraph"]


@pytest.mark.parametrize(
    "furniture_html",
    [
        "<p>The post <a href='#'>Night Ferry</a> appeared first on <a href='#'>Salt &amp; Screen</a>.</p>",
        "<div class='sharedaddy'><h3>Share this:</h3><ul><li>Facebook</li><li>X</li></ul></div>",
        "<p>Share this: Facebook Twitter WhatsApp</p>",
        "<div class='newsletter-signup'><p>Subscribe to our newsletter for a film every week.</p></div>",
        "<p>Want more film reviews? Check out our website Salt &amp; Screen!</p>",
        "<p>If you liked this, please consider supporting us on Patreon.</p>",
        "<p>Thanks for reading Salt &amp; Screen! Subscribe for free to receive new posts.</p>",
        "<p>Let us know what you think in the comments below!</p>",
        "<h3>Related posts</h3><ul><li><a href='#'>Paper Moths</a></li><li><a href='#'>Glass Orchard</a></li></ul>",
        "<h4>You may also like</h4><p><a href='#'>The ten best ferries in film</a></p>",
        "<h3>About the author</h3><p>Rosa Lind writes about films and fog. She lives by the sea.</p>",
        "<h3>3 Comments</h3><p>Great review!</p><p>Did not like it.</p>",
        "<p>Photo: courtesy of Harbour Films</p>",
        "<p>ADVERTISEMENT</p>",
        "<p><a href='#'>Read more →</a></p>",
        "<p>Tags: drama, fog, ferries</p>",
        "<p>© 2024 Salt &amp; Screen. All rights reserved.</p>",
        "<form><input name='q'><button>Search</button></form>",
        "<nav><a href='/'>Home</a></nav><footer>Imprint</footer>",
        "<p>Watch the trailer below:</p><iframe src='https://video.example/1'></iframe>",
    ],
)
def test_furniture_after_the_text_is_gone(furniture_html: str) -> None:
    assert texts(page(furniture_html)) == [FIRST, LAST]


@pytest.mark.parametrize(
    "prose",
    [
        "Consider me impressed: the last scene lasts nine minutes and nobody around me moved at all.",
        "Check out the moment when she drops the rope; the whole film is in it.",
        "I subscribe to the theory that fog is an actor here.",
        "Like she said: the same noise as when the ferry leaves. But then at night.",
        "Share in her grief and you will not forget it.",
        "Recommended for: anyone who has ever waited for a boat and missed it.",
        "More like this, please, said the man beside me, and he was right.",
        "Read between the lines of the captain's log and you find a second film.",
        "Recommended.",
    ],
)
def test_a_critics_own_sentence_is_no_furniture(prose: str) -> None:
    assert texts(f"<p>{FIRST}</p><p>{prose}</p>") == [FIRST, prose]


def test_byline_date_and_reading_time_become_data() -> None:
    found = article.blocks_from_html(
        page("<p>By Rosa Lind - November 14, 2025</p><p>4 min read</p>", ""), title=None, zone=LONDON
    )
    assert found.byline == ("Rosa Lind",)
    assert found.published is not None
    assert found.published.value == date(2025, 11, 14)
    assert found.reading_minutes == 4
    assert [block.text for block in found.blocks] == [FIRST, LAST]


@pytest.mark.parametrize("line", ["By the end, nobody speaks.", "By dawn the harbour is empty", "By far her best"])
def test_a_sentence_that_begins_with_by_is_no_byline(line: str) -> None:
    assert texts(f"<p>{line}</p><p>{FIRST}</p>") == [line, FIRST]


def test_a_login_name_becomes_the_byline_that_the_configuration_gives_it() -> None:
    found = article.blocks_from_html(page("<p>by rlind1</p>", ""), title=None, critics={"rlind1": "Rosa Lind"})
    assert found.byline == ("Rosa Lind",)


def test_the_headline_is_taken_out_where_it_repeats() -> None:
    assert texts(f"<h1>Night Ferry, reviewed</h1><p>{FIRST}</p>", title="Night Ferry – Reviewed") == [FIRST]


def test_a_line_that_says_where_to_watch_becomes_data() -> None:
    found = article.blocks_from_html(page("<p>‘Night Ferry’ is streaming now on Kinoteka in the UK.</p>"), title=None)
    assert found.availability == (Availability(platform="Kinoteka", region="UK", mode="streaming"),)
    assert [block.text for block in found.blocks] == [FIRST, LAST]


def test_where_to_watch_inside_a_paragraph_is_data_and_stays_text() -> None:
    found = article.blocks_from_html(f"<p>{FIRST} Night Ferry is in cinemas now.</p>", title=None)
    assert [place.platform for place in found.availability] == ["cinemas"]
    assert found.blocks[0].text.endswith("in cinemas now.")


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("Available to rent or buy on Apple TV and Prime Video.", [("Apple TV", "rent"), ("Prime Video", "rent")]),
        ("Now showing in select theaters", [("select theaters", "cinema")]),
        ("Night Ferry is out now on Blu-ray and DVD.", [("Blu-ray", "disc"), ("DVD", "disc")]),
        ("Where to watch: Netflix", [("Netflix", "streaming")]),
        ("Night Ferry will be streaming on Netflix on Friday", []),
        ("Night Ferry was streaming on Hulu.", []),
        ("Night Ferry opens in cinemas on 5 December", []),
        ("Our hero is found in London", []),
        ("She is showing in every scene what it means to wait on a jetty in Hull", []),
        ("Stuck in Sky", []),
    ],
)
def test_only_what_can_be_seen_now_is_told(line: str, places: list[tuple[str, str]]) -> None:
    assert [(place.platform, place.mode) for place in availability.find(line)] == places


def test_a_score_line_becomes_the_rating() -> None:
    found = article.blocks_from_html(page("<p><strong>Rating: 4/5</strong></p>"), title=None)
    assert found.rating == Rating(value=4, best=5)
    assert [block.text for block in found.blocks] == [FIRST, LAST]


def test_a_sentence_with_the_score_in_it_stays_text() -> None:
    verdict = "Overall 8/10 – a debut that deserves to be seen by everyone who ever waited for a boat."
    found = article.blocks_from_html(page(f"<p>{verdict}</p>"), title=None)
    assert found.rating == Rating(value=8, best=10)
    assert found.blocks[-1].text == verdict


def test_scores_of_others_and_of_aspects_are_nobodys_rating() -> None:
    found = article.blocks_from_html(page("<p>IMDb: 7.1/10</p><p>Acting: 5/5</p><p>Music: 3/5</p>"), title=None)
    assert found.rating is None


def test_a_pull_quote_that_repeats_the_text_is_kept_once() -> None:
    quote = "the camera stays where she looks"
    found = article.blocks_from_html(page(f"<aside class='pullquote'><p>{quote}</p></aside>"), title=None)
    assert found.pullquote == quote
    assert [block.text for block in found.blocks] == [FIRST, LAST]


def test_a_text_that_breaks_off_is_known_as_cut() -> None:
    assert article.blocks_from_html(f"<p>{FIRST}</p><p>And then […]</p>", title=None).cut
    assert not article.blocks_from_html(page(""), title=None).cut


def test_italics_are_kept_as_evidence_and_not_as_marks() -> None:
    found = article.blocks_from_html("<p>Not since <em>Paper Moths</em> has fog been so good.</p>", title=None)
    assert found.emphasis == ("Paper Moths",)
    assert found.plain == "Not since Paper Moths has fog been so good."


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "<svg onload=alert(1)><text>alert(1)</text></svg>",
        "<style>p{background:url(javascript:alert(1))}</style>",
        "<iframe srcdoc='<p>alert(1)</p>'></iframe>",
        "<div style='display:none'>alert(1)</div>",
        "<div hidden>alert(1)</div>",
        "<noscript>alert(1)</noscript>",
        "<math><mtext>alert(1)</mtext></math>",
        "<template><p>alert(1)</p></template>",
        "<!-- alert(1) -->",
    ],
)
def test_nothing_active_or_hidden_comes_through(hostile: str) -> None:
    assert "alert" not in article.blocks_from_html(page(hostile, hostile), title=None).plain


def test_control_and_bidi_characters_are_gone() -> None:
    found = texts("<p>A film\x00 about\u202e salt\u200b and fog.</p>")
    assert found == ["A film about salt and fog."]


def test_trees_too_deep_to_follow_are_read_as_text() -> None:
    deep = "<div>" * 50_000 + f"{FIRST}<script>alert(1)</script>"
    assert texts(deep) == [FIRST]


def test_pasted_lines_are_headings_lists_and_paragraphs() -> None:
    found = article.blocks_from_text(
        f"Night Ferry, reviewed\n\nOn the Water\n{FIRST}\n\n- long takes\n- short lines\n\n> Nobody sleeps.\n\n{LAST}"
    )
    assert found.headline == "Night Ferry, reviewed"
    assert [block.kind for block in found.blocks] == ["heading", "paragraph", "list", "list", "quote", "paragraph"]


def test_pasted_paragraphs_that_were_wrapped_are_joined() -> None:
    wrapped = "Night Ferry\n\n" + textwrap.fill(FIRST, 60) + "\n\n" + LAST
    assert [block.text for block in article.blocks_from_text(wrapped).blocks] == [FIRST, LAST]


def test_a_name_alone_is_a_byline_only_beside_a_date_or_reading_time() -> None:
    head = f"Night Ferry, reviewed\n- Rosa Lind\n- 2 days ago\n- 3 min read\n\n{FIRST}\n{LAST}"
    found = article.blocks_from_text(head, zone=LONDON)
    assert found.byline == ("Rosa Lind",)
    assert found.published is None
    alone = article.blocks_from_text(f"Night Ferry, reviewed\nMara Venn\n{FIRST}\n{LAST}", zone=LONDON)
    assert alone.byline == ()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/pdivbrscript&;\"'= \nAa.é★", max_size=400))
def test_no_markup_crashes_and_no_script_survives(markup: str) -> None:
    found = article.blocks_from_html(f"<script>evil()</script>{markup}", title=None)
    assert "evil()" not in found.plain
    assert all(block.text == " ".join(block.text.split()) != "" for block in found.blocks)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_no_pasted_text_crashes(text: str) -> None:
    found = article.blocks_from_text(text)
    assert all(block.text.strip() for block in found.blocks)


@given(st.text(max_size=80))
def test_the_beginning_of_a_long_article_is_never_what_follows_one(text: str) -> None:
    prose = f"{FIRST} {LAST}"
    assert not furniture.is_furniture(prose)
    assert not furniture.begins_afterwards(prose)
    assert texts(f"<p>{prose}</p>") == [prose]
    assert isinstance(furniture.is_furniture(text), bool)
