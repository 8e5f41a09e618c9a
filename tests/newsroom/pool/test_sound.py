"""One picture or link that would spoil an edition is left out of it, and said; the rest goes out."""

from dataclasses import replace
from pathlib import Path

import pytest

from publisher.config import Config, load
from publisher.model import Image, Review
from publisher.newsroom.pool.sound import sound

CONFIG = """
[site]
name = "Lantern"
url = "https://lantern-reviews.org"
postal_address = "PO Box 12"
pictures = "pictures"
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "publisher.toml").write_text(CONFIG, encoding="utf-8")
    return load(tmp_path / "publisher.toml", env={})


def review(name: str, *, url: str | None = "https://lantern-reviews.org/salt", image: str | None = None) -> Review:
    return Review(id=name, source="site", headline=name, url=url, image=Image(url=image) if image else None)


def test_a_picture_that_no_mail_program_loads_is_left_out_and_its_review_stays(config: Config) -> None:
    bad = {
        "plain": "http://lantern-reviews.org/a.jpg",
        "near": "https://192.168.1.7/a.jpg",
        "nowhere": "https://pictures.lantern.example/a.jpg",
    }
    pictures = [review(name, image=url) for name, url in bad.items()]
    found = sound(pictures, config=config, private=(), answers={}, ask=True)

    assert [(each.id, each.image) for each in found.reviews] == [(name, None) for name in bad]
    assert [said.split(":")[0] for said in found.left_out] == [f"the picture of “{name}” was left out" for name in bad]
    assert "over http" in found.left_out[0]
    assert "readers cannot reach 192.168.1.7" in found.left_out[1]
    assert "publisher reviews set nowhere image=https://…" in found.left_out[2]


def test_a_picture_that_the_site_has_a_copy_of_is_not_asked_for(config: Config) -> None:
    (config.root / "pictures").mkdir()
    (config.root / "pictures" / "a.jpg").write_bytes(b"x")
    kept = review("kept", image="https://pictures.lantern.example/a.jpg")

    assert sound([kept], config=config, private=(), answers={}, ask=True).reviews == (kept,)


def test_hosts_that_may_be_private_are_left_to_preflight(config: Config) -> None:
    near = review("near", url="http://127.0.0.1:9/salt", image="http://127.0.0.1:9/a.jpg")

    assert sound([near], config=config, private={"127.0.0.1"}, answers={}, ask=True).reviews == (near,)
    assert sound([near], config=config, private=(), answers={}, ask=True).reviews == ()


def test_a_look_asks_nobody_and_goes_by_what_was_answered_before(config: Config) -> None:
    gone, new = "https://pictures.lantern.example/gone.jpg", "https://pictures.lantern.example/new.jpg"
    there = "https://pictures.lantern.example/there.jpg"
    known = {gone: "lantern.example: the host name is not known", there: ""}
    pictured = [review(name, image=url) for name, url in (("gone", gone), ("there", there))]
    found = sound(pictured, config=config, private=(), answers=known, ask=False)
    later = sound([*pictured, review("new", image=new)], config=config, private=(), answers=known, ask=False)

    assert [each.image is None for each in found.reviews] == [True, False]
    assert (found.answers, found.unasked) == (known, False)
    assert [each.image is None for each in later.reviews] == [True, False, False]
    assert later.unasked


@pytest.mark.parametrize(
    "url",
    ["http://lantern-reviews.org/a", "https://localhost/a", "ftp://a.org"],
)
def test_a_piece_whose_own_link_is_broken_is_left_out_alone(config: Config, url: str) -> None:
    whole, broken = review("whole"), review("broken", url=url)
    found = sound([broken, whole, replace(whole, id="none", url=None)], config=config, private=(), answers={}, ask=True)

    assert [each.id for each in found.reviews] == ["whole", "none"]
    assert len(found.left_out) == 1
    assert found.left_out[0].startswith("“broken” was left out: its link ")
