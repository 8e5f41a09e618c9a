import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from tools import write_configuration

from publisher.config import ChannelPolicy, SourcePolicy, load
from publisher.config.lines import scan
from publisher.config.models import Delivery, Editor, Newsletter, Site, StoreTable, Web, field_names

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
EXAMPLE = ROOT / "config" / "publisher.example.toml"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("script", ["write_configuration", "write_commands"])
def test_a_generated_page_says_what_the_code_says(script: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / f"{script}.py", "--check"], capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, "")


KINDS = [
    (group, kind, model)
    for group, room in (
        ("sources", write_configuration.SOURCES),
        ("mail", write_configuration.MAIL),
        ("social", write_configuration.SOCIAL),
    )
    for kind, model in room.items()
]


@pytest.mark.parametrize(
    "model",
    [
        Site,
        Editor,
        StoreTable,
        Web,
        Delivery,
        Newsletter,
        SourcePolicy,
        ChannelPolicy,
        *(model for _, _, model in KINDS),
    ],
)
def test_every_key_is_described_in_the_reference(model: type[BaseModel]) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    keys = field_names(model)

    assert [key for key in keys if f"| `{key}` |" not in page] == []
    assert [key for key, field in keys.items() if not field.description] == []


@pytest.mark.parametrize(("group", "kind", "model"), KINDS)
def test_every_kind_has_a_row_among_the_providers(group: str, kind: str, model: type[BaseModel]) -> None:
    page = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")

    assert f"| `{kind}` |" in page, (group, model)


def test_the_example_has_every_key_of_every_table() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    models: list[type[BaseModel]] = [Site, Editor, StoreTable, Web, Delivery, Newsletter, SourcePolicy, ChannelPolicy]
    written = set(re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE))

    assert [key for model in models for key in field_names(model) if key not in written] == []


def test_the_example_is_a_configuration_and_so_are_its_commented_lines() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert load(EXAMPLE, env={}).newsletters["weekly"].provider == ("mail",)

    opened = re.sub(r"(?m)^# (?=\w+ = |\[)", "", text).replace("[providers.mail]", "[providers.post]", 1)
    assert scan(opened).twice == []
    assert tomllib.loads(opened)["social"]["sky"]["network"] == "bluesky"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]

    assert [target for target in links if not (page.parent / target).exists()] == []


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    names = {re.split(r"[\[<>=!~ ;]", name)[0] for name in wanted}
    page = (ROOT / "docs" / "decisions" / "002-libraries.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([\w-]+)` \| .+ \| .+ \|$", page, re.MULTILINE)) == names


INSTALLS = re.compile(r"\b(?:pip3?|pipx|uv) (?:pip |tool )?install ([^\n`#&|;()]+)")
NAMED = re.compile(r"(\.|[A-Za-z0-9][\w.-]*)(?:\[([\w,-]+)\])?(?:[<>=!~].*)?")


def printed() -> Iterator[tuple[str, str]]:
    """The texts that people read: pages, templates, examples, and what the programs say, each with its place."""
    for folder in ("src", "docs", "templates", "config", "deploy", "samples", "tools"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix == ".py":
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value
            elif path.is_file() and path.suffix not in (".png", ".jpg", ".json", ".pyc"):
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="replace")
    for path in [*ROOT.glob("*.md"), ROOT / "Makefile"]:
        yield path.name, path.read_text(encoding="utf-8")


def test_every_install_line_names_this_project_or_a_library_of_its_own() -> None:
    """Another project has the name of our package on the index: nobody may be told to install that one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    libraries = {
        re.split(r"[\[<>=!~ ;]", line)[0] for lines in (project["dependencies"], *extras.values()) for line in lines
    }
    tools = {"uv", "atheris", "pre-commit"}
    lines = [(place, line) for place, text in printed() for line in INSTALLS.findall(text)]
    wrong = []
    for place, line in lines:
        for word in line.split():
            named = NAMED.fullmatch(word.strip("\"'.,") or ".")
            if word.startswith(("-", "$")) or named is None:
                continue
            if named[1] in (project["name"], "."):
                wrong += [(place, extra) for extra in (named[2] or "").split(",") if extra and extra not in extras]
            elif named[1] not in libraries | tools:
                wrong.append((place, word))

    assert wrong == []
    assert {place.split(":")[0] for place, line in lines if project["name"] in line} >= {
        "src/publisher/store/engine.py",
        "src/publisher/providers/social/apprise.py",
        "docs/quotes.md",
    }
    assert [place for place, text in printed() if re.search(r"(?<![\w-])publisher\[\w+\]", text)] == []


def decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:3] for path in decisions()]

    assert sorted(numbers) == sorted(set(numbers))
    assert all(number.isdigit() for number in numbers)


@pytest.mark.parametrize("path", decisions(), ids=lambda path: path.name[:3])
def test_a_decision_has_its_number_its_year_and_its_status(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    status = r"20\d\d · (?:proposed|accepted|superseded by \[\d{3}\]\(\S+\.md\))"

    assert re.match(rf"# {path.name[:3]}\. \S.*[^.]\n\n{status}\n\n## Context\n", text), text[:120]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_index_of_decisions_lists_each_once_by_its_heading() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\* \[(.+)\]\((\S+\.md)\)$", index, re.MULTILINE)
    headings = [
        (path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# "), path.name) for path in decisions()
    ]

    assert sorted(listed) == sorted(headings)


PACKAGE = ROOT / "src" / "publisher"
ROOMS = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}


def test_every_module_that_the_picture_of_the_house_names_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = [name for name in re.findall(r"`([\w/.]+(?:\.py|/))`", page) if "KIND" not in name]
    walks = re.findall(r"^    (.*)$", page, re.MULTILINE)
    dotted = [name for line in walks for name in re.findall(r"\b\w+(?:\.\w+)*\b", re.sub(r"\(.*?\)", "", line))]
    modules = [name for name in dotted if name.split(".")[0] in ROOMS]

    assert len(paths) > 40
    assert len(modules) > 30
    assert [name for name in paths if not any((root / name).exists() for root in (PACKAGE, ROOT))] == []
    files = [PACKAGE / name.replace(".", "/") for name in modules]
    assert [
        file for file in files if not file.with_suffix(".py").exists() and not (file / "__init__.py").exists()
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_names_only_files_that_exist(page: Path) -> None:
    folders = ("src", "tests", "tools", "bench", "docs")
    files = {f"/{path.relative_to(ROOT)}" for folder in folders for path in (ROOT / folder).rglob("*.py")}
    named = [name for name in re.findall(r"`([\w/.-]+\.py)`", page.read_text(encoding="utf-8")) if "KIND" not in name]

    assert [name for name in named if not any(file.endswith(f"/{name}") for file in files)] == []


def test_the_picture_of_the_house_names_every_room_and_every_department() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = [path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")]

    assert [folder for folder in folders if folder != "." and f"`{folder}/`" not in page] == []


def test_make_help_names_every_target_for_people() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    wanted = {
        "demo",
        "test",
        "lint",
        "types",
        "imports",
        "unit",
        "store",
        "browser",
        "wheel",
        "corpus",
        "bench",
        "torture",
        "release",
        "lock",
    }

    assert wanted | {"fuzz", "test-pds", "run", "clean", "help"} <= set(phony[1].split())
    assert set(phony[1].split()) - {"counts", "chromium"} == set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
