"""One message's way through the mail ledger, in hand-written statements on a connection of its own.

SQLAlchemy Core costs several times the statement itself here, and these run twice per message. Each call of `write`
is one commit; each row is fenced by its attempt, so a sender that lost its claim changes nothing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from publisher.store.engine import Store
from publisher.store.failures import explained
from publisher.store.ledger import law

ACCEPTED = "accepted"


def _lawful(statement: str) -> str:
    return statement.format(begin=law.sql(law.BEGIN.before), end=law.sql(law.END.before))


# Neither index of the table is touched.
BEGIN = _lawful(
    "UPDATE mail_deliveries SET state = 'sending', message_id = ?, updated = ? "
    "WHERE id = ? AND attempt = ? AND state IN ({begin})"
)
ACCEPT = _lawful(
    "UPDATE mail_deliveries SET state = 'accepted', provider_id = ?, error = '', lease = NULL, updated = ? "
    "WHERE id = ? AND attempt = ? AND state IN ({end})"
)
END = _lawful(
    "UPDATE mail_deliveries SET state = ?, provider = ?, provider_id = ?, error = ?, not_before = ?, "
    "first_try = COALESCE(first_try, ?), failures = failures + ?, unsure = ?, lease = NULL, updated = ? "
    "WHERE id = ? AND attempt = ? AND state IN ({end})"
)
PG_BEGIN = _lawful("""
UPDATE mail_deliveries d SET state = 'sending', message_id = v.message_id, updated = v.updated
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::int[]) AS v(message_id, updated, id, attempt)
WHERE d.id = v.id AND d.attempt = v.attempt AND d.state IN ({begin}) RETURNING d.id
""")
PG_END = _lawful("""
UPDATE mail_deliveries d SET state = v.state, provider = v.provider, provider_id = v.provider_id, error = v.error,
       not_before = v.not_before, first_try = COALESCE(d.first_try, v.first_try), failures = d.failures + v.failures,
       unsure = v.unsure, lease = NULL, updated = v.updated
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::bool[],
            %s::bigint[], %s::bigint[], %s::int[])
     AS v(state, provider, provider_id, error, not_before, first_try, failures, unsure, updated, id, attempt)
WHERE d.id = v.id AND d.attempt = v.attempt AND d.state IN ({end})
""")
# Both in one round trip and one commit. The two never touch one row: a connection's next message is another reader.
PG_BOTH = f"WITH e AS ({PG_END} RETURNING 1) {PG_BEGIN}"


class Begin(NamedTuple):
    """A message whose last byte is about to leave; the time in microseconds since 1970."""

    message_id: str
    updated: int
    id: int
    attempt: int


class End(NamedTuple):
    """How an attempt ended; `provider` is who may try next, `failures` what to add, times in microseconds."""

    state: str
    provider: str
    provider_id: str
    error: str
    not_before: int | None
    first_try: int | None
    failures: int
    unsure: bool
    updated: int
    id: int
    attempt: int


class Ledger(Protocol):
    """The ledger as the writer uses it."""

    def write(self, begins: Sequence[Begin], ends: Sequence[End]) -> set[int]:
        """Commit all of it; the ids of those begins that hold. Raises `StoreError`."""

    def close(self) -> None:
        """End the connection."""


def open_ledger(store: Store) -> Ledger:
    """A ledger on its own connection; one thread at a time may use it."""
    store.prepare()
    return SqliteLedger(store) if store.dialect == "sqlite" else PostgresLedger(store)


class _Line:
    """A driver's connection taken out of the pool for good."""

    def __init__(self, store: Store) -> None:
        self._where = store.where
        with explained(self._where):
            self._pooled = store._engine.connect()
            self._raw: Any = self._pooled.connection.driver_connection
            self._pooled.detach()

    def close(self) -> None:
        """End the connection."""
        with explained(self._where):
            self._pooled.close()


class SqliteLedger(_Line):
    """WAL with synchronous NORMAL: a commit survives a kill, and the next durable claim syncs it to the disk."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        with explained(self._where):
            self._raw.execute("PRAGMA query_only = OFF")
            self._raw.execute("PRAGMA synchronous = NORMAL")

    def write(self, begins: Sequence[Begin], ends: Sequence[End]) -> set[int]:
        """Commit all of it; the ids of those begins that hold."""
        execute = self._raw.execute
        holds: set[int] = set()
        with explained(self._where):
            execute("BEGIN IMMEDIATE")
            try:
                accepted = [(e.provider_id, e.updated, e.id, e.attempt) for e in ends if e.state == ACCEPTED]
                if accepted:
                    self._raw.executemany(ACCEPT, accepted)
                for end in ends:
                    if end.state != ACCEPTED:
                        execute(END, end)
                for begin in begins:
                    if execute(BEGIN, begin).rowcount == 1:
                        holds.add(begin.id)
                execute("COMMIT")
            except BaseException:
                if self._raw.in_transaction:
                    execute("ROLLBACK")
                raise
        return holds


class PostgresLedger(_Line):
    """One statement per commit in autocommit; the server syncs as it is configured."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        with explained(self._where):
            self._raw.rollback()
            self._raw.autocommit = True
            self._raw.prepare_threshold = 0

    def write(self, begins: Sequence[Begin], ends: Sequence[End]) -> set[int]:
        """Commit all of it; the ids of those begins that hold."""
        with explained(self._where):
            if begins and ends:
                found = self._raw.execute(PG_BOTH, _columns(ends) + _columns(begins))
            elif begins:
                found = self._raw.execute(PG_BEGIN, _columns(begins))
            elif ends:
                self._raw.execute(PG_END, _columns(ends))
                return set()
            else:
                return set()
            return {row[0] for row in found.fetchall()}


def _columns(items: Sequence[Begin] | Sequence[End]) -> list[list[Any]]:
    return [list(column) for column in zip(*items, strict=True)]
