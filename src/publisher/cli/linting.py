"""The command that judges a message before it leaves: lint."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import Common, web
from publisher.cli.output import counted, print_json, progress_bar, say, table, warn

if TYPE_CHECKING:
    from publisher.newsroom.editions.lint import Linted


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("lint")(lint)


def lint(
    source: Annotated[
        str, typer.Argument(metavar="FILE.eml|EDITION", help="A saved message (- reads one), an edition or newsletter.")
    ],
    common: Common,
    online: Annotated[bool, typer.Option("--online", help="Ask every link and picture whether it answers.")] = False,
    spamassassin: Annotated[
        bool, typer.Option("--spamassassin", help="Ask SpamAssassin, where it is installed.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show the rules that hold as well.")] = False,
) -> int:
    """Judge a finished message by every rule of docs/preflight.md; exits 1 only when an error is found.

    Example: publisher lint outbox/weekly-2026-11-20.eml
    """
    linted = _judged(source, common, online=online, spamassassin=spamassassin)
    if common.as_json:
        print_json(linted.report.as_json())
    else:
        _tell(linted, every=every)
    for note in linted.notes:
        warn(f"note: {note}")
    return 1 if linted.report.errors else 0


def _judged(source: str, common: Common, *, online: bool, spamassassin: bool) -> "Linted":
    from publisher.newsroom.editions import lint as newsroom

    path = Path(source)
    with progress_bar(quiet=common.as_json) as progress:
        if source == "-" or path.is_file() or path.suffix.lower() == ".eml":
            http = web(common.config()) if online else None
            raw = sys.stdin.buffer.read(newsroom.MOST_BYTES) if source == "-" else None
            return newsroom.lint_file(path, raw, http=http, spamassassin=spamassassin, progress=progress)
        with common.app() as app:
            http = web(app.config) if online else None
            return newsroom.lint_edition(app, source, http=http, spamassassin=spamassassin, progress=progress)


def _tell(linted: "Linted", *, every: bool) -> None:
    from publisher.preflight import RULES

    report = linted.report
    broken = {finding.rule for finding in report.findings}
    rows = [[each.level, each.rule, each.where, each.message] for each in report.findings]
    if every:
        rows += [["ok", rule.id, "", rule.title] for rule in RULES.values() if rule.id not in broken]
    if rows:
        table(rows, ["", "rule", "where", "what"])
    say(
        f"{len(RULES) - len(broken)} of {counted(len(RULES), 'rule')} hold"
        f" · client support {report.support.score:g} of 100"
        f" · HTML {report.html_bytes:,} bytes of Gmail's 102,000 · message {report.message_bytes:,} bytes"
    )
    if report.support.features:
        said = ", ".join(f"{each.title} ({each.found}×)" for each in report.support.features[:3])
        say(f"costs most support: {said}")
