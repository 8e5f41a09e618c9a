"""Files are written whole or not at all."""

from pathlib import Path

import pytest

from publisher.errors import PublisherError
from publisher.newsroom.files import write_file


def test_a_file_is_written_with_its_folders_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "page.html"

    assert write_file(path, b"one") == path
    assert write_file(path, b"two").read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_is_taken_is_one_clear_error_and_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()

    with pytest.raises(PublisherError, match="the file cannot be written") as caught:
        write_file(tmp_path / "page.html", b"one")

    assert caught.value.where == str(tmp_path / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
