"""Look over everything that a run needs, without sending: configuration, templates, store, sources, providers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from publisher import providers
from publisher.config import ChannelPolicy, Newsletter, RawTable, SourcePolicy, policy
from publisher.editorial import schedule
from publisher.errors import PublisherError
from publisher.formatters.email import digest
from publisher.http.door import Http
from publisher.http.lookup import Names
from publisher.loader import kinds
from publisher.model import Block, Edition, EditionItem, Film, Published, Quote, Reader, Review
from publisher.newsroom import pausing
from publisher.newsroom.app import App
from publisher.newsroom.editions import fitness, spoiling
from publisher.newsroom.editions.coming import coming
from publisher.newsroom.editions.obstacle import Obstacle
from publisher.newsroom.links import values_for
from publisher.newsroom.mailers import is_public
from publisher.newsroom.overview.domains import domains
from publisher.newsroom.overview.finding import CheckFinding, Level
from publisher.newsroom.overview.permissions import permissions
from publisher.providers import social
from publisher.store.people import audience

NOBODY = Reader(id=0, email="reader@example.com", name="Alex Reader")


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """All findings, in the order of the configuration."""

    findings: tuple[CheckFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing would fail; a warning is no failure."""
        return all(finding.level != "error" for finding in self.findings)

    @property
    def words(self) -> list[str]:
        """The report for people, with a sum at the end."""
        errors, warnings = (sum(f.level == level for f in self.findings) for level in ("error", "warning"))
        total = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
        return [*(finding.line for finding in self.findings), "", total if errors or warnings else "all is well"]

    def as_json(self) -> dict[str, Any]:
        """What `check --json` prints."""
        return {
            "ok": self.ok,
            "findings": [{"level": f.level, "what": f.what, "where": f.where, "do": f.do} for f in self.findings],
        }


def check(app: App, *, http: Http | None = None, names: Names | None = None) -> CheckReport:
    """Look at everything and say what is wrong.

    With `http` the public pages are asked for an unsubscribe page too, with `names` the senders' records are looked up.
    """
    found: list[CheckFinding] = []
    for look in (
        _configuration,
        _secrets,
        permissions,
        _store,
        _templates,
        _sources,
        _providers,
        _newsletters,
        _channels,
    ):
        found += look(app)
    found += _pages(app, http)
    if names is not None:
        found += domains(app, names)
    return CheckReport(findings=tuple(found))


def _attempt(what: str, act: Callable[[], object], *, where: str = "") -> CheckFinding:
    """The finding of something that works or raises."""
    try:
        act()
    except PublisherError as error:
        return CheckFinding(level="error", what=f"{what}: {error.what}", where=error.where or where, do=error.do)
    return CheckFinding(level="ok", what=what)


def _configuration(app: App) -> Iterator[CheckFinding]:
    config = app.config
    yield CheckFinding(level="ok", what=f"configuration read, root {config.root}", where=config.file)
    if not config.editor.email:
        do = "add one, or nobody is told of what waits and what fails"
        yield CheckFinding(level="warning", what="[editor] has no email", where=config.where("editor"), do=do)


def _secrets(app: App) -> Iterator[CheckFinding]:
    for table in _tables(app):
        for key in table.literal_secrets:
            do = f'write {key} = "${{{table.name.upper().replace("-", "_")}_{key.upper()}}}" and set the variable'
            what = f"`{table.title}.{key}` is a secret in the file itself"
            yield CheckFinding(level="warning", what=what, where=table.where(key), do=do)


def _tables(app: App) -> tuple[RawTable, ...]:
    return (*app.config.sources, *app.config.providers.values(), *app.config.social.values())


def _store(app: App) -> Iterator[CheckFinding]:
    opened = _attempt(f"store {app.store.where}", app.store.prepare, where=app.config.where("store.url"))
    yield opened
    if opened.level == "ok":
        with app.store.read() as db:
            for name in app.config.newsletters:
                readers = sum(1 for _ in audience.list_(db, newsletter=name, state="confirmed"))
                yield CheckFinding(level="ok", what=f"{name} has {readers:,} reader{'s' * (readers != 1)}")


def _templates(app: App) -> Iterator[CheckFinding]:
    place = str(app.templates) if app.templates else "the shipped ones"
    for newsletter in app.config.newsletters.values():
        yield _attempt(f"templates of {newsletter.name} ({place})", partial(_render, app, newsletter))


def _render(app: App, newsletter: Newsletter) -> None:
    text = "It never raises its voice. It says plenty."
    review = Review(
        id="check",
        source="check",
        url="https://www.example.com/review",
        headline="A review to try the templates with",
        film=Film(title="A Film", year=2026),
        authors=("A Critic",),
        published=Published(value=date(2026, 11, 20), precision="day", raw="2026-11-20"),
        blocks=(Block(kind="paragraph", text=text),),
    )
    quote = Quote(text="It never raises its voice.", spans=((0, 26),))
    item = EditionItem(review=review, quote=quote, standfirst=text, lead=True)
    edition = Edition(key="check", newsletter=newsletter.name, slot=app.now(), items=(item,), subject="A Film")
    digest.render(edition, config=app.config, newsletter=newsletter, templates=app.templates)
    letter = digest.Written(key="check", markdown="# A letter\n\nTo try the templates with.")
    digest.render_letter(letter, config=app.config, newsletter=newsletter, templates=app.templates, slot=app.now())


def _sources(app: App) -> Iterator[CheckFinding]:
    if not app.config.sources:
        do = "add a [[sources]] table, or `publisher init --site URL` finds your feed"
        yield CheckFinding(level="warning", what="there is no source", where=app.config.file, do=do)
    for table in app.config.sources:
        yield _attempt(f"source {table.name} ({table.kind})", partial(kinds.open_source, table), where=table.where())
        policy(table, SourcePolicy)


def _providers(app: App) -> Iterator[CheckFinding]:
    used = {name for newsletter in app.config.newsletters.values() for name in newsletter.provider}
    for name, table in app.config.providers.items():
        yield _attempt(f"provider {name} ({table.kind})", partial(_open, app, table), where=table.where())
        if name not in used and app.config.newsletters:
            what = f"no newsletter uses provider {name}"
            yield CheckFinding(level="warning", what=what, where=table.where())


def _open(app: App, table: RawTable) -> None:
    providers.mail_provider(table, root=app.config.root).connect().close()


def _newsletters(app: App) -> Iterator[CheckFinding]:
    """What a send of each newsletter's coming edition would refuse, and what would spoil it."""
    try:
        app.store.prepare()
    except PublisherError:
        return  # said of the store
    now, zone, paused = app.now(), app.config.site.zone, pausing.standing(app)
    found: list[Obstacle] = []
    for newsletter in app.config.newsletters.values():
        seen = fitness.outlook(app, newsletter)
        found += seen.obstacles
        slot = coming(app, newsletter, now).slot
        if newsletter.schedule and slot and newsletter.name not in paused:
            words = schedule.in_words(slot, now=now, zone=zone)
            yield CheckFinding(level="ok", what=f"{newsletter.name} goes out {words}")
        if seen.made and seen.made.too_few:
            yield CheckFinding(level="ok", what=f"{seen.key} would send nothing as it is: {seen.made.too_few}")
    for obstacle in dict.fromkeys((*found, *spoiling.elsewhere(app))):
        level: Level = "error" if obstacle.level == "stops" else "warning"
        yield CheckFinding(level=level, what=obstacle.what, where=obstacle.where, do=obstacle.do)


def _channels(app: App) -> Iterator[CheckFinding]:
    for name, table in app.config.social.items():
        yield _attempt(f"channel {name} ({table.kind})", partial(social.open_channel, table), where=table.where())
        policy(table, ChannelPolicy)


def _pages(app: App, http: Http | None) -> Iterator[CheckFinding]:
    url, where = app.config.web.url, app.config.where("web.url")
    names = list(app.config.newsletters)
    if not names:
        return
    if url and http is not None and is_public(url):
        link = values_for(app, newsletter=names[0], edition="check")(NOBODY)["unsubscribe_url"]
        yield _attempt("the unsubscribe page answers", lambda: http.get(link), where=where)
