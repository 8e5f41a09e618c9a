"""Ask the sources, decide about every entry, store what was decided: one transaction per source, or nothing."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

import structlog

from publisher.config import RawTable
from publisher.errors import PublisherError, SourceError, UsageError
from publisher.http.door import Http, agent
from publisher.loader.kinds import open_source
from publisher.loader.source import Loaded, SourceSettings, context
from publisher.model import Decision, Progress, Verdict
from publisher.newsroom.app import App
from publisher.newsroom.pool.reviewing import WITHDRAWN
from publisher.newsroom.sources.deciding import Job, known, pending, ripen, settle
from publisher.newsroom.sources.memory import Memory, after_failure
from publisher.newsroom.sources.outcome import SourceReport
from publisher.store.pool import decisions, reviews, sources
from publisher.store.pool.sources import StoredSource

log = structlog.get_logger()

AT_ONCE = 8

Client = Callable[[bool], Http]
"""The way to the web for sources that may, or may not, live on a private network."""


def collect(
    app: App,
    *,
    source: str | None = None,
    among: Collection[str] | None = None,
    release: int = 0,
    force: bool = True,
    progress: Progress | None = None,
) -> tuple[SourceReport, ...]:
    """Ask every source side by side, those among some, or the one named; store each one's decisions once it answered.

    `force` asks now, whatever `every` and our own back-off say; a wait that a server asked for is kept in any case, and
    a source that said it is gone is asked again only by name or at a new address. `release` counts the newest N
    reviews as new. One broken source never stops the others.
    """
    tell = progress or (lambda _what, _done, _total: None)
    jobs = [_job(app, table) for table in _chosen(app, source) if among is None or table.name in among]
    reports: dict[str, SourceReport] = {}
    waiting = []
    for job in jobs:
        reason = _must_wait(job, app.now(), force=force, named=source is not None)
        if reason:
            reports[job.name] = _failed(app, job, reason)
        else:
            waiting.append(job)
    tell("sources", 0, len(waiting))
    for done, (job, answer) in enumerate(_side_by_side(app, waiting), 1):
        reports[job.name] = _report(app, job, answer)
        tell("sources", done, len(waiting))
    found = [reports[job.name] for job in jobs]
    return tuple(_release(app, found, release) if release else found)


def why(app: App, text: str) -> tuple[Decision, ...]:
    """Everything that was decided about one review (id, beginning of an id, or URL), the earliest first."""
    with app.store.read() as db:
        found = reviews.find(db, text)
        if found is None:
            raise UsageError(f"there is no review “{text}”", do="`publisher reviews list` shows ids and titles")
        return decisions.about(db, found.review.id)


def _chosen(app: App, name: str | None) -> Sequence[RawTable]:
    tables = app.config.sources
    if name is None:
        return tables
    chosen = [table for table in tables if table.name == name]
    if not chosen:
        names = [table.name for table in tables]
        near = get_close_matches(name, names, n=1)
        known_ones = f"known: {', '.join(names)}" if names else "none is configured"
        raise UsageError(f"there is no source “{name}”", do=f"did you mean “{near[0]}”?" if near else known_ones)
    return chosen


def _job(app: App, table: RawTable) -> Job:
    source = open_source(table)
    assert isinstance(source, SourceSettings)
    with app.store.read() as db:
        stored = sources.get(db, table.name) or StoredSource(name=table.name)
    return Job(table=table, source=source, policy=source, stored=stored, memory=Memory.of(stored))


def _must_wait(job: Job, now: datetime, *, force: bool, named: bool) -> str:
    """Why a source may not be asked now; empty when it may."""
    stored = job.stored
    if job.moved:
        return ""
    if stored.gone and not named:
        return f"{stored.error or 'it is gone'} (asked again only with --source {job.name})"
    told = job.memory.asked_to_wait
    if told is not None and now < told:
        return f"its server asked us to wait until {told:%Y-%m-%d %H:%M} UTC"
    if not force and stored.not_before is not None and now < stored.not_before:
        return f"failing, next try at {stored.not_before:%Y-%m-%d %H:%M} UTC: {stored.error}"
    return ""


@contextmanager
def _clients(app: App) -> Iterator[Client]:
    """One client for sources on the web, another for those that may be private; closed at the end."""
    made: dict[bool, Http] = {}

    def client(private: bool) -> Http:
        if private not in made:
            made[private] = Http(agent(app.config.site.url), allow_private=private)
        return made[private]

    try:
        yield client
    finally:
        for each in made.values():
            each.close()


def _side_by_side(app: App, jobs: Sequence[Job]) -> Iterator[tuple[Job, Future[Loaded]]]:
    """Each source with its answer, as they come in."""
    with _clients(app) as client:
        if len(jobs) == 1:
            alone: Future[Loaded] = Future()
            try:
                alone.set_result(_load(app, jobs[0], client(jobs[0].policy.allow_private)))
            except Exception as error:  # noqa: BLE001 - handed on, as a pool would
                alone.set_exception(error)
            yield jobs[0], alone
            return
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="source") as pool:
            asked = {pool.submit(_load, app, job, client(job.policy.allow_private)): job for job in jobs}
            for answer in as_completed(asked):
                yield asked[answer], answer


def _load(app: App, job: Job, http: Http) -> Loaded:
    now = app.now()
    etag, last_modified = job.memory.validators(now)
    ctx = context(
        app.config,
        job.name,
        http=http,
        now=now,
        url="" if job.moved else job.stored.url,
        etag=None if job.moved else etag,
        last_modified=None if job.moved else last_modified,
        state=job.memory.kind,
        known=known(app.store, job, now),
        pending=pending(app.store, job, now),
    )
    return job.source.load(ctx)


def _report(app: App, job: Job, asked: Future[Loaded]) -> SourceReport:
    """Store what a source answered, or that it failed; whatever goes wrong stays with this source."""
    try:
        loaded = asked.result()
        rulings, made = settle(app.store, job, loaded, now=app.now(), zone=app.config.site.zone)
    except SourceError as error:
        log.warning("source-failed", source=job.name, why=error.what, where=error.where)
        _remember_failure(app, job, error)
        return _failed(app, job, str(error))
    except PublisherError:
        raise
    except Exception as error:
        log.exception("source-broke", source=job.name)
        what = f"it could not be read ({type(error).__name__}: {str(error)[:200]})"
        _remember_failure(app, job, SourceError(what))
        return _failed(app, job, what)
    log.info("fetched", source=job.name, entries=len(loaded.entries), not_modified=loaded.not_modified)
    return SourceReport(
        name=job.name,
        state="not-modified" if loaded.not_modified else "ok",
        decisions=tuple(made),
        headlines=_headlines(app, made) | {ruling.review.id: ruling.review.headline for ruling in rulings},
        first_run=job.stored.last_good is None,
        warnings=loaded.warnings,
        left_out=loaded.left_out,
        filmless=_filmless(app, made, {r.review.id for r in rulings if r.review.film}),
    )


def _remember_failure(app: App, job: Job, error: SourceError) -> None:
    with app.store.write() as db:
        current = sources.get(db, job.name) or job.stored
        sources.save(db, after_failure(current, error, now=app.now(), every=job.policy.every))


def _failed(app: App, job: Job, error: str) -> SourceReport:
    """A source that was not read: what is stored of it goes on, so a future-dated review comes in its time."""
    with app.store.write() as db:
        made = ripen(db, job.name, app.now())
    return SourceReport(
        name=job.name,
        state="error",
        error=error,
        decisions=tuple(made),
        headlines=_headlines(app, made),
        filmless=_filmless(app, made, set()),
    )


def _filmless(app: App, made: Sequence[Decision], with_film: Collection[str]) -> frozenset[str]:
    """Those of what was decided, known ones left out, whose film neither the source nor the editor has said."""
    doubtful = {each.review_id for each in made if each.verdict is not Verdict.DUPLICATE} - set(with_film)
    if not doubtful:
        return frozenset()
    with app.store.read() as db:
        return frozenset(key for key, each in reviews.get_all(db, doubtful).items() if each.review.film is None)


def _headlines(app: App, made: Sequence[Decision]) -> dict[str, str]:
    ripe = {each.review_id for each in made if each.verdict is Verdict.NEW or each.rule.startswith(WITHDRAWN)}
    if not ripe:
        return {}
    with app.store.read() as db:
        return {review_id: each.review.headline for review_id, each in reviews.get_all(db, ripe).items()}


def _release(app: App, reports: Sequence[SourceReport], count: int) -> list[SourceReport]:
    """Count the newest reviews of these sources as new; the editor's own holds and exclusions stay."""
    names = {report.name for report in reports}
    now = app.now()
    made: dict[str, Decision] = {}
    headlines: dict[str, str] = {}
    with app.store.write() as db:
        for each in reviews.newest(db, names, count):
            if each.verdict is Verdict.NEW:
                continue
            review = each.original
            reviews.set_verdict(db, review.id, Verdict.NEW, rule="released")
            evidence = {"was": each.verdict.value, "by": f"--release {count}"}
            made[review.id] = Decision(
                review_id=review.id,
                source=review.source,
                verdict=Verdict.NEW,
                rule="released",
                evidence=evidence,
                at=now,
            )
            headlines[review.id] = each.review.headline
        decisions.add(db, made.values())
    filmless = _filmless(app, tuple(made.values()), ())
    return [_with_released(report, made, headlines, filmless) for report in reports]


def _with_released(
    report: SourceReport, made: dict[str, Decision], headlines: dict[str, str], filmless: frozenset[str]
) -> SourceReport:
    own = {key: each for key, each in made.items() if each.source == report.name}
    kept = tuple(each for each in report.decisions if each.review_id not in own)
    return replace(
        report,
        decisions=(*own.values(), *kept),
        headlines={**report.headlines, **headlines},
        filmless=report.filmless | filmless,
    )
