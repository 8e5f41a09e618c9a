"""A network costs four files: provider, recorded case, golden post and row in the docs. Here is one that has them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.loopback import Loopback, Page, loopback

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TOKEN = "token-of-the-coop"
PROVIDER = '''"""Posts by pigeon."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from pydantic import Field

from publisher.config import WebUrl
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers
from publisher.providers.social.kit.network import Network


class Pigeon(Network):
    """`kind = "pigeon"`: a coop by its address and a token."""

    kind: ClassVar[str] = "pigeon"
    display_name: ClassVar[str] = "Pigeon Post"
    counting: ClassVar[ChannelRules] = ChannelRules(network="pigeon", limit=140, count="codepoints")
    aliases: ClassVar[tuple[str, ...]] = ("dove",)

    coop: WebUrl = Field(description="The coop's address.")
    token: str = Field(description="What opens it.", repr=False)

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Let it fly; raises `SendError`s."""
        self.must_fit(post)
        headers = {"Authorization": f"Bearer {self.token}"}
        with answers.client(self.coop) as http:
            url = f"{self.coop}/letters"
            answer = answers.call(http, "POST", url, json={"text": post.text}, headers=headers, begin=begin)
        if answer.status != 201:
            raise answers.failure(answer, self.display_name, begun=True, secrets=(self.token,))
        letter = answers.document(answer, self.display_name, begun=True)
        return Receipt(provider_id=str(letter.get("id")), url=str(letter.get("url")), at=datetime.now(UTC))


PROVIDER = Pigeon
'''
CASE = f"""import json

from tests.providers.social_cases import Case, page, post_for, serving

from publisher.model import Receipt
from publisher.providers.social.pigeon import Pigeon

CASE = Case(
    open=lambda url, _: Pigeon(coop=url, token="{TOKEN}"),
    post=post_for("pigeon", "“Quiet.”\\n\\nAshes of the Tide (2024) ★★★★½"),
    serve=serving({{"/letters": page({{"id": "17", "url": "https://pigeons.example/17"}}, 201)}}),
    call="/letters",
    words=lambda asked: json.loads(asked.body)["text"],
    receipt=Receipt(provider_id="17", url="https://pigeons.example/17"),
    secrets=("{TOKEN}",),
    refused=page({{"error": "too heavy"}}, 422),
    says=lambda said: page({{"error": said}}, 422),
    throttled=page({{"error": "tired"}}, 429, Retry_After="60"),
    wait=60,
    gone=(page({{"error": "unknown token"}}, 401),),
)
"""
GOLDEN = """“A film that listens…”

Ashes of the Tide (2024) ★★★★½

https://films.example.com/reviews/ashes-of-the-tide?page=1&utm_source=pigeon#top
"""
ROW = "| `pigeon` | a letter of 140 signs by pigeon | no |\n"
PROJECT = """[site]
name = "Lantern Reviews"
url = "https://lantern.example"

[[sources]]
name = "site"
kind = "folder"
path = "reviews"

[social.bird]
kind = "pigeon"
coop = "{url}"
token = "{token}"
"""
REVIEW = """---
title: "The Salt Road"
author: Mara Ellis
date: 2026-03-01
url: https://lantern.example/the-salt-road
---

The Salt Road is a quiet, exact and deeply felt film about the cost of keeping a promise. It is a film that trusts its
silences and earns every one of them.
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with four files of a new network, and nothing else changed."""
    house = tmp_path_factory.mktemp("house")
    for name in ("src", "tests", "docs", "tools", "config", "templates"):
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", house)
    (house / "src/publisher/providers/social/pigeon.py").write_text(PROVIDER, encoding="utf-8")
    (house / "tests/providers/social/pigeon.py").write_text(CASE, encoding="utf-8")
    (house / "tests/golden/post/pigeon.txt").write_text(GOLDEN, encoding="utf-8")
    page = house / "docs" / "providers.md"
    rows = page.read_text(encoding="utf-8")
    page.write_text(rows.replace("| `manual` |", f"{ROW}| `manual` |", 1), encoding="utf-8")
    return house


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of somebody else's that brings the same network by its entry point."""
    place = tmp_path_factory.mktemp("site-packages")
    (place / "pigeon_post.py").write_text(PROVIDER, encoding="utf-8")
    about = place / "pigeon_post-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[publisher.providers]\npigeon = pigeon_post:Pigeon\n", encoding="utf-8")
    return place


@pytest.fixture
def coop() -> Iterator[Loopback]:
    with loopback() as site:
        letter = {"id": "17", "url": "https://pigeons.example/17"}
        site.pages["/letters"] = Page(body=json.dumps(letter).encode(), status=201)
        yield site


def run(path: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)


def publisher(path: Path, project: Path, *words: str) -> Any:
    """The real command line in a process of its own, with `path` before all other packages."""
    code = "import sys; from publisher.cli import main; main(sys.argv[1:])"
    done = run(path, sys.executable, "-c", code, *words, cwd=project)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def posts_once(path: Path, project: Path, coop: Loopback) -> None:
    """Post one review of a new project by pigeon, twice; one letter flies."""
    (project / "reviews").mkdir()
    (project / "reviews" / "the-salt-road.md").write_text(REVIEW, encoding="utf-8")
    (project / "publisher.toml").write_text(PROJECT.format(url=coop.url, token=TOKEN), encoding="utf-8")
    publisher(path, project, "fetch", "--json", "--config", "publisher.toml")
    (row,) = publisher(path, project, "reviews", "list", "--json", "--config", "publisher.toml")["reviews"]
    for _ in range(2):
        told = publisher(path, project, "post", row["id"], "--yes", "--json", "--config", "publisher.toml")
        assert [(each["state"], each["url"]) for each in told["posts"]] == [("accepted", "https://pigeons.example/17")]

    (asked,) = coop.asked
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    text = json.loads(asked.body)["text"]
    assert "The Salt Road" in text
    assert "https://lantern.example/the-salt-road" in text
    assert len(text) <= 140


def test_a_new_networks_file_is_enough_to_post_with_it(house: Path, coop: Loopback, tmp_path: Path) -> None:
    posts_once(house / "src", tmp_path, coop)


def test_a_network_from_another_package_posts_too(installed: Path, coop: Loopback, tmp_path: Path) -> None:
    posts_once(installed, tmp_path, coop)


@pytest.mark.parametrize("name", ["pigeon", "Dove"])
def test_a_network_from_another_package_is_known_by_each_of_its_names(
    installed: Path, tmp_path: Path, name: str
) -> None:
    measured = publisher(installed, tmp_path, "measure", name, "a" * 141, "--json")

    assert (measured["network"], measured["limit"], measured["valid"]) == ("pigeon", 140, False)


def test_four_files_are_all_that_the_tests_ask_for(house: Path) -> None:
    run(house / "src", sys.executable, "tools/write_configuration.py", cwd=house)
    tests = ("providers/test_social_contract.py", "providers/test_social_rules.py", "formatters/test_post.py")
    asked = [f"tests/{name}" for name in (*tests, "test_docs.py")]
    done = run(house / "src", sys.executable, "-m", "pytest", *asked, "-k", "pigeon or every_kind", cwd=house)

    assert done.returncode == 0, done.stdout[-3000:]
    assert (
        "[pigeon]"
        in run(
            house / "src", sys.executable, "-m", "pytest", asked[0], "--collect-only", "-k", "pigeon", cwd=house
        ).stdout
    )


def test_a_network_that_reaches_for_another_breaks_the_contract(house: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    alone = run(house / "src", str(lint), "--no-cache", cwd=house)
    assert alone.returncode == 0, alone.stdout[-2000:]
    file = house / "src/publisher/providers/social/pigeon.py"
    try:
        file.write_text(f"{PROVIDER}\nfrom publisher.providers.social import x  # noqa\n", encoding="utf-8")
        reaching = run(house / "src", str(lint), "--no-cache", cwd=house)
    finally:
        file.write_text(PROVIDER, encoding="utf-8")

    assert reaching.returncode == 1
    assert "publisher.providers.social.pigeon -> publisher.providers.social.x" in reaching.stdout
