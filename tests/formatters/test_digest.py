"""What an edition looks like as an email: whole with everything, and whole with next to nothing."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from tools import specimen

from publisher.errors import TemplateError
from publisher.formatters.email import digest
from publisher.model import Availability, Edition, EditionItem, Email, Film, Image, Rating, Review

BARE = Review(
    id="bare", source="paste", headline="'The Quiet Arithmetic' Review", film=Film(title="The Quiet Arithmetic")
)


def render(edition: Edition | None = None, *, layout: str | None = None, **site: Any) -> Email:
    return digest.render(
        edition or specimen.edition(),
        config=specimen.config(specimen.SITE.model_copy(update=site)),
        newsletter=specimen.NEWSLETTER,
        templates=None,
        layout=layout,
    )


def edition_of(*items: EditionItem, **fields: Any) -> Edition:
    return replace(specimen.edition(), **{"items": items, "links": (), "note": None, **fields})


def words(html: str) -> str:
    """What a reader of the HTML sees, on one line."""
    body = lxml_html.document_fromstring(html).find("body")
    assert body is not None
    for hidden in body.find_class("preheader"):
        hidden.drop_tree()
    return " ".join(" ".join(body.itertext()).split())


@pytest.mark.parametrize("layout", digest.LAYOUTS)
def test_an_edition_shows_all_that_its_reviews_say(layout: str) -> None:
    text = words(render(layout=layout).html)

    for expected in (
        "The Lamplight Review",
        "Friday Screening",
        "Friday 20 November 2026",
        "Four of this week’s films are about people who count things",
        "Film of the week",
        "The Salt Ledger (2026)",
        "★★★★½",
        "By Mara Quill",
        "“It keeps its voice down for two hours and is never once polite. I came out owing it money.”",
        "— Mara Quill",
        "A widow inherits her husband’s debts",
        "Streaming on MUBI in the UK",
        "Read Mara’s review of The Salt Ledger",
        "In cinemas in the UK",
        "By Anouk Bellamy and Theo Lindqvist",
        "Streaming on Netflix and Criterion Channel in the US",
        "Read the review of A Field Guide to Leaving",
        "B+",
        "To rent on Apple TV",
        "84%",
        "Also on the site",
        "Ten films for a wet Sunday",
        "Unsubscribe",
        "14 Tannery Lane, Whitby YO21 3PU",
    ):
        assert expected in text, expected


def test_the_order_is_the_editions_with_the_lead_first() -> None:
    email = render()
    names = [
        "The Salt Ledger",
        "Night Bus",
        "A Field Guide",
        "Paper Lions",
        "The Understudy’s",
        "Kilometre Zero",
        "Ten films",
    ]

    for body in (words(email.html), email.text):
        places = [body.index(name) for name in names if name in body]
        # The editor's note and the subject name none of them before their turn.
        assert places == sorted(places)
        assert len(places) == len(names)


@pytest.mark.parametrize("layout", digest.LAYOUTS)
def test_a_review_that_says_nothing_but_its_film_looks_whole(layout: str) -> None:
    email = render(edition_of(EditionItem(review=BARE)), layout=layout)

    for body in (words(email.html), email.text):
        assert "The Quiet Arithmetic" in body
        assert not re.search(r"None|undefined|\(\s*\)|“\s*”|—\s*$|By\s*$|\bRead\b", body, re.MULTILINE)
    assert "<img" not in email.html
    assert 'href=""' not in email.html
    assert "blockquote" not in email.html.partition("</head>")[2]


def test_every_missing_field_leaves_no_trace() -> None:
    full = specimen.edition().items[0]
    missing: dict[str, Any] = {
        "film": None,
        "url": None,
        "authors": (),
        "rating": None,
        "image": None,
        "availability": (),
    }
    for name, value in missing.items():
        email = render(edition_of(replace(full, review=replace(full.review, **{name: value}))))
        for body in (words(email.html), email.text):
            assert not re.search(r"None|undefined|\(\s*\)|\[\s*\]", body), name
        assert not re.search(r'(?:href|src)=""', email.html), name


def test_a_review_without_a_film_goes_by_its_headline() -> None:
    review = replace(specimen.edition().items[0].review, film=None, headline="Why we still queue")
    email = render(edition_of(EditionItem(review=review, lead=True)))

    assert "Read “Why we still queue”" in words(email.html)
    assert "Film of the week" not in words(email.html)


def test_two_reviews_of_one_film_are_told_apart_by_their_headlines() -> None:
    film = Film(title="The Salt Ledger", year=2026)
    one, other = (
        specimen.review(f"take-{n}", "", film=film, authors=(), headline=headline)
        for n, headline in enumerate(["A ledger to drown in", "What the salt owes us"])
    )
    told = words(render(edition_of(EditionItem(review=one, lead=True), EditionItem(review=other))).html)

    assert "Read “A ledger to drown in”" in told
    assert "Read “What the salt owes us”" in told
    assert "Read the review of The Salt Ledger" not in told


def test_an_empty_edition_is_still_an_email() -> None:
    email = render(edition_of(note="Nothing this week.", subject="A quiet week", preheader=""))

    assert "Nothing this week." in words(email.html)
    assert 'class="preheader"' not in email.html
    assert "Unsubscribe" in email.text


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "/relative", "https://a.example/x y", 'https://a.example/"><b>', ""],
)
def test_an_address_that_is_not_the_webs_is_no_link(url: str) -> None:
    review = replace(specimen.edition().items[0].review, url=url, image=Image(url=url or "x"))
    html = render(edition_of(EditionItem(review=review, lead=True), links=(review,))).html.partition("</head>")[2]

    assert re.findall(r'href="([^"]*)"', html) == re.findall(r'href="(__merge_[^"]*)"', html)
    assert "<img" not in html


@pytest.mark.parametrize("name", ["a.svg", "a.webp", "a.AVIF", "a~mv2.jpg/v1/fill/w_740,h_416,enc_avif,q_80/a.jpg"])
def test_a_picture_that_a_mail_client_cannot_draw_is_left_out(name: str) -> None:
    review = replace(specimen.edition().items[0].review, image=Image(url=f"https://a.example/{name}"))

    assert "<img" not in render(edition_of(EditionItem(review=review, lead=True))).html


def test_a_picture_without_a_text_is_named_after_its_review() -> None:
    review = replace(specimen.edition().items[0].review, image=Image(url="https://a.example/a.jpg"))

    assert 'alt="Picture from the review of The Salt Ledger"' in render(edition_of(EditionItem(review=review))).html


def test_a_quote_that_repeats_the_standfirst_stands_alone() -> None:
    item = specimen.item(BARE, "All mane and no bite.", "All mane — and no bite. But the rest is fine.", lead=True)

    assert words(render(edition_of(item)).html).count("no bite") == 1


def test_a_quote_in_quotation_marks_is_not_quoted_twice() -> None:
    email = render(edition_of(specimen.item(BARE, "“Never again,” she says, “never.”")))

    assert "““" not in email.html
    assert "“Never again,” she says, “never.”" in words(email.html)


@pytest.mark.parametrize(
    ("critic", "named"),
    [
        ("Mara Quill", "Mara’s"),
        ("Jean-Luc Moreau", "Jean-Luc’s"),
        ("Zoë Ångström", "Zoë’s"),
        ("Prince", "Prince’s"),
        ("J. Harbour", "J. Harbour’s"),
        ("The Desk", "The Desk’s"),
        ("Dr. Vane", "Dr. Vane’s"),
        ("Ana de la Cruz", "Ana de la Cruz’s"),
        ("毛 泽民", "毛 泽民’s"),
    ],
)
def test_a_critic_is_called_by_the_first_of_two_names_only_where_it_is_one(critic: str, named: str) -> None:
    review = replace(specimen.edition().items[0].review, authors=(critic,))

    assert f"Read {named} review of The Salt Ledger" in words(render(edition_of(EditionItem(review=review))).html)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ((Availability(platform="Netflix", region="US"),), "Streaming on Netflix in the US"),
        ((Availability(platform="Netflix", region="France"),), "Streaming on Netflix in France"),
        ((Availability(platform="Netflix"), Availability(platform="Netflix")), "Streaming on Netflix"),
        ((Availability(platform="", mode="cinema"),), "In cinemas"),
        ((Availability(platform="The Rex", mode="theatrical"),), "In cinemas: The Rex"),
        ((Availability(platform="Canal 9", mode="tv"),), "On television: Canal 9"),
        ((Availability(platform="DiscWorld", mode="vhs"),), "On DiscWorld"),
    ],
)
def test_where_to_watch_is_a_sentence(found: tuple[Availability, ...], sentence: str) -> None:
    email = render(edition_of(EditionItem(review=replace(BARE, availability=found))))

    assert sentence in words(email.html)
    assert f"\n{sentence}\n" in email.text


@pytest.mark.parametrize(
    ("schedule", "eyebrow"),
    [("fri 09:00", "Film of the week"), ("daily 08:00", "Film of the day"), ("tue,fri 09:00", "The lead review")],
)
def test_the_film_of_the_week_is_that_of_a_weekly_newsletter(schedule: str, eyebrow: str) -> None:
    newsletter = specimen.NEWSLETTER.model_copy(update={"schedule": schedule})
    email = digest.render(specimen.edition(), config=specimen.config(), newsletter=newsletter, templates=None)

    assert eyebrow in words(email.html)


@pytest.mark.parametrize(
    ("language", "timezone", "date"),
    [
        ("en", "Europe/London", "Friday 20 November 2026"),
        ("en", "America/New_York", "Friday, November 20, 2026"),
        ("en-US", "Europe/London", "Friday, November 20, 2026"),
        ("de", "Europe/Berlin", "Freitag, 20. November 2026"),
        ("fr", "Europe/Paris", "vendredi 20 novembre 2026"),
        ("en", "Pacific/Auckland", "Saturday 21 November 2026"),
    ],
)
def test_the_date_is_the_slots_in_the_sites_zone_and_language(language: str, timezone: str, date: str) -> None:
    slot = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    email = render(edition_of(EditionItem(review=BARE), slot=slot), language=language, timezone=timezone)

    assert date in words(email.html)
    assert date in email.text


def test_without_a_slot_there_is_no_date() -> None:
    assert "2026" not in words(render(edition_of(EditionItem(review=BARE), slot=None)).html)


def test_the_sites_language_and_direction_stand_on_the_page_and_in_its_body() -> None:
    page = lxml_html.document_fromstring(render(language="he").html)
    article = page.xpath("//div[@role='article']")[0]

    assert (page.get("lang"), page.get("dir")) == ("he", "rtl")
    assert (article.get("lang"), article.get("dir")) == ("he", "rtl")
    assert "ביטול ההרשמה" in words(render(language="he").html)


def test_a_language_without_phrases_of_its_own_is_told_in_english_with_its_own_dates() -> None:
    text = words(render(language="pl").html)

    assert "piątek, 20 listopada 2026" in text
    assert "Unsubscribe" in text


def test_the_head_says_what_clients_ask() -> None:
    html = render().html
    page = lxml_html.document_fromstring(html)

    assert html.startswith("<!DOCTYPE html>\n")
    assert page.findtext(".//title") == specimen.edition().subject
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]
    assert page.xpath("//meta[@name='viewport']")
    assert page.xpath("//meta/@charset") == ["utf-8"]
    assert page.xpath("count(//table[not(@role='presentation')])") == 0
    assert len(page.findall(".//h1")) == 1
    assert page.findall(".//h2")[0].text_content().strip() == "The Salt Ledger (2026)"


def test_the_preheader_comes_first_is_hidden_and_padded() -> None:
    page = lxml_html.document_fromstring(render().html)
    first = page.body[0]

    assert first.get("class") == "preheader"
    assert "display:none" in first.get("style")
    assert first.text.startswith("“It keeps its voice down for two hours and is never once polite.”")
    assert 180 < len(first.text) <= 210


def test_no_forbidden_element_or_attribute_is_in_the_email() -> None:
    html = render().html

    assert not re.search(r"<(?:script|form|iframe|object|video|link|svg|picture|base)\b", html)
    assert not re.search(r"\son\w+=|src=\"data:|javascript:", html)
    for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL)[:2]:
        assert "[" not in style, "attribute selectors stand in the last sheet: Gmail drops what it does not know"
        assert style.count("{") == style.count("}")


def test_outlooks_comments_are_balanced() -> None:
    html = render().html

    assert html.count("<!--[if mso]>") == html.count("<![endif]-->") > 3
    inside = "".join(re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html, re.DOTALL))
    assert inside.count("<table ") == inside.count("</table>")
    assert inside.count("<td") == inside.count("</td>")


@pytest.mark.parametrize("layout", digest.LAYOUTS)
def test_ten_reviews_stay_far_below_what_gmail_clips(layout: str) -> None:
    html = render(specimen.edition(10), layout=layout).html

    assert len(html.encode()) <= 40_000
    assert sum(len(sheet.encode()) for sheet in re.findall(r"<style>(.*?)</style>", html, re.DOTALL)) < 8_000


def test_the_text_first_layout_has_no_pictures() -> None:
    assert "<img" not in render(layout="text-first").html


def test_a_logo_takes_the_place_of_the_name() -> None:
    html = render(logo="/logo.png").html

    assert re.search(
        r'<img class="logo" src="https://lamplight.example/logo.png" height="40" alt="The Lamplight Review"', html
    )


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert render() == render()


def test_an_unknown_layout_is_named() -> None:
    with pytest.raises(
        TemplateError, match=r"there is no layout “poster”; the layouts are classic, picture, text-first"
    ):
        render(layout="poster")


# Slots


def test_each_reader_has_places_for_her_links_in_html_and_text() -> None:
    email = render()

    assert set(email.merge_fields) == {"name", "email", "unsubscribe_url", "preferences_url", "view_url"}
    for name in ("unsubscribe_url", "preferences_url", "view_url"):
        assert f'href="{email.merge_fields[name]}"' in email.html
        assert f"\n{email.merge_fields[name]}\n" in email.text
    assert email.html.count(email.merge_fields["email"]) == 1


@settings(max_examples=20)
@given(st.integers(0, 3))
def test_no_review_can_contain_a_token(turns: int) -> None:
    edition = specimen.edition(1)
    for _ in range(turns):
        stolen = " ".join(render(edition).merge_fields.values())
        edition = edition_of(specimen.item(BARE, f"{edition.subject} {stolen}", lead=True), subject=stolen)
    email = render(edition)

    assert all(token not in repr(edition) for token in email.merge_fields.values())
    assert email.html.count(email.merge_fields["unsubscribe_url"]) == 1
    assert email.text.count(email.merge_fields["unsubscribe_url"]) == 1


# Hostile reviews

nasty = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(
    [
        "</style><script>x</script>",
        "<![endif]-->",
        "{{ 7*7 }}{% x %}",
        "\x00\u202e",
        "&amp;&lt;",
        "a" * 300,
        "'\"><b onload=x>",
    ]
)


@settings(max_examples=20, deadline=None)
@given(nasty, nasty, nasty, st.sampled_from(digest.LAYOUTS))
def test_no_text_of_a_review_becomes_markup(title: str, critic: str, said: str, layout: str) -> None:
    review = replace(
        specimen.edition().items[0].review,
        headline=title or "x",
        film=Film(title=title or "x", year=2020),
        authors=(critic,),
        rating=Rating(value=critic, best="A"),
        availability=(Availability(platform=said, region=critic),),
        image=Image(url="https://a.example/a.jpg", alt=title),
    )
    plain = edition_of(specimen.item(specimen.edition().items[0].review, "x", lead=True))
    item = specimen.item(review, said or "x", said, lead=True)
    page = lxml_html.document_fromstring(render(edition_of(item), layout=layout).html)
    known = lxml_html.document_fromstring(render(plain, layout=layout).html)

    tags = {element.tag for element in page.iter("*")}
    assert tags <= {element.tag for element in known.iter("*")} | {"br", "span", "a", "img", "blockquote"}
    assert {name for element in page.iter("*") for name in element.attrib} <= {
        name for element in known.iter("*") for name in element.attrib
    } | {"aria-label", "alt"}


def test_template_marks_in_a_review_are_shown_as_they_are() -> None:
    email = render(edition_of(specimen.item(BARE, "{{ 7 * 7 }} {% raw %} {# x #}", lead=True)))

    assert "{{ 7 * 7 }} {% raw %} {# x #}" in words(email.html)
    assert "{{ 7 * 7 }} {% raw %} {# x #}" in email.text
