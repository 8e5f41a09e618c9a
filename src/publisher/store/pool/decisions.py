"""Every verdict of every fetch with its rule and evidence: only added to."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from publisher.model import Decision, Verdict
from publisher.store.tables import decisions


def add(db: Connection, new: Iterable[Decision]) -> None:
    """Append decisions."""
    rows = [
        {
            "review_id": each.review_id,
            "source": each.source,
            "verdict": each.verdict.value,
            "rule": each.rule,
            "evidence": dict(each.evidence),
            "at": each.at,
        }
        for each in new
    ]
    if rows:
        db.execute(insert(decisions), rows)


def about(db: Connection, review_id: str) -> tuple[Decision, ...]:
    """Everything that was decided about a review, in order of time."""
    query = select(decisions).where(decisions.c.review_id == review_id).order_by(decisions.c.id)
    return tuple(_decision(row) for row in db.execute(query))


def said(db: Connection, review_ids: Collection[str]) -> set[tuple[str, str, str]]:
    """Which duplicates of these reviews are written down already: (review id, source, rule)."""
    query = select(decisions.c.review_id, decisions.c.source, decisions.c.rule).distinct()
    query = query.where(decisions.c.review_id.in_(sorted(review_ids)[:1000]))
    return {tuple(row) for row in db.execute(query.where(decisions.c.verdict == Verdict.DUPLICATE.value))}


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        review_id=row.review_id,
        source=row.source,
        verdict=Verdict(row.verdict),
        rule=row.rule,
        evidence=row.evidence,
        at=row.at,
    )
