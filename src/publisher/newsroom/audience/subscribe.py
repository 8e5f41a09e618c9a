"""The audience, by hand: add, remove, forget, list, and one reader's whole story."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from publisher.errors import Held, UsageError
from publisher.newsroom.app import App
from publisher.newsroom.audience.intake import ImportOptions, ImportReport, chosen_newsletters, import_csv
from publisher.store import events
from publisher.store.events import Event
from publisher.store.people import stories, subscribers, suppressions
from publisher.store.people.subscribers import EVERYTHING, Listed, Reason, Subscriber, Subscription, Suppression

__all__ = ["ImportOptions", "ImportReport", "Story", "add", "erase", "export", "import_csv", "list_", "remove", "show"]

FORMULA_SIGNS = frozenset("=+-@\t\r")
COLUMNS = ("Email Address", "Name", "Newsletter", "Status", "Since", "Time Zone", "Language")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """One thing that happened to a reader, in words."""

    at: datetime
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """All that is known of one address; `email` and `id` are None once the person is erased or was never here."""

    id: int | None
    email: str | None
    name: str
    zone: str
    language: str
    state: str
    subscriptions: tuple[Subscription, ...]
    suppressions: tuple[Suppression, ...]
    chapters: tuple[Chapter, ...]


def add(
    app: App,
    email: str,
    *,
    name: str = "",
    zone: str = "",
    newsletters: Sequence[str] = (),
    again: bool = False,
) -> Subscriber:
    """Put a person on newsletters (on all when none is named), confirmed.

    Somebody who left, bounced or was erased is `Held`, unless `again` says that she asked to come back.
    """
    chosen = chosen_newsletters(app, newsletters)
    address = _address(email)
    if zone and zone not in available_timezones():
        raise UsageError(f"“{zone}” is no time zone", do="write it like Europe/London or America/New_York")
    now = app.now()
    with app.store.write() as db:
        closed = {s.scope: s for s in suppressions.suppressed(db, address) if s.scope in {EVERYTHING, *chosen}}
        if closed and not again:
            first = min(closed.values(), key=lambda suppression: suppression.since)
            raise Held(
                f"this address gets no mail since {first.since:%Y-%m-%d} ({first.reason.value})",
                do="add --again when its owner asked to come back",
            )
        consent = {"how": "editor"}
        id_ = subscribers.add(db, address, name=name, newsletters=chosen, now=now, consent=consent)
        subscribers.set_zone(db, {id_: zone} if zone else {})
        if again:
            for scope, suppression in closed.items():
                if suppression.reason is Reason.MANUAL:
                    suppressions.lift(db, subscribers.address_key(address), scope)
            for newsletter in chosen:
                subscribers.rejoin(db, id_, newsletter, now=now, consent=consent)
        added = subscribers.by_id(db, id_)
    assert added is not None
    return added


def remove(app: App, email: str, *, newsletter: str | None = None) -> Subscriber:
    """Take a person off one newsletter, or off all; she stays out until she asks to come back."""
    scope = app.newsletter(newsletter).name if newsletter else EVERYTHING
    with app.store.write(durable=True) as db:
        found = subscribers.get(db, _address(email))
        if found is None:
            raise _unknown()
        subscribers.unsubscribe(db, found.id, scope, app.now())
        left = subscribers.by_id(db, found.id)
    assert left is not None
    return left


def erase(app: App, email: str) -> bool:
    """Forget a person for good and keep her address suppressed by its hash; True when she was known."""
    address = _address(email)
    with app.store.write(durable=True) as db:
        return subscribers.erase(db, address, app.now())


def list_(app: App, *, newsletter: str | None = None, state: str | None = None) -> tuple[Listed, ...]:
    """Everybody with one state each, by address; of one newsletter or in one state where that is asked."""
    name = app.newsletter(newsletter).name if newsletter else None
    with app.store.read() as db:
        return tuple(subscribers.list_(db, newsletter=name, state=state))


def export(app: App, *, newsletter: str | None = None) -> Iterator[Mapping[str, str]]:
    """One row per person and newsletter, in columns that `import_csv` reads back, safe to open in a spreadsheet."""
    name = app.newsletter(newsletter).name if newsletter else None
    with app.store.read() as db:
        for row in subscribers.standings(db, newsletter=name):
            since = f"{row.since:%Y-%m-%d %H:%M:%S}"
            who = (_no_formula(row.email), _no_formula(row.name))
            cells = (*who, row.newsletter, row.state, since, row.zone, row.fields.get("language", ""))
            yield dict(zip(COLUMNS, cells, strict=True))


def show(app: App, email: str) -> Story:
    """One reader's story: where she stands, how she came and went, and what became of each edition meant for her."""
    address = _address(email)
    key = subscribers.address_key(address)
    with app.store.read() as db:
        found = subscribers.get(db, address)
        closed = suppressions.of_key(db, key)
        told = events.about(db, events.address(key), *([events.reader(found.id)] if found else []))
        sent = stories.deliveries(db, found.id) if found else ()
    if found is None and not closed and not told:
        raise _unknown()
    chapters = [Chapter(at=event.at, what=_told(event)) for event in told]
    chapters += [Chapter(at=s.at, what=_sent(s)) for s in sent if s.at is not None]
    altogether = next((s.reason.shown for s in closed if s.scope == EVERYTHING), "none")
    return Story(
        id=found.id if found else None,
        email=found.email if found else None,
        name=found.name if found else "",
        zone=found.zone if found else "",
        language=found.fields.get("language", "") if found else "",
        state=found.state if found else altogether,
        subscriptions=found.subscriptions if found else (),
        suppressions=closed,
        chapters=tuple(sorted(chapters, key=lambda chapter: chapter.at)),
    )


def _told(event: Event) -> str:
    data = dict(event.data)
    newsletter = data.pop("newsletter", "") or "all newsletters"
    how = f" ({data['how']})" if data.get("how") else ""
    if event.kind == "confirmed":
        return f"joined {newsletter}{how}"
    if event.kind == "pending":
        return f"asked for {newsletter}{how}; not confirmed yet"
    if event.kind == "unsubscribed":
        return f"left {newsletter}{how}"
    if event.kind == "suppressed":
        return f"gets no more mail of {newsletter}: {data.get('reason', '')}{how}"
    if event.kind == "erased":
        return "was erased"
    if event.kind == "restored":
        return f"gets mail again: in {data.get('edition', '')} the server refused us, not her"
    details = ", ".join(f"{word} {value}" for word, value in data.items() if value)
    return f"{event.kind}: {details}" if details else event.kind


def _sent(sent: stories.ReaderDelivery) -> str:
    words = {
        "uncertain": "may have arrived",
        "todo": "is to be sent",
        "claimed": "is to be sent",
        "sending": "is being sent",
        "suppressed": "was not sent (unsubscribed or bounced)",
        "cancelled": "was cancelled",
        "deferred": "was put off by the mail server",
    }
    said = words.get(sent.state, f"was {sent.state}")
    again = f", attempt {sent.attempts}" if sent.attempts > 1 else ""
    return f"{sent.edition} {said}{again}" + (f": {sent.error}" if sent.error else "")


def _address(email: str) -> str:
    try:
        return subscribers.deliverable(email)
    except ValueError as error:
        raise UsageError(f"this is no address that mail can be sent to: {error}") from error


def _unknown() -> UsageError:
    return UsageError("nobody here has this address", do="`publisher subscribers list` shows everybody")


def _no_formula(text: str) -> str:
    """A cell that a spreadsheet takes for text (https://owasp.org/www-community/attacks/CSV_Injection)."""
    return f"'{text}" if text[:1] in FORMULA_SIGNS else text
