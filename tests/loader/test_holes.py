"""A template's tag inside a sentence is filled in where that is certain; else the sentence is never quoted."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher import quotes
from publisher.loader import folder
from publisher.loader.pages import article, holes
from publisher.model import HOLE, Review
from publisher.quotes.opening import opening

UTC = ZoneInfo("UTC")
WHOLE = "The Tin Orchard is a small, radiant wonder of a film, and it deserves every seat in the house."


def review(tmp_path: Path, text: str, *, name: str = "orchard.md") -> Review:
    """The review in one file."""
    path = tmp_path / name
    path.write_text(f"---\ntitle: The Tin Orchard\ndirector: Ada Marsh\ndate: 2026-11-20\nrating: 4\n---\n{text}\n")
    return folder.read_file(path, source="s", zone=UTC)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ('{{< film "Wet Sand" >}}', "Wet Sand"),
        ("{{% movie 'Wet Sand' %}}", "Wet Sand"),
        ('{{< param "director" >}}', "Ada Marsh"),
        ("{{ page.director }}", "Ada Marsh"),
        ("{{ .Params.director }}", "Ada Marsh"),
        ("{% include film.html name='Wet Sand' year=2019 %}", "Wet Sand"),
        ('{% film title: "Wet Sand" %}', "Wet Sand"),
    ],
)
def test_what_a_tag_prints_for_certain_is_filled_in(tmp_path: Path, tag: str, words: str) -> None:
    found = review(tmp_path, f"Nothing since {tag} has been this brave.\n\n{WHOLE}")
    assert f"Nothing since {words} has been this brave." in found.plain
    assert HOLE not in found.plain


@pytest.mark.parametrize(
    "tag",
    [
        "{{< budget >}}",
        '{{< ref "gull.md" >}}',
        "{{ page.previous }}",
        "{{ site.title }}",
        "{% if big %}",
        "{% include rating.html value='4' %}",
        '{{< img "cat.jpg" >}}',
    ],
)
def test_a_sentence_that_lost_a_tag_is_marked_and_never_quoted(tmp_path: Path, tag: str) -> None:
    found = review(tmp_path, f"It is the finest and most beautiful film since {tag} and a triumph.\n\n{WHOLE}")
    assert found.plain.count(HOLE) == 1
    texts = [quote.text for quote in quotes.rank(found, limit=10).quotes]
    assert texts == [WHOLE]
    assert opening(found) == WHOLE


def test_components_and_expressions_are_read_in_mdx_alone(tmp_path: Path) -> None:
    text = (
        '<Film title="Wet Sand" /> is warm. {frontmatter.director} is wise. It owes <Stars of={4} /> much.\n\n' + WHOLE
    )
    found = review(tmp_path, text, name="orchard.mdx")
    assert "Wet Sand is warm. Ada Marsh is wise." in found.plain
    assert f"It owes {HOLE} much." in found.plain
    assert "{sic}" in review(tmp_path, f"He wrote {{sic}} twice.\n\n{WHOLE}").plain


def test_a_tag_alone_on_its_line_is_furniture(tmp_path: Path) -> None:
    found = review(
        tmp_path, f"{WHOLE}\n\n{{{{< youtube abc >}}}}\n\n{{% include ad.html %}}\n\n<Stars of={{4}} />\n", name="o.mdx"
    )
    assert found.plain == WHOLE


def test_a_pair_of_tags_around_words_leaves_the_words(tmp_path: Path) -> None:
    found = review(tmp_path, f"It is {{{{< highlight >}}}}very{{{{< /highlight >}}}} fine.\n\n{WHOLE}")
    assert "It is very fine." in found.plain


def test_a_standfirst_with_a_hole_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        f"---\ntitle: The Tin Orchard\nexcerpt: Fans of {{{{ page.previous }}}} will do.\nrating: 4\n---\n{WHOLE}\n"
    )
    assert folder.read_file(path, source="s", zone=UTC).excerpt is None


@pytest.mark.parametrize(
    "furniture",
    [
        '[caption id="a" width="600"]<img src="a.jpg"> A man at a wheel.[/caption]',
        "[et_pb_section][et_pb_row]",
        "[/vc_column_text][/vc_row]",
        '[gallery ids="1,2"]',
        "[embed]https://video.example/a[/embed]",
        '[su_box title="Facts" style="soft"]',
        "[caption id=&#8221;a&#8221;]A man.[/caption]",
        '[podcast-player id="4"]',
    ],
)
def test_raw_shortcodes_of_a_page_are_furniture(furniture: str) -> None:
    found = article.blocks_from_html(f"<p>{furniture}</p><p>{WHOLE}</p>", title="")
    assert found.plain == WHOLE


def test_words_that_a_writer_set_in_brackets_stay() -> None:
    for words in ("[director Ada] Marsh", "[sic]", "[The film]", "[…] and then"):
        assert holes.without_shortcodes(f"It is {words} at her best.") == f"It is {words} at her best."


def test_a_shortcode_inside_a_sentence_leaves_a_hole_or_its_words() -> None:
    assert holes.without_shortcodes('I saw [film-link title="Wet Sand"] twice.') == "I saw Wet Sand twice."
    assert holes.without_shortcodes('I saw [film-link id="4"] twice.') == f"I saw {HOLE} twice."
