"""Files with one record a line: answered in order, and a mistake is named by its line."""

import json
from pathlib import Path

import pytest

from publisher.errors import PublisherError, UsageError
from publisher.newsroom.jsonl import answer_file, records


def test_each_record_gets_its_answer_in_order(tmp_path: Path) -> None:
    source, out, seen = tmp_path / "in.jsonl", tmp_path / "out.jsonl", []
    source.write_text('{"id": 1, "text": "é"}\n\n{"id": 2, "text": "b"}\n', encoding="utf-8")

    done = answer_file(source, out, lambda r: {"said": r["text"]}, progress=lambda *told: seen.append(told))

    assert done == 2
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == [{"said": "é"}, {"said": "b"}]
    assert "é" in out.read_text("utf-8")
    assert seen == [("texts", 1, None), ("texts", 2, None)]


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "not JSON"), ("[]", 'with "id" and "text"'), ('{"id": 1}', '"text"'), ('{"text": 3}', '"text"')],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(f'{{"text": "a"}}\n\n{line}\n', encoding="utf-8")

    with pytest.raises(UsageError, match=said) as caught:
        list(records(source))

    assert caught.value.where == f"{source}:3"


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b'{"text": "\xff"}')

    with pytest.raises(UsageError, match="UTF-8"):
        list(records(tmp_path / "in"))


def test_questions_are_not_overwritten_and_must_exist(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    with pytest.raises(UsageError, match="no such file"):
        answer_file(source, tmp_path / "out", dict)
    source.write_text('{"text": "a"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="overwrite"):
        answer_file(source, tmp_path / "." / "in.jsonl", dict)

    assert source.read_text("utf-8") == '{"text": "a"}\n'


def test_a_place_that_takes_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")

    with pytest.raises(PublisherError, match="cannot be written") as caught:
        answer_file(tmp_path / "in.jsonl", tmp_path / "missing" / "out", dict)

    assert caught.value.where == str(tmp_path / "missing" / "out")
