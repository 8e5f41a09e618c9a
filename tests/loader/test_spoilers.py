"""What a writer marks as a spoiler keeps its scope, whatever she marks it with."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import quotes
from publisher.loader import paste
from publisher.loader.feed import read_feed
from publisher.loader.feeds import entries
from publisher.loader.pages import article, markdown, spoilers
from publisher.loader.pages.review_page import read_page
from publisher.model import Block, Review
from publisher.quotes.opening import opening
from publisher.store.records import from_record, to_record

UTC = ZoneInfo("UTC")
OPEN_TEXT = "The Tin Orchard is a generous, funny film, and the best thing its director has made."
SECRET = "Sending the baker to the moon is the bravest and most beautiful ending of any film this year."


def of_markdown(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown body."""
    return article.from_pieces(markdown.pieces(text), title="The Tin Orchard", zone=UTC).blocks


def of_html(text: str) -> tuple[Block, ...]:
    """The blocks of a fragment of HTML."""
    return article.blocks_from_html(text, title="The Tin Orchard").blocks


def hidden(blocks: tuple[Block, ...]) -> list[str]:
    """What of them is marked."""
    return [block.text for block in blocks if block.spoiler]


def shown(blocks: tuple[Block, ...]) -> list[str]:
    """What of them is not."""
    return [block.text for block in blocks if not block.spoiler]


@pytest.mark.parametrize(
    "marked",
    [
        f">!{SECRET}!<",
        f"||{SECRET}||",
        f"[spoiler]{SECRET}[/spoiler]",
        f'[spoiler title="The end"]\n\n{SECRET}\n\n[/spoiler]',
        f"{{{{< spoiler >}}}}\n{SECRET}\n{{{{< /spoiler >}}}}",
        f"{{% spoiler %}}{SECRET}{{% endspoiler %}}",
        f":::spoiler The end\n\n{SECRET}\n\n:::",
        f"<details><summary>Open me</summary>\n\n{SECRET}\n\n</details>",
        f'<span class="spoiler">{SECRET}</span>',
        f'<div class="wp-block-spoiler is-hidden">{SECRET}</div>',
        f"<p data-spoiler>{SECRET}</p>",
        f"<Spoiler>{SECRET}</Spoiler>",
    ],
)
def test_a_marked_stretch_is_a_spoiler_and_what_follows_it_is_none(marked: str) -> None:
    blocks = of_markdown(f"{OPEN_TEXT}\n\n{marked}\n\n{OPEN_TEXT.replace('generous', 'tender')}\n")
    assert SECRET in hidden(blocks)
    assert OPEN_TEXT in shown(blocks)
    assert OPEN_TEXT.replace("generous", "tender") in shown(blocks)
    assert not any(sign in block.text for block in blocks for sign in ("!<", "||", "spoiler]", ":::", "{{", "{%"))


def test_only_the_sentences_that_a_sign_touches_are_spoilers() -> None:
    blocks = of_markdown(f"{OPEN_TEXT} And then, ||the baker|| goes to the moon. The light is a marvel throughout.")
    assert hidden(blocks) == ["And then, the baker goes to the moon."]
    assert shown(blocks) == [OPEN_TEXT, "The light is a marvel throughout."]


@pytest.mark.parametrize(
    ("heading", "after"),
    [
        ("Spoilers", "Verdict"),
        ("The ending explained", "The performances"),
        ("Spoiler-Teil", "Fazit"),
        ("La fin expliquée", "Verdict"),
        ("Zona de spoilers", "Conclusión"),
        ("Parliamo del finale: spoiler", "Conclusione"),
        ("Spoilers", "Spoiler-free verdict"),
    ],
)
def test_a_heading_reaches_to_the_next_of_its_rank(heading: str, after: str) -> None:
    text = f"{OPEN_TEXT}\n\n## {heading}\n\n{SECRET}\n\n### In detail\n\n{SECRET} Twice.\n\n## {after}\n\n{OPEN_TEXT}\n"
    blocks = of_markdown(text)
    assert shown(blocks) == [OPEN_TEXT, after, OPEN_TEXT]


@pytest.mark.parametrize(
    "warning",
    [
        "SPOILER WARNING",
        "**Spoilers ahead!**",
        "Warning: this review contains spoilers from here on.",
        "Achtung, Spoiler!",
        "Ab hier: Spoilerwarnung",
        "Attention, spoilers",
        "Aviso: contiene spoilers.",
        "Attenzione: contiene spoiler",
        "Let op: spoilers",
    ],
)
def test_a_warning_reaches_to_the_end_or_to_where_it_is_said_to_end(warning: str) -> None:
    blocks = of_markdown(f"{OPEN_TEXT}\n\n{warning}\n\n{SECRET}\n\n{SECRET} Twice over.\n")
    assert shown(blocks) == [OPEN_TEXT]
    ended = of_markdown(f"{OPEN_TEXT}\n\n{warning}\n\n{SECRET}\n\nEnd of spoilers.\n\n{OPEN_TEXT}\n")
    assert shown(ended)[0] == OPEN_TEXT
    assert shown(ended)[-1] == OPEN_TEXT
    assert SECRET in hidden(ended)


@pytest.mark.parametrize(
    "line",
    [
        "This review is spoiler-free.",
        "No spoilers, I promise.",
        "Ohne Spoiler lässt sich das kaum sagen.",
        "Sans spoiler, c'est un grand film.",
        "It would be a spoiler to say which of the two brothers is left standing, and the film knows it.",
        "I won't go into spoilers here.",
    ],
)
def test_a_line_that_promises_none_opens_nothing(line: str) -> None:
    assert hidden(of_markdown(f"{OPEN_TEXT}\n\n{line}\n\n{OPEN_TEXT}\n")) == []


def test_a_table_of_bars_and_a_shout_are_no_spoilers() -> None:
    assert (
        hidden(of_markdown("| Film | Score |\n|---|---|\n| Tin || 4 |\n\nWow!<br>It is > !important! < to some.\n"))
        == []
    )


def test_a_page_that_is_extracted_keeps_its_marks() -> None:
    long = " ".join([OPEN_TEXT] * 4)
    html = (
        "<!doctype html><html><head><title>The Tin Orchard Review</title></head><body><main>"
        "<h1>The Tin Orchard Review</h1>"
        f"<p>{long}</p><div class='spoiler-box'><p>{SECRET}</p></div><p>{long}</p></main></body></html>"
    )
    review = read_page(html.encode(), url="https://films.example/tin", source="s", zone=UTC)
    assert SECRET not in " ".join(shown(review.blocks))


def test_a_pasted_text_keeps_them_too() -> None:
    review = paste.read_text(
        f"The Tin Orchard Review\n\n{OPEN_TEXT}\n\n[spoiler]{SECRET}[/spoiler]\n", source="s", zone=UTC
    )
    assert hidden(review.blocks) == [SECRET]


def feed(item: str) -> Review:
    """The only review of a feed."""
    text = (
        '<rss version="2.0" xmlns:letterboxd="https://letterboxd.com"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Notes</title>{item}</channel></rss>"
    )
    return read_feed(entries.parse(text.encode()), source="s", zone=UTC).entries[0]


def test_an_excerpt_does_not_repeat_what_the_text_hides() -> None:
    body = f"&lt;details&gt;&lt;p&gt;{SECRET}&lt;/p&gt;&lt;/details&gt;&lt;p&gt;{OPEN_TEXT}&lt;/p&gt;"
    review = feed(
        f"<item><title>The Tin Orchard Review</title><guid>1</guid><description>{SECRET} {OPEN_TEXT}</description>"
        f"<content:encoded>{body}</content:encoded></item>"
    )
    assert review.excerpt == OPEN_TEXT
    assert opening(review) == OPEN_TEXT


def test_a_flagged_diary_entry_is_hidden_whole() -> None:
    review = feed(
        "<item><title>The Tin Orchard, 2026 - ★★★★ (contains spoilers)</title><guid>letterboxd-review-7</guid>"
        "<letterboxd:filmTitle>The Tin Orchard</letterboxd:filmTitle>"
        f"<description>&lt;p&gt;{OPEN_TEXT}&lt;/p&gt;</description></item>"
    )
    assert shown(review.blocks) == []
    assert quotes.rank(review, limit=10).quotes == ()
    assert opening(review) is None


def test_a_spoiler_is_never_quoted_and_survives_the_store() -> None:
    review = Review(
        id="a",
        source="s",
        headline="The Tin Orchard Review",
        blocks=(Block(kind="paragraph", text=SECRET, spoiler=True), Block(kind="paragraph", text=OPEN_TEXT)),
        full_text="file",
    )
    assert [quote.text for quote in quotes.rank(review, limit=10).quotes] == [OPEN_TEXT]
    assert from_record(to_record(review)) == review


def test_a_source_s_own_pull_quote_out_of_a_spoiler_is_not_taken() -> None:
    blocks = of_markdown(f"{OPEN_TEXT}\n\n>!{SECRET}!<\n")
    assert spoilers.unspoiled(SECRET.rstrip("."), blocks) is None
    assert spoilers.unspoiled(OPEN_TEXT, blocks) == OPEN_TEXT


@given(st.text(alphabet="ab .!?|>< [/]spoiler\n:{%}", max_size=200))
def test_no_word_is_lost_and_no_sign_is_left(text: str) -> None:
    stretches, depth = spoilers.divide(spoilers.mark(text), 0)
    kept = "".join(part for part, _ in stretches)
    assert depth >= 0
    assert spoilers.OPEN not in kept
    assert spoilers.CLOSE not in kept
    assert kept.count("a") + kept.count("b") == text.count("a") + text.count("b")
