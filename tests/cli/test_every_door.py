"""Each obstacle is told alike by every door, and the rehearsal of a send ends as the send does."""

from pathlib import Path

import pytest
from tests.doors import DOORS, TABLE, DoorProject, sound

from publisher.newsroom.editions.obstacle import KINDS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=TABLE)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def project(kind: str, tmp_path_factory: pytest.TempPathFactory) -> DoorProject:
    made = sound(tmp_path_factory.mktemp("doors"))
    TABLE[kind].arrange(made)
    return made


def test_each_kind_of_obstacle_has_a_row() -> None:
    assert set(TABLE) == set(KINDS)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_tells_what_stands_in_the_way(project: DoorProject, kind: str, door: str) -> None:
    row = TABLE[kind]
    said = " ".join(DOORS[door](project).split()).casefold()

    told = row.words.casefold() in said
    assert told is (door not in row.silent), said[:3000]


def test_check_ends_with_0_only_where_a_send_would_go_out(project: DoorProject, kind: str) -> None:
    row = TABLE[kind]

    assert (project.run("check").status == 0) is (row.ends == 0 or "check" in row.silent)


def test_a_rehearsal_ends_as_the_send_and_says_its_words(project: DoorProject, kind: str) -> None:
    target = project.key if kind == "edition-ended" else "weekly"
    tried = project.run("send", target, "--dry-run")
    sent = project.run("send", target, "--yes")

    assert (tried.status, sent.status) == (TABLE[kind].ends, TABLE[kind].ends), (tried, sent)
    assert sent.err.removeprefix("publisher: ").strip() in tried.err


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> DoorProject:
    return sound(tmp_path_factory.mktemp("sound"))


def test_no_door_says_anything_of_a_sound_project(clean: DoorProject) -> None:
    said = {door: ask(clean) for door, ask in DOORS.items() if door != "proof"}

    assert said["check"].splitlines()[-1] == "all is well"
    assert "warning" not in said["check"]
    for each in said.values():
        assert "stops:" not in each
        assert "spoils:" not in each


@pytest.mark.parametrize("words", [("check",), ("status",), ("send", "weekly", "--dry-run")])
def test_who_only_looks_stores_no_draft(tmp_path: Path, words: tuple[str, ...]) -> None:
    project = sound(tmp_path / "looked")
    project.do(*words)

    assert project.do("editions", "list", "--json").json["editions"] == []


def test_documents_list_what_stands_in_the_way_with_its_level(tmp_path: Path) -> None:
    project = sound(tmp_path / "listed")
    TABLE["preflight"].arrange(project)
    asked = (("status",), ("compose", "weekly"), ("editions", "show", project.key), ("send", "weekly", "--dry-run"))

    for words in asked:
        (found,) = project.run(*words, "--json").json["obstacles"]
        assert {"what", "where", "do", "level"} <= set(found)
        assert (found["kind"], found["level"]) == ("preflight", "stops")
