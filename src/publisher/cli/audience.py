"""Commands about the readers: subscribers."""

import csv
import io
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import Commands, Common, DryRun, Yes, ask
from publisher.cli.output import print_json, progress_bar, say, table, warn

if TYPE_CHECKING:
    from publisher.store.people.subscribers import Subscriber

people = Commands(name="subscribers", help="The audience.", no_args_is_help=True, rich_markup_mode=None)

if TYPE_CHECKING:
    from publisher.newsroom.audience.intake import ImportReport
Address = Annotated[str, typer.Argument(metavar="ADDR", help="An email address.")]
Lists = Annotated[
    list[str] | None, typer.Option("--newsletter", help="Only this newsletter; repeatable. All without it.")
]
One = Annotated[str | None, typer.Option("--newsletter", help="Only this newsletter.")]
SHOWN_PROBLEMS = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(people)


@people.command("list")
def list_people(common: Common, newsletter: One = None) -> int:
    """List the readers, every state.

    Example: publisher subscribers list --json
    """
    from publisher.newsroom.audience import subscribe

    with common.app() as app:
        rows = [(p.email, p.name, p.state) for p in subscribe.list_(app, newsletter=newsletter)]
    document = {"subscribers": [{"email": e, "name": n, "state": s} for e, n, s in rows]}
    return common.listing(document, rows, ["address", "name", "state"])


@people.command("show")
def show_person(address: Address, common: Common) -> int:
    """Tell one reader's story.

    Example: publisher subscribers show ann@example.com
    """
    from publisher.newsroom.audience import subscribe

    with common.app() as app:
        story = subscribe.show(app, address)
    if common.as_json:
        print_json(asdict(story))
        return 0
    say(", ".join(filter(None, (f"{story.email or address}: {story.state}", story.name, story.zone, story.language))))
    for each in story.subscriptions:
        say(f"  {each.newsletter}: {each.state} since {each.since:%Y-%m-%d}")
    for chapter in story.chapters:
        say(f"  {chapter.at:%Y-%m-%d %H:%M} UTC  {chapter.what}")
    return 0


@people.command("add")
def add_person(
    address: Address,
    common: Common,
    name: Annotated[str, typer.Option("--name", help="What to call the reader.")] = "",
    zone: Annotated[
        str, typer.Option("--zone", help="Where her clock is, such as America/New_York; see per_reader_time.")
    ] = "",
    newsletter: Lists = None,
    again: Annotated[bool, typer.Option("--again", help="Its owner left before and asked to come back.")] = False,
) -> int:
    """Add a reader who asked for it; one who left stays away.

    Example: publisher subscribers add ann@example.com --name Ann
    """
    from publisher.newsroom.audience import subscribe

    with common.app() as app:
        person = subscribe.add(app, address, name=name, zone=zone, newsletters=newsletter or (), again=again)
    return _stands(person, common)


def _stands(person: "Subscriber", common: Common) -> int:
    document = {"email": person.email, "name": person.name, "state": person.state}
    return common.answer(document, f"{person.email}: {person.state}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """The options that say how a list is to be read."""

    as_: Annotated[
        str | None,
        typer.Option("--as", help="What everybody is who is not said to be worse: confirmed, pending, suppressed."),
    ] = None
    field: Annotated[
        list[str] | None,
        typer.Option("--field", help="A further column to keep, for {{ merge.field_NAME }} in a template; repeatable."),
    ] = None
    encoding: Annotated[
        str, typer.Option("--encoding", help="How it was written (cp1250, mac_roman, …), if names look wrong.")
    ] = ""
    newsletter: Lists = None


@people.command("import")
def import_people(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV files, such as Mailchimp's three.")],
    intake: Intake,
    common: Common,
    dry_run: DryRun = False,
) -> int:
    """Bring readers in from CSV files; only a yes is a yes, and who unsubscribed or bounced is kept away for good.

    Example: publisher subscribers import subscribed_members.csv --dry-run
    """
    from publisher.newsroom.audience.intake import ImportOptions, import_csv

    options = ImportOptions(
        newsletters=intake.newsletter or (), as_=intake.as_, fields=intake.field or (), encoding=intake.encoding
    )
    with common.app() as app, progress_bar(quiet=common.as_json) as progress:
        reports = [import_csv(app, file, options, dry_run=dry_run, progress=progress) for file in files]
    if common.as_json:
        documents = [{**asdict(report), "notes": list(report.notes)} for report in reports]
        print_json(documents[0] if len(documents) == 1 else {"imports": documents})
        return 4 if any(report.broken_rows for report in reports) else 0
    for report in reports:
        _tell(report)
    return 4 if any(report.broken_rows for report in reports) else 0


def _tell(report: "ImportReport") -> None:
    say(*report.notes)
    would = "would be " if report.dry_run else ""
    kinds = ("confirmed", "pending", "suppressed", "unchanged", "kept_out", "left_out", "broken_rows")
    counted = [[f"{would}{kind.replace('_', ' ')}", f"{getattr(report, kind):,}"] for kind in kinds]
    table([row for row in counted if row[1] != "0"], ["people", "number"])
    if report.because:
        reasons = sorted(report.because.items(), key=lambda each: -each[1])
        table([[why, f"{number:,}"] for why, number in reasons], ["not confirmed because", "number"])
    for broken in report.broken[:SHOWN_PROBLEMS]:
        warn(f"{report.file}:{broken.line}: {broken.why}")
    if report.broken_rows > SHOWN_PROBLEMS:
        warn(f"(and {report.broken_rows - SHOWN_PROBLEMS:,} more)")


@people.command("export")
def export_people(
    common: Common,
    out: Annotated[Path | None, typer.Option("--out", help="The file; standard output without it.")] = None,
    newsletter: One = None,
) -> int:
    """Write the readers as CSV, in columns that import reads back.

    Example: publisher subscribers export --out readers.csv
    """
    from publisher.newsroom.audience import subscribe
    from publisher.newsroom.files import write_file

    with common.app() as app:
        rows = list(subscribe.export(app, newsletter=newsletter))
    if common.as_json:
        print_json({"subscribers": rows})
        return 0
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=subscribe.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    if out is None:
        sys.stdout.write(text.getvalue())
    else:
        write_file(out, text.getvalue().encode())
    return 0


@people.command("remove")
def remove_person(address: Address, common: Common, newsletter: One = None) -> int:
    """Unsubscribe a reader.

    Example: publisher subscribers remove ann@example.com
    """
    from publisher.newsroom.audience import subscribe

    with common.app() as app:
        person = subscribe.remove(app, address, newsletter=newsletter)
    return _stands(person, common)


@people.command("erase")
def erase_person(address: Address, common: Common, yes: Yes = False) -> int:
    """Forget a reader for good (GDPR Art. 17); only a hash stays, so that she is never mailed again.

    Example: publisher subscribers erase ann@example.com
    """
    from publisher.newsroom.audience import subscribe

    with common.app() as app:
        if not ask(f"Erase {address} for good?", yes=yes):
            return 0
        known = subscribe.erase(app, address)
    said = "erased" if known else "nobody here had this address"
    return common.answer({"erased": known}, f"{said}; it is kept away from now on")


@people.command("restore")
def restore_people(
    common: Common,
    refused_by: Annotated[
        str, typer.Option("--refused-by", metavar="EDITION", help="The edition in which the server refused us.")
    ],
    dry_run: DryRun = False,
) -> int:
    """Take back readers whom a mail server's refusal of the sender had thrown out; dead addresses stay out.

    Example: publisher subscribers restore --refused-by weekly/2026-11-20
    """
    from publisher.newsroom.audience.restoring import restore_refused

    with common.app() as app:
        found = restore_refused(app, refused_by, dry_run=dry_run)
    if not common.as_json:
        for address in found.addresses:
            say(f"  {address}")
    done = "would get mail again" if dry_run else "get mail again"
    said = (
        f"{len(found.addresses)} readers {done}; {found.hers} were refused for their own address and stay as they are"
    )
    if found.addresses and not dry_run:
        said += f". To send them that edition: publisher editions retry {refused_by}"
    return common.answer({"restored": list(found.addresses), "hers": found.hers, "dry_run": dry_run}, said)
