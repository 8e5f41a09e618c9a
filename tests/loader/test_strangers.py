"""What other people's sites do: scores, labels, names and texts in forms that nobody meant."""

import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.http.decoding import decoded
from publisher.loader import folder
from publisher.loader.facts import charset, lenient, rating
from publisher.loader.feed import read_feed
from publisher.loader.feeds import entries
from publisher.loader.files import frontmatter
from publisher.loader.pages import article
from publisher.loader.pages.review_page import read_page
from publisher.model import Rating, Review
from publisher.text import clean

UTC = ZoneInfo("UTC")
TEXT = "<p>The Tin Orchard is a generous, funny film about a tree surgeon.</p>"


def of_feed(item: str, *, url: str = "https://films.example/feed.xml") -> tuple[Review, ...]:
    """The reviews of a feed with that in it."""
    text = f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>N</title>{item}</channel></rss>'
    return read_feed(entries.parse(text.encode(), url=url), url=url, source="s", zone=UTC).entries


@pytest.mark.parametrize(
    ("line", "value", "best"),
    [
        ("Grade: B-minus", "B-", "A"),
        ("Grade: A plus", "A+", "A+"),
        ("7,8/10 Punkte", 7.8, 10),
        ("8/10 points", 8, 10),
        ("6/10 puntos", 6, 10),
        ("Verdict: B+", "B+", "A"),
        ("Fazit: C-", "C-", "A"),
        ("Stars: ****", 4, 5),
    ],
)
def test_a_score_is_read_as_critics_write_it(line: str, value: float | str, best: float | str) -> None:
    assert rating.of_line(line) == Rating(value=value, best=best)


@pytest.mark.parametrize(("field", "value"), [("3½", 3.5), ("4.5 ⭐", 4.5), ("4 ★", 4)])
def test_a_field_may_hold_a_half_or_one_star(field: str, value: float) -> None:
    assert rating.structured(field) == Rating(value=value, best=5)


def test_scores_of_parts_are_never_the_verdict(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: Tin\nrating: {music: 4, score: 9, overall: 6}\n---\nText.\n")
    assert folder.read_file(path, source="s", zone=UTC).rating == Rating(value=6, best=10)
    found = article.blocks_from_html(f"{TEXT}<p>Plot: 3/5</p><p>Score: 5/5</p><p>Acting: 4/5</p>", title="")
    assert found.rating is None
    data = '{"@type":"Review","reviewRating":[{"ratingValue":8,"bestRating":10,"reviewAspect":"Story"}]}'
    page = f"<html><head><script type='application/ld+json'>{data}</script></head><body>{TEXT * 5}</body></html>"
    assert read_page(page.encode(), url="https://films.example/a", source="s", zone=UTC).rating is None


@pytest.mark.parametrize("label", ["cp-1251", "win-1251", "windows1251", "CP_1251"])
def test_other_names_of_a_charset_are_known(label: str) -> None:
    assert charset.decode("Фильм".encode("cp1251"), http=label) == "Фильм"


def test_a_prolog_that_says_utf16_over_utf8_is_not_believed() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><a>été</a>'
    assert charset.decode(text.encode()) == text
    assert charset.decode("<a>été</a>".encode(), http="utf-16") == "<a>été</a>"


@pytest.mark.parametrize("coding", ["UTF-8", "none", "binary", "8bit"])
def test_what_is_no_coding_is_read_as_it_is(coding: str) -> None:
    assert decoded([b"plain"], coding, limit=99, where="") == b"plain"


def test_json_is_read_with_a_comma_too_many_and_a_raw_line_end() -> None:
    assert lenient.loads('{"a": [1, 2,], "b": "x,]\ny",}') == {"a": [1, 2], "b": "x,]\ny"}
    with pytest.raises(ValueError, match="Expecting"):
        lenient.loads("{")


def test_authors_of_a_json_feed_may_be_an_object_a_text_or_texts() -> None:
    head = '{"version":"https://jsonfeed.org/version/1.1","title":"N","items":['
    said = ('{"name":"Ada"}', '"Ada"', '["Ada","Nell"]')
    items = [f'{{"id":"{n}","title":"T","authors":{one}}}' for n, one in enumerate(said)]
    found = entries.parse((head + ",".join(items) + "]}").encode())
    assert [[who.name for who in each.authors] for each in found.entries] == [["Ada"], ["Ada"], ["Ada", "Nell"]]


def test_an_address_with_a_name_gives_the_name_whatever_it_ends_in() -> None:
    author = "<author>x@films.industries (Ann Example)</author>"
    (found,) = of_feed(f"<item><title>Tin Review</title>{author}</item>")
    assert found.authors == ("Ann Example",)


def test_a_link_without_its_scheme_is_not_a_path_of_its_own_host() -> None:
    (found,) = of_feed("<item><title>Tin Review</title><link>films.example/reviews/tin</link></item>")
    assert found.url == "https://films.example/reviews/tin"


def test_an_entry_with_neither_title_nor_text_is_left_out_and_counted() -> None:
    text = (
        "<rss version='2.0'><channel><title>N</title><item><link>https://films.example/a</link></item></channel></rss>"
    )
    found = read_feed(entries.parse(text.encode()), source="s", zone=UTC)
    assert (found.entries, found.left_out) == ((), {"entries without title and text": 1})


def test_separators_inside_a_word_do_not_part_it() -> None:
    assert clean.line("qui\x1cet lo\x1fw") == clean.text("qui\x1cet lo\x1fw") == "quiet low"


def test_an_author_s_id_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "_data").mkdir()
    people = "- username: ann_e\n  name: Ann Example\n- slug: bob\n  name: Bob Other\n"
    (tmp_path / "_data" / "authors.yml").write_text(people)
    for login, name in (("ann_e", "Ann Example"), ("bob", "Bob Other")):
        path = tmp_path / f"{login}.md"
        path.write_text(f"---\ntitle: Tin\nrating: 4\nauthor: {login}\n---\nText.\n")
        assert folder.read_file(path, source="s", zone=UTC).authors == (name,)


def test_a_folder_tells_what_it_passes_over_and_knows_other_languages_folders(tmp_path: Path) -> None:
    for name, text in {
        "Filme/O/Ofen.md": "---\ntitle: Ofen\nrating: 4\n---\nEin ruhiges Werk.\n",
        "Serien/C/Cobra.md": "---\ntitle: Cobra\nrating: 4\n---\nEin guter Film.\n",
        "draft.md": "---\ntitle: Tin\nrating: 4\ndraft: true\n---\nText.\n",
        "notes.md": "Some thoughts without a title, a score or a date.\n",
        "about.md": "About.\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    passed: list[tuple[str, str]] = []
    terms = folder.FolderTerms(source="s", zone=UTC)
    found = list(folder.read_folder(tmp_path, terms, passed=lambda file, why: passed.append((file.as_posix(), why))))
    films = {each.headline: each.film and each.film.title for each in found if isinstance(each, Review)}
    assert films == {"Ofen": "Ofen", "Cobra": None}
    assert dict(passed) == {
        "draft.md": "a draft",
        "notes.md": "no film, date or score",
        "about.md": "a template or a page of the site",
    }


def test_a_consent_wall_is_no_text_and_an_article_in_a_sidebar_is() -> None:
    wall = (
        "<html><head><title>Before you continue</title></head><body><h1>Before you continue to Notes</h1>"
        + "<p>We and our 842 partners store and access information on your device, such as cookies.</p>" * 6
        + "</body></html>"
    )
    side = f"<aside><h1>Tin Review</h1>{TEXT * 6}</aside>"
    aside = f"<html><head><title>Tin Review</title></head><body>{side}</body></html>"
    found = read_page(aside.encode(), url="https://films.example/a", source="s", zone=UTC)
    assert found.full_text == "page"
    assert "partners" not in article.blocks_from_html(wall, title="").plain


@pytest.mark.parametrize(
    "item",
    [
        "<item " + " ".join(f"a{n}='x'" for n in range(50_000)) + "><title>Tin Review</title></item>",
        f"<item><title>Tin Review</title><dc:creator>{'(' * 1_000_000}</dc:creator></item>",
        f"<item><title>{'- ' * 200_000}Tin Review</title></item>",
    ],
    ids=["attributes", "creator", "title"],
)
def test_a_heavy_text_costs_seconds_at_the_most(item: str) -> None:
    begun = time.process_time()
    assert len(of_feed(item)) == 1
    assert time.process_time() - begun < 10


def test_aliases_in_front_matter_are_not_written_out() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    matter, _ = frontmatter.split("---\ntitle: Tin\n" + "\n".join(lines) + "\ntags: *a8\n---\nText.\n")
    assert matter["title"] == "Tin"
    assert len(str(matter)) < 10_000
