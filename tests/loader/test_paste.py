from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.config import RawTable
from publisher.config import settings as settings_of
from publisher.errors import SourceError
from publisher.http.door import Http
from publisher.loader import paste
from publisher.loader.facts import charset
from publisher.loader.source import LoadContext
from publisher.model import Availability, Rating

LONDON = ZoneInfo("Europe/London")
PASTED = """'Night Ferry' Review: A Crossing Worth the Fog
- Rosa Lind
- 2 days ago
- 4 min read

By Rosa Lind - November 14, 2025
Night Ferry opens on a jetty and never quite leaves it. Mara Venn plays the pilot with a patience that most \
films lack, and \
the camera stays where she looks.
What is 'Night Ferry' about?
The film follows a pilot who has not slept for a week, and the seven passengers who do not know it. It trusts \
its audience, \
and it asks for some patience in return.

By the time the fog lifts, the film has become a story about the people who wait, and it waits with them. It is \
the best \
thing that Ines Orla has made.
Rating: ★★★★
'Night Ferry' is streaming now on Kinoteka in the UK.

Want more film reviews? Check out more content on our website Salt & Screen!


"""


def test_a_pasted_page_becomes_a_whole_record() -> None:
    found = paste.read_text(PASTED, source="paste", zone=LONDON)
    assert found.headline == "'Night Ferry' Review: A Crossing Worth the Fog"
    assert found.film is not None
    assert (found.film.title, found.film.year) == ("Night Ferry", None)
    assert found.authors == ("Rosa Lind",)
    assert found.published is not None
    assert (found.published.value, found.published.precision) == (date(2025, 11, 14), "day")
    assert found.reading_minutes == 4
    assert found.rating == Rating(value=4, best=5)
    assert found.availability == (Availability(platform="Kinoteka", region="UK", mode="streaming"),)
    assert found.language == "en"
    assert [block.kind for block in found.blocks] == ["paragraph", "heading", "paragraph", "paragraph"]
    assert found.plain.endswith("the best thing that Ines Orla has made.")
    assert (found.full_text, found.url, found.image, found.excerpt, found.native_id) == (
        "paste",
        None,
        None,
        None,
        None,
    )


def test_a_relative_date_says_nothing_in_a_paste() -> None:
    found = paste.read_text(PASTED.replace("By Rosa Lind - November 14, 2025\n", ""), source="paste", zone=LONDON)
    assert found.published is None
    assert found.authors == ("Rosa Lind",)


def test_an_address_in_the_head_or_beside_it_is_the_reviews() -> None:
    inside = PASTED.replace("- Rosa Lind", "https://salt.example/night-ferry\n- Rosa Lind")
    assert paste.read_text(inside, source="paste", zone=LONDON).url == "https://salt.example/night-ferry"
    given_url = paste.read_text(PASTED, source="paste", zone=LONDON, url="https://a.example/x")
    assert given_url.url == "https://a.example/x"


def test_the_same_text_has_the_same_id() -> None:
    first = paste.read_text(PASTED, source="paste", zone=LONDON)
    assert paste.read_text(PASTED.replace("\n", "\r\n"), source="paste", zone=LONDON).id == first.id
    assert paste.read_text(PASTED + "One line more of it.", source="paste", zone=LONDON).id != first.id


@pytest.mark.parametrize("text", ["", "   \n\n", "\x00\x00", "★★★★\n----"])
def test_a_text_without_words_is_an_error(text: str) -> None:
    with pytest.raises(SourceError):
        paste.read_text(text, source="paste", zone=LONDON)


def test_a_source_reads_a_file_or_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(PASTED, encoding="utf-8")
    (tmp_path / "two.txt").write_text("", encoding="utf-8")
    context = LoadContext(name="paste", http=Http(), zone=LONDON, now=datetime(2025, 11, 20, tzinfo=UTC), root=tmp_path)
    table = RawTable(name="paste", kind="paste", values={"path": "."})
    loaded = settings_of(table, paste.SOURCE, env={}).load(context)
    assert [entry.review.authors for entry in loaded.entries] == [("Rosa Lind",)]
    assert len(loaded.warnings) == 1
    missing = RawTable(name="paste", kind="paste", values={"path": "nowhere.txt"})
    with pytest.raises(SourceError):
        settings_of(missing, paste.SOURCE, env={}).load(context)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_review_or_an_error(text: str) -> None:
    try:
        found = paste.read_text(text, source="paste", zone=LONDON)
    except SourceError:
        return
    assert found.headline


@pytest.mark.parametrize("body", [bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\3\4\x14\0\6\0abc"])
def test_a_picture_or_an_archive_is_no_text(body: bytes) -> None:
    with pytest.raises(SourceError, match="no text"):
        paste.read_text(charset.decode(body), source="paste", zone=LONDON)


def test_a_page_copied_from_its_top_begins_at_its_headline() -> None:
    text = (
        "Skip to content\nThe Ferry Post\nHome\nReviews\nReview: ‘Night Ferry’ is a quiet miracle\nRosa Lind\n"
        "Nov 14, 2031\n4 min read\nUpdated: Nov 16, 2031\n\nThe film opens with a woman counting boats, and for half an"
        " hour nothing else happens; that it holds you anyway is the first of many small miracles.\n\n"
        "Follow Rosa on Letterboxd @rosa\n"
    )
    found = paste.read_text(text, source="site", zone=ZoneInfo("UTC"))
    assert found.headline == "Review: ‘Night Ferry’ is a quiet miracle"
    assert found.film is not None
    assert (found.film.title, found.authors, len(found.blocks)) == ("Night Ferry", ("Rosa Lind",), 1)
