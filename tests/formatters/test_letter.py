from datetime import UTC, datetime
from pathlib import Path

from tools import specimen

from publisher.formatters.email import digest
from publisher.model import Email

LETTER = """\
# We are *moving*

Dear readers,

from December we write from a [new address](/about).

## What changes

- Nothing for you
- The **postcode** for us

Yours,
Mara
"""


def letter(markdown: str = LETTER, templates: Path | None = None) -> Email:
    return digest.render_letter(
        digest.Written(key="moving", markdown=markdown),
        config=specimen.config(),
        newsletter=specimen.NEWSLETTER,
        templates=templates,
        slot=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )


def test_its_first_heading_is_its_subject_and_stands_once() -> None:
    email = letter()

    assert email.subject == "We are moving"
    assert email.html.partition("</head>")[2].count(">We are moving<") == 1
    assert email.text.count("We are moving") == 1


def test_it_wears_the_newsletters_dress() -> None:
    email = letter()

    for expected in (
        "The Lamplight Review",
        "Friday Screening",
        "Friday 20 November 2026",
        "Unsubscribe",
        "14 Tannery",
    ):
        assert expected in email.html
        assert expected in email.text


def test_its_text_is_written_as_text() -> None:
    assert (
        "Dear readers,\n\nfrom December we write from a new address (https://lamplight.example/about).\n\n"
        "What changes\n\n- Nothing for you\n- The postcode for us\n\nYours, Mara\n" in letter().text
    )


def test_its_preheader_is_its_beginning() -> None:
    assert letter().preheader.startswith("Dear readers, from December")
    assert len(letter().preheader) <= 90


def test_without_a_heading_the_newsletters_title_is_the_subject() -> None:
    assert letter("Only a line.").subject == "Friday Screening"


def test_nothing_in_it_runs() -> None:
    html = letter("# </title><script>x</script>\n\n<script>alert(1)</script> {{ 7 * 7 }}").html

    assert "<script" not in html
    assert "{{ 7 * 7 }}" in html


def test_each_reader_has_her_places() -> None:
    email = letter()

    assert f'href="{email.merge_fields["unsubscribe_url"]}"' in email.html
    assert email.merge_fields["unsubscribe_url"] in email.text
