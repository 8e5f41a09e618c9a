"""Whether an edition may go out: what every entrance that looks, approves, tests or sends asks alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from publisher.config import Newsletter
from publisher.errors import ConfigError, Held
from publisher.model import EditionState
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.links import base_url
from publisher.newsroom.mailers import is_public, stays_here


@dataclass(frozen=True, kw_only=True, slots=True)
class Obstacle:
    """One thing that stands in the way of an edition: what it is, where, and what to do about it."""

    what: str
    where: str
    do: str
    whose: Literal["person", "configuration"] = "person"
    """Whether a person must act on the edition, or the configuration is mistaken."""
    noted: str = ""
    """The reason under which a send holds the edition; empty where its state stays as it is."""

    @property
    def error(self) -> Held | ConfigError:
        """The error that is raised for this obstacle."""
        kind = Held if self.whose == "person" else ConfigError
        return kind(self.what, where=self.where, do=self.do)


def obstacles(app: App, newsletter: Newsletter, made: Composed, *, automatic: bool = False) -> tuple[Obstacle, ...]:
    """All that stands in the way of this edition, in the order in which a send meets it.

    An `automatic` send also needs the approval that the newsletter asks for.
    """
    found = [*_lost_picks(made), *_preflight(newsletter, made), *unproven(made)]
    if automatic:
        found += _approval(newsletter, made)
    return (*found, *unprepared(app, newsletter))


def require(found: Iterable[Obstacle]) -> None:
    """Raise the error of the first obstacle, if there is one: `Held` or `ConfigError`."""
    for obstacle in found:
        raise obstacle.error


def unproven(made: Composed) -> Iterator[Obstacle]:
    """The quotes of an edition that no longer stand in their reviews, each proven again."""
    from publisher import quotes  # a send that finds its draft unchanged needs little else of that room

    for item in made.edition.items:
        if item.quote is not None and not quotes.stands(item.review, item.quote):
            yield Obstacle(
                what=f"the quote from “{item.review.headline}” is no longer in the review",
                where=made.edition.key,
                do=f"compose again, or pick another: `publisher quotes {item.review.id} --pick N`",
            )


def unprepared(app: App, newsletter: Newsletter) -> Iterator[Obstacle]:
    """What the law or a reader would not forgive of anything sent: no postal address, no way to leave."""
    where = str(app.config.path or "configuration")
    if not has_postal_address(app):
        yield Obstacle(
            what="[site] postal_address is missing, and a digest must carry one (CAN-SPAM, CASL)",
            where=where,
            do="add a street address or a PO box",
            whose="configuration",
        )
    try:
        base_url(app)
    except ConfigError as missing:
        yield Obstacle(what=missing.what, where=missing.where, do=missing.do, whose="configuration")
        return
    if not can_leave(app, newsletter):
        yield Obstacle(
            what="[web] url cannot be reached by readers, so nobody could unsubscribe",
            where=where,
            do="set it to the public address of `publisher serve`",
            whose="configuration",
        )


def has_postal_address(app: App) -> bool:
    """Whether the site says where it can be written to."""
    return bool(app.config.site.postal_address.strip())


def can_leave(app: App, newsletter: Newsletter) -> bool:
    """Whether every reader of the newsletter reaches the pages by which she leaves."""
    return is_public(app.config.web.url) or stays_here(app, newsletter)


def _lost_picks(made: Composed) -> Iterator[Obstacle]:
    for lost in made.held:
        do = "pick another with `publisher quotes ID --pick`"
        yield Obstacle(what=lost, where=made.edition.key, do=do, noted=lost)


def _preflight(newsletter: Newsletter, made: Composed) -> Iterator[Obstacle]:
    if not made.errors:
        return
    first = made.errors[0]
    more = f" (and {len(made.errors) - 1} more)" if len(made.errors) > 1 else ""
    yield Obstacle(
        what=f"preflight: {first.message}{more}",
        where=f"{made.edition.key}, {first.where}",
        do=f"rule {first.rule}; `publisher compose {newsletter.name}` shows all",
        noted=f"{first.rule}: {first.message}",
    )


def _approval(newsletter: Newsletter, made: Composed) -> Iterator[Obstacle]:
    approved = made.edition.state is EditionState.APPROVED
    if newsletter.approve and not approved and newsletter.if_not_approved == "hold":
        do = f"`publisher editions approve {made.edition.key}`, then send"
        yield Obstacle(what="it is not approved", where=made.edition.key, do=do, noted="not approved")
