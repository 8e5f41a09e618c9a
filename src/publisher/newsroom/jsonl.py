"""Files with one JSON record a line: read with the line of a mistake, answered line by line."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from publisher import private
from publisher.errors import PublisherError, UsageError
from publisher.model import Progress


def answer_file(
    source: Path, out: Path, answer: Callable[[dict[str, Any]], dict[str, Any]], *, progress: Progress | None = None
) -> int:
    """Write the answer to each record of `source` as a line of `out`; how many there were."""
    if not source.exists():
        raise UsageError("no such file", where=str(source))
    if source.resolve() == out.resolve():
        raise UsageError("the answers would overwrite the questions", where=str(out), do="name another --out FILE")
    done = 0
    try:
        with private.writing(out) as file, io.TextIOWrapper(file, "utf-8", write_through=True) as answers:
            for record in records(source):
                answers.write(json.dumps(answer(record), ensure_ascii=False) + "\n")
                done += 1
                if progress:
                    progress("texts", done, None)
    except OSError as error:
        raise PublisherError(f"cannot be written: {error.strerror}", where=str(out)) from error
    return done


def records(source: Path) -> Iterator[dict[str, Any]]:
    """Each record of a file, an object with a `text`; a `UsageError` names the line of one that is not."""
    try:
        with source.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _record(line, f"{source}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("cannot be read as UTF-8 text", where=str(source)) from error


def _record(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"not JSON: {error.msg}", where=where) from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise UsageError('a line is an object with "id" and "text"', where=where)
    return record
