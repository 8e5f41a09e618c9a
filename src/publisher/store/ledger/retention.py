"""How long the ledger is kept reader by reader: what is older is counted, and its rows are let go.

Only outcomes that nothing follows are counted; whoever is in doubt or still due keeps her row, however old. Each step
is one transaction that deletes a portion and counts it, so that the numbers add up at every moment.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from publisher.model import DeliveryState, EditionState
from publisher.store.tables import edition_totals, editions, mail_deliveries
from publisher.store.upsert import insert

FINISHED = (EditionState.SENT, EditionState.CANCELLED)
OUTCOMES = (DeliveryState.ACCEPTED, DeliveryState.REFUSED, DeliveryState.SUPPRESSED, DeliveryState.CANCELLED)


def old(db: Connection, *, before: datetime) -> dict[str, int]:
    """Finished editions that were frozen before that time and still have rows to count, with how many, oldest first."""
    rows = mail_deliveries.join(editions, editions.c.key == mail_deliveries.c.edition)
    query = select(mail_deliveries.c.edition, func.count()).select_from(rows)
    query = query.where(
        editions.c.frozen < before, editions.c.state.in_(FINISHED), mail_deliveries.c.state.in_(OUTCOMES)
    )
    query = query.group_by(mail_deliveries.c.edition, editions.c.frozen).order_by(editions.c.frozen)
    return {row[0]: row[1] for row in db.execute(query)}


def count_off(db: Connection, edition: str, *, limit: int) -> int:
    """Turn up to `limit` rows of an edition into numbers; how many there were."""
    table = mail_deliveries.c
    finished = select(editions.c.key).where(editions.c.key == edition, editions.c.state.in_(FINISHED))
    done = (table.edition == finished.scalar_subquery()) & table.state.in_(OUTCOMES)
    portion = select(table.id, table.state).where(done).order_by(table.id).limit(limit)
    found = [(number, state) for number, state in db.execute(portion)]
    for state in sorted({each for _, each in found}):
        ids = [number for number, each in found if each == state]
        readers = db.execute(delete(mail_deliveries).where(table.id.in_(ids))).rowcount
        new = insert(db, edition_totals).values(edition=edition, state=state, readers=readers)
        more = {"readers": edition_totals.c.readers + readers}
        db.execute(new.on_conflict_do_update(index_elements=["edition", "state"], set_=more))
    return len(found)


def totals(db: Connection, edition: str) -> dict[str, int]:
    """The readers of an edition who are only counted, by outcome."""
    query = select(edition_totals.c.state, edition_totals.c.readers).where(edition_totals.c.edition == edition)
    return {row[0]: row[1] for row in db.execute(query)}
