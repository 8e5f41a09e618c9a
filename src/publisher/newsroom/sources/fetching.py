"""Ask the sources whose time has come, and tell the editor of one that has been failing for a day."""

import threading
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from publisher.config import RawTable, SourcePolicy, policy
from publisher.errors import PublisherError
from publisher.newsroom.app import App
from publisher.newsroom.notify import tell
from publisher.newsroom.pool.reviewing import WITHDRAWN
from publisher.newsroom.sources.collect import collect
from publisher.newsroom.sources.outcome import SourceReport
from publisher.store.pool import sources

log = structlog.get_logger()

FRESH = timedelta(seconds=10)
"""What was asked this recently need not be asked again for a slot."""
PATIENCE = timedelta(days=1)


def fetch_due(app: App, now: datetime, *, everything: bool = False, stop: threading.Event) -> tuple[str, ...]:
    """Load each source whose `every` has passed, with `everything` all that are not fresh; one line per failure."""
    due = [table.name for table in app.config.sources if _is_due(app, table, now, everything=everything)]
    if not due or stop.is_set():
        return ()
    failures = _fetch(app, due)
    for name in due:
        _tell_of_failing(app, name, now)
    return tuple(failures)


def _fetch(app: App, names: Collection[str]) -> list[str]:
    try:
        reports = collect(app, among=names)
    except PublisherError as error:
        log.warning("fetch-failed", why=error.what)
        return [f"the sources could not be read, so this holds what was known before: {error}"]
    for report in reports:
        _tell_of_held(app, report)
    failed = [each for each in reports if each.state == "error"]
    return [f"{each.name} could not be read, so this holds what was known before: {each.words}" for each in failed]


def _tell_of_held(app: App, report: SourceReport) -> None:
    """One mail for all that one look at a source left to the editor."""
    if not report.held:
        return
    _tell_of_withdrawn(app, report)
    held = [each for each in report.held if not each.rule.startswith(WITHDRAWN)]
    if not held:
        return
    ids = [each.review_id for each in held]
    lines = [f"{report.headlines.get(each.review_id, '')} ({each.rule}): {each.review_id}" for each in held]
    what = f"{len(ids)} review{'s' if len(ids) > 1 else ''} of {report.name} wait{'' if len(ids) > 1 else 's'} for you"
    brake = f"More than `flood_limit` new reviews came from {report.name} at once; these were held back:"
    why = brake if report.flooded else f"It is not certain that these reviews from {report.name} are new:"
    do = "To let one out: publisher reviews release ID. Until then no digest and no post carries it."
    tell(app, f"held {report.name} {' '.join(ids)}", what, "\n".join([why, "", *lines, "", do]))


def _tell_of_withdrawn(app: App, report: SourceReport) -> None:
    """One mail for all that a look at a source no longer found."""
    gone = [each for each in report.held if each.rule.startswith(WITHDRAWN)]
    if not gone:
        return
    ids = [each.review_id for each in gone]
    lines = [f"{report.headlines.get(each.review_id, '')}: {each.review_id}" for each in gone]
    what = f"{len(ids)} of the reviews of {report.name} withdrawn"
    why = f"The source {report.name} no longer shows these reviews, so no digest and no post carries them:"
    do = "One that comes back is in again. To send one all the same: publisher reviews release ID."
    tell(app, f"withdrawn {report.name} {' '.join(ids)}", what, "\n".join([why, "", *lines, "", do]))


def _is_due(app: App, table: RawTable, now: datetime, *, everything: bool) -> bool:
    with app.store.read() as db:
        stored = sources.get(db, table.name)
    if stored is None or stored.fetched_at is None:
        return True
    if stored.gone or (stored.not_before is not None and now < stored.not_before):
        return False
    every = policy(table, SourcePolicy).every
    return now - stored.fetched_at >= (min(every, FRESH) if everything else every) or stored.fetched_at > now


def _tell_of_failing(app: App, name: str, now: datetime) -> None:
    with app.store.read() as db:
        stored = sources.get(db, name)
    if stored is None or stored.failing_since is None or now - stored.failing_since < PATIENCE:
        return
    since = f"{stored.failing_since:%Y-%m-%d}"
    text = f"The source {name} has not been readable since {since}: {stored.error}"
    do = f"To try it now: publisher fetch --source {name}"
    tell(app, f"failing {name} {since}", f"source {name} has been failing for a day", f"{text}\n\n{do}")
