"""Commands about the readers: subscribers."""

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.options import AsJson, ConfigFile, DryRun, Yes, ask, open_app
from publisher.cli.output import print_json, progress_bar, say, table, warn

people = typer.Typer(name="subscribers", help="The audience.", no_args_is_help=True, rich_markup_mode=None)
Address = Annotated[str, typer.Argument(metavar="ADDR", help="An email address.")]
Lists = Annotated[
    list[str] | None, typer.Option("--newsletter", help="Only this newsletter; repeatable. All without it.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(people)


@people.command("list")
def list_people(newsletter: Lists = None, as_json: AsJson = False, config_file: ConfigFile = None) -> int:
    """List the readers, every state.

    Example: publisher subscribers list --json
    """
    from publisher.newsroom import subscribe

    with open_app(config_file) as app:
        rows = [(p.email, p.name, p.state) for p in subscribe.list_(app, newsletters=tuple(newsletter or ()))]
    if as_json:
        print_json({"subscribers": [{"email": e, "name": n, "state": s} for e, n, s in rows]})
        return 0
    table([[e, n, s] for e, n, s in rows], ["address", "name", "state"])
    return 0


@people.command("show")
def show_person(address: Address, as_json: AsJson = False, config_file: ConfigFile = None) -> int:
    """Tell one reader's story.

    Example: publisher subscribers show ann@example.com
    """
    from publisher.newsroom import subscribe

    with open_app(config_file) as app:
        story = subscribe.show(app, address)
    if as_json:
        print_json(story.as_json())
    else:
        say(*story.words)
    return 0


@people.command("add")
def add_person(
    address: Address,
    name: Annotated[str, typer.Option("--name", help="What to call the reader.")] = "",
    newsletter: Lists = None,
    config_file: ConfigFile = None,
) -> int:
    """Add a reader who asked for it; one who left stays away.

    Example: publisher subscribers add ann@example.com --name Ann
    """
    from publisher.newsroom import subscribe

    with open_app(config_file) as app:
        said = subscribe.add(app, address, name=name, newsletters=tuple(newsletter or ()))
    say(said)
    return 0


@people.command("import")
def import_people(
    file: Annotated[Path, typer.Argument(help="A CSV file, such as one of Mailchimp's three.")],
    as_: Annotated[str | None, typer.Option("--as", help="suppressed: nobody in it may get mail.")] = None,
    newsletter: Lists = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    config_file: ConfigFile = None,
) -> int:
    """Bring readers in from a CSV file; who unsubscribed or bounced is kept away for good.

    Example: publisher subscribers import subscribed_members.csv --dry-run
    """
    from publisher.newsroom import subscribe

    with open_app(config_file) as app, progress_bar(quiet=as_json) as progress:
        report = subscribe.import_csv(
            app, file, newsletters=tuple(newsletter or ()), as_=as_, dry_run=dry_run, progress=progress
        )
    if as_json:
        print_json(report.as_json())
    else:
        say(*report.words)
        for problem in report.problems[:20]:
            warn(problem)
        if len(report.problems) > 20:
            warn(f"(and {len(report.problems) - 20:,} more)")
    return 4 if report.problems else 0


@people.command("export")
def export_people(
    out: Annotated[Path | None, typer.Option("--out", help="The file; standard output without it.")] = None,
    newsletter: Lists = None,
    config_file: ConfigFile = None,
) -> int:
    """Write the readers as CSV.

    Example: publisher subscribers export --out readers.csv
    """
    from publisher.newsroom import subscribe

    with open_app(config_file) as app:
        target = out.open("w", encoding="utf-8", newline="") if out else sys.stdout
        try:
            csv.writer(target).writerows(subscribe.export(app, newsletters=tuple(newsletter or ())))
        finally:
            if out:
                target.close()
    return 0


@people.command("remove")
def remove_person(address: Address, newsletter: Lists = None, config_file: ConfigFile = None) -> int:
    """Unsubscribe a reader.

    Example: publisher subscribers remove ann@example.com
    """
    from publisher.newsroom import subscribe

    with open_app(config_file) as app:
        said = subscribe.remove(app, address, newsletters=tuple(newsletter or ()))
    say(said)
    return 0


@people.command("erase")
def erase_person(address: Address, yes: Yes = False, config_file: ConfigFile = None) -> int:
    """Forget a reader for good (GDPR Art. 17); only a hash stays, so that she is never mailed again.

    Example: publisher subscribers erase ann@example.com
    """
    from publisher.newsroom import subscribe

    with open_app(config_file) as app:
        if not ask(f"Erase {address} for good?", yes=yes):
            return 0
        said = subscribe.erase(app, address)
    say(said)
    return 0
