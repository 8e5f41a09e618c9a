"""Runs the command line in this process, as a person would type it."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from tests import planted

from publisher.cli import main


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        document = json.loads(self.out)
        assert "error" not in document, document["error"]
        return document


@dataclass(frozen=True)
class Command:
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: object) -> Ran:
        self.capsys.readouterr()
        try:
            with pytest.raises(SystemExit) as ended:
                main([str(word) for word in words])
        finally:
            # The command line has logs go to the standard error of this moment, which ends with the test.
            structlog.reset_defaults()
        out, err = self.capsys.readouterr()
        planted.nothing_in(out, err)
        assert "Traceback" not in err or "--debug" in words
        return Ran(int(ended.value.code or 0), out, err)
