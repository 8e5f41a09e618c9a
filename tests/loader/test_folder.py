from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.config import Config, RawTable
from publisher.config import settings as settings_of
from publisher.errors import SourceError
from publisher.http.door import Http
from publisher.loader import folder
from publisher.loader.files import frontmatter
from publisher.loader.source import LoadContext, Loaded
from publisher.model import Film, Rating, Review

LONDON = ZoneInfo("Europe/London")
BODY = (
    "\n*Night Ferry* opens on a jetty and never quite leaves it. Mara Venn plays the pilot with patience.\n\n##"
    " The crossing\n\n"
    "The film trusts its audience, and by the time the fog lifts it has become a story about the people who wait.\n"
)


def write(place: Path, name: str, text: str) -> Path:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(place: Path, name: str, text: str, url: str = "") -> Review:
    return folder.read_file(write(place, name, text), source="site", zone=LONDON, url=url)


def all_of(place: Path) -> list[Review]:
    found = list(folder.read_folder(place, folder.FolderTerms(source="site", zone=LONDON)))
    assert all(isinstance(review, Review) for review in found)
    return [review for review in found if isinstance(review, Review)]


def test_a_hugo_file_with_yaml(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "night-ferry.md",
        "---\ntitle: Night Ferry\nyear: 2024\ndate: 2025-11-14 10:30:00+01:00\nrating: 4\nimdb:"
        " 7.3/10\nmetacritic: 66/100\n"
        "rotten_tomatoes: 83%\nmpaa: R\nsummary: A pilot gets lost.\nexcerpt: A crossing worth the fog.\nauthor:"
        " Rosa Lind\n"
        f"image: https://salt.example/f.jpg\ncategories: [Reviews]\ntags: [fog]\ndirector: Ines Orla\n---\n{BODY}",
    )
    assert found.film is not None
    assert (found.film.title, found.film.year) == ("Night Ferry", 2024)
    assert found.published is not None
    assert found.published.value == datetime(2025, 11, 14, 9, 30, tzinfo=UTC)
    assert found.published.raw == "2025-11-14 10:30:00+01:00"
    assert found.rating == Rating(value=4, best=5)
    assert found.authors == ("Rosa Lind",)
    assert found.excerpt == "A crossing worth the fog."
    assert found.image is not None
    assert found.image.url == "https://salt.example/f.jpg"
    assert found.categories == ("Reviews", "fog")
    assert [block.kind for block in found.blocks] == ["paragraph", "heading", "paragraph"]
    assert found.blocks[0].text.startswith("Night Ferry opens")
    assert found.full_text == "file"
    assert found.native_id is None


def test_a_zola_file_with_toml_and_a_nested_film(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "nattfarjan.md",
        '+++\ntitle = "Nattfärjan"\ndate = 2022-10-09\ndraft = false\nextra.movie.year ='
        ' 2021\nextra.movie.directors = "Ines Orla"\n'
        f'extra.movie.en_title = "Night Ferry"\nextra.movie.rating = 8\n+++\n{BODY}<!-- more -->\n',
    )
    assert found.film is not None
    assert (found.film.title, found.film.year) == ("Nattfärjan", 2021)
    assert found.rating == Rating(value=8, best=10)
    assert found.published is not None
    assert found.published.value == date(2022, 10, 9)


def test_an_astro_file_with_a_film_block_and_json(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "crossing.md",
        '---json\n{"headline": "A Crossing Worth the Fog", "publishDate": "2025-11-14", "movie": {"title":'
        ' "Night Ferry",'
        f' "releaseYear": 2024}}, "rating": {{"value": 3.5, "max": 4}}, "author": {{"name": "Rosa'
        f' Lind"}}}}\n---\n{BODY}',
    )
    assert found.headline == "A Crossing Worth the Fog"
    assert found.film is not None
    assert (found.film.title, found.film.year) == ("Night Ferry", 2024)
    assert found.rating == Rating(value=3.5, best=4)
    assert found.authors == ("Rosa Lind",)


def test_a_jekyll_post_has_its_date_in_its_name_and_its_author_in_data(tmp_path: Path) -> None:
    write(tmp_path, "_data/authors.yml", "rosa:\n  name: Rosa Lind\n")
    text = f"---\nlayout: post\ntitle: 'Night Ferry Review: Fog'\nauthor: rosa\n---\n{BODY}"
    found = read(tmp_path, "_posts/2016-6-1-night-ferry.md", text)
    assert found.published is not None
    assert found.published.value == date(2016, 6, 1)
    assert found.authors == ("Rosa Lind",)
    assert found.film is not None
    assert found.film.title == "Night Ferry"


def test_a_headline_in_the_title_field_is_read_as_one(tmp_path: Path) -> None:
    text = f"---\ntitle: 'Night Ferry (2024)'\nimdb_id: tt0123456\ngrade: B+\ndate: 2025-11-14\n---\n{BODY}"
    found = read(tmp_path, "night-ferry-2024.md", text)
    assert found.film is not None
    assert (found.film.title, found.film.year) == ("Night Ferry", 2024)
    assert found.rating == Rating(value="B+", best="A")


def test_the_film_of_a_file_without_a_title_stands_in_a_data_file(tmp_path: Path) -> None:
    write(
        tmp_path, "titles/night-ferry-0123456.json", '{"imdbId": "tt0123456", "title": "Night Ferry", "year": "2024"}'
    )
    write(tmp_path, "titles/other-0123457.json", '{"imdbId": "tt0123457", "title": "Paper Moths", "year": "1998"}')
    text = f"---\ndate: 2025-11-14\nimdb_id: tt0123456\ngrade: C\n---\n{BODY}"
    found = read(tmp_path, "reviews/night-ferry.md", text)
    assert found.film is not None
    assert (found.film.title, found.film.year) == ("Night Ferry", 2024)
    assert found.headline == "Night Ferry"


def test_a_title_with_a_bare_colon_is_no_reason_to_lose_the_file(tmp_path: Path) -> None:
    text = f"---\ntitle: Night Ferry: Part Two\nyear: 2024\ndirector: Ines Orla\ntags:\n  - fog\n---\n{BODY}"
    found = read(tmp_path, "x.md", text)
    assert found.film is not None
    assert found.film.title == "Night Ferry: Part Two"
    assert found.categories == ("fog",)


@pytest.mark.parametrize("title", ["No", "007", "1917", "12:01", "On"])
def test_a_film_may_be_called_anything_that_yaml_has_a_type_for(tmp_path: Path, title: str) -> None:
    found = read(tmp_path, "x.md", f"---\ntitle: {title}\nyear: 2019\ndirector: Ines Orla\n---\n{BODY}")
    assert found.film is not None
    assert found.film.title == title


def test_the_scale_of_a_bare_score_is_that_of_the_folder(tmp_path: Path) -> None:
    for number, score in enumerate([3, 9.5, 4], 1):
        write(
            tmp_path,
            f"r{number}.md",
            f"---\ntitle: Film {number}\nyear: 2020\ndirector: X\nrating: {score}\n---\n{BODY}",
        )
    assert {review.rating for review in all_of(tmp_path)} == {
        Rating(value=3, best=10),
        Rating(value=9.5, best=10),
        Rating(value=4, best=10),
    }
    alone = folder.read_file(tmp_path / "r1.md", source="site", zone=LONDON)
    assert alone.rating == Rating(value=3, best=10)


def test_the_order_of_bare_dates_is_that_of_the_folder(tmp_path: Path) -> None:
    for name, raw in (("a", "03/04/2025"), ("b", "27/04/2025")):
        write(tmp_path, f"{name}.md", f"---\ntitle: Night Ferry\nyear: 2024\ndirector: X\ndate: {raw}\n---\n{BODY}")
    days = [review.published.value for review in all_of(tmp_path) if review.published]
    assert days == [date(2025, 4, 3), date(2025, 4, 27)]


def test_drafts_templates_and_pages_are_passed_over(tmp_path: Path) -> None:
    good = f"---\ntitle: Night Ferry\nyear: 2024\ndirector: X\ndate: 2025-11-14\n%s---\n{BODY}"
    for name, extra in {
        "night-ferry.md": "",
        "draft.md": "draft: true\n",
        "unpublished.md": "published: false\n",
        "eleventy.md": "eleventyExcludeFromCollections: true\n",
        "status.md": "status: draft\n",
        "_TEMPLATE.md": "",
        "_index.md": "",
        "review-template.md": "",
        "README.md": "",
        "_drafts/later.md": "",
        "node_modules/x/night.md": "",
    }.items():
        write(tmp_path, name, good % extra)
    write(tmp_path, "colophon.md", "# Colophon\n\nMade with care.\n")
    assert [review.native_id for review in all_of(tmp_path)] == ["night-ferry"]
    assert folder.read_file(tmp_path / "draft.md", source="site", zone=LONDON).film is not None


def test_page_bundles_go_by_their_folder_and_languages_by_their_ending(tmp_path: Path) -> None:
    text = f"---\ntitle: Night Ferry\nyear: 2024\ndirector: X\n---\n{BODY}"
    write(tmp_path, "2025-11-14-night-ferry/index.md", text)
    write(tmp_path, "paper-moths.de.md", text)
    first, second = all_of(tmp_path)
    assert first.native_id == "2025-11-14-night-ferry"
    assert first.published is not None
    assert first.published.value == date(2025, 11, 14)
    assert second.language == "de"


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("x.md", "type: album\nrating: 9\nartist: The Buoys"),
        ("x.md", "type: show\nrating: 9\ndirector: X"),
        ("tv/x.md", "rating: 9"),
        ("x.md", "rating: 9\nisbn: 9781234567897\npages: 300\nbookAuthor: Ilse Brandt"),
        ("x.md", "rating: 9\ncategories: [TV]"),
    ],
)
def test_other_things_than_films_have_no_film(tmp_path: Path, name: str, extra: str) -> None:
    write(
        tmp_path,
        name,
        f"---\ntitle: Night Ferry\ndate: 2025-11-14\n{extra}\n---\nSongs of the sea. A record to keep.\n",
    )
    (review,) = all_of(tmp_path)
    assert review.film is None


def test_a_pull_quote_and_an_embargo_are_the_authors_own(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "x.md",
        "---\ntitle: Night Ferry\nyear: 2024\ndirector: X\npullquote: The film trusts its audience\n"
        f"embargo_until: 2025-11-14 09:00\n---\n{BODY}",
    )
    assert found.pullquote == "The film trusts its audience"
    assert found.embargo_until == datetime(2025, 11, 14, 9, 0, tzinfo=UTC)


def test_what_generators_mean_by_their_marks_is_no_text(tmp_path: Path) -> None:
    body = (
        "import Stars from '../Stars.astro'\n\nNight Ferry[^1] is a film {{< spoiler >}}about fog{{< /spoiler"
        " >}}.<!-- more -->\n\n"
        "{% include ad.html %}\n\nSee [[Paper Moths|the other one]].\n\n[^1]: Not the boat.\n"
    )
    found = read(tmp_path, "x.mdx", f"---\ntitle: Night Ferry\nyear: 2024\ndirector: X\n---\n{body}")
    assert [" ".join(block.text.split()) for block in found.blocks] == [
        "Night Ferry is a film about fog.",
        "See the other one.",
        "Not the boat.",
    ]


def test_addresses_are_stated_or_made_by_the_sources_pattern(tmp_path: Path) -> None:
    text = f"---\ntitle: Night Ferry\nyear: 2024\ndirector: X\ndate: 2025-11-14\n%s---\n{BODY}"
    pattern = "https://salt.example/{year}/{month}/{slug}/"
    assert read(tmp_path, "nf.md", text % "", url=pattern).url == "https://salt.example/2025/11/nf/"
    assert read(tmp_path, "nf.md", text % "slug: ferry\n", url=pattern).url == "https://salt.example/2025/11/ferry/"
    assert (
        read(tmp_path, "nf.md", text % "canonical_url: https://a.example/x\n", url=pattern).url == "https://a.example/x"
    )
    assert read(tmp_path, "nf.md", text % "").url is None


def test_a_file_that_cannot_be_read_is_an_error_in_its_place(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"---\ntitle: Night Ferry\nyear: 2024\ndirector: X\n---\n{BODY}")
    (tmp_path / "b.md").write_bytes(b"x" * (folder.LARGEST + 1))
    write(tmp_path, "c.md", "")
    found = list(folder.read_folder(tmp_path, folder.FolderTerms(source="site", zone=LONDON)))
    assert [type(each).__name__ for each in found] == ["Review", "SourceError", "SourceError"]


def test_a_source_reads_its_folder_once_until_a_file_changes(tmp_path: Path) -> None:
    write(tmp_path, "reviews/a.md", f"---\ntitle: Night Ferry\nyear: 2024\ndirector: X\ndate: 2025-11-14\n---\n{BODY}")
    table = RawTable(name="files", kind="folder", values={"path": "reviews"})
    source = settings_of(table, folder.SOURCE, env={})

    def load(state: dict[str, str]) -> Loaded:
        context = LoadContext(
            name="files", http=Http(), zone=LONDON, now=datetime(2025, 11, 20, tzinfo=UTC), root=tmp_path, state=state
        )
        return source.load(context)

    first = load({})
    assert [entry.review.headline for entry in first.entries] == ["Night Ferry"]
    assert load(dict(first.state)).not_modified
    write(tmp_path, "reviews/b.md", f"---\ntitle: Paper Moths\nyear: 1998\ndirector: X\n---\n{BODY}")
    assert len(load(dict(first.state)).entries) == 2


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("movies/nf.md", "date: 2025-11-14"),
        ("reviews/nf.md", "rating: 3.76/4 (aka A must-see)"),
        ("nf.md", 'whereToWatch: "You can rent it on Apple TV or Prime Video, and should."'),
        ("nf.md", "reviewType: Movie"),
        ("nf.md", "year: 2024\nlink: https://letterboxd.com/film/night-ferry/"),
    ],
)
def test_a_bare_title_is_a_films_where_anything_says_so(tmp_path: Path, name: str, fields: str) -> None:
    found = read(tmp_path, name, f"---\ntitle: Night Ferry\n{fields}\n---\n{BODY}")
    assert found.film is not None
    assert found.film.title == "Night Ferry"
    assert found.url is None


def test_a_films_title_before_a_verdict_is_cut_off_from_it(tmp_path: Path) -> None:
    text = f"---\ntitle: 'Night Ferry: Nobody sleeps on the water'\nreviewType: Movie\n---\n{BODY}"
    found = read(tmp_path, "nf.md", text)
    assert found.film is not None
    assert found.film.title == "Night Ferry"


@pytest.mark.parametrize(
    ("field", "places"),
    [
        ("[Netflix, Kinoteka]", [("Netflix", None), ("Kinoteka", None)]),
        ("Netflix (US)", [("Netflix", "US")]),
        ("You can get it on Hulu, MUBI and other services.", [("Hulu", None), ("MUBI", None)]),
        ("Not on Netflix yet.", []),
        ("You gots to rent it.", []),
    ],
)
def test_where_to_watch_is_read_from_its_field(tmp_path: Path, field: str, places: list[tuple[str, str]]) -> None:
    found = read(tmp_path, "nf.md", f"---\ntitle: Night Ferry\nwhere_to_watch: {field}\n---\n{BODY}")
    assert [(place.platform, place.region) for place in found.availability] == places


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    source = settings_of(RawTable(name="files", kind="folder", values={"path": "nowhere"}), folder.SOURCE, env={})
    config = Config.defaults(tmp_path)
    with pytest.raises(SourceError, match="no such folder"):
        source.load(LoadContext(name="files", http=Http(), zone=config.site.zone, now=datetime.now(UTC), root=tmp_path))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="-+;{}[]:&*!|>'\"#\n ab=.,é1", max_size=300))
def test_no_front_matter_crashes_and_none_is_lost(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\nbody", f"+++\n{text}\n+++\nbody", f"---json\n{text}\n---\nbody"):
        matter, body = frontmatter.split(whole)
        assert isinstance(matter, dict)
        assert matter or body == whole or not text.strip() or "body" in body


def test_film_evidence_names_the_field(tmp_path: Path) -> None:
    found = read(tmp_path, "x.md", f"---\nfilm: '[[Night Ferry]]'\ntitle: Fog\nrating: ★★★★\n---\n{BODY}")
    assert found.film == Film(title="Night Ferry", year=None, confidence=0.98, evidence=("front matter: film",))
    assert found.rating == Rating(value=4, best=5)


def test_what_exporters_leave_in_titles_is_undone(tmp_path: Path) -> None:
    found = read(tmp_path, "a.md", f"---\ntitle: 'Night Ferry &#8211; Ilse&#8217;s _Review_'\nrating: 4\n---\n{BODY}")
    assert found.headline == "Night Ferry – Ilse’s Review"
    assert read(tmp_path, "b.md", f"---\ntitle: 'F*E*R*R*Y and a_b_c'\n---\n{BODY}").headline == "F*E*R*R*Y and a_b_c"


def test_a_title_in_italics_is_the_films(tmp_path: Path) -> None:
    found = read(tmp_path, "a.md", f"---\ntitle: 'Harbour 2031: _Night Ferry_ review'\n---\n{BODY}")
    assert found.film is not None
    assert found.film.title == "Night Ferry"


def test_a_standfirst_may_name_the_film(tmp_path: Path) -> None:
    said = "A review of the film, Night Ferry"
    found = read(tmp_path, "a.md", f"---\ntitle: Salt on Rails\nexcerpt: {said}\n---\n{BODY}")
    assert found.film is not None
    assert (found.film.title, found.film.evidence) == ("Night Ferry", ("standfirst",))


@pytest.mark.parametrize("title", ["Night Ferry” &amp; “Paper Moths", "Film Fight 2031: February", "TIFF 2031: Part 2"])
def test_two_films_and_instalments_of_a_column_are_no_film(tmp_path: Path, title: str) -> None:
    assert read(tmp_path, "a.md", f'---\ntitle: "{title}"\nrating: 4\n---\n{BODY}').film is None


@pytest.mark.parametrize("named", ["night-ferry.md", "films/night-ferry", "https://reel.example/", "tt0123456"])
def test_a_reference_is_no_title(tmp_path: Path, named: str) -> None:
    found = read(tmp_path, "a.md", f"---\ntitle: Best Actor\nmovie: {named}\n---\n")
    assert found.film is None


def test_what_is_filed_under_sports_is_no_film(tmp_path: Path) -> None:
    text = "The movie of a season: “The Last Lap” begins. The audience, the performance, the film of it all."
    assert read(tmp_path, "a.md", f"---\ntitle: The Last Lap\ncategory: Sports\n---\n\n{text}\n").film is None
