import gzip
import json
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.invented import LANTERN, words

from publisher.config import RawTable
from publisher.config import settings as settings_of
from publisher.errors import SourceError
from publisher.loader.feed import Feed, FeedSource, read_feed
from publisher.loader.feeds import entries
from publisher.model import Image, Rating, Review

ZONE = ZoneInfo("Europe/London")
URL = "https://harbour.example/feed.xml"
BODY = f"<p>{LANTERN}</p><p>{words(1)}</p>"
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def read(body: str | bytes, content_type: str = "application/rss+xml", url: str = URL) -> Feed:
    body = body.encode() if isinstance(body, str) else body
    parsed = entries.parse(body, content_type=content_type, url=url)
    return read_feed(parsed, url=url, source="site", zone=ZONE, critics={"adaq1": "Ada Quill"})


def rss(*items: str, head: str = "") -> str:
    rows = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0" {NAMESPACES}><channel><title>H</title>{head}{rows}</channel></rss>'


def one(item: str, head: str = "") -> Review:
    (review,) = read(rss(item, head=head)).entries
    return review


FULL = (
    "<title><![CDATA[Review: ‘The Harbour Ledger’ &#38; other tides]]></title><link>https://harbour.example/post/ledger</link>"
    '<guid isPermaLink="false">65a1b2c3d4e5f60718293a4b</guid><pubDate>Fri, 09 May 2031 07:30:00 GMT</pubDate>'
    "<dc:creator><![CDATA[adaq1 ]]></dc:creator><category>Reviews</category><category>Drama</category>"
    f"<description><![CDATA[A lantern swings...]]></description><content:encoded><![CDATA[{BODY}]]></content:encoded>"
)


def test_a_full_item_is_a_whole_review() -> None:
    review = one(FULL)
    assert review.headline == "Review: ‘The Harbour Ledger’ & other tides"
    assert review.native_id == "65a1b2c3d4e5f60718293a4b"
    assert review.url == "https://harbour.example/post/ledger"
    assert review.authors == ("Ada Quill",)
    assert review.published is not None
    assert review.published.value == datetime(2031, 5, 9, 7, 30, tzinfo=UTC)
    assert review.categories == ("Reviews", "Drama")
    assert review.excerpt == "A lantern swings..."
    assert review.full_text == "feed"
    assert [block.text for block in review.blocks] == [LANTERN.strip(), words(1)]


def test_the_same_item_has_the_same_id_in_every_fetch() -> None:
    assert one(FULL).id == one(FULL.replace("A lantern swings", "Something else")).id


@pytest.mark.parametrize(
    "teaser",
    [
        "<description>A lantern swings over the quay...</description>",
        "<description>A lantern swings over the quay […]</description>",
        f"<description><![CDATA[<p>{LANTERN}</p><p>Continue reading →</p>]]></description>",
        "<description>A lantern swings over the quay and nothing else moves.</description>",
        f"<content:encoded><![CDATA[<p>{LANTERN}</p><p>Read more</p>]]></content:encoded>",
        "",
    ],
)
def test_a_teaser_is_not_taken_for_the_text(teaser: str) -> None:
    review = one(f"<title>x</title><link>https://harbour.example/a</link>{teaser}")
    assert (review.full_text, review.blocks) == ("missing", ())


def test_a_long_description_is_the_text() -> None:
    paragraphs = "".join(f"<p>{words(n)}</p>" for n in range(3))
    review = one(f"<title>x</title><description><![CDATA[{paragraphs}]]></description>")
    assert review.full_text == "feed"
    assert review.excerpt is None


def test_wordpress_leaves_its_tail_out_of_excerpt_and_text() -> None:
    tail = '<p>The post <a href="https://h.example/a">A</a> appeared first on <a href="https://h.example">H</a>.</p>'
    review = one(
        f"<title>A</title><description><![CDATA[<p>Short one.</p>{tail}]]></description>"
        f"<content:encoded><![CDATA[{BODY}{tail}]]></content:encoded>"
    )
    assert review.excerpt == "Short one."
    assert "appeared first" not in review.plain


def test_wix_pictures_are_asked_for_in_their_own_size() -> None:
    wix = "https://static.wixstatic.com/media/ab12_cd34~mv2.jpg"
    review = one(f'<title>x</title><enclosure url="{wix}/v1/fit/w_1000,h_1000/file.png" length="0" type="image/png"/>')
    assert review.image == Image(url=wix)


def test_blogger_thumbnails_are_asked_for_in_their_own_size() -> None:
    thumb = "https://blogger.googleusercontent.com/img/a/AVv/s72-c/still.jpg"
    review = one(f'<title>x</title><media:thumbnail url="{thumb}" height="72" width="72"/>')
    assert review.image == Image(url=thumb.replace("s72-c", "s1600"))


def test_the_first_picture_that_shows_something_is_taken_with_its_words() -> None:
    pixel = '<img src="https://medium.com/_/stat?event=post.clientViewed" width="1" height="1">'
    still = '<img alt="Mara at the &quot;quay&quot;" src="/stills/quay.jpg">'
    review = one(f"<title>x</title><content:encoded><![CDATA[{pixel}{still}{BODY}]]></content:encoded>")
    assert review.image == Image(url="https://harbour.example/stills/quay.jpg", alt='Mara at the "quay"')


def test_the_feeds_language_is_the_reviews_unless_it_has_its_own() -> None:
    assert one("<title>x</title>", head="<language>en_gb</language>").language == "en-GB"
    own = one("<title>x</title><dc:language>fr</dc:language>", head="<language>en</language>")
    assert own.language == "fr"
    assert one("<title>x</title>").language is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2031/5/9 15:07:41", datetime(2031, 5, 9, 14, 7, 41, tzinfo=UTC)),
        ("Fri, 09 May 2031 08:30:00 BST", datetime(2031, 5, 9, 7, 30, tzinfo=UTC)),
        ("2031-05-09", date(2031, 5, 9)),
    ],
)
def test_dates_are_read_from_what_the_feed_says(raw: str, value: object) -> None:
    review = one(f"<title>x</title><pubDate>{raw}</pubDate>")
    assert review.published is not None
    assert review.published.value == value
    assert review.published.raw == raw


@pytest.mark.parametrize(
    "raw", ["", "soon", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "32 May 2031"]
)
def test_a_date_that_cannot_be_is_unknown(raw: str) -> None:
    assert one(f"<title>x</title><pubDate>{raw}</pubDate>").published is None


def test_what_the_feed_does_not_say_is_not_said() -> None:
    review = one("<title>Harbour news</title>")
    assert (review.native_id, review.url, review.authors, review.published) == (None, None, (), None)
    assert (review.film, review.rating, review.image, review.language) == (None, None, None, None)


def test_a_title_less_post_shows_its_first_words() -> None:
    review = one(f"<description>{words(4, 40)}</description>")
    assert review.headline == " ".join(words(4, 40).split()[:9])[: len(review.headline) - 1] + "…"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Ferry &amp;amp; Quay", "Ferry & Quay"),
        ("The &lt;i&gt;Ferry&lt;/i&gt; leaves", "The Ferry leaves"),
        ("I &lt;3 the Ferry", "I <3 the Ferry"),
        ("<![CDATA[Night\u202e Ferry\u0007 &#8217;24]]>".replace("\u0007", ""), "Night Ferry ’24"),
        ("<![CDATA[<script>steal()</script>Ferry]]>", "Ferry"),
    ],
)
def test_titles_are_words_without_markup_or_tricks(title: str, headline: str) -> None:
    assert one(f"<title>{title}</title>").headline == headline


def test_nothing_active_survives() -> None:
    body = (
        '<p onclick="x()">Safe words stand here for everybody to read.</p><script>steal()</script>'
        '<a href="javascript:x()">link</a><img src="javascript:y()"><iframe src="https://evil.example/"></iframe>'
        "<svg onload=z()><p>more safe words</p></svg><style>p{}</style>"
    )
    review = one(
        f"<title>x</title><link>javascript:alert(1)</link><content:encoded><![CDATA[{body}]]></content:encoded>"
    )
    assert review.url is None
    assert review.image is None
    said = json.dumps([review.plain, review.excerpt, review.headline])
    for trace in ("steal", "javascript", "onclick", "iframe", "onload", "p{}"):
        assert trace not in said


ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://harbour.example/blog/" xml:lang="en">
<title type="html">Harbour &amp;amp; Quay</title><link rel="alternate" href="https://harbour.example/"/>
<entry><id>tag:harbour.example,2031:7</id><title>The Ledger</title><link rel="alternate" href="ledger"/>
<link rel="enclosure" type="image/jpeg" href="/still.jpg"/>
<author><name>Ada Quill</name><email>ada@harbour.example</email></author><author><name>Ben Roe</name></author>
<published>2031-05-09T09:00:00+02:00</published><updated>2031-05-10T00:00:00Z</updated>
<category term="http://schemas.google.com/blogger/2008/kind#post" scheme="http://schemas.google.com/g/2005#kind"/>
<category term="drama" label="Drama"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{BODY}</div></content>
</entry></feed>"""


def test_atom_is_read_with_its_base_and_people() -> None:
    feed = read(ATOM)
    (review,) = feed.entries
    assert (feed.kind, feed.title) == ("atom10", "Harbour & Quay")
    assert review.url == "https://harbour.example/blog/ledger"
    assert review.authors == ("Ada Quill", "Ben Roe")
    assert review.published is not None
    assert review.published.value == datetime(2031, 5, 9, 7, 0, tzinfo=UTC)
    assert review.categories == ("Drama",)
    assert review.image == Image(url="https://harbour.example/still.jpg")
    assert review.plain.endswith(words(1))


def test_an_edit_is_not_a_publication() -> None:
    without = ATOM.replace("<published>2031-05-09T09:00:00+02:00</published>", "")
    (review,) = read(without).entries
    assert review.published is not None
    assert review.published.value == datetime(2031, 5, 10, 0, 0, tzinfo=UTC)


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Harbour Post",
    "language": "en-GB",
    "authors": [{"name": "The Desk"}],
    "items": [
        {
            "id": 42,
            "url": "https://harbour.example/ledger",
            "title": "The Ledger",
            "content_html": BODY,
            "date_published": "2031-05-09T07:30:00Z",
            "authors": [{"name": "Ada Quill"}],
            "tags": ["Drama"],
            "image": "https://harbour.example/still.jpg",
        },
        {"id": "b", "content_text": "Less than < more & so on.\n\nA second paragraph.", "author": 7},
        "not an item",
    ],
}


def test_json_feed_is_read() -> None:
    feed = read(json.dumps(JSON_FEED), "application/feed+json")
    first, second = feed.entries
    assert (feed.kind, feed.language) == ("json11", "en-GB")
    assert (first.native_id, first.authors, first.categories) == ("42", ("Ada Quill",), ("Drama",))
    assert first.full_text == "feed"
    assert second.authors == ("The Desk",)
    assert "Less than < more & so on." in second.plain


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "<html><title>Just a moment...</title><body>Checking</body></html>",
            "not a feed: it begins “Just a moment...”",
        ),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON, but not a JSON Feed"),
        ('{"code": "rest_no_route"}', "JSON, but not a JSON Feed"),
        ('{"items": [', "broken JSON"),
        ("[" * 100_000, "not a feed"),
        ("{" * 100_000, "broken JSON"),
        ("", "empty"),
        (" \n ", "empty"),
        ("Service unavailable", "not a feed: it begins “Service unavailable”"),
        ("/etc/passwd", "not a feed"),
        ("\x00\x01\x02", "not a feed"),
    ],
)
def test_what_is_no_feed_is_an_error_and_never_an_empty_feed(body: str, said: str) -> None:
    with pytest.raises(SourceError, match=said.replace("(", r"\(")):
        read(body, "text/html")


def test_an_empty_channel_is_an_empty_feed() -> None:
    assert read(rss()).entries == ()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss("<title>Café Łódź — “tide”</title>").encode("utf-8-sig"), ""),
        (rss("<title>Café Łódź — “tide”</title>").encode("utf-16"), "application/xml"),
        (
            b"<?xml version='1.0' encoding='utf-8'?>" + rss("<title>Café Łódź — “tide”</title>")[21:].encode(),
            "text/xml",
        ),
        (rss("<title>Café Łódź — “tide”</title>").encode(), "text/xml; charset=iso-8859-1"),
        (rss("<title>Café Łódź — “tide”</title>").encode(), "text/xml; charset=no-such-charset"),
        (rss("<title>Café Łódź — “tide”</title>").encode(), "text/xml; charset=zlib"),
        (gzip.compress(rss("<title>Café Łódź — “tide”</title>").encode()), "application/gzip"),
    ],
    ids=["mark", "utf-16", "declared", "wrong latin-1", "unknown charset", "no charset", "gzip"],
)
def test_charsets_are_found_out(body: bytes, content_type: str) -> None:
    (review,) = read(body, content_type).entries
    assert review.headline == "Café Łódź — “tide”"


def test_windows_characters_served_as_latin_1_are_read() -> None:
    body = rss("<title>It’s “on”</title>").encode("cp1252")
    assert read(body, "text/xml; charset=iso-8859-1").entries[0].headline == "It’s “on”"
    declared = b"<?xml version='1.0' encoding='windows-1252'?>" + body[21:]
    assert read(declared, "text/xml").entries[0].headline == "It’s “on”"


def test_a_truncated_feed_gives_its_whole_items() -> None:
    body = rss(FULL, FULL.replace("65a1", "75a1"))
    cut = body[: body.rindex("<content:encoded>") - 200]
    feed = read(cut)
    assert feed.flaw
    assert feed.entries[0].native_id == "65a1b2c3d4e5f60718293a4b"


def test_an_undeclared_prefix_does_not_hide_the_items() -> None:
    body = "<rss:rss><rss:channel><rss:item><rss:title>Ferry</rss:title></rss:item></rss:channel></rss:rss>"
    assert [entry.headline for entry in read(body).entries] == ["Ferry"]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "tide">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    + "]><rss version='2.0'><channel><item><title>&a8;</title></item></channel></rss>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">'
    '<!ENTITY y SYSTEM "http://127.0.0.1:1/x">]><rss version="2.0"><channel><item><title>a&x;b&y;c</title></item>'
    "</channel></rss>"
)


@pytest.mark.parametrize("body", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_neither_explode_nor_reach_outside(body: str) -> None:
    begin = time.process_time()
    try:
        headlines = [entry.headline for entry in read(body).entries]
    except SourceError:
        headlines = []
    assert time.process_time() - begin < 2
    assert sum(map(len, headlines)) < 10_000
    assert "root:" not in "".join(headlines)


def test_the_document_is_never_taken_for_a_path(tmp_path: object) -> None:
    with pytest.raises(SourceError):
        entries.parse(str(tmp_path).encode())


def test_a_feed_of_thousands_of_items_is_read_item_by_item() -> None:
    body = rss(*(f"<title>Ferry {n}</title><guid>g{n}</guid>" for n in range(3_000)))
    begin = time.process_time()
    assert len(entries.parse(body.encode()).entries) == 3_000
    assert time.process_time() - begin < 5


PIECES = st.sampled_from(
    [
        "<rss version='2.0'><channel>", "<item>", "</item>", "<title>", "</title>", "<![CDATA[", "]]>", "<feed xmlns=",
        "'http://www.w3.org/2005/Atom'>", "<entry>", "<link href='", "'/>", "<pubDate>", "31 Feb 2031", "&amp;", "&x;",
        "<content type='xhtml'>", "<guid>", "\x00", "\ud83d", "é", "<!DOCTYPE x [", "<!ENTITY x '", "<?xml ?>", "<!--",
        "<content:encoded>", "{", '"items":[', "<script>alert(1)</script>", "\u202e", "9999-99-99", "]", "}", " ", "\n",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from(["", "text/xml; charset=utf-16", "text/html"]))
def test_no_document_breaks_the_reading(text: str, content_type: str) -> None:
    body = text.encode("utf-8", "replace")
    try:
        feed = read(body, content_type)
    except SourceError:
        return
    for review in feed.entries:
        assert review.headline
        assert "<script" not in review.headline + review.plain
        assert review.url is None or review.url.startswith(("http://", "https://"))


def test_ratings_are_the_critics_own() -> None:
    review = one(f"<title>Ledger</title><content:encoded><![CDATA[{BODY}<p>Rating: 4/5</p>]]></content:encoded>")
    assert review.rating == Rating(value=4, best=5)


@pytest.mark.parametrize("address", ["https://reel.example/feed/", "https://reel.example/feed"])
def test_a_feed_is_asked_for_at_its_address_to_the_letter(address: str) -> None:
    table = RawTable(name="site", kind="feed", values={"url": address})
    assert settings_of(table, FeedSource).url == address


def test_a_bare_word_in_a_saved_feeds_guid_is_no_address() -> None:
    (found,) = read(rss("<title>Night Ferry</title><guid>42</guid>"), url="").entries
    assert (found.url, found.native_id) == (None, "42")
