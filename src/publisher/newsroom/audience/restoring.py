"""Readers whom a refusal of the sender threw out are taken back."""

import re
from dataclasses import dataclass

from publisher.errors import UsageError
from publisher.newsroom.app import App
from publisher.providers.blame import Blame, blame
from publisher.store import editions
from publisher.store.ledger import deliveries
from publisher.store.people import bounces, subscribers

_CODE = re.compile(r"\s*(\d{3})[ -]?\s*([245]\.\d{1,3}\.\d{1,3}\b)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """The addresses that get mail again, and how many of the edition's refusals were about the readers themselves."""

    addresses: tuple[str, ...]
    hers: int


def restore_refused(app: App, edition: str, *, dry_run: bool = False) -> Restored:
    """Take back whom a server's refusal of *us* in this edition had suppressed; a dead address stays out.

    Refusals are read anew by the table of `providers.blame`. One who left or complained since stays away. An edition
    that is not known is a `UsageError`. `dry_run` says the same and changes nothing.
    """
    with app.store.read() as db:
        if editions.get(db, edition) is None:
            raise UsageError(f"there is no edition “{edition}”", do="`publisher editions list` shows them")
        refused = deliveries.refused(db, edition)
        ours = [reader for reader, words in refused if _is_about_us(words)]
        known = {each: bounces.thrown_out(db, each, edition=edition) for each in ours}
        out = (subscribers.reader(db, each) for each, thrown in known.items() if thrown)
        found = Restored(addresses=tuple(each.email for each in out if each), hers=len(refused) - len(ours))
    if not dry_run:
        with app.store.write(durable=True) as db:
            for each, thrown in known.items():
                if thrown is not None:
                    bounces.take_back(db, each, edition=edition, now=app.now())
    return found


def _is_about_us(words: str) -> bool:
    """Whether a refusal, as the ledger keeps its words, was not clearly about the reader."""
    code = _CODE.match(words)
    status = (code.group(2) or code.group(1)) if code else ""
    return blame(status, words) in (Blame.US, Blame.EITHER)
