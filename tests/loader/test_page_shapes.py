"""Pages as the publishing tools of critics' sites make them: each gives film, year, score, author, date and text."""

import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publisher.loader.pages.review_page import read_page

TEXT = tuple(
    " ".join(text.split())
    for text in """
    The Long Tide opens with a woman counting boats, and for the first half hour nothing else happens; that it holds
    you anyway is the first of the many small miracles in Ines Orla's second film.

    Mara Venn plays Ilse, a lighthouse keeper's daughter who has come home to sell the house. She hardly speaks. Her
    face does the work that another script would have given to three scenes and a flashback.

    Not everything lands. The brother's subplot belongs to a louder movie, and the last act explains what the first
    had trusted us to feel.

    Still, few films this year have understood so well what it costs to stay. The Long Tide is a film to see twice:
    once for the story, and once for the water.
    """.split("\n\n")  # noqa: SIM905
)
BODY = "\n".join(f"<p>{text}</p>" for text in TEXT)
DATED = '<time class="entry-date" datetime="2031-11-14T09:00:00+00:00">November 14, 2031</time>'
SHARING = (
    '<div class="sharedaddy"><h3>Share this:</h3><ul><li>Click to share on X (Opens in new window)</li></ul></div>'
    '<div id="jp-relatedposts"><h3>Related</h3><p><a href="/a">Salt and Sleep</a></p></div>'
)
AROUND = (
    "<header><nav><a href='/'>Home</a><a href='/reviews'>Reviews</a></nav></header>",
    (
        "<aside><h2>Recent Posts</h2><ul><li><a href='/x'>Night Ferry Review</a></li><li>Paper Moths (2023)</li></ul>"
        "</aside><footer>© 2031 The Ferry Post</footer>"
    ),
)


def ld(*nodes: dict[str, Any], wrapped: bool = False) -> str:
    found: Any = nodes[0] if len(nodes) == 1 else {"@context": "https://schema.org", "@graph": list(nodes)}
    text = json.dumps(found)
    return f'<script type="application/ld+json">{f"/* <![CDATA[ */{text}/* ]]> */" if wrapped else text}</script>'


def article(**more: Any) -> dict[str, Any]:
    return {
        "@type": "Article",
        "headline": "The Long Tide",
        "datePublished": "2031-11-14T09:00:00Z",
        "author": {"@type": "Person", "name": "Rosa Lind"},
    } | more


@dataclass(frozen=True, kw_only=True)
class Shape:
    body: str
    head: str = ""
    language: str = "en-GB"
    title: str = "The Long Tide Review | The Ferry Post"
    film: str | None = "The Long Tide"
    year: int | None = None
    rating: tuple[object, object] | None = None
    authors: tuple[str, ...] = ("Rosa Lind",)
    day: str | None = "2031-11-14"
    text: tuple[str, ...] | None = TEXT


SHAPES = {
    "wordpress with a graph that refers to its author": Shape(
        body=f'<main><article><h1 class="entry-title">The Long Tide Review</h1><a rel="author">rosa</a>'
        f'<div class="entry-content">{BODY}{SHARING}</div></article><section id="comments">'
        "<p>Great review, loved this film, 5/5 from me and my whole family and friends.</p></section></main>",
        head=ld(
            article(author={"@id": "#rosa"}, headline="The Long Tide Review"),
            {"@type": "Person", "@id": "#rosa", "name": "Rosa Lind"},
        ),
    ),
    "wordpress in blocks": Shape(
        body='<main><h1 class="wp-block-post-title">The Long Tide (2030)</h1><div class="wp-block-post-date">'
        '<time datetime="2031-11-14T09:00:00+00:00">November 14</time></div><div class="wp-block-post-author-name">'
        f'Rosa Lind</div><div class="entry-content wp-block-post-content">{BODY}<p>Rating: ★★★½</p></div></main>',
        year=2030,
        rating=(3.5, 5),
    ),
    "a film with its review in it and the crowd's score": Shape(
        body=f'<article><h1>The Long Tide: Counting Boats</h1><div class="entry-content">{BODY}</div></article>',
        head=ld(
            article(headline="The Long Tide: Counting Boats"),
            {
                "@type": "Movie",
                "name": "The Long Tide",
                "dateCreated": "2030-03-01",
                "aggregateRating": {"@type": "AggregateRating", "ratingValue": "7.9", "bestRating": "10"},
                "review": {
                    "@type": "Review",
                    "author": {"@type": "Person", "name": "Rosa Lind"},
                    "reviewRating": {"@type": "Rating", "ratingValue": "4", "bestRating": "5"},
                },
            },
        ),
        year=2030,
        rating=(4, 5),
    ),
    "a box with scores by aspect and by readers": Shape(
        body='<article><h1 class="entry-title">The Long Tide Review</h1><span class="author vcard"><a>Rosa Lind</a>'
        f'</span>{DATED}<div class="entry-content">{BODY}<div class="wp-review"><ul><li>Story - 8/10</li></ul>'
        '<div class="review-total-wrapper"><span>8.5</span><span>Overall: 8.5/10</span></div>'
        '<div class="user-review-area">User Rating: 4.2 (120 votes)</div></div></div></article>',
        rating=(8.5, 10),
    ),
    "ghost": Shape(
        body='<article class="gh-article"><h1>The Long Tide</h1><section class="gh-content">'
        f'{BODY}<div class="kg-card kg-button-card"><a class="kg-btn">Subscribe</a></div></section></article>',
        head=ld(article(keywords="Reviews")),
    ),
    "squarespace": Shape(
        body='<article class="h-entry"><h1 class="entry-title p-name">Review: The Long Tide</h1><div class="blog-item-'
        f'content e-content"><div class="sqs-html-content">{BODY}</div><a>Subscribe to our newsletter</a></div>'
        "</article>",
        head=ld({"@type": "WebSite", "name": "The Ferry Post"})
        + ld(article(author="Rosa Lind", headline="Review: The Long Tide")),
    ),
    "substack": Shape(
        body='<article><h1 class="post-title">The Long Tide</h1><h3 class="subtitle">A film to see twice</h3>'
        f'<div class="available-content"><div class="body markup">{BODY}<div class="subscription-widget-wrap"><p>Thanks'
        ' for reading! Subscribe for free to receive new posts.</p></div><p class="button-wrapper"><a>Share</a></p>'
        "</div></div></article>",
        head=ld(article()),
    ),
    "medium": Shape(
        body="<article><section><h1>Review: ‘The Long Tide’</h1><h2 class='pw-subtitle-paragraph'>A film to see twice"
        "</h2><a>Rosa Lind</a><p>3 min read</p><p>2</p>"
        f"{BODY.replace('<p>', '<p class=pw-post-body-paragraph>')}</section></article>",
        head=ld(article(headline="Review: ‘The Long Tide’")),
    ),
    "blogger": Shape(
        body='<div class="post hentry" itemscope itemtype="http://schema.org/BlogPosting"><h3 class="post-title"'
        ' itemprop="name">The Long Tide (2030)</h3><div class="post-body entry-content" itemprop="articleBody">'
        f"{'<br/><br/>'.join(TEXT)}<br/><br/><b>Rating: B+</b></div>Posted by <span itemprop='author' itemscope"
        " itemtype='http://schema.org/Person'><span itemprop='name'>Rosa Lind</span></span> <abbr class='published'"
        ' itemprop="datePublished" title="2031-11-14T09:00:00-08:00">9:00</abbr></div>',
        year=2030,
        rating=("B+", "A"),
    ),
    "letterboxd": Shape(
        body=f'<section><h1>The Long Tide <small>2030</small></h1></section><div class="review body-text">{BODY}</div>',
        head=ld(
            {
                "@type": "Review",
                "itemReviewed": {
                    "@type": "Movie",
                    "name": "The Long Tide",
                    "releasedEvent": [{"@type": "PublicationEvent", "startDate": "2030"}],
                },
                "reviewRating": {"@type": "Rating", "worstRating": 0.5, "ratingValue": 4.5, "bestRating": 5},
                "author": [{"@type": "Person", "name": "Rosa Lind"}],
                "datePublished": "2031-11-14",
            },
            wrapped=True,
        ),
        year=2030,
        rating=(4.5, 5),
    ),
    "h-review": Shape(
        body='<article class="h-review"><h1 class="p-name">Salt and Sleep</h1>Film: <span class="p-item">The Long Tide'
        '</span> by <a class="p-author h-card" href="/">Rosa Lind</a> <time class="dt-published" datetime="2031-11-14">'
        f'14 Nov</time> <data class="p-rating" value="4">****</data><div class="e-content">{BODY}</div></article>',
        rating=(4, 5),
    ),
    "a graph that refers to its film": Shape(
        body=f"<article><h1>Salt and Sleep</h1>{BODY}</article>",
        head=ld(
            article(
                **{"@type": "Review"},
                itemReviewed={"@id": "#film"},
                reviewRating={"@type": "Rating", "ratingValue": "84", "bestRating": "100"},
            ),
            {"@id": "#film", "@type": "Movie", "name": "The Long Tide", "datePublished": "2030"},
        ),
        year=2030,
        rating=(84, 100),
    ),
    "a series": Shape(
        body=f"<article><h1>The Long Tide</h1>{BODY}</article>",
        head=ld(article(**{"@type": "Review"}, itemReviewed={"@type": "TVSeries", "name": "The Long Tide"})),
        film=None,
    ),
    "nothing but elements": Shape(
        body='<main><article><h1>The Long Tide</h1><p>By Rosa Lind · <time datetime="2031-11-14">14 November</time></p>'
        f"{BODY}<p>Score: 7/10</p></article></main>",
        rating=(7, 10),
    ),
    "a table for a layout": Shape(
        body="<table><tr><td><h1>The Long Tide (2030)</h1><b>By Rosa Lind</b><br>November 14, 2031<br>"
        f"{BODY}<p>Grade: A-</p></td></tr></table>",
        title="The Long Tide (2030) movie review",
        year=2030,
        rating=("A-", "A"),
    ),
    "drupal": Shape(
        body='<article class="node"><h1><span>The Long Tide</span></h1><footer class="node__meta">Submitted by Rosa'
        f" Lind on Fri, 11/14/2031 - 09:00</footer><div class='node__content'>{BODY}</div></article>",
    ),
    "readers may vote": Shape(
        body=f'<article><h1>Movie Review: The Long Tide</h1>{DATED} by <span class="author"><a>Rosa Lind</a></span>'
        f'<div class="entry-content">{BODY}<div class="pd-rating"><h3>Rate this:</h3> 5.0 5 votes</div></div>'
        "</article>",
    ),
    "what others gave it": Shape(
        body="<article><h1>The Long Tide Review</h1><p>By Rosa Lind | November 14, 2031</p><p>IMDb: 7.8/10 | Rotten"
        f" Tomatoes: 91%</p>{BODY}<p>Metacritic: 78/100</p></article>",
    ),
    "french": Shape(
        body="<article><h1>Critique : La Marée longue</h1><p>Publié le 14 novembre 2031 par Rosa Lind</p>"
        "<p>Le film s’ouvre sur une femme qui compte des bateaux, et pendant une demi-heure rien d’autre ne se passe ;"
        " La Marée longue est pourtant le plus beau film de l’année, patient et salé.</p>"
        "<p>Mara Venn joue Ilse avec une retenue rare ; la mise en scène regarde le port comme un théâtre vide.</p>"
        "<p>Note : 4/5</p></article>",
        language="fr",
        title="Critique : La Marée longue – Le Quai",
        film="La Marée longue",
        rating=(4, 5),
        text=None,
    ),
    "a page of many reviews": Shape(
        body="<main>"
        + "".join(
            f"<article><h2><a href='/{n}'>{title}</a></h2><p>{TEXT[n]}</p></article>"
            for n, title in enumerate(("The Long Tide (2030)", "Night Ferry (2029)", "Paper Moths (2028)"))
        )
        + "</main>",
        title="The Ferry Post – film reviews",
        film=None,
        authors=(),
        day=None,
        text=None,
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_page_of_this_shape_is_read(name: str) -> None:
    shape = SHAPES[name]
    page = (
        f'<!doctype html><html lang="{shape.language}"><head><meta charset="utf-8"><title>{shape.title}</title>'
        f"{shape.head}</head><body>{AROUND[0]}{shape.body}{AROUND[1]}</body></html>"
    )
    found = read_page(page.encode(), url="https://ferry.example/post/", source="site", zone=ZoneInfo("UTC"))
    assert (found.film and found.film.title, found.film and found.film.year) == (shape.film, shape.year)
    assert (found.rating and (found.rating.value, found.rating.best)) == shape.rating
    assert found.authors == shape.authors
    assert (str(found.published.value)[:10] if found.published else None) == shape.day
    assert shape.text is None or tuple(block.text for block in found.blocks) == shape.text
