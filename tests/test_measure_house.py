"""What the measures of the house see, in small invented houses."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest
from tools import measure_house as house

LAYERS = """
[[tool.importlinter.contracts]]
type = "layers"
containers = ["publisher"]
layers = ["roof", "left | right", "ground"]
"""


@pytest.fixture
def build(tmp_path: Path) -> "Build":
    return Build(tmp_path)


class Build:
    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "pyproject.toml").write_text(LAYERS, encoding="utf-8")

    def __call__(self, **files: str) -> dict[str, house.Figure]:
        """Figures of a house of these modules; `a__b` is a/b.py."""
        for name, text in files.items():
            path = self.root / "src" / "publisher" / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return {figure.name: figure for figure in house.measure(house.House(self.root), {})}


def function(source: str) -> house.Function:
    node = ast.parse(dedent(source)).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize(
    "back",
    [
        "from publisher.right import low",
        "import publisher.right.low",
        "from ..right import low",
        "from ..right.low import thing",
        "def late():\n    from publisher.right import low",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from publisher.right.low import Thing",
        "from importlib import import_module\nlow = import_module('publisher.right.low')",
        "import importlib\ndef late():\n    return importlib.import_module('publisher.right.low')",
    ],
)
def test_a_circle_is_seen_however_it_is_held_shut(build: Build, back: str) -> None:
    figures = build(left__high=back, right__low="from publisher.left.high import x")

    assert figures["circles of imports"].found == ("publisher.left.high <-> publisher.right.low",)
    assert not figures["circles of imports"].kept


def test_a_circle_of_three_is_one_circle(build: Build) -> None:
    figures = build(a="import publisher.b", b="import publisher.c", c="import publisher.a", d="import publisher.a")

    assert figures["circles of imports"].value == 1


def test_what_is_imported_by_two_is_no_circle(build: Build) -> None:
    assert build(a="from publisher import b, c", b="from publisher import c", c="").keys() >= {"circles of imports"}
    assert build()["circles of imports"].kept


@pytest.mark.parametrize(
    ("module", "text", "arrows"),
    [
        ("ground__x", "from publisher.roof.y import z", 1),
        ("ground__x", "def late():\n    import publisher.roof.y", 1),
        ("left__x", "from publisher.right.y import z", 1),
        ("roof__x", "from publisher.ground.y import z", 0),
        ("left__x", "from publisher.left.y import z", 0),
    ],
)
def test_an_arrow_leads_down(build: Build, module: str, text: str, arrows: int) -> None:
    figures = build(roof__y="", left__y="", right__y="", ground__y="", **{module: text})

    assert figures["arrows up"].value == arrows


def test_a_folder_holds_twenty_modules_unless_it_holds_kinds(build: Build) -> None:
    crowd = {f"left__m{number}": "" for number in range(21)}
    kinds = {f"providers__social__kind{number}": "" for number in range(30)}

    figure = build(left____init__="", **crowd, **kinds)["modules in one folder"]

    assert (figure.value, figure.limit, figure.found) == (21, 20, ("21 left",))


def test_lengths_of_functions_are_from_def_to_end(build: Build) -> None:
    long = "def long():\n" + "    x = 1\n" * 60
    short = "def short():\n    return 1\n"
    figures = build(a=long + "\n\n".join(short for _ in range(18)))

    assert figures["lines of a function, of each"].found == ("61 a.py:1 long",)
    assert figures["lines of a function, of half"].value == 2
    assert figures["lines of a function, of nine in ten"].value == 2


def test_nine_in_ten_are_not_eight_in_ten(build: Build) -> None:
    short, long = "def short():\n    return 1\n", "def long():\n" + "    x = 1\n" * 29
    figures = build(a=short * 8 + long * 2)

    assert figures["lines of a function, of nine in ten"].value == 30
    assert not figures["lines of a function, of nine in ten"].kept


@pytest.mark.parametrize(
    ("signature", "count"),
    [
        ("a, b, c, d, e, f", 6),
        ("self, a, b, c, d, e, f", 6),
        ("cls, /, a, *, b", 2),
        ("a, /, b, *, c, **rest", 4),
        ("*all", 1),
        ("", 0),
    ],
)
def test_parameters_are_what_a_caller_gives(signature: str, count: int) -> None:
    assert house.parameters(function(f"def f({signature}): ...")) == count


def test_functions_with_many_parameters_are_listed(build: Build) -> None:
    figure = build(a="def f(a, b, c, d, e, f, g): ...\ndef g(a, b, c, d, e, f): ...")[
        "functions with more than 6 parameters"
    ]

    assert (figure.value, figure.found) == (1, ("7 a.py:1 f",))


WAYS = """
def f(a):
    if a and a > 1:
        pass
    elif a:
        pass
    else:
        pass
    for x in a:
        while x:
            break
    try:
        pass
    except ValueError:
        pass
    else:
        pass
    with a:
        if a:
            pass
    match a:
        case 1:
            pass
        case _:
            pass
    def inner():
        return [b for b in a if b] if a else None
"""


def test_branches_are_counted_as_ruff_does_and_conditions_as_radon_does() -> None:
    # if, elif, for, while, except, try's else, if, case 1, inner
    assert house.branches(function(WAYS)) == 1 + 9
    # also: and, case _, the comprehension and its condition, the if-else
    assert house.conditions(function(WAYS)) == 1 + 9 + 5


def test_lines_of_code_are_neither_blank_nor_comment_nor_docstring() -> None:
    text = dedent(
        '''
        """A module.

        More."""
        # a comment
        import x  # with a reason

        TEXT = """one

        three"""


        def f(
            a,
        ):
            """A function."""
            return "a"
        '''
    )

    assert house.code_lines(text) == 1 + 3 + 3 + 1


def test_a_name_is_told_once(build: Build) -> None:
    figures = build(
        left__name="class One: ...\nclass _Two: ...",
        left__inner__name="class Three: ...",
        right__name="class Four:\n    class _Two: ...",
    )

    assert figures["modules of a room that share a name"].found == ("left name: left/inner/name.py, left/name.py",)
    assert figures["classes that share a name"].found == ("_Two: left/name.py, right/name.py",)


def test_a_kind_of_mail_and_a_kind_of_network_may_share_a_name(build: Build) -> None:
    figures = build(providers__email__outbox="", providers__social__outbox="")

    assert figures["modules of a room that share a name"].kept


def test_a_table_of_data_may_be_long_and_a_file_may_not(build: Build) -> None:
    figure = build(quotes__words="x = 1\n" * 500, quotes__gates="x = 1\n" * 401)["lines of a file"]

    assert (figure.value, figure.found) == (401, ("401 quotes/gates.py",))


def test_a_ceiling_holds_what_the_law_does_not_yet(build: Build) -> None:
    build(a="class A: ...", b="class A: ...")
    built = house.House(build.root)

    assert {f.name: f.kept for f in house.measure(built, {"classes that share a name": 1})}["classes that share a name"]
    assert set(house.CEILINGS) <= set(house.LAW)
    assert all(house.CEILINGS[name] > house.LAW[name] for name in house.CEILINGS)
