import json
from pathlib import Path

import pytest
from tests.command import Command

pytestmark = pytest.mark.slow

REVIEW = """'The Salt Road' Review: A Ferry, a Debt, a Long Night
- Ada Quill
- 3 days ago
- 2 min read

By Ada Quill - March 4, 2026
The Salt Road is a quiet, exact and deeply felt film about the cost of keeping a promise. It never raises its voice.
Marta runs the last ferry on a river that the maps have given up on, until her brother comes home with a debt.
What surprises is how funny it is, and how little it asks of you. It is a film that trusts its silences.
In conclusion, The Salt Road is a modest, generous and beautifully acted pleasure from start to finish.
'The Salt Road' is streaming now on MUBI in the UK.

Want more film reviews? Check out more content on our website!
"""


@pytest.fixture
def pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLISHER_CONFIG", raising=False)
    (tmp_path / "review.txt").write_text(REVIEW, encoding="utf-8")
    return tmp_path / "review.txt"


def test_a_pasted_review_is_parsed_without_a_configuration(pasted: Path, publisher: Command) -> None:
    review = publisher("parse", "review.txt", "--json").json["reviews"][0]

    assert review["film"]["title"] == "The Salt Road"
    assert review["film"]["year"] is None
    assert review["authors"] == ["Ada Quill"]
    assert review["published"]["value"] == "2026-03-04"
    assert review["availability"] == [{"platform": "MUBI", "region": "UK", "mode": "streaming"}]
    assert review["rating"] is None
    assert review["url"] is None


def test_an_unreadable_source_is_a_warning_and_the_others_are_printed(pasted: Path, publisher: Command) -> None:
    ran = publisher("parse", "review.txt", "missing.txt", "--json")

    assert ran.status == 4
    assert [each["origin"] for each in ran.json["reviews"]] == ["review.txt"]
    assert len(ran.json["warnings"]) == 1


def test_quotes_are_word_for_word_with_their_spans(pasted: Path, publisher: Command) -> None:
    document = publisher("quotes", "review.txt", "--json", "--limit", "3").json

    assert document["quotes"]
    for quote in document["quotes"]:
        whole = " ".join(document["plain"][start:end] for start, end in quote["spans"])
        if not quote["edits"]:
            assert quote["text"] == whole


def test_many_texts_are_ranked_from_a_file(pasted: Path, publisher: Command) -> None:
    record = {"id": "a", "title": "The Salt Road", "text": REVIEW, "sentences": ["It never raises its voice."]}
    Path("in.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")

    assert publisher("quotes", "--jsonl", "in.jsonl", "--out", "out.jsonl").status == 0
    answer = json.loads(Path("out.jsonl").read_text(encoding="utf-8"))
    assert answer["id"] == "a"
    assert len(answer["scores"]) == 1


def test_a_broken_line_is_named(pasted: Path, publisher: Command) -> None:
    Path("in.jsonl").write_text('{"id": 1, "text": "a"}\n{oops\n', encoding="utf-8")

    ran = publisher("quotes", "--jsonl", "in.jsonl", "--out", "out.jsonl")

    assert ran.status == 2
    assert "in.jsonl:2" in ran.err


def test_a_dry_post_of_a_file_says_that_there_is_no_link(pasted: Path, publisher: Command) -> None:
    ran = publisher("post", "review.txt", "--dry-run", "--to", "bluesky", "--to", "mastodon", "--json")

    assert ran.status == 0
    for post in ran.json["posts"]:
        assert post["problems"] == []
        assert any("no link" in note for note in post["notes"])
        assert post["link"] is None
        assert Path(post["card"]["path"]).is_file()
        assert 0 < post["length"] <= post["limit"]


def test_a_card_is_drawn_in_the_size_asked_for(pasted: Path, publisher: Command) -> None:
    from PIL import Image

    ran = publisher("card", "review.txt", "--size", "1080x1350", "--design", "night", "--out", "card.jpg", "--json")

    assert ran.status == 0
    assert "The Salt Road" in ran.json["alt"]
    with Image.open("card.jpg") as drawn:
        assert (drawn.size, drawn.format) == ((1080, 1350), "JPEG")


def test_a_networks_measure_of_a_text(publisher: Command) -> None:
    document = publisher("measure", "bluesky", "A quiet film 🎬 https://lantern.example/salt", "--json").json

    assert document["length"] == 43
    assert [facet["kind"] for facet in document["facets"]] == ["link"]
    assert document["valid"] is True


def test_headlines_alone_name_their_films(publisher: Command) -> None:
    ran = publisher(
        "parse", "--headline", "'The Salt Road' Review: A Long Night", "--headline", "Ten films to see", "--json"
    )

    films = [row["film"] and row["film"]["title"] for row in ran.json["headlines"]]
    assert films == ["The Salt Road", None]


def test_answers_never_overwrite_their_questions(publisher: Command, project: Path) -> None:
    line = '{"id": 1, "text": "a"}\n'
    Path("in.jsonl").write_text(line, encoding="utf-8")
    assert publisher("quotes", "--jsonl", "in.jsonl", "--out", "in.jsonl").status == 2
    assert Path("in.jsonl").read_text(encoding="utf-8") == line
    assert publisher("quotes", "--jsonl", "nowhere.jsonl", "--out", "kept.jsonl").status == 2
    assert not Path("kept.jsonl").exists()
