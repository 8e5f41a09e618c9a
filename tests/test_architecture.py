import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools import measure_house

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src" / "publisher").rglob("*.py"))
OURS = [*SOURCES, *sorted((ROOT / "tools").glob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))]
PURE = ("text", "quotes", "editorial", "formatters", "preflight")

WORDS = re.compile(r"#.*\b(?:TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")
NAMES = re.compile(r"(Manager|Helper|Utils?|Service|Handler|Base|Impl)$")
ABSOLUTE = re.compile(r"[\"'(\s]/(work|root|home)/\w")


def inside(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "publisher").as_posix()


def test_the_house_keeps_its_measures() -> None:
    """Sizes, circles, arrows, parameters, branches and names: `tools/measure_house.py` decides and explains."""
    figures = measure_house.measure(measure_house.House(ROOT), measure_house.CEILINGS)

    assert [(figure.name, figure.value, figure.limit, figure.found) for figure in figures if not figure.kept] == []


def test_nothing_is_left_to_do_and_nothing_pretends() -> None:
    found = [
        f"{path.name}: {line.strip()}"
        for path in SOURCES
        for line in path.read_text(encoding="utf-8").split("\n")
        if WORDS.search(line)
    ]

    assert found == []


def test_names_say_what_a_thing_is() -> None:
    classes = [
        f"{inside(path)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and NAMES.search(node.name)
    ]

    assert classes == []
    assert [inside(path) for path in SOURCES if path.stem in ("utils", "util", "helpers", "common", "misc")] == []


def test_no_error_is_swallowed() -> None:
    """A handler of every Exception logs or reports what it caught."""
    bare = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and getattr(node.type, "id", "") in (
                "",
                "Exception",
                "BaseException",
            ):
                if node.type is not None and not isinstance(node.type, ast.Name):
                    continue
                if node.type is None or all(isinstance(step, ast.Pass) for step in node.body):
                    bare.append(f"{inside(path)}:{node.lineno}")

    assert bare == []


def test_pure_rooms_read_no_clock_no_environment_and_no_network() -> None:
    forbidden = re.compile(
        r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time|os\.environ|os\.getenv|socket\.)"
    )
    found = [
        f"{inside(path)}: {line.strip()}"
        for path in SOURCES
        if path.relative_to(ROOT / "src" / "publisher").parts[0] in PURE
        for line in path.read_text(encoding="utf-8").split("\n")
        if forbidden.search(line)
    ]

    assert found == []


def test_no_test_is_skipped_and_nothing_of_ours_is_replaced() -> None:
    forbidden = re.compile(
        r"mark\.(?:skip|xfail)|pytest\.(?:skip|xfail|importorskip)\(|unittest\.mock|monkeypatch\.setattr\(\s*[\"']?publisher"
    )
    tests = [path for path in OURS if "tests" in path.parts and path != Path(__file__)]

    assert [path.name for path in tests if forbidden.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    files = [path for path in OURS if path != Path(__file__)]
    files += [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]

    assert [path.name for path in files if ABSOLUTE.search(path.read_text(encoding="utf-8"))] == []


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))


def test_each_file_of_the_newsroom_has_its_facts_beside_it() -> None:
    """The facts of `newsroom/pool/card.py` are in `tests/newsroom/pool`, the newsroom or its department in the name."""
    rooms = ROOT / "src" / "publisher" / "newsroom"
    alone = []
    for path in sorted(rooms.rglob("*.py")):
        folder = ROOT / "tests" / "newsroom" / path.parent.relative_to(rooms)
        names = [path.stem, f"newsroom_{path.stem}", f"{path.parent.name}_{path.stem}"]
        if path.stem != "__init__" and not any((folder / f"test_{name}.py").is_file() for name in names):
            alone.append(inside(path))

    assert alone == []


@pytest.mark.slow
def test_a_room_imports_only_from_the_rooms_below_it() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout[-2000:]
