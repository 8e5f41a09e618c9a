"""An edition as files: the message, its page with local pictures, and its text."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.studios import invented

from publisher.errors import PublisherError
from publisher.model import Email
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.preview import fill, fill_html, local_pictures, write_preview
from publisher.newsroom.pool.pictures import file_name


def test_a_merge_field_without_a_value_is_empty_and_a_page_s_values_are_escaped() -> None:
    fields = {"name": "%N%", "email": "%E%"}
    email = Email(subject="", preheader="", html="<p>%N% %E%</p>", text="%N% %E%", merge_fields=fields)

    assert fill(email.text, fields, {"name": "Ann <b> & Bob"}) == "Ann <b> & Bob "
    assert fill_html(email, {"name": "Ann <b> & Bob"}) == "<p>Ann &lt;b&gt; &amp; Bob </p>"


def test_a_page_shows_the_pictures_that_are_at_hand_from_its_own_folder(app: App, tmp_path: Path) -> None:
    reviews = [invented(0), invented(3)]
    urls = [review.image.url for review in reviews if review.image]
    page = local_pictures(app, f'<img src="{urls[0]}"><img src="{urls[1]}">', reviews, tmp_path / "out", None)

    assert page == f'<img src="images/{file_name(urls[0])}"><img src="{urls[1]}">'
    copied = tmp_path / "out" / "images" / file_name(urls[0])
    assert copied.read_bytes() == (tmp_path / "stills" / "0.jpg").read_bytes()
    assert list(copied.parent.iterdir()) == [copied]


@pytest.mark.slow
def test_three_files_are_written_under_the_edition_s_key(app: App, made: Composed, tmp_path: Path) -> None:
    paths = write_preview(app, made, tmp_path / "out", http=None)
    mail, page, text = (path.read_text(encoding="utf-8") for path in paths)

    assert [path.name for path in paths] == [f"weekly-2031-05-16.{kind}" for kind in ("eml", "html", "txt")]
    assert "To: Alex Reader <reader@example.com>" in mail
    assert 'src="images/' in page
    assert "https://news.lantern.example/u/" in text
    assert "https://news.lantern.example/u/" in page


@pytest.mark.slow
def test_an_empty_edition_says_why_there_is_nothing_to_show(app: App, made: Composed, tmp_path: Path) -> None:
    empty = replace(made, email=None, too_few=None)
    with pytest.raises(PublisherError, match="there is nothing to show: the edition is empty"):
        write_preview(app, empty, tmp_path / "out", http=None)
    with pytest.raises(PublisherError, match="there is nothing to show: no new reviews"):
        write_preview(app, replace(empty, too_few="no new reviews"), tmp_path / "out", http=None)

    assert not (tmp_path / "out").exists()
