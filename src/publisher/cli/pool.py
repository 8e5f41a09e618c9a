"""Commands about the pool of reviews: fetch, why, reviews."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import Commands, Common, moment, typed
from publisher.cli.output import counted, print_json, progress_bar, say, warn
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.config import Config
    from publisher.store.pool.reviews import StoredReview

reviews_app = Commands(name="reviews", help="The pool of reviews.", no_args_is_help=True, rich_markup_mode=None)
ReviewId = Annotated[str, typer.Argument(help="A review's id, its beginning, or its address.")]
WORDS = {"backfill": "new to us but old"}


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("fetch")(fetch)
    app.command("why")(why)
    app.add_typer(reviews_app)


def fetch(
    common: Common,
    source: Annotated[str | None, typer.Option("--source", help="Only this source.")] = None,
    release: Annotated[int, typer.Option("--release", min=0, help="Count the newest N known reviews as new.")] = 0,
) -> int:
    """Load every source, store what is new and print each decision.

    Example: publisher fetch --release 3
    """
    from publisher.newsroom.sources.collect import collect

    with common.app() as app, progress_bar(quiet=common.as_json) as progress:
        reports = collect(app, source=source, release=release, progress=progress)
    if common.as_json:
        print_json({"sources": [report.as_json() for report in reports]})
    else:
        for report in reports:
            _tell(report.as_json(), report.words)
    if any(report.flooded for report in reports):
        return 3
    return 4 if any(report.state == "error" for report in reports) else 0


def _tell(report: dict[str, object], words: str) -> None:
    say(f"{report['name']}: {words}")
    decisions = report["decisions"]
    assert isinstance(decisions, list)
    for decision in decisions:
        if decision["verdict"] != "duplicate":
            verdict = WORDS.get(decision["verdict"], decision["verdict"])
            note = f"  {decision['note']}" if "note" in decision else ""
            say(f"  {decision['review']}  {verdict:<17}  {decision.get('headline', '')}  ({decision['rule']}){note}")


def why(review: ReviewId, common: Common) -> int:
    """Show the decisions about one review, the rule and the evidence.

    Example: publisher why https://www.example.com/post/a-film
    """
    from publisher.newsroom.pool.reviewing import found, no_film
    from publisher.newsroom.sources.collect import why as decisions_about

    with common.app() as app:
        decisions, stored = decisions_about(app, review), found(app, review).review
    rows = [
        {
            "review": d.review_id,
            "source": d.source,
            "verdict": d.verdict.value,
            "rule": d.rule,
            "evidence": dict(d.evidence),
            "at": d.at.isoformat(),
        }
        for d in decisions
    ]
    if common.as_json:
        print_json({"decisions": rows, **({} if stored.film else {"note": no_film(stored.id)})})
        return 0
    for row, decision in zip(rows, decisions, strict=True):
        verdict = WORDS.get(decision.verdict.value, decision.verdict.value)
        say(f"{decision.at:%Y-%m-%d %H:%M} UTC  {verdict}  {row['rule']}")
        for name, value in decision.evidence.items():
            say(f"    {name}: {value}")
    if stored.film is None:
        say(f"{stored.headline}: {no_film(stored.id)}")
    return 0


@reviews_app.command("list")
def list_reviews(
    common: Common,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were only recorded.")] = False,
) -> int:
    """List the pool, newest first.

    Example: publisher reviews list
    """
    from publisher.store.pool import reviews as pool

    with common.app() as app, app.store.read() as db:
        stored = pool.list_(db)
    shown = [each for each in stored if everything or each.verdict == "new"]
    document = {"reviews": [_row(each, app.config) for each in stored]}
    common.listing(
        document, [_cells(each, app.config) for each in shown], ["id", "state", "published", "film", "critic"]
    )
    hidden = len(stored) - len(shown)
    if hidden and not common.as_json:
        warn(f"{counted(hidden, 'older or waiting review')} not shown; --all shows them")
    return 0


@reviews_app.command("show")
def show_review(review: ReviewId, common: Common) -> int:
    """Show one review with what is known of it.

    Example: publisher reviews show 4f2a
    """
    from publisher.newsroom.pool.reviewing import found
    from publisher.newsroom.pool.shapes import review_json

    with common.app() as app:
        stored = found(app, review)
    document = {**review_json(stored.review), "state": _state(stored, app.config), "overrides": dict(stored.overrides)}
    if common.as_json:
        print_json(document)
        return 0
    for name, value in document.items():
        if name != "blocks" and value not in (None, [], {}):
            say(f"{name:<16} {value}")
    say("", stored.review.plain)
    return 0


@reviews_app.command("set")
def set_review(
    review: ReviewId,
    changes: Annotated[list[str], typer.Argument(help='film="…" year=2024 critic="…" rating="4/5" image=… watch="…"')],
    common: Common,
) -> int:
    """Correct fields of a review for good; every later fetch keeps the corrections. An empty value takes one back.

    Example: publisher reviews set 4f2a film="The Long Tide" year=2024 rating="4/5"
    """
    from publisher.newsroom.pool.reviewing import correct

    pairs = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise UsageError(f"{change!r} is no change", do='write it as film="…"')
        pairs[name.strip()] = value
    with common.app() as app:
        stored = correct(app, review, pairs)
    said = f"{stored.review.id}  {', '.join(pairs)} set; compose again to see it in the edition"
    return common.answer(_row(stored, app.config), said)


@reviews_app.command("hold")
def hold_review(
    review: ReviewId,
    common: Common,
    until: Annotated[str | None, typer.Option("--until", help="Free it by itself at this time (an embargo).")] = None,
) -> int:
    """Keep a review out of every digest and post.

    Example: publisher reviews hold 4f2a --until 2026-12-01T09:00
    """
    from publisher.newsroom.pool.reviewing import hold

    with common.app() as app:
        end = moment(until, app.config)
        stored = hold(app, review, until=end)
    rest = f" until {typed(end, app.config)}" if end else ""
    return common.answer(_row(stored, app.config), f"{stored.review.id}  held{rest}: {stored.review.headline}")


@reviews_app.command("release")
def release_review(review: ReviewId, common: Common) -> int:
    """Free a held review; one that was only recorded counts as new from now on.

    Example: publisher reviews release 4f2a
    """
    from publisher.newsroom.pool.reviewing import release

    with common.app() as app:
        stored = release(app, review)
    return common.answer(_row(stored, app.config), f"{stored.review.id}  released: {stored.review.headline}")


@reviews_app.command("pin")
def pin_review(
    review: ReviewId,
    common: Common,
    off: Annotated[bool, typer.Option("--off", help="Take the pin out.")] = False,
) -> int:
    """Put a review first in the next edition.

    Example: publisher reviews pin 4f2a
    """
    from publisher.newsroom.pool.reviewing import pin

    with common.app() as app:
        stored = pin(app, review, on=not off)
    done = "no longer pinned" if off else "pinned"
    return common.answer(_row(stored, app.config), f"{stored.review.id}  {done}: {stored.review.headline}")


@reviews_app.command("exclude")
def exclude_review(
    review: ReviewId,
    common: Common,
    off: Annotated[bool, typer.Option("--off", help="Let it back in.")] = False,
) -> int:
    """Leave a review out of every edition.

    Example: publisher reviews exclude 4f2a
    """
    from publisher.newsroom.pool.reviewing import exclude

    with common.app() as app:
        stored = exclude(app, review, on=not off)
    done = "back in" if off else "left out"
    return common.answer(_row(stored, app.config), f"{stored.review.id}  {done}: {stored.review.headline}")


def _state(stored: "StoredReview", config: "Config") -> str:
    if stored.excluded:
        return "excluded"
    if stored.hold_until:
        return f"held until {typed(stored.hold_until, config)}"
    if stored.held:
        return "held"
    return f"{WORDS.get(stored.verdict.value, stored.verdict.value)}{', pinned' if stored.pinned else ''}"


def _cells(stored: "StoredReview", config: "Config") -> list[str]:
    review = stored.review
    return [
        review.id,
        _state(stored, config),
        review.published.value.isoformat()[:10] if review.published else "",
        review.film.title if review.film else f"({review.headline})",
        ", ".join(review.authors),
    ]


def _row(stored: "StoredReview", config: "Config") -> dict[str, object]:
    review = stored.review
    return {
        "id": review.id,
        "source": review.source,
        "state": _state(stored, config),
        "verdict": stored.verdict.value,
        "headline": review.headline,
        "film": {"title": review.film.title, "year": review.film.year} if review.film else None,
        "authors": list(review.authors),
        "published": review.published.value.isoformat() if review.published else None,
        "url": review.url,
        "held": stored.held,
        "held_until": stored.hold_until.astimezone(config.site.zone).isoformat() if stored.hold_until else None,
        "pinned": stored.pinned,
        "excluded": stored.excluded,
    }
