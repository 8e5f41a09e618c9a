"""Commands that send: send, letter, post."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import Common, Going, ask, moment, web
from publisher.cli.output import counted, print_json, progress_bar, say, warn
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.newsroom.app import App
    from publisher.newsroom.editions.drafts import Composed
    from publisher.newsroom.editions.fitness import Outlook
    from publisher.newsroom.posts.prepare import Prepared
    from publisher.newsroom.sending.send import Sent

To = Annotated[list[str] | None, typer.Option("--to", help="Send a test to this address only; repeatable.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("send")(send)
    app.command("letter")(letter)
    app.command("note", hidden=True)(letter)
    app.command("post")(post)


def send(
    target: Annotated[
        str, typer.Argument(metavar="NEWSLETTER|EDITION", help="Its coming edition, or the edition of that key.")
    ],
    going: Going,
    common: Common,
    to: To = None,
) -> int:
    """Send an edition now; what a crash cut short is finished first, and nobody gets it twice.

    Example: publisher send weekly --to me@example.com
    """
    with common.app() as app:
        if to:
            return _send_test(app, _made(app, target), to, as_json=common.as_json)
        if going.dry_run:
            from publisher.newsroom.sending.send import rehearse

            return _rehearse(app, rehearse(app, target), as_json=common.as_json)
        return _send_now(app, target, f"“{target}”", yes=going.yes, as_json=common.as_json)


def _send_now(app: "App", target: str, name: str, *, yes: bool, as_json: bool) -> int:
    from publisher.newsroom.sending.send import intended, send
    from publisher.newsroom.signals import stop_on_signals

    if not ask(lambda: f"Send {name} to {counted(intended(app, target), 'reader')} now?", yes=yes):
        return 0
    with progress_bar(quiet=as_json) as progress, stop_on_signals() as stop:
        sent = send(app, target, progress=progress, stop=stop)
    return _report(sent, as_json=as_json)


def _made(app: "App", target: str) -> "Composed":
    from publisher.newsroom.editions import compose as composing
    from publisher.newsroom.editions import drafts
    from publisher.store import editions

    if target in app.config.newsletters:
        return composing.compose(app, target)
    with app.store.read() as db:
        stored = editions.get(db, target)
    if stored is None:
        app.newsletter(target)
    assert stored is not None
    return drafts.load(app, stored)


def _send_test(app: "App", made: "Composed", to: list[str], *, as_json: bool) -> int:
    from publisher.newsroom.editions.proof import send_proof

    if made.email is None:
        raise UsageError(f"there is nothing to send: {made.too_few or 'the edition is empty'}")
    warn(*(f"note: {note}" for note in made.notes))
    newsletter = app.newsletter(made.edition.newsletter)
    proof = send_proof(app, newsletter, key=made.edition.key, email=made.email, to=to)
    if as_json:
        document = {"edition": made.edition.key, "test": True, "sent": list(proof.sent), "failed": dict(proof.failed)}
        print_json({**document, "notes": list(made.notes)})
    else:
        say(f"a test of {made.edition.key} went to {', '.join(proof.sent)}; nothing is marked as sent")
        for address, reason in proof.failed:
            warn(f"not to {address}: {reason}")
    return 4 if proof.failed else 0


def _rehearse(app: "App", seen: "Outlook", *, as_json: bool) -> int:
    """Say what a send would do and refuse, and end as it would end."""
    from publisher.newsroom.sending.send import intended

    made, edition = seen.made, seen.made.edition if seen.made else None
    readers = intended(app, seen.target)
    document = {
        "edition": seen.key,
        "state": made.state if made else "held",
        "dry_run": True,
        "readers": readers,
        "subject": edition.subject if edition else "",
        "reviews": len(edition.items) if edition else 0,
        "obstacles": [each.as_json() for each in seen.obstacles],
    }
    if as_json:
        print_json(document)
        return seen.status
    if edition:
        say(f"{seen.key}: “{edition.subject}”, {counted(len(edition.items), 'review')}")
    warn(*(each.line for each in seen.obstacles))
    refused = "it would be refused as it is; nothing was sent" if seen.status else ""
    skipped = made.too_few if made else None
    say(skipped or refused or f"would go to {counted(readers, 'reader')}; nothing was sent")
    return seen.status


def _report(sent: "Sent", *, as_json: bool) -> int:
    counts = sent.counts
    if as_json:
        from publisher.newsroom.counting import counts_json

        print_json(
            {"edition": sent.edition, "state": sent.state.value, **counts_json(counts), "notes": list(sent.notes)}
        )
    else:
        from publisher.newsroom.counting import counts_in_words

        say(f"{sent.edition}: {sent.state.value}", *counts_in_words(counts), *sent.notes)
    if sent.refused_us:
        warn(f"no reader is to blame; once it is mended: publisher send {sent.edition}")
        return 4 if counts.accepted else 1
    if sent.paused:
        warn(f"paused by itself; once that is mended: publisher editions resume {sent.edition}")
        return 3
    if counts.uncertain:
        warn(f"who may have it: publisher editions show {sent.edition} --uncertain")
        return 3
    return 4 if counts.deferred or counts.todo else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressed:
    """Whose letter it is, to whom it goes, and when."""

    newsletter: Annotated[str | None, typer.Option("--newsletter", help="In whose layout and to whose readers.")] = None
    to: To = None
    recipients_of: Annotated[
        str | None, typer.Option("--recipients-of", help="Only to those who got this edition.")
    ] = None
    at: Annotated[str | None, typer.Option("--at", help="Not before this time; `publisher run` sends it then.")] = None


def letter(
    file: Annotated[Path, typer.Argument(help="The letter in Markdown; its first heading is the subject.")],
    addressed: Addressed,
    going: Going,
    common: Common,
) -> int:
    """Send a one-off letter from Markdown in the newsletter's layout.

    Example: publisher letter correction.md --recipients-of weekly/2026-11-20
    """
    from publisher.newsroom.editions.fitness import judged
    from publisher.newsroom.editions.letter import write_letter

    with common.app() as app:
        when, to = moment(addressed.at, app.config), addressed.to
        made = write_letter(
            app,
            file,
            newsletter=addressed.newsletter,
            recipients_of=addressed.recipients_of,
            at=when,
            store=not (to or going.dry_run),
        )
        if to:
            return _send_test(app, made, to, as_json=common.as_json)
        warn(*(f"note: {note}" for note in made.notes))
        if going.dry_run:
            return _rehearse(app, judged(app, made), as_json=common.as_json)
        if when and when > app.now():
            local = when.astimezone(app.config.site.zone)
            say(f"{made.edition.key}: waits for {local:%Y-%m-%d %H:%M}; `publisher run` sends it")
            return 0
        return _send_now(app, made.edition.key, f"“{made.edition.subject}”", yes=going.yes, as_json=common.as_json)


def post(
    source: Annotated[
        str, typer.Argument(metavar="REVIEW-ID-OR-SOURCE", help="A stored review's id, a path or an address.")
    ],
    going: Going,
    common: Common,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Only this channel; repeatable. With --dry-run also any network.")
    ] = None,
    text: Annotated[
        Path | None, typer.Option("--text", help="Your own words; - is standard input; a line --- makes a thread.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The folder for the cards of --dry-run.")] = None,
) -> int:
    """Post one review to its social channels now, each once.

    Example: publisher post 4f2a --dry-run --to bluesky
    """
    from publisher.cli.channels import words_of

    words = words_of(text) if text is not None else None
    if going.dry_run:
        return _look_at_posts(source, to or [], words, out, common)
    return _post_now(source, to or [], words, yes=going.yes, common=common)


def _look_at_posts(source: str, to: list[str], words: str | None, out: Path | None, common: Common) -> int:
    from publisher.cli.reading import load_review
    from publisher.newsroom.posts import prepare as posting

    config = common.config()
    review = load_review(source, common)
    wanted = posting.channels(config, to, any_network=True)
    made = posting.prepare(review, wanted, config=config, http=None, words=words)
    prepared = posting.write_cards(made, review, out)
    if common.as_json:
        print_json({"posts": [each.as_json() for each in prepared]})
    else:
        _show(prepared)
    return 0


def _post_now(source: str, to: list[str], words: str | None, *, yes: bool, common: Common) -> int:
    from publisher.cli.channels import report
    from publisher.newsroom.posts.prepare import channels, prices
    from publisher.newsroom.posts.queue import post_now

    with common.app() as app:
        wanted = channels(app.config, to, any_network=False)
        names = [channel.name for channel in wanted]
        warn(*prices(wanted))
        if not ask(f"Post “{source}” to {', '.join(names)} now?", yes=yes):
            return 0
        results = post_now(app, source, names, http=web(app.config), words=words)
    return report(list(results), as_json=common.as_json)


def _show(prepared: "tuple[Prepared, ...]") -> None:
    for each in prepared:
        say(f"{each.channel} ({each.post.network}), {each.post.length} of {each.post.limit}", "")
        say(*("    " + line for line in each.post.whole.splitlines()), "")
        if each.card_path:
            say(f"  card  {each.card_path}")
        for problem in each.post.problems:
            warn(f"  problem: {problem}")
        for note in each.post.notes:
            say(f"  note: {note}")
