"""What was answered was on the disk before: it survives a kill at once, and was synced for a loss of power."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, Engine, event
from tests.mailing import EMAIL
from tests.processes import Victim
from tests.publicsite import ANN, ask, join, pages_of, public_site, state, token_of

from publisher.model import EditionState
from publisher.newsroom.app import App, clock
from publisher.newsroom.sending import answering
from publisher.store import editions
from publisher.store.engine import Store, open_store
from publisher.store.people import subscribers

pytestmark = pytest.mark.slow
KEY = "weekly/2031-05-16"


@pytest.fixture
def app(tmp_path: Path) -> App:
    return public_site(tmp_path, open_store("sqlite:///pages.db", root=tmp_path))


def draft(app: App, to: EditionState = EditionState.DRAFT) -> str:
    """A draft, or an edition on its way; the hash of its content."""
    with app.store.write() as db:
        made = editions.Draft(key=KEY, newsletter="weekly", kind="letter", slot_utc=None, email=EMAIL)
        editions.save_draft(db, made, app.now())
        if to is EditionState.SENDING:
            editions.freeze(db, KEY, EMAIL.content_hash, app.now())
    return EMAIL.content_hash


def edition(app: App) -> editions.StoredEdition:
    with app.store.read() as db:
        found = editions.get(db, KEY)
    assert found is not None
    return found


def leave(app: App) -> tuple[str, bytes, Callable[[], bool]]:
    return f"/u/{token_of(app, join(app, 'weekly'))}", b"", lambda: state(app, "weekly") == "unsubscribed"


def choose(app: App) -> tuple[str, bytes, Callable[[], bool]]:
    path = f"/p/{token_of(app, join(app, 'weekly'))}"
    return (
        path,
        b"newsletter=daily",
        lambda: (state(app, "weekly"), state(app, "daily")) == ("unsubscribed", "confirmed"),
    )


def hold(app: App) -> tuple[str, bytes, Callable[[], bool]]:
    link = answering.links(app, KEY, draft(app))["hold"]
    return urlsplit(link).path, b"", lambda: edition(app).paused


def approve(app: App) -> tuple[str, bytes, Callable[[], bool]]:
    link = answering.links(app, KEY, draft(app))["approve"]
    return urlsplit(link).path, b"", lambda: edition(app).state is EditionState.APPROVED


def stop(app: App) -> tuple[str, bytes, Callable[[], bool]]:
    link = answering.stop_link(app, KEY, draft(app, EditionState.SENDING))
    return urlsplit(link).path, b"", lambda: edition(app).paused


PROMISES = [leave, choose, hold, approve, stop]
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_outlives_a_kill_right_after_the_answer(
    app: App, promise: Callable[[App], tuple[str, bytes, Callable[[], bool]]]
) -> None:
    path, body, kept = promise(app)
    app.store.close()
    assert not kept()
    app.store.close()

    def serve(say: Callable[[object], None]) -> None:
        with pages_of(App(config=app.config, store=open_store("sqlite:///pages.db", root=app.config.root))) as port:
            say(port)
            threading.Event().wait()

    victim = Victim(serve)
    port = victim.heard()
    assert isinstance(port, int)
    status, _, _ = ask(port, "POST", path, body, Content_Type=FORM)
    victim.kill()

    assert status == 200
    assert kept()


@contextmanager
def commits() -> Iterator[list[str]]:
    """How each transaction that commits meanwhile was begun: read, write or durable."""
    seen: list[str] = []

    def note(db: Connection) -> None:
        seen.append(str(db.get_execution_options().get("publisher_mode")))

    event.listen(Engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "commit", note)


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_is_synced_before_it_is_answered(
    app: App, promise: Callable[[App], tuple[str, bytes, Callable[[], bool]]]
) -> None:
    path, body, kept = promise(app)
    with pages_of(app) as port, commits() as seen:
        assert ask(port, "POST", path, body, Content_Type=FORM)[0] == 200

    assert kept()
    # A synced commit takes those before it to the disk as well.
    assert [how for how in seen if how != "read"][-1] == "durable"


def test_a_durable_transaction_is_a_synced_one(sqlite_store: Store) -> None:
    with sqlite_store.write(durable=True) as db:
        subscribers.add(db, ANN, newsletters=(), now=clock(), consent={})
        assert db.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL: the log is synced at each commit
