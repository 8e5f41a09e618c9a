"""Whether an edition may go out, and goes out well: every entrance that looks, approves, tests or sends asks here.

What stops a send comes first, in the order in which a send meets it; what only spoils it follows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publisher.config import Newsletter
from publisher.errors import ConfigError, Held, PublisherError
from publisher.formatters.message import envelope
from publisher.model import EditionState
from publisher.newsroom import instance
from publisher.newsroom.app import App
from publisher.newsroom.editions import spoiling
from publisher.newsroom.editions.coming import OPEN, Coming, coming
from publisher.newsroom.editions.drafts import Composed, load, unchanged
from publisher.newsroom.editions.obstacle import Obstacle
from publisher.newsroom.links import base_url
from publisher.newsroom.mailers import is_public, mailer, stays_here
from publisher.store import editions
from publisher.store.editions import StoredEdition
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """An edition as a send would find it now, and what stands in its way; `made` is None where it cannot be made."""

    key: str
    target: str
    """What its readers are counted by: its key where it is stored, else its newsletter."""
    made: Composed | None
    obstacles: tuple[Obstacle, ...]

    @property
    def status(self) -> int:
        """The exit status of a send as things are: 0 where it would go out, or where there is too little for it."""
        if self.made is not None and self.made.too_few:
            return 0
        return next((each.raises.status for each in self.obstacles if each.raises), 0)


def outlook(app: App, newsletter: Newsletter, stored: StoredEdition | None = None) -> Outlook:
    """The coming edition of a newsletter, or a stored one, judged as a send would find it; stores nothing."""
    place = coming(app, newsletter, app.now())
    if stored is not None:
        place = Coming(key=stored.key, slot=stored.slot_utc, stored=stored)
    try:
        return judged(app, _made(app, newsletter, place))
    except PublisherError as error:
        where = error.where or place.key
        unmade = Obstacle(kind="unmade", what=error.what, where=where, do=error.do, raises=type(error))
        found = (unmade, *_whatever(app, newsletter, place.stored))
        return Outlook(key=place.key, target=newsletter.name, made=None, obstacles=found)


def judged(app: App, made: Composed) -> Outlook:
    """An edition that has been made, with all that stands in its way."""
    newsletter = app.newsletter(made.edition.newsletter)
    key, found = made.edition.key, obstacles(app, newsletter, made)
    return Outlook(key=key, target=key if _stored(app, key) else newsletter.name, made=made, obstacles=found)


def _made(app: App, newsletter: Newsletter, place: Coming) -> Composed:
    """The edition as it would be now; what did not change since it was stored needs no composing."""
    from publisher.newsroom.editions import compose as composing

    stored = place.stored
    if stored is None or (stored.kind == "slot" and stored.frozen is None and stored.state in OPEN):
        return unchanged(app, newsletter, place) or composing.compose_slot(app, newsletter, place, purpose="look")
    if stored.frozen is not None or stored.state is EditionState.CANCELLED:
        return load(app, stored)
    return composing.remake(app, newsletter, stored, purpose="look")


def obstacles(app: App, newsletter: Newsletter, made: Composed) -> tuple[Obstacle, ...]:
    """All that stops or spoils a send of this edition by hand."""
    stored = _stored(app, made.edition.key)
    if stored is not None and stored.frozen is not None:
        return stops(app, newsletter, made)
    if made.too_few:
        return _whatever(app, newsletter, stored)
    of_slot = stored.kind == "slot" if stored else made.edition.key.startswith(f"{newsletter.name}/")
    waits = _approval(newsletter, made) if newsletter.schedule and of_slot else ()
    spoiled = (*spoiling.of_edition(app, newsletter, made), *spoiling.of_newsletter(app, newsletter))
    return (*stops(app, newsletter, made), *waits, *spoiled)


def _whatever(app: App, newsletter: Newsletter, stored: StoredEdition | None) -> tuple[Obstacle, ...]:
    """What stands in the way of any edition, whatever is in it."""
    about = (*_halted(app, stored), *unprepared(app, newsletter), *_nobody(app, newsletter, stored))
    return (*about, *spoiling.of_newsletter(app, newsletter))


def stops(app: App, newsletter: Newsletter, made: Composed, *, automatic: bool = False) -> tuple[Obstacle, ...]:
    """What a send would refuse, in the order in which it meets it.

    An `automatic` send also needs the approval that the newsletter asks for.
    """
    stored = _stored(app, made.edition.key)
    if stored is not None and stored.frozen is not None:
        return (*_halted(app, stored), *unprepared(app, newsletter))
    found = [*_halted(app, stored), *_lost_picks(made), *_preflight(newsletter, made), *unproven(made)]
    found += spoiling.gone(app, made)
    if automatic:
        found += _approval(newsletter, made, raises=Held)
    return (*found, *unprepared(app, newsletter), *_nobody(app, newsletter, stored))


def require(found: Iterable[Obstacle]) -> None:
    """Raise the error of the first obstacle that stops a send, if there is one."""
    for obstacle in found:
        if obstacle.raises:
            raise obstacle.error


def unproven(made: Composed) -> Iterator[Obstacle]:
    """The quotes of an edition that no longer stand in their reviews, each proven again."""
    from publisher import quotes  # a send that finds its draft unchanged needs little else of that room

    for item in made.edition.items:
        if item.quote is not None and not quotes.stands(item.review, item.quote):
            yield Obstacle(
                kind="unproven",
                what=f"the quote from “{item.review.headline}” is no longer in the review",
                where=made.edition.key,
                do=f"compose again, or pick another: `publisher quotes {item.review.id} --pick N`",
                raises=Held,
            )


def unprepared(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    """What the law, a reader or a server would not forgive of anything sent: nowhere to write to, no way to leave."""
    config = app.config
    if not config.site.postal_address.strip():
        yield Obstacle(
            kind="postal-missing",
            what="[site] postal_address is missing, and a digest must carry one (CAN-SPAM, CASL)",
            where=config.where("site.postal_address"),
            do="add a street address or a PO box",
            raises=ConfigError,
        )
    yield from _sender(app, newsletter)
    yield from _provider(app, newsletter)
    yield from _leaving(app, newsletter)


def can_leave(app: App, newsletter: Newsletter) -> bool:
    """Whether every reader of the newsletter reaches the pages by which she leaves."""
    try:
        return is_public(app.config.web.url) or stays_here(app, newsletter)
    except ConfigError:
        return True  # an unknown provider reaches nobody, and is an obstacle of its own


def _leaving(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    where = app.config.where("web.url")
    try:
        base_url(app)
    except ConfigError as missing:
        yield Obstacle(kind="web-missing", what=missing.what, where=where, do=missing.do, raises=ConfigError)
        return
    if not can_leave(app, newsletter):
        yield Obstacle(
            kind="web-unreachable",
            what="[web] url cannot be reached by readers, so nobody could unsubscribe",
            where=where,
            do="set it to the public address of `publisher serve`",
            raises=ConfigError,
        )


def _sender(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    """A mailbox that no mail server would take; a domain outside ASCII is none, it goes out as A-labels."""
    for key, said in (("from", newsletter.sender), ("reply_to", newsletter.reply_to)):
        try:
            if said:
                envelope.mailbox(said, newsletter.name, key)
        except ConfigError:
            yield Obstacle(
                kind="sender",
                what=f"newsletters.{newsletter.name}.{key} is no address that an envelope can carry",
                where=app.config.where(f"newsletters.{newsletter.name}.{key}"),
                do="use plain letters and digits before the @; the domain may be in any script",
                raises=ConfigError,
            )


def _provider(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    try:
        mailer(app, newsletter)
    except PublisherError as error:
        yield Obstacle(kind="provider", what=error.what, where=error.where, do=error.do, raises=ConfigError)


def _halted(app: App, stored: StoredEdition | None) -> Iterator[Obstacle]:
    """A copy that may not send, and an edition that the editor has stopped or cancelled."""
    try:
        instance.refuse_copy(app)
    except Held as copy:
        yield Obstacle(kind="copy", what=copy.what, where=copy.where, do=copy.do, raises=Held)
    if stored is not None and stored.paused:
        do = f"publisher editions resume {stored.key}"
        what = f"it is paused{f': {stored.reason}' if stored.reason else ''}"
        yield Obstacle(kind="edition-paused", what=what, where=stored.key, do=do, raises=Held)
    if stored is not None and stored.state is EditionState.CANCELLED:
        what, do = f"{stored.key} is cancelled and stays as it is", "its reviews are free for the next edition"
        yield Obstacle(kind="edition-ended", what=what, where="", do=do, raises=Held)


def _nobody(app: App, newsletter: Newsletter, stored: StoredEdition | None) -> Iterator[Obstacle]:
    with app.store.read() as db:
        if stored is not None and stored.recipients_of:
            readers = deliveries.counts(db, stored.recipients_of).accepted
        else:
            readers = subscribers.counts(db, newsletter.name).get("confirmed", 0)
    if not readers:
        yield Obstacle(
            kind="nobody",
            what=f"“{newsletter.name}” has no confirmed readers",
            where=app.config.where(f"newsletters.{newsletter.name}"),
            do="`publisher subscribers import FILE` brings them in",
            raises=PublisherError,
        )


def _lost_picks(made: Composed) -> Iterator[Obstacle]:
    for lost in made.held:
        do = "pick another with `publisher quotes ID --pick`"
        yield Obstacle(kind="lost-pick", what=lost, where=made.edition.key, do=do, raises=Held, noted=lost)


def _preflight(newsletter: Newsletter, made: Composed) -> Iterator[Obstacle]:
    if not made.errors:
        return
    first = made.errors[0]
    more = f" (and {len(made.errors) - 1} more)" if len(made.errors) > 1 else ""
    yield Obstacle(
        kind="preflight",
        what=f"preflight: {first.message}{more}",
        where=f"{made.edition.key}, {first.where}",
        do=f"rule {first.rule}; `publisher compose {newsletter.name}` shows all",
        raises=Held,
        noted=f"{first.rule}: {first.message}",
    )


def _approval(
    newsletter: Newsletter, made: Composed, *, raises: type[PublisherError] | None = None
) -> Iterator[Obstacle]:
    """A send by hand is an approval of its own; a slot waits for one."""
    approved = made.edition.state is EditionState.APPROVED
    if newsletter.approve and not approved and newsletter.if_not_approved == "hold":
        yield Obstacle(
            kind="unapproved",
            what="it is not approved" if raises else "it waits for your approval, and its slot will hold it without",
            where=made.edition.key,
            do=f"`publisher editions approve {made.edition.key}`" + (", then send" if raises else ""),
            raises=raises,
            noted="not approved",
        )


def _stored(app: App, key: str) -> StoredEdition | None:
    with app.store.read() as db:
        return editions.get(db, key)
