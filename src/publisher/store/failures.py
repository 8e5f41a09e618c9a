"""What a database said, as one line that an operator can act on; never a value, never a password."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from publisher.errors import StoreError

# What SQLite says (https://www.sqlite.org/rescode.html, sqlite3ErrStr), what is wrong, and what to do about it.
SQLITE = (
    ("disk is full", "the disk is full", "free some space and run it again"),
    ("disk i/o error", "the disk could not be read or written", "see that it is not full, failing or unmounted"),
    ("readonly database", "the database or its folder is read-only", "give this user the right to write there"),
    ("is locked", "another program keeps the database busy", "end that program and run it again"),
    ("unable to open database file", "the database cannot be opened", "see that its folder exists and may be written"),
    ("file is not a database", "this file is no SQLite database", "put the right file into [store] url"),
    ("disk image is malformed", "the database file is damaged", "restore the newest backup"),
)

# SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html), longest prefix first.
POSTGRES = (
    ("28", "the database refused the user or the password", "see user and password in [store] url"),
    ("3D000", "there is no such database", "create it with createdb"),
    ("53100", "the disk of the database server is full", "free some space and run it again"),
    ("53300", "the database server has no connection left", "raise max_connections, or run fewer workers"),
    ("55P03", "another program keeps the database busy", "end that program and run it again"),
    ("40P01", "two writers blocked each other", "run it again"),
    ("25006", "the database is read-only", "see that the server is no standby"),
    ("42501", "the database user lacks a right", "make it the owner of the database"),
    ("57P", "the database server is stopping or starting", "run it again in a moment"),
    ("08", "the connection to the database was lost", "see that the server runs, and run it again"),
)

# Connection failures come from libpq without a SQLSTATE, only as words.
LIBPQ = (
    ("password authentication failed", POSTGRES[0]),
    ("no password supplied", POSTGRES[0]),
    ("no pg_hba.conf entry", POSTGRES[0]),
    ("too many clients", POSTGRES[3]),
    ("does not exist", POSTGRES[1]),
    ("starting up", POSTGRES[8]),
    ("shutting down", POSTGRES[8]),
    ("closed the connection", POSTGRES[9]),
    ("connection is lost", POSTGRES[9]),
    ("terminating connection", POSTGRES[9]),
)
UNREACHABLE = ("the database server cannot be reached", "see host and port in [store] url, and that the server runs")


def explain(error: Exception, where: str) -> StoreError:
    """The one line for a driver's error; `where` is the file or the address without its password."""
    if isinstance(error, PoolTimeout):
        return StoreError("all database connections are in use", where=where, do="run it again in a moment")
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    words = " ".join(str(origin).split()).lower()
    if isinstance(origin, sqlite3.Error):
        for sign, what, do in SQLITE:
            if sign in words:
                return StoreError(what, where=where, do=do)
        return StoreError(f"SQLite says: {words}", where=where)
    return _explain_postgres(origin, words, where)


def _explain_postgres(origin: BaseException, words: str, where: str) -> StoreError:
    state = getattr(origin, "sqlstate", None) or ""
    for prefix, what, do in POSTGRES:
        if state and state.startswith(prefix):
            return StoreError(what, where=where, do=do)
    for sign, (_, what, do) in LIBPQ:
        if not state and sign in words:
            return StoreError(what, where=where, do=do)
    if not state and ("connect" in words or "resolve" in words or "timeout" in words):
        return StoreError(UNREACHABLE[0], where=where, do=UNREACHABLE[1])
    # The primary message names tables and constraints, the detail below it names values: only the first is shown.
    primary = getattr(getattr(origin, "diag", None), "message_primary", None)
    return StoreError(f"PostgreSQL says: {primary or type(origin).__name__}", where=where)


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Inside it, whatever the database or its driver raises becomes a `StoreError`; other errors pass."""
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
        raise explain(error, where) from error
    except Exception as error:
        # psycopg is imported only where PostgreSQL is used, so its errors are known by their module.
        if type(error).__module__.partition(".")[0] == "psycopg":
            raise explain(error, where) from error
        raise
