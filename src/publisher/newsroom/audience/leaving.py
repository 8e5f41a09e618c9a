"""What a reader can do with the links of her mail: leave one newsletter or several, see the edition as a page."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.newsroom.editions.preview import public_html
from publisher.newsroom.links import Ticket, base_path, known_key, read, read_view, sign_view
from publisher.store import editions
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers
from publisher.store.people.subscribers import EVERYTHING, Reason, Subscriber


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """A newsletter as one reader sees it: whether she gets it, and why she cannot choose it here ("" when she can)."""

    name: str
    title: str
    on: bool
    closed: str = ""

    def __iter__(self) -> Iterator[str | bool]:
        """Name, title and whether it is left: an editor's copy of an earlier version's template unpacks it so."""
        return iter((self.name, self.title, not self.on))


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedLink:
    """Whose link was opened: each newsletter that she has or may have; `known` is False once she is erased."""

    ticket: Ticket
    title: str
    newsletters: tuple[Offered, ...]
    known: bool

    @property
    def left(self) -> bool:
        """Whether she has left the newsletter that the link is about."""
        return not any(each.on for each in self.newsletters if each.name == self.ticket.newsletter)


def ticket_of(app: App, token: str) -> Ticket | None:
    """What a reader's link was signed for; None when it was not made here. No table is looked at."""
    key = known_key(app)
    return None if key is None else read(key, token)


def visit(app: App, token: str) -> OpenedLink | None:
    """What a link is about; None when it was not made here. Changes nothing."""
    ticket = ticket_of(app, token)
    if ticket is None:
        return None
    with app.store.read() as db:
        person = subscribers.by_id(db, ticket.reader)
    title, known = _title(app, ticket.newsletter), person is not None
    return OpenedLink(ticket=ticket, title=title, newsletters=offered(app, ticket, person), known=known)


def offered(app: App, ticket: Ticket, person: Subscriber | None) -> tuple[Offered, ...]:
    """Every newsletter that is configured or that she has, the link's own first."""
    return tuple(_offered(app, name, person) for name in _names(app, ticket, person))


def leave(app: App, token: str, *, newsletters: Collection[str] = ()) -> OpenedLink | None:
    """Take the reader off the link's newsletter, or off those named, at once and even in the middle of a send.

    One click needs no more than the link (RFC 8058); doing it again changes nothing, an erased or unknown reader is
    gone already. A name that is neither a newsletter's nor one of hers is a `UsageError`. It is on the disk when this
    returns.
    """
    opened = visit(app, token)
    if opened is None or not opened.known:
        return opened
    require_known(opened, newsletters)
    reader, now = opened.ticket.reader, app.now()
    with app.store.write(durable=True) as db:
        for name in newsletters or (opened.ticket.newsletter,):
            subscribers.unsubscribe(db, reader, name, now)
            deliveries.suppress_open(db, reader, newsletter=name, now=now)
    return visit(app, token)


def require_known(opened: OpenedLink, newsletters: Collection[str]) -> None:
    """A `UsageError` when one of these names is neither a newsletter's nor one of hers."""
    if not set(newsletters) <= {each.name for each in opened.newsletters}:
        raise UsageError("there is no such newsletter here, and nothing was changed")


def view(app: App, token: str) -> str | None:
    """The edition of a link as a page for anybody, with nothing of any reader in it; None when there is none."""
    key = known_key(app)
    edition = None if key is None else read_view(key, token)
    if key is None or edition is None:
        return None
    with app.store.read() as db:
        email = editions.email(db, edition)
    root = base_path(app)
    return None if email is None else public_html(email, f"{root}/v/{sign_view(key, edition)}", root=root)


def _names(app: App, ticket: Ticket, person: Subscriber | None) -> tuple[str, ...]:
    hers = [each.newsletter for each in person.subscriptions] if person else []
    return tuple(dict.fromkeys([ticket.newsletter, *app.config.newsletters, *hers]))


def _offered(app: App, name: str, person: Subscriber | None) -> Offered:
    on = person is not None and person.state_for(name) == "confirmed"
    # Her own leaving is hers to take back; what her mailbox, a complaint or the editor decided is not.
    shut = [s for s in person.suppressions if s.reason is not Reason.UNSUBSCRIBED] if person else []
    closed = next((each.reason.shown for each in shut if each.scope in {EVERYTHING, name}), "")
    return Offered(name=name, title=_title(app, name), on=on, closed=closed)


def _title(app: App, name: str) -> str:
    known = app.config.newsletters.get(name)
    site = app.config.site.name if len(app.config.newsletters) == 1 else ""
    return (known.title if known else "") or site or name
