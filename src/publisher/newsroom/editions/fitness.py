"""Whether an edition may go out: what every entrance that approves, tests or sends asks alike."""

from publisher.config import Newsletter
from publisher.errors import ConfigError, Held
from publisher.newsroom.app import App
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.links import base_url
from publisher.newsroom.mailers import is_public, stays_here


def prove(made: Composed) -> None:
    """Prove each quote of an edition again against its review; a quote that is gone raises `Held`."""
    from publisher import quotes

    for item in made.edition.items:
        if item.quote is None:
            continue
        if not quotes.stands(item.review, item.quote):
            raise Held(
                f"the quote from “{item.review.headline}” is no longer in the review",
                where=made.edition.key,
                do=f"compose again, or pick another: `publisher quotes {item.review.id} --pick N`",
            )


def prepare(app: App, newsletter: Newsletter) -> None:
    """Refuse a send that the law or a reader would not forgive: no postal address, no way to leave."""
    where = str(app.config.path or "configuration")
    if not app.config.site.postal_address.strip():
        raise ConfigError(
            "[site] postal_address is missing, and a digest must carry one (CAN-SPAM, CASL)",
            where=where,
            do="add a street address or a PO box",
        )
    if not is_public(base_url(app)) and not stays_here(app, newsletter):
        raise ConfigError(
            "[web] url cannot be reached by readers, so nobody could unsubscribe",
            where=where,
            do="set it to the public address of `publisher serve`",
        )
