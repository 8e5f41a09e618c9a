"""What `make release` makes: the archive of the sources, and the wheel, installed where nothing else of ours is."""

import os
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Callable
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.wheel

REVIEW = """---
title: "The Long Rain review: a film that is never once dull"
film: The Long Rain
author: Nell Ashworth
date: 2026-11-19
rating: 4/5
url: https://www.secondrow.example/the-long-rain
---
The Long Rain begins in the rain and ends in the rain, and it is never once dull. The cast is splendid throughout.

It is a patient, generous film that trusts us to keep up, and it earns every one of its silences.
"""
IMPORT_ALL = """
import importlib, pkgutil, publisher
names = [info.name for info in pkgutil.walk_packages(publisher.__path__, "publisher.")]
names.remove("publisher.store.migrations.env")  # runs inside Alembic only
for name in names:
    importlib.import_module(name)
print(len(names), publisher.__file__)
"""


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the archive of the sources, and with the wheel that was built from nothing but the archive."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    """The built wheel."""
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that has the wheel; its dependencies are borrowed from ours."""
    place = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True, timeout=120)
    python = place / "bin" / "python"
    install = ["install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True, timeout=120)
    (packages,) = (place / "lib").glob("python*/site-packages")
    # A path in a .pth file is searched, its own .pth files are not: our editable install stays out.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "bin"


@pytest.fixture
def run(environment: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs a program of that environment in an empty folder, with an empty environment."""

    def ran(program: str, *words: str) -> str:
        clean = {"PATH": os.defpath, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
        done = subprocess.run(
            [environment / program, *words], cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return ran


def test_every_room_of_the_wheel_can_be_imported(run: Callable[..., str], environment: Path) -> None:
    count, place = run("python", "-c", IMPORT_ALL).split()

    assert int(count) > 50
    assert Path(place).is_relative_to(environment.parent)


def test_in_an_empty_folder_a_digest_can_be_made(run: Callable[..., str], tmp_path: Path) -> None:
    run("publisher", "init", "--templates")
    config = tmp_path / "config" / "publisher.toml"
    text = config.read_text(encoding="utf-8")
    source = 'kind = "feed"                          # feed page wordpress ghost folder paste\nurl = "https://www.example.com/blog-feed.xml"'
    assert source in text
    text = text.replace(source, 'kind = "folder"\npath = "reviews"')
    assert 'postal_address = ""' in text
    text = text.replace('postal_address = ""', 'postal_address = "PO Box 12, Hull"')
    config.write_text(text, encoding="utf-8")
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews" / "long-rain.md").write_text(REVIEW, encoding="utf-8")

    run("publisher", "subscribers", "add", "ann@lantern-reviews.org", "--newsletter", "weekly")
    run("publisher", "fetch", "--release", "1")
    run("publisher", "check")
    run("publisher", "compose", "weekly")
    run("publisher", "preview", "weekly", "--out", "preview")

    (page,) = (tmp_path / "preview").glob("*.html")
    assert "The Long Rain" in page.read_text(encoding="utf-8")
    files = [path for path in (tmp_path / "preview").iterdir() if path.is_file()]
    assert sorted(path.suffix for path in files) == [".eml", ".html", ".txt"]
    assert (tmp_path / "preview" / "views" / "index.html").is_file()
    assert (tmp_path / "templates" / "digest.html.j2").is_file()


def test_a_card_can_be_drawn_without_any_configuration(run: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "review.md").write_text(REVIEW, encoding="utf-8")

    run("publisher", "card", "review.md", "--out", "card.jpg")

    assert (tmp_path / "card.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_the_version_is_the_project_s(run: Callable[..., str]) -> None:
    version = next(line for line in (ROOT / "pyproject.toml").read_text().split("\n") if line.startswith("version"))

    assert run("publisher", "--version").split()[1] in version


def test_the_index_would_take_what_was_built(dist: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir()],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2


def test_the_distribution_has_a_name_of_its_own_and_the_package_keeps_its_name(wheel: Path) -> None:
    archive = ZipFile(wheel)
    (about,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    told = HeaderParser().parsestr(archive.read(about).decode())

    assert told["Name"] == "review-publisher"
    assert {name.split("/")[0] for name in archive.namelist()} == {"publisher", about.split("/")[0]}


def test_the_archive_has_what_a_packager_needs_to_build_and_test(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}

    tracked = {"pyproject.toml", "Makefile", "requirements-test.txt", "LICENSE", "tools/demo.py", "samples/feed.xml"}
    assert tracked | {"tests/conftest.py", "templates/digest.html.j2"} <= names
    assert [name for name in names if name.startswith((".venv", "outbox", "var", "build/", "dist/"))] == []


def test_the_demo_runs_from_the_wheel(run: Callable[..., str], tmp_path: Path) -> None:
    said = run("python", str(ROOT / "tools" / "demo.py"), str(tmp_path))

    assert "Made:" in said
    made = {path.suffix for path in (tmp_path / "outbox").rglob("*") if path.is_file()}
    assert {".html", ".eml", ".txt", ".jpg"} <= made
