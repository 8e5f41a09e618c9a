"""Commands that read and show, and never open the store: parse, quotes, card, measure, try."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import Common, web
from publisher.cli.output import counted, print_json, progress_bar, say, table, warn
from publisher.errors import PublisherError, UsageError

if TYPE_CHECKING:
    from publisher.config import Config
    from publisher.model import Review


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("try")(try_site)
    app.command("parse")(parse)
    app.command("quotes")(quotes)
    app.command("card")(card)
    app.command("measure")(measure)


@dataclass(frozen=True, kw_only=True, slots=True)
class Headlines:
    """Headlines in place of sources."""

    headline: Annotated[
        list[str] | None, typer.Option("--headline", help="Only say which film this headline names.")
    ] = None
    headlines: Annotated[Path | None, typer.Option("--headlines", help="The same for a file, one headline a line.")] = (
        None
    )

    def lines(self) -> list[str]:
        """All that were given, one by one or in the file."""
        return [*(self.headline or ()), *_lines(self.headlines)]


def parse(
    asked: Headlines,
    common: Common,
    sources: Annotated[
        list[str] | None, typer.Argument(help="Feeds, pages, folders or text files: paths or addresses.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Read as feed, page, folder or paste.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where a saved file came from.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Contact nobody.")] = False,
) -> int:
    """Read a feed, page, folder or pasted text and print its reviews; stores nothing.

    Example: publisher parse review.txt --json
    """
    from publisher.newsroom.sources import parse as reader

    if asked.headline or asked.headlines:
        return _headlines(asked.lines(), as_json=common.as_json)
    if not sources:
        raise UsageError("parse needs a SOURCE", do="give a path or an address, or --headline TEXT")
    config = common.config()
    http = None if offline else web(config, typed=sources)
    result = reader.parse(sources, kind=kind, url=url, config=config, http=http)
    if common.as_json:
        print_json(result.as_json())
    else:
        for origin, review in result.reviews:
            _show(origin, review)
        for warning in result.warnings:
            warn(f"warning: {warning}")
    if not result.failed:
        return 0
    return 4 if result.reviews or len(sources) > 1 else 1


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the file of headlines cannot be read as UTF-8 text", where=str(path)) from error
    return [line for line in text.splitlines() if line.strip()]


def _headlines(lines: list[str], *, as_json: bool) -> int:
    from publisher.newsroom.sources import parse as reader

    document = reader.parse_headlines(lines)
    if as_json:
        print_json(document)
        return 0
    for row in document["headlines"]:
        film = row["film"]
        year = f" ({film['year']})" if film and film["year"] else ""
        say(f"{film['title']}{year}" if film else "no film", f"  {row['headline']}")
    return 0


def _show(origin: str, review: "Review") -> None:
    say(review.headline)
    film = f"{review.film.title}{f' ({review.film.year})' if review.film.year else ''}" if review.film else "not known"
    say(f"  film       {film}")
    say(f"  critic     {', '.join(review.authors) or 'not known'}")
    say(f"  published  {review.published.value.isoformat() if review.published else 'not known'}")
    say(f"  rating     {f'{review.rating.value} of {review.rating.best}' if review.rating else 'none'}")
    say(f"  text       {len(review.plain.split()):,} words ({review.full_text})")
    say(f"  from       {review.url or origin}", "")


@dataclass(frozen=True, kw_only=True, slots=True)
class ManyTexts:
    """A file of texts in place of one."""

    jsonl: Annotated[Path | None, typer.Option("--jsonl", help="Many texts, one JSON record a line.")] = None
    out: Annotated[Path | None, typer.Option("--out", help="Where the answers to --jsonl go.")] = None

    def answered(self, done: str, answer: Callable[[Path, Path], int]) -> bool:
        """Whether a file was given; `answer` then writes its answers, and their number is said."""
        if self.jsonl is None:
            return False
        if self.out is None:
            raise UsageError("--jsonl needs --out FILE for the answers")
        warn(f"{counted(answer(self.jsonl, self.out), 'text')} {done} into {self.out}")
        return True


def quotes(
    many: ManyTexts,
    common: Common,
    source: Annotated[str | None, typer.Argument(help="A review: path, address, or the id of a stored one.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to show.")] = 5,
    max_graphemes: Annotated[int, typer.Option("--max-graphemes", min=20, help="The longest to show.")] = 240,
    pick: Annotated[
        str | None, typer.Option("--pick", help="Make this one (its number or its words) the review's quote.")
    ] = None,
) -> int:
    """Rank the pull quotes of one review, each proven word for word.

    Example: publisher quotes review.txt --limit 3
    """
    from publisher.newsroom.pool import quote as quoting

    def rank(file: Path, out: Path) -> int:
        with progress_bar() as progress:
            return quoting.rank_file(
                file, out, common.config(), limit=limit, max_graphemes=max_graphemes, progress=progress
            )

    if many.answered("ranked", rank):
        return 0
    if source is None:
        raise UsageError("quotes needs a SOURCE", do="give a path, an address or a review's id")
    if pick is not None:
        with common.app() as app:
            chosen = quoting.pick(app, source, pick, limit=limit, max_graphemes=max_graphemes)
        say(f"picked: “{chosen.text}”", "compose again to see it in the edition")
        return 0
    review = load_review(source, common)
    document = quoting.ranked(review, common.config(), limit=limit, max_graphemes=max_graphemes)
    if common.as_json:
        print_json(document)
        return 0
    for n, quote in enumerate(document["quotes"], 1):
        edits = f"  [{', '.join(quote['edits'])}]" if quote["edits"] else ""
        say(f"{n}. {quote['text']}", f"   {quote['graphemes']} characters, {quote['confidence']:.0%} sure{edits}")
    if not document["quotes"]:
        say(f"no quote: {document['why_none']}")
    return 0


def card(
    source: Annotated[str, typer.Argument(help="A review: path, address, or the id of a stored one.")],
    out: Annotated[Path, typer.Option("--out", help="The JPEG to write.")],
    common: Common,
    size: Annotated[str, typer.Option("--size", help="1200x630, 1080x1080 or 1080x1350.")] = "1200x630",
    design: Annotated[str, typer.Option("--design", help="paper, night or block.")] = "paper",
    quote: Annotated[int, typer.Option("--quote", min=1, help="Which of the ranked quotes.")] = 1,
) -> int:
    """Draw one quote card.

    Example: publisher card review.txt --design night --out card.jpg
    """
    from publisher.newsroom.pool import card as drawing

    config = common.config()
    review = load_review(source, common)
    made = drawing.draw(review, config=config, http=web(config), size=size, design=design, number=quote)
    path = drawing.save(made, out)
    if common.as_json:
        print_json({"path": str(path), "alt": made.alt, "warnings": list(made.warnings)})
        return 0
    say(str(path), f"alt: {made.alt}")
    for warning in made.warnings:
        warn(f"warning: {warning}")
    return 0


def measure(
    network: Annotated[str, typer.Argument(help="Whose counting: bluesky, mastodon, x, threads …")],
    many: ManyTexts,
    common: Common,
    text: Annotated[str | None, typer.Argument(help="The text; standard input without it.")] = None,
    spoiler: Annotated[
        str | None, typer.Option("--spoiler", help="A content warning that counts too (Mastodon).")
    ] = None,
) -> int:
    """Say what a network makes of a text: its length, the limit, links, mentions and tags.

    Example: publisher measure bluesky "A quiet film. https://example.com/review"
    """
    from publisher.newsroom.posts import measure as measuring

    if many.answered("measured", partial(measuring.measure_file, network)):
        return 0
    words = sys.stdin.read().removesuffix("\n") if text is None else text
    document = measuring.measure(network, words, spoiler=spoiler)
    if common.as_json:
        print_json(document)
        return 0
    say(f"{document['length']} of {document['limit']}{'' if document['valid'] else ', too long'}")
    for facet in document["facets"]:
        say(f"  {facet['kind']:<8} {facet['value']}")
    for problem in document["problems"]:
        warn(f"problem: {problem}")
    return 0


def load_review(source: str, common: Common) -> "Review":
    """The one review that a path, an address or a stored review's id names."""
    from publisher.newsroom.sources import parse as reader

    config = common.config()
    if "://" not in source and not Path(source).exists():
        return _stored(source, config, common)
    result = reader.parse([source], config=config, http=web(config, typed=[source]))
    if not result.reviews:
        said = "; ".join(result.warnings) or "there is no review in it"
        raise PublisherError(said, where="" if said.startswith(source) else source)
    if len(result.reviews) > 1:
        raise UsageError(f"{counted(len(result.reviews), 'review')} in it, and one is needed", where=source)
    return result.reviews[0][1]


def _stored(text: str, config: "Config", common: Common) -> "Review":
    from publisher.newsroom.pool.reviewing import found

    if config.path is None:
        raise UsageError("no such file", where=text, do="give a path, an address, or the id of a stored review")
    with common.app() as app:
        return found(app, text).review


def try_site(
    url: Annotated[str, typer.Argument(help="A feed or a site.")],
    common: Common,
    out: Annotated[Path | None, typer.Option("--out", help="The folder for the files; no studio.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="The studio's port.")] = None,
) -> int:
    """Show what a site's digest, quotes and cards would look like; nothing is configured, stored or sent.

    Example: publisher try https://www.example.com
    """
    from publisher.newsroom.overview import trial
    from publisher.newsroom.pool.reviewing import no_film

    config = common.config()
    with progress_bar() as progress:
        result = trial.try_site(url, folder=out, config=config, http=web(config, typed=[url]), progress=progress)
    if common.as_json:
        print_json(result.as_json())
        return 0
    say(f"{result.title}: {counted(len(result.reviews), 'review')}, from {result.feed}", "")
    for review, ranked in result.reviews:
        say(review.headline if review.film else f"{review.headline}  ({no_film(review.id)})")
        for quote in ranked:
            say(f"  “{quote.text}”")
        if not ranked:
            say("  no quote is sure enough")
    say("")
    table([[str(path)] for path in result.files], ["written"])
    for warning in result.warnings:
        warn(f"warning: {warning}")
    if out is None:
        from publisher.cli.previewing import open_trial

        say("")
        open_trial(result, port=port)
    return 0
