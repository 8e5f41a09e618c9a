"""What a reader can do with the links of her mail: leave, come to her settings, see the edition as a page."""

from dataclasses import dataclass

from publisher.model import Reader
from publisher.newsroom.app import App
from publisher.newsroom.editions.preview import fill_html
from publisher.newsroom.links import Ticket, link_key, read, values_for
from publisher.store import editions
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedLink:
    """Whose link was opened: the newsletters she may leave, by name and title, and which she has left."""

    ticket: Ticket
    title: str
    newsletters: tuple[tuple[str, str, bool], ...]

    @property
    def left(self) -> bool:
        """Whether she has left the newsletter that the link is about."""
        return any(gone for name, _, gone in self.newsletters if name == self.ticket.newsletter)


def visit(app: App, token: str) -> OpenedLink | None:
    """What a link is about; None when it was not made here. Changes nothing."""
    ticket = read(link_key(app), token)
    if ticket is None:
        return None
    with app.store.read() as db:
        person = subscribers.by_id(db, ticket.reader)
    state = {each.newsletter: each.state for each in person.subscriptions} if person else {}
    names = dict.fromkeys([ticket.newsletter, *state])
    rows = [(name, _title(app, name), person is None or state.get(name) != "confirmed") for name in names]
    return OpenedLink(ticket=ticket, title=_title(app, ticket.newsletter), newsletters=tuple(rows))


def leave(app: App, token: str, *, newsletter: str | None = None) -> OpenedLink | None:
    """Take the reader off the newsletter, at once and even in the middle of a send; doing it again changes nothing.

    One click needs no more than the link (RFC 8058); an erased or unknown reader is simply gone already.
    """
    ticket = read(link_key(app), token)
    if ticket is None:
        return None
    name = newsletter or ticket.newsletter
    with app.store.write() as db:
        if subscribers.by_id(db, ticket.reader) is not None:
            subscribers.unsubscribe(db, ticket.reader, name, app.now())
            deliveries.suppress_open(db, ticket.reader, newsletter=name, now=app.now())
    return visit(app, token)


def view(app: App, token: str) -> str | None:
    """The edition of a link as a page, with the reader's own links in it; None when there is none."""
    ticket = read(link_key(app), token)
    if ticket is None:
        return None
    with app.store.read() as db:
        email = editions.email(db, ticket.edition)
        stored = editions.get(db, ticket.edition)
        reader = subscribers.reader(db, ticket.reader)
    if email is None or stored is None:
        return None
    values = values_for(app, newsletter=stored.newsletter, edition=stored.key)
    return fill_html(email, values(reader or Reader(id=ticket.reader, email="", name="")))


def _title(app: App, name: str) -> str:
    known = app.config.newsletters.get(name)
    return (known.title if known else "") or app.config.site.name or name
