import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src" / "publisher").rglob("*.py"))
OURS = [*SOURCES, *sorted((ROOT / "tools").glob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))]
LINES, FUNCTION, MEDIAN = 400, 60, 10
PURE = ("text", "quotes", "editorial", "formatters", "preflight")
# Data in the shape of code: a list of words or suffixes is read, not reviewed.
TABLES = {"quotes/words.py", "quotes/weights.py", "text/tlds.py"}

WORDS = re.compile(r"#.*\b(?:TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")
NAMES = re.compile(r"(Manager|Helper|Utils?|Service|Handler|Base|Impl)$")
ABSOLUTE = re.compile(r"[\"'(\s]/(work|root|home)/\w")


def inside(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "publisher").as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_file_is_about_one_thing() -> None:
    long = {
        inside(path): text.count("\n")
        for path in SOURCES
        if (text := path.read_text(encoding="utf-8")).count("\n") > LINES
    }

    assert {path: lines for path, lines in long.items() if path not in TABLES} == {}


def test_functions_are_short() -> None:
    lengths = {f"{inside(path)}:{node.name}": length(node) for path in SOURCES for node in functions(path)}

    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION} == {}
    assert sorted(lengths.values())[len(lengths) // 2] <= MEDIAN


def test_no_module_imports_itself_in_a_circle() -> None:
    imports = {module_of(path): set(imported(path)) for path in SOURCES}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name in done:
            return
        for other in imports[name] & imports.keys():
            walk(other, (*way, name))
        done.add(name)

    for name in imports:
        walk(name, ())


def module_of(path: Path) -> str:
    return ".".join(("publisher", *path.relative_to(ROOT / "src" / "publisher").with_suffix("").parts)).removesuffix(
        ".__init__"
    )


def imported(path: Path) -> Iterator[str]:
    """Modules that are imported when this one is: not for types only, not inside functions."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            folder = ROOT / "src" / node.module.replace(".", "/")
            for alias in node.names:
                is_module = (folder / f"{alias.name}.py").exists() or (folder / alias.name).is_dir()
                yield f"{node.module}.{alias.name}" if is_module else node.module


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
