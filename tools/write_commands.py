"""Write docs/commands.md from the commands themselves, so that it cannot drift; a test compares."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from publisher.cli.main import app

DOCS = Path(__file__).parent.parent / "docs" / "commands.md"

INTRO = """# Commands

Every command takes `--config FILE` (default `config/publisher.toml`, or `$PUBLISHER_CONFIG`) and `--help`. It prints
for people by default and one JSON document with `--json`; progress and logs go to standard error. `--debug` shows a
traceback where something unexpected happened.

Exit status: 0 done · 1 it did not work, and it says why · 2 wrong words or configuration · 3 held for a person ·
4 partly done. This page is written by `python tools/write_commands.py`.
"""


def commands(group: Any, path: str = "publisher") -> Iterator[tuple[str, Any]]:
    """Every command with its full name, groups walked in order."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def page() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    return "\n".join([INTRO, *(section(name, command) for name, command in commands(root))])


def section(name: str, command: Any) -> str:
    """One command: what it does, its words, an example."""
    words = (command.help or "").strip().split("\n\n")
    example = next((w.removeprefix("Example: ") for w in words if w.startswith("Example: ")), "")
    said = " ".join(" ".join(w.split()) for w in words if not w.startswith("Example: "))
    rows = [row for parameter in command.params if (row := _row(parameter))]
    lines = [f"## `{name}`", "", said, ""]
    if rows:
        lines += ["| | |", "|---|---|", *rows, ""]
    if example:
        lines += [f"    {example}", ""]
    return "\n".join(lines)


def _row(parameter: Any) -> str | None:
    if parameter.name in ("config_file", "help"):
        return None
    label = (
        ", ".join(parameter.opts)
        if parameter.param_type_name == "option"
        else parameter.metavar or parameter.name.upper()
    )
    help_text = getattr(parameter, "help", None) or ""
    return "| `{}` | {} |".format(label.replace("|", "\\|"), help_text.replace("|", "\\|"))


if __name__ == "__main__":
    text = page()
    if "--check" in sys.argv:
        behind = "docs/commands.md is behind: python tools/write_commands.py"
        sys.exit(0 if DOCS.read_text(encoding="utf-8") == text else behind)
    DOCS.write_text(text, encoding="utf-8")
