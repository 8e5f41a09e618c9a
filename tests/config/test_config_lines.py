import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.config.lines import scan

TEXT = '''# a comment with = and [brackets]
title = "a # in a text"   # and = after it

[site]
name = """many
lines = 5
"""
"quoted key".inner = 'literal \\ text'

[[sources]]
name = "one"
list = [
  "a", # comment = x
  { deep = 1, deeper = { deepest = 2 } },
]

[[sources]]
name = "two"
[sources.extra]
key = 2020-01-01
a.b.c = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("site",), 4),
        (("site", "name"), 5),
        (("site", "quoted key", "inner"), 8),
        (("sources", 0), 10),
        (("sources", 0, "name"), 11),
        (("sources", 0, "list", 1, "deeper", "deepest"), 14),
        (("sources", 1, "name"), 18),
        (("sources", 1, "extra", "key"), 20),
        (("sources", 1, "extra", "a", "b", "c"), 21),
    ],
)
def test_every_key_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert scan(TEXT).first[path] == line


def test_a_key_that_is_not_written_takes_the_line_of_its_table() -> None:
    lines = scan(TEXT)

    assert lines.of(("sources", 1, "url")) == 17
    assert lines.of(("site", "url")) == 4
    assert lines.of(("absent",)) == 1


def test_a_key_written_twice_is_known_with_both_lines() -> None:
    assert scan("[a]\nx = 1\n\nx = 2\n").twice == [(("a", "x"), 2, 4)]
    assert scan("[a]\n[b]\n[a]\n").twice == [(("a", "[]"), 1, 3)]
    assert scan("[[a]]\nx = 1\n[[a]]\nx = 1\n").twice == []


@given(st.text(alphabet="[]{}=\"'#\n.,ab \\", max_size=60))
def test_any_text_is_scanned_to_its_end(text: str) -> None:
    found = scan(text)

    assert all(1 <= line <= text.count("\n") + 1 for line in found.first.values())


_names = st.text(alphabet="abcXYZ-_09", min_size=1, max_size=4)
_values = st.recursive(
    st.integers(0, 99) | st.booleans() | st.text(alphabet="ab#=[]{}'", max_size=6),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[ # = \n" + ",\n".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


@given(st.dictionaries(_names, st.dictionaries(_names, _values, max_size=4), max_size=4))
def test_the_scanner_and_tomllib_see_the_same_keys(data: dict[str, dict[str, Any]]) -> None:
    text = "".join(
        f"[{table}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items())
        for table, keys in data.items()
    )
    found = scan(text)

    assert tomllib.loads(text) == data
    assert {path for path in found.first if len(path) == 2 and path[1] != "[]"} == {
        (table, key) for table, keys in data.items() for key in keys
    }
    for table, keys in data.items():
        for key in keys:
            assert text.split("\n")[found.first[table, key] - 1].startswith(f"{key} =")
