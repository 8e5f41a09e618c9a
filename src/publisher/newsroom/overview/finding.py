"""One thing that `check` has looked at."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckFinding:
    """One thing that was looked at: `where` is a line of the configuration, `do` what to do about it."""

    level: Level
    what: str
    where: str = ""
    do: str = ""

    @property
    def line(self) -> str:
        """The finding in a line."""
        mark = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}[self.level]
        return f"{mark}  {f'{self.where}: ' if self.where else ''}{self.what}{f'; {self.do}' if self.do else ''}"
