"""What stops no send and spoils it: a pause, a slot that is gone, a review without a film, an example's words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from publisher.config import Newsletter
from publisher.config.unfilled import placeholders
from publisher.editorial import schedule
from publisher.errors import Held, PublisherError
from publisher.model import EditionState, Verdict
from publisher.newsroom import pausing
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.obstacle import Obstacle
from publisher.newsroom.pool.reviewing import NOTHING, WITHDRAWN, is_held
from publisher.store import editions
from publisher.store.editions import StoredEdition
from publisher.store.pauses import Pause
from publisher.store.pool import reviews as pool
from publisher.store.pool.reviews import StoredReview

# Mailbox providers whose DMARC policy has others refuse what was not sent by themselves.
FREE_MAIL = frozenset(
    {"aol.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.co.uk", "hotmail.com"}
    | {"hotmail.fr", "icloud.com", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com"}
    | {"proton.me", "protonmail.com", "qq.com", "rocketmail.com", "t-online.de", "web.de", "yahoo.co.uk", "yahoo.com"}
    | {"yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com"}
)
SOON = timedelta(days=7)
DRAFT, HELD = EditionState.DRAFT, EditionState.HELD


def of_edition(app: App, newsletter: Newsletter, made: Composed) -> Iterator[Obstacle]:
    """What is wrong with what is in an edition, and with its time."""
    edition, now = made.edition, app.now()
    chosen = [item.review.id for item in edition.items] + [review.id for review in edition.links]
    with app.store.read() as db:
        stored, known = editions.get(db, edition.key), pool.get_all(db, chosen)
    for review_id in chosen:
        if review_id in known:
            yield from _reviewed(known[review_id], edition.key, now)
    open_ = stored is None or (stored.kind == "slot" and stored.frozen is None and stored.state in (DRAFT, HELD))
    if open_ and newsletter.schedule and edition.slot is not None and edition.slot <= now:
        yield _past(app, edition.key, edition.slot)


def _reviewed(stored: StoredReview, key: str, now: datetime) -> Iterator[Obstacle]:
    review = stored.review
    if review.film is None and str(stored.overrides.get("film", "")).casefold() != NOTHING:
        do = f'`publisher reviews set {review.id} film="…"` names it, `film={NOTHING}` says that there is none'
        what = f"no film was found in “{review.headline}”, so it comes without one"
        yield Obstacle(kind="filmless", what=what, where=key, do=do)
    if stored.verdict is Verdict.HELD and stored.rule.startswith(WITHDRAWN):
        return  # stops the send, see `gone`
    if stored.excluded or is_held(stored, now):
        do = f"make the edition anew without it, or `publisher reviews release {review.id}`"
        what = f"“{review.headline}” is held or was withdrawn, and is still in it"
        yield Obstacle(kind="withdrawn", what=what, where=key, do=do)


def gone(app: App, made: Composed) -> Iterator[Obstacle]:
    """The reviews of an edition that their source has withdrawn since: these stop it."""
    chosen = [item.review.id for item in made.edition.items] + [review.id for review in made.edition.links]
    with app.store.read() as db:
        known = pool.get_all(db, chosen)
    for stored in known.values():
        if stored.verdict is Verdict.HELD and stored.rule.startswith(WITHDRAWN):
            what = f"“{stored.review.headline}” was withdrawn at its source"
            do = f"make the edition anew without it, or `publisher reviews release {stored.review.id}`"
            yield Obstacle(kind="gone", what=what, where=made.edition.key, do=do, raises=Held, noted=what)


def of_newsletter(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    """What spoils any edition of a newsletter."""
    pause = pausing.standing(app).get(newsletter.name)
    if pause is not None:
        yield _paused(app, pause, f"newsletters.{newsletter.name}", "its slots send nothing")
    yield from left_over(app, newsletter)
    yield from _free_mail(app, newsletter)
    yield from _placeholders(app)
    yield from _tokens(app, newsletter)


def _paused(app: App, pause: Pause, key: str, so: str) -> Obstacle:
    do = f"`publisher resume {pause.name}` ends the pause"
    what = f"{pausing.in_words(app, pause)}, and {so}"
    return Obstacle(kind="paused", what=what, where=app.config.where(key), do=do)


def _placeholders(app: App) -> Iterator[Obstacle]:
    for found in placeholders(app.config):
        what = f"{found.key} stands only for an example{f' ({found.value})' if found.value else ''}"
        yield Obstacle(kind="placeholder", what=what, where=found.where, do="set it to your own")


def left_over(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    """Approved editions that the schedule, as it reads now, has no slot for any more, or whose slot has passed."""
    for stored in _approved(app):
        if stored.newsletter == newsletter.name and stored.slot_utc is not None:
            if stored.slot_utc <= app.now():
                yield _past(app, stored.key, stored.slot_utc)
            elif stored.key not in _keys_until(app, newsletter, stored.slot_utc):
                yield _stranded(app, stored, "the schedule has no slot then any more")


def elsewhere(app: App) -> Iterator[Obstacle]:
    """What is wrong beside the newsletters: paused channels, and approved editions whose newsletter is gone."""
    for name, pause in pausing.standing(app).items():
        if name not in app.config.newsletters:
            yield _paused(app, pause, f"social.{name}", "nothing is posted on it")
    if not app.config.newsletters:
        yield from _placeholders(app)
    for stored in _approved(app):
        if stored.newsletter not in app.config.newsletters:
            gone = _stranded(app, stored, f"there is no newsletter “{stored.newsletter}” any more")
            do = f"give the newsletter its name back, or free its reviews: `publisher editions cancel {stored.key}`"
            yield replace(gone, do=do)


def _approved(app: App) -> list[StoredEdition]:
    with app.store.read() as db:
        known = editions.list_(db)
    return [e for e in known if e.state is EditionState.APPROVED and e.frozen is None and e.kind == "slot"]


def _keys_until(app: App, newsletter: Newsletter, slot: datetime) -> set[str]:
    if not newsletter.schedule:
        return set()
    plan = schedule.parse(newsletter.schedule)
    coming = schedule.slots(plan, after=app.now(), until=slot + timedelta(days=2), zone=app.config.site.zone)
    return {schedule.edition_key(newsletter.name, each, plan) for each in coming}


def _stranded(app: App, stored: StoredEdition, why: str) -> Obstacle:
    when = _words(app, stored.slot_utc) if stored.slot_utc else "no slot"
    return Obstacle(
        kind="stranded",
        what=f"it is approved for {when}, and {why}",
        where=stored.key,
        do=f"send it: `publisher send {stored.key}`, or free its reviews: `publisher editions cancel {stored.key}`",
    )


def _past(app: App, key: str, slot: datetime) -> Obstacle:
    do = f"send it: `publisher send {key}`, or free its reviews: `publisher editions cancel {key}`"
    what = f"it has not gone out, and its slot has passed: {_words(app, slot)}"
    return Obstacle(kind="past", what=what, where=key, do=do)


def _words(app: App, moment: datetime) -> str:
    return schedule.in_words(moment, now=app.now(), zone=app.config.site.zone)


def _free_mail(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    domain = parseaddr(newsletter.sender)[1].rpartition("@")[2].lower()
    if domain in FREE_MAIL:
        yield Obstacle(
            kind="free-mail",
            what=f"{newsletter.name} is sent from {domain}, whose rules have mailboxes refuse it",
            where=app.config.where(f"newsletters.{newsletter.name}.from"),
            do="send from an address of your own domain",
        )


def _tokens(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    """Tokens that nothing renews and that end before the newsletter's next slot, or within a week."""
    from publisher.providers.social.kit.keys import ChannelKeys  # a send asks for none of this and starts without it

    now, zone = app.now(), app.config.site.zone
    until = now + SOON
    if newsletter.schedule:
        until = max(until, schedule.next_slot(schedule.parse(newsletter.schedule), after=now, zone=zone).utc)
    for table in (*app.config.social.values(), *app.config.providers.values()):
        try:
            kept = ChannelKeys.of(table).read()
        except PublisherError:
            continue  # said by whoever opens the channel
        if kept is not None and kept.expires is not None and not kept.renewal and kept.expires <= until:
            ends = "has ended" if kept.expires <= now else "ends"
            what, do = f"the token of {table.name} {ends}: {_words(app, kept.expires)}", f"publisher auth {table.name}"
            yield Obstacle(kind="token", what=what, where=table.where(), do=do)
