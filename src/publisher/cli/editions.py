"""Commands about editions: compose, preview, editions, status."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from publisher.cli.options import At, Commands, Common, Last, moment
from publisher.cli.output import counted, print_json, say, warn
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.newsroom.app import App
    from publisher.newsroom.editions.drafts import Composed
    from publisher.newsroom.editions.obstacle import Obstacle

editions_app = Commands(
    name="editions", help="The editions and what became of them.", no_args_is_help=True, rich_markup_mode=None
)
Key = Annotated[str, typer.Argument(metavar="EDITION", help="An edition's key, such as weekly/2026-11-20.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("compose")(compose)
    app.command("status")(status)
    app.add_typer(editions_app)


@dataclass(frozen=True, kw_only=True, slots=True)
class OneOff:
    """An edition of its own, outside the schedule."""

    as_: Annotated[str | None, typer.Option("--as", help="Make a one-off edition of this name.")] = None
    reviews: Annotated[
        list[str] | None, typer.Option("--reviews", help="The reviews of a one-off edition, by id; repeatable.")
    ] = None
    more: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="More ids after --reviews.")] = None
    subject: Annotated[str | None, typer.Option("--subject", help="The subject of a one-off edition.")] = None

    def ids(self) -> list[str]:
        """The ids of its reviews; several may be given in one word."""
        return [part for text in [*(self.reviews or ()), *(self.more or ())] for part in text.split(",") if part]


def compose(
    newsletter: Annotated[str, typer.Argument(help="Which newsletter.")],
    own: OneOff,
    common: Common,
    at: At = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Also take reviews published since then; the draft keeps them.")
    ] = None,
    last: Last = None,
) -> int:
    """Make or remake the draft of the coming edition; never sends. With --at or --last it only looks.

    Example: publisher compose weekly
    """
    from publisher.newsroom.editions import compose as composing
    from publisher.newsroom.editions.fitness import obstacles

    with common.app() as app:
        if own.as_ and at:
            raise UsageError("--at looks ahead and stores nothing, --as makes an edition", do="leave one of them out")
        if own.as_:
            made = composing.compose_one_off(app, newsletter, key=own.as_, review_ids=own.ids(), subject=own.subject)
        elif own.reviews or own.more or own.subject:
            raise UsageError("--reviews and --subject make a one-off edition", do="give it a name with --as NAME")
        else:
            moments = moment(at, app.config), moment(since, app.config)
            made = composing.compose(app, newsletter, at=moments[0], since=moments[1], last=last)
        found = obstacles(composing.looking_from(app, moment(at, app.config)), app.newsletter(newsletter), made)
        document = _composed(app, made, found)
    if common.as_json:
        print_json(document)
    else:
        _tell(app, made, found)
    return 3 if made.held_back else 0


def _composed(app: "App", made: "Composed", found: "Sequence[Obstacle]") -> dict[str, Any]:
    slot = made.edition.slot
    return {
        "edition": made.edition.key,
        "newsletter": made.edition.newsletter,
        "state": made.state,
        "slot": slot.astimezone(app.config.site.zone).isoformat() if slot else None,
        "subject": made.edition.subject,
        "preheader": made.edition.preheader,
        "reviews": [
            {
                "id": item.review.id,
                "headline": item.review.headline,
                "film": item.review.film.title if item.review.film else None,
                "quote": item.quote.text if item.quote else None,
                "standfirst": None if item.quote else item.standfirst,
            }
            for item in made.edition.items
        ],
        "links": [review.url for review in made.edition.links],
        "hash": made.email.content_hash if made.email else None,
        "notes": [*made.notes, *([made.too_few] if made.too_few else [])],
        "held": list(made.held),
        "obstacles": [each.as_json() for each in found],
        "findings": [{"rule": f.rule, "level": f.level, "where": f.where, "message": f.message} for f in made.findings],
    }


def _tell(app: "App", made: "Composed", found: "Sequence[Obstacle]") -> None:
    from publisher.newsroom.pool.reviewing import no_film

    edition = made.edition
    when = f", {edition.slot.astimezone(app.config.site.zone):%A %H:%M %Z}" if edition.slot else ""
    say(f"{edition.key}  {made.state}{when}")
    if made.too_few:
        say(f"nothing would go out: {made.too_few}")
    if edition.items or edition.links:
        say(f"subject    {edition.subject}", f"preheader  {edition.preheader}", "")
    for n, item in enumerate(edition.items, 1):
        name = item.review.film.title if item.review.film else item.review.headline
        say(f"{n}. {name}  [{item.review.id}]", f"   {f'“{item.quote.text}”' if item.quote else item.standfirst or ''}")
    for review in edition.links:
        say(f"also: {review.headline}{'' if review.film else f'  ({no_film(review.id)})'}")
    for note in made.notes:
        say(f"note: {note}")
    warn(*(each.line for each in found))
    for finding in made.findings:
        warn(f"{finding.level}: {finding.where}: {finding.message} ({finding.rule})")
    if made.email and not made.held_back:
        say("", f"see it: publisher preview {edition.newsletter} --out preview")


def status(
    common: Common,
    edition: Annotated[
        str | None, typer.Argument(metavar="[EDITION]", help="An edition's key; the last one without it.")
    ] = None,
) -> int:
    """Say what happens next, and what became of the last edition.

    Example: publisher status
    """
    from publisher.newsroom.overview.report import status as report

    with common.app() as app:
        found = report(app, edition)
    common.answer(found.as_json(), *found.words)
    return 4 if found.troubled else 0


@editions_app.command("list")
def list_editions(
    common: Common,
    newsletter: Annotated[str | None, typer.Option("--newsletter", help="Only this newsletter's.")] = None,
) -> int:
    """List the editions, newest last.

    Example: publisher editions list
    """
    from publisher.newsroom.counting import counts_json
    from publisher.newsroom.overview.report import edition_rows

    with common.app() as app:
        found = edition_rows(app, newsletter)
    shown = [
        [row["edition"], row["state"], row["subject"], f"{counts.accepted:,} of {counts.intended:,}", row["reason"]]
        for row, counts in found
    ]
    document = {"editions": [{**row, **counts_json(counts)} for row, counts in found]}
    return common.listing(document, shown, ["edition", "state", "subject", "accepted", ""])


@editions_app.command("show")
def show_edition(
    edition: Key,
    common: Common,
    uncertain: Annotated[bool, typer.Option("--uncertain", help="Who may have it already.")] = False,
) -> int:
    """Show one edition: its reviews, its counts, its readers in doubt.

    Example: publisher editions show weekly/2026-11-20 --uncertain
    """
    from publisher.newsroom.editions.drafts import load
    from publisher.newsroom.editions.editing import stored_edition, uncertain_readers
    from publisher.newsroom.overview.report import status as report

    with common.app() as app:
        if uncertain:
            readers = uncertain_readers(app, edition)
            return common.answer({"uncertain_recipients": list(readers)}, *(readers or ["nobody is in doubt"]))
        made, told = load(app, stored_edition(app, edition)), report(app, edition)
        if common.as_json:
            print_json({**_composed(app, made, told.obstacles), **told.as_json()})
        else:
            _tell(app, made, ())
            say(*told.words)
    return 0


@editions_app.command("note")
def note_edition(
    edition: Key,
    file: Annotated[Path, typer.Argument(help="The editor's note in Markdown; an empty file takes it out.")],
    common: Common,
) -> int:
    """Put an editor's note on an edition that has not gone out.

    Example: publisher editions note weekly/2026-11-20 note.md
    """
    from publisher.newsroom.editions.editing import set_note
    from publisher.newsroom.editions.fitness import judged

    with common.app() as app:
        made = set_note(app, edition, file)
        found = judged(app, made).obstacles
        document = _composed(app, made, found)
    warn(*(each.line for each in found if each.level == "stops"))
    return common.answer(document, f"{edition}: {'the note is in' if made.edition.note else 'no note'}")


@editions_app.command("approve")
def approve_edition(
    edition: Key,
    common: Common,
    content_hash: Annotated[str | None, typer.Option("--hash", help="Approve only if this is still its hash.")] = None,
) -> int:
    """Approve an edition as it is now: what is approved is what is sent.

    Example: publisher editions approve weekly/2026-11-20
    """
    from publisher.newsroom.editions.editing import approve
    from publisher.newsroom.editions.fitness import judged

    with common.app() as app:
        made = approve(app, edition, content_hash=content_hash)
        found = judged(app, made).obstacles
        document = _composed(app, made, found)
    warn(*(each.line for each in found if each.level == "stops"))
    said = f"{made.edition.key}: approved; reviews that come now wait for the next edition"
    return common.answer(document, said)


@editions_app.command("pause")
def pause_edition(edition: Key, common: Common) -> int:
    """Stop an edition that is going out, until it is resumed.

    Example: publisher editions pause weekly/2026-11-20
    """
    from publisher.newsroom.editions.editing import pause

    with common.app() as app:
        pause(app, edition, on=True)
        document = _standing(app, edition)
    return common.answer(document, f"{edition}: paused; `publisher editions resume {edition}` goes on")


@editions_app.command("resume")
def resume_edition(edition: Key, common: Common) -> int:
    """Let a paused edition go on at the next `publisher send` or `run`.

    Example: publisher editions resume weekly/2026-11-20
    """
    from publisher.newsroom.editions.editing import pause

    with common.app() as app:
        pause(app, edition, on=False)
        document = _standing(app, edition)
    said = f"{edition}: goes on with `publisher send {edition}`, or by itself under `publisher run`"
    return common.answer(document, said)


@editions_app.command("cancel")
def cancel_edition(edition: Key, common: Common) -> int:
    """Cancel an edition: whoever has not got it will not.

    Example: publisher editions cancel weekly/2026-11-20
    """
    from publisher.newsroom.editions.editing import cancel

    with common.app() as app:
        stopped = cancel(app, edition)
        document = _standing(app, edition)
    return common.answer(document, f"{edition}: cancelled; {counted(stopped, 'reader')} will not get it")


@editions_app.command("skip")
def skip_slot(
    newsletter: Annotated[str, typer.Argument(help="Which newsletter.")],
    day: Annotated[str, typer.Argument(metavar="DATE", help="The slot's day; with its time where a day has several.")],
    common: Common,
) -> int:
    """Leave one slot out: nothing goes out then, its reviews wait, and the next slot is as it was.

    Example: publisher editions skip weekly 2026-12-25
    """
    from publisher.newsroom.editions.coming import coming
    from publisher.newsroom.editions.skipping import skip

    with common.app() as app:
        key = skip(app, newsletter, day).key
        document, after = _standing(app, key), coming(app, app.newsletter(newsletter), app.now())
    said = f"{key}: left out; the next edition is {after.key}. To take that back: publisher editions restore {key}"
    return common.answer({**document, "coming": after.key}, said)


@editions_app.command("restore")
def restore_edition(edition: Key, common: Common) -> int:
    """Take a cancel, or a slot that was left out, back until its time has come.

    Example: publisher editions restore weekly/2026-11-20
    """
    from publisher.newsroom.editions.skipping import restore

    with common.app() as app:
        state = restore(app, edition).state.value
        document = _standing(app, edition)
    return common.answer(document, f"{edition}: taken back; it is {'a draft' if state == 'draft' else state} again")


@editions_app.command("retry")
def retry_edition(edition: Key, common: Common) -> int:
    """Try again those readers, and only those, whose message was refused or put off.

    Example: publisher editions retry weekly/2026-11-20
    """
    from publisher.newsroom.editions.editing import retry

    with common.app() as app:
        again = retry(app, edition)
        document = _standing(app, edition)
    who = counted(again, "reader")
    return common.answer(document, f"{edition}: {who} to try again with `publisher send {edition}`")


@editions_app.command("resolve")
def resolve_edition(
    edition: Key,
    common: Common,
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDR]...", help="Only these readers; all in doubt without any.")
    ] = None,
    as_: Annotated[str, typer.Option("--as", help="sent: they have it. unsent: send it to them.")] = "sent",
) -> int:
    """Settle readers whose message may have arrived.

    Example: publisher editions resolve weekly/2026-11-20 --as sent
    """
    from publisher.newsroom.editions.editing import resolve

    if as_ not in ("sent", "unsent"):
        raise UsageError(f"--as {as_} is not known", do="sent or unsent")
    with common.app() as app:
        settled = resolve(app, edition, sent=as_ == "sent", addresses=addresses or ())
        document = _standing(app, edition)
    return common.answer(document, f"{edition}: {counted(settled, 'reader')} settled as {as_}")


def _standing(app: "App", edition: str) -> dict[str, object]:
    """An edition's state and counts, as `status --json` has them."""
    from publisher.newsroom.editions.editing import stored_edition
    from publisher.newsroom.overview.report import status as report

    return {**report(app, edition).as_json(), "paused": stored_edition(app, edition).paused}
