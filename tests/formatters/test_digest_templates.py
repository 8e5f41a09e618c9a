"""An editor's own templates: one block, partial, style or phrase at a time, and what a mistake in one says."""

import os
from pathlib import Path

import pytest
from tools import specimen

from publisher.errors import TemplateError
from publisher.formatters.email import digest, files
from publisher.model import Email


def render(own: Path, **changes: str) -> Email:
    """The email with the editor's own files: `partials__note_html` is partials/note.html.j2."""
    for name, body in changes.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        path = own / f"{stem}.{suffix}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return digest.render(specimen.edition(), config=specimen.config(), newsletter=specimen.NEWSLETTER, templates=own)


def test_the_shipped_templates_are_found() -> None:
    assert (files.shipped() / "digest.html.j2").is_file()


def test_one_block_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    own = (
        '{% extends "publisher/digest.html.j2" %}{% block footer %}<tr><td>Bye, {{ site_name }}</td></tr>{% endblock %}'
    )
    html = render(tmp_path, digest_html=own).html

    assert "Bye, The Lamplight Review" in html
    assert "Unsubscribe" not in html
    assert "Night Bus to Orsova" in html


def test_a_block_may_build_on_the_shipped_one(tmp_path: Path) -> None:
    own = '{% extends "publisher/digest.html.j2" %}{% block footer %}{{ super() }}<tr><td>P.S.</td></tr>{% endblock %}'
    html = render(tmp_path, digest_html=own).html

    assert "Unsubscribe" in html
    assert "P.S." in html


def test_one_partial_is_replaced(tmp_path: Path) -> None:
    html = render(tmp_path, partials__masthead_html="<tr><td>Our own masthead</td></tr>").html

    assert "Our own masthead" in html
    assert "Friday 20 November 2026" not in html
    assert "Night Bus to Orsova" in html


def test_a_layouts_own_style_sheet_is_inlined_after_the_shipped_one(tmp_path: Path) -> None:
    html = render(tmp_path, styles__classic_css=".item-title { font-size:23px; }").html

    assert "font-size:23px" in html


def test_one_phrase_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words/en.toml").write_text('unsubscribe = "Leave this list"\nread_by = "{film}, by {critic}"\n')
    email = render(tmp_path)

    assert "Leave this list" in email.html
    assert "Leave this list:" in email.text
    assert "The Salt Ledger, by Mara" in email.html
    assert "Your preferences" in email.html


def test_the_text_part_can_be_replaced_too(tmp_path: Path) -> None:
    email = render(tmp_path, digest_txt="Just {{ items|length }} films & <more>.\n{{ merge.unsubscribe_url }}\n")

    assert email.text == f"Just 6 films & <more>.\n{email.merge_fields['unsubscribe_url']}\n"


def test_a_template_copied_from_0_1_finds_its_merge_fields_as_slots(tmp_path: Path) -> None:
    email = render(tmp_path, digest_txt="{{ slots.unsubscribe_url }}\n")

    assert email.text == f"{email.merge_fields['unsubscribe_url']}\n"


def test_a_changed_or_new_file_is_seen_at_once(tmp_path: Path) -> None:
    before = render(tmp_path).html
    added = render(tmp_path, partials__links_html="<tr><td>first</td></tr>").html
    changed = render(tmp_path, partials__links_html="<tr><td>second one</td></tr>").html
    (tmp_path / "partials/links.html.j2").unlink()

    assert "first" in added
    assert "second one" in changed
    assert render(tmp_path).html == before


@pytest.mark.parametrize(
    ("template", "line", "what"),
    [
        ("<p>\n{{ editon }}\n</p>", 2, "“editon” is not defined"),
        ("<p>{% for item in items %}\n\n{{ item.titel }}{% endfor %}</p>", 3, "item has no “titel”"),
        ("{% if %}", 1, "Expected an expression"),
        ("\n\n{% for x in items %}", 3, "Unexpected end of template"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ items|nosuch }}", 1, "No filter named 'nosuch'"),
        ("{{ items.__class__ }}", 1, "unsafe"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", 1, "unsafe"),
        ("\n{{ words.say('nosuch') }}", 2, "nosuch"),
        ("{{ range(999999999)|list }}", 1, "Range too big"),
    ],
)
def test_a_mistake_is_one_line_with_its_file_and_line(tmp_path: Path, template: str, line: int, what: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(tmp_path, partials__note_html=template)

    said = str(caught.value)
    assert said.startswith(f"{tmp_path / 'partials/note.html.j2'}:{line}: ")
    assert what in said
    assert "\n" not in said


def test_a_misspelt_name_is_answered_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"did you mean `preheader`\?"):
        render(tmp_path, partials__note_html="{{ preheder }}")


def test_a_missing_template_is_named_with_the_nearest(tmp_path: Path) -> None:
    own = (
        '{% extends "publisher/digest.html.j2" %}{% block footer %}{% include "partials/foter.html.j2" %}{% endblock %}'
    )
    with pytest.raises(TemplateError, match=r"there is no template “partials/foter.html.j2”; did you mean `partials/"):
        render(tmp_path, digest_html=own)


def test_a_template_that_is_not_utf_8_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials/note.html.j2").write_bytes(b"one\ncaf\xe9")
    with pytest.raises(TemplateError, match=r"partials/note.html.j2:2: this is not UTF-8"):
        render(tmp_path)


def test_a_template_that_includes_itself_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"note.html.j2:1: maximum recursion"):
        render(tmp_path, partials__note_html='{% include "partials/note.html.j2" %}')


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    assert render(tmp_path / "none").html == render(tmp_path).html


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('unsubscrbe = "x"', "there is no phrase “unsubscrbe”; did you mean `unsubscribe`?"),
        ('by = "Von {author}"', "“by” has no place {author}; the places of this phrase: {critic}"),
        ('by = "Von {critic"', "“by” is not a phrase"),
        ('by = "Von {critic.__class__}"', "“by” has no place"),
        ('by = "Von {critic!r}"', "“by” is not a phrase"),
        ("by = ", "this is not TOML"),
    ],
)
def test_a_mistake_in_the_phrases_is_named(tmp_path: Path, body: str, what: str) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words/en.toml").write_text(body)
    with pytest.raises(TemplateError) as caught:
        render(tmp_path)

    assert what in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "words/en.toml"))


def test_a_template_reads_no_other_files(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(TemplateError, match="there is no template"):
        render(tmp_path / "own", partials__note_html='{% include "../secret.txt" %}')


def test_nothing_of_the_environment_is_in_reach(tmp_path: Path) -> None:
    os.environ.setdefault("PUBLISHER_TEST_SECRET", "hunter2")
    with pytest.raises(TemplateError, match="“os” is not defined"):
        render(tmp_path, partials__note_html="{{ os.environ }}")
