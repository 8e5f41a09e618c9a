"""Which small wrong changes `make mutants` tries."""

from textwrap import dedent

import pytest
from tools.mutations import is_python, mutations


def changed(text: str) -> set[str]:
    return {mutation.name.partition(": ")[2] for mutation in mutations("a.py", dedent(text))}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a < b", {"a < b -> a <= b", "a < b -> a >= b"}),
        ("a == b", {"a == b -> a != b"}),
        ("a in b", {"a in b -> a not in b"}),
        ("a is None", {"a is None -> a is not None"}),
        ("a and b", {"a and b -> a or b"}),
        ("not a", {"not a -> a"}),
        ("3", {"3 -> 4", "3 -> 2"}),
        ("True", {"True -> False"}),
        ("a + b", {"a + b -> a - b"}),
        ("f(a, b)", {"f(a, b) -> f(b, a)"}),
        ("x if a else b", {"x if a else b -> x if not a else b"}),
    ],
)
def test_an_expression_is_changed(text: str, names: set[str]) -> None:
    assert changed(f"x = {text}") - {f"x = {text} -> pass"} == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f():\n    return a", {"return a -> return None"}),
        ("def f():\n    return None", set()),
        ("f(a)", {"f(a) -> pass"}),
        ("raise a", {"raise a -> pass"}),
        ("a += b", {"a += b -> a -= b", "a += b -> pass"}),
        ("if a:\n    b", {"if a -> if not a", "b -> pass"}),
    ],
)
def test_a_statement_is_changed(text: str, names: set[str]) -> None:
    assert changed(text) == names


@pytest.mark.parametrize(
    "text",
    [
        '"""Said."""',
        "import a",
        "log.info('a', b=1)",
        "def f(a: int) -> Literal[1]: ...",
        "@dataclass(frozen=True)\nclass A: ...",
        "if TYPE_CHECKING:\n    x = 1",
        "assert a == 1",
        "min(a, b) ; isinstance(a, b)",
    ],
)
def test_what_decides_nothing_is_left_alone(text: str) -> None:
    assert changed(text) - {"min(a, b) -> pass", "isinstance(a, b) -> pass", "... -> pass"} == set()


def test_a_change_is_made_where_it_was_found_and_names_are_unique() -> None:
    text = "def f(a):\n    if a < 1:\n        return a < 1\n    return 2\n"
    found = {mutation.name: mutation for mutation in mutations("a.py", text)}

    assert found["f: a < 1 -> a <= 1 (2)"].applied(text) == text.replace("return a < 1", "return a <= 1").strip()
    assert found["f: a < 1 -> a <= 1 (2)"].line == 3


def test_what_cannot_be_compiled_is_no_change() -> None:
    text = "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    g()\n"
    gone = next(mutation for mutation in mutations("a.py", text) if mutation.name == "f: x = 1 -> pass")

    assert not is_python(gone.applied(text))
