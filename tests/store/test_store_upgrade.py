"""A store that 0.1 wrote, in the middle of a send, goes on under this version: nothing lost, nothing sent twice.

`first_version.json` holds the rows of a publisher of 0.1 that was killed while it sent weekly/2026-11-20: one reader
had it, one was put off by her server, one was in doubt and three waited.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.databases import Database
from tests.mailing import wait_until
from tests.processes import Victim, together
from tests.smtp_server import SmtpServer, smtp_server
from tests.store.test_store_migrations import connect

from publisher.config import load
from publisher.model import Counts, EditionState
from publisher.newsroom import instance, links, notify, pausing
from publisher.newsroom.app import App
from publisher.newsroom.editions import editing
from publisher.newsroom.posts import channels, offers
from publisher.newsroom.sending import answering, claims
from publisher.newsroom.sending.slots import run_due
from publisher.store import editions, events, notices, pauses, schedules, settings, slots
from publisher.store.engine import Store, boot_id
from publisher.store.ledger import deliveries, posts
from publisher.store.migrations import HEAD, VERSION_TABLE
from publisher.store.moment import EPOCH, micros
from publisher.store.people import subscribers
from publisher.store.prepare import migrate

pytestmark = pytest.mark.slow

WRITTEN: dict[str, Any] = json.loads(Path(__file__).with_name("first_version.json").read_text(encoding="utf-8"))
ROWS: dict[str, list[dict[str, Any]]] = WRITTEN["rows"]
WEEKLY, LETTERS = "weekly/2026-11-20", "letters/2026-11-23"
CONFIG = """\
[site]
name = "Second Row"
url = "https://www.secondrow.example"
postal_address = "1 High Street"
timezone = "Europe/London"
[editor]
email = ["ed@secondrow.example", "sub@secondrow.example"]
[providers.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
[newsletters.weekly]
from = "Second Row <digest@secondrow.example>"
schedule = "fri 09:00"
proof = "thu 17:00"
[newsletters.letters]
from = "Second Row <digest@secondrow.example>"
schedule = "mon 10:00"
[social.mast]
kind = "mastodon"
server = "https://mast.example"
access_token = "tok"
[social.box]
kind = "outbox"
network = "bluesky"
evergreen = true
[web]
url = "https://news.secondrow.example"
"""
TUESDAY = datetime(2026, 11, 17, 11, 59, 30, tzinfo=UTC)
WEDNESDAY = TUESDAY + timedelta(days=1)
THURSDAY = datetime(2026, 11, 19, 17, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)
MOVED = {"tokens", "notices", "slots", "events"}


def plain(column: Any, value: Any) -> Any:
    """A value of the file as 0.1 had it in the database: times as microseconds."""
    if isinstance(column.type, sa.BigInteger) and isinstance(value, str):
        return micros(datetime.fromisoformat(value))
    return value


@pytest.fixture
def old_database(empty_database: Database) -> Database:
    """What 0.1 left of itself: its tables with its rows, and the mark beside them."""
    engine = connect(empty_database)
    if empty_database.kind == "sqlite":
        with engine.connect() as db:
            db.exec_driver_sql("PRAGMA journal_mode = WAL")
    with engine.begin() as db:
        migrate(db, "0001")
        tables = sa.MetaData()
        tables.reflect(db)
        for table in tables.sorted_tables:
            for row in ROWS.get(table.name, ()):
                db.execute(table.insert(), {name: plain(table.c[name], value) for name, value in row.items()})
        if empty_database.kind == "sqlite":
            # A reboot would leave everything in doubt that was claimed: this is the boot that it was killed in.
            for name in ("mail_deliveries", "post_deliveries"):
                boots = sa.text(f"UPDATE {name} SET boot = :boot WHERE attempt > 0")
                db.execute(boots, {"boot": boot_id()[:13]})
        else:
            for name in ("decisions", "subscribers", "mail_deliveries", "post_deliveries", "events"):
                number = f"pg_get_serial_sequence('{name}', 'id')"
                db.execute(sa.text(f"SELECT setval({number}, (SELECT max(id) FROM {name}))"))
    engine.dispose()
    outer = "publisher.db.instance" if empty_database.kind == "sqlite" else "postgresql.instance"
    (empty_database.root / "var").mkdir(exist_ok=True)
    (mark,) = [row["value"] for row in ROWS["tokens"] if row["name"] == "instance"]
    (empty_database.root / "var" / outer).write_text(mark + "\n", encoding="ascii")
    return empty_database


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def app(old_database: Database, server: SmtpServer) -> Iterator[App]:
    """This version at the old database, five minutes after the slot."""
    file = old_database.root / "publisher.toml"
    file.write_text(CONFIG.format(port=server.port), encoding="utf-8")
    store = old_database.open()
    yield App(config=load(file, env={}), store=store, now=lambda: FRIDAY + timedelta(minutes=5))
    store.close()


def contents(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables as the database has them."""
    with store.read() as db:
        tables = sa.MetaData()
        tables.reflect(db)
        return {
            table.name: [dict(row._mapping) for row in db.execute(sa.select(table))] for table in tables.sorted_tables
        }


def test_what_did_not_move_is_what_it_was(app: App) -> None:
    found = contents(app.store)

    assert all(ROWS[name] for name in ROWS), "the fixture has rows in every table"
    assert found[VERSION_TABLE] == [{"version_num": HEAD}]
    for name in ROWS.keys() - MOVED:
        assert len(found[name]) == len(ROWS[name]), name
        for now, before in zip(found[name], ROWS[name], strict=True):
            for column, value in before.items():
                if column != "boot":
                    assert shown(now[column], value) == value, (name, column)


def shown(found: Any, written: Any) -> Any:
    """A moment as the file writes it."""
    if isinstance(written, str) and isinstance(found, int):
        return (EPOCH + timedelta(microseconds=found)).isoformat()
    return found


def test_the_old_form_of_what_moved_is_gone(app: App) -> None:
    found = contents(app.store)

    assert "tokens" not in found
    assert [row["schedule"] for row in found["slots"]] == ["weekly (proof)", "weekly"]
    assert all(row["text"] for row in found["notices"])
    assert "looked" not in {row["kind"] for row in found["events"]}
    assert len(found["events"]) == len(ROWS["events"]) - 3


def test_a_schedule_counts_from_when_it_did(app: App) -> None:
    claims.notice_schedules(app, app.now())

    with app.store.read() as db:
        known = {
            rule.name: schedules.counts_from(db, rule.name, text=rule.text, zone="Europe/London")
            for newsletter in app.config.newsletters.values()
            for rule in claims.timetables(newsletter)
        }
        slot = slots.get(db, "weekly", "2026-11-20T09:00:00")
    assert known == {"weekly": WEDNESDAY, "weekly (proof)": TUESDAY, "letters": TUESDAY}
    assert slot is not None
    assert (slot.state, slot.lease) == ("claimed", FRIDAY + timedelta(minutes=1))


def test_the_keys_sign_as_they_did(app: App) -> None:
    key = links.link_key(app)

    for reader, token in WRITTEN["unsubscribe_tokens"].items():
        ticket = links.Ticket(newsletter="weekly", edition=WEEKLY, reader=int(reader))
        assert links.sign(key, ticket) == token
        assert links.read(key, token) == ticket
    assert answering.stop_link(app, WEEKLY, "0" * 16) == WRITTEN["stop_link"]


def test_pauses_hold_as_long_as_they_would_have(app: App) -> None:
    christmas = App(config=app.config, store=app.store, now=lambda: datetime(2026, 12, 24, tzinfo=UTC))

    assert [pausing.is_paused(app, name) for name in ("letters", "box", "weekly", "mast")] == [True, True, False, False]
    assert [pausing.is_paused(christmas, name) for name in ("letters", "box")] == [False, True]
    assert pausing.resume(app, None) == ("letters", "mast", "box")


def test_a_channel_that_rested_rests_for_the_same_reason(app: App) -> None:
    known = channels.trouble(app, "mast")

    assert known is not None
    assert (known.why, known.since) == ("https://mast.example: Mastodon refuses the access token", THURSDAY)
    assert known.tried == THURSDAY
    assert channels.trouble(app, "box") is None


def test_the_database_is_still_at_home_here(app: App) -> None:
    instance.check(app)
    with app.store.read() as db:
        assert events.about(db, instance.NAME) == ()


def test_old_reviews_were_looked_at_today_and_not_tomorrow(app: App) -> None:
    with app.store.read() as db:
        assert settings.get(db, offers.LOOKED) == "2026-11-20"
    assert offers.propose(app) == ()


def test_what_the_editors_were_told_is_not_told_again(app: App, server: SmtpServer) -> None:
    told = next(row["key"] for row in ROWS["notices"] if row["text"])
    with app.store.write() as db:
        before = notices.total(db)
        notices.take_back(db, told)

    assert not notify.tell(app, told, "again", "again")
    notify.mail_waiting(app)

    with app.store.read() as db:
        assert (before, notices.total(db), notices.waiting(db)) == (3, 3, ())
        assert len(notices.settled(db, told)) == 2
    assert server.recipients == []


def test_a_draft_and_an_edition_on_its_way_say_what_they_said(app: App) -> None:
    with app.store.read() as db:
        stored = {key: editions.get(db, key) for key in (WEEKLY, LETTERS)}
        emails = {key: editions.email(db, key) for key in (WEEKLY, LETTERS)}
        waiting = posts.list_(db)
    for row in ROWS["editions"]:
        found, email = stored[row["key"]], emails[row["key"]]
        assert found is not None
        assert email is not None
        assert (found.state, found.content, found.hand) == (row["state"], row["content"], row["hand"])
        assert email.content_hash == found.content_hash == row["content_hash"]
    assert len(waiting) == len(ROWS["posts"])


def test_the_send_goes_on_over_smtp_and_each_reader_has_it_once(app: App, server: SmtpServer) -> None:
    with app.store.read() as db:
        assert deliveries.counts(db, WEEKLY) == Counts(accepted=1, deferred=1, todo=4)

    (result,) = run_due(app, app.now(), stop=threading.Event())

    readers = [mail for mail in server.mails if mail.recipient.endswith("readers.test")]
    assert result.edition == WEEKLY
    assert sorted(mail.recipient.partition("@")[0] for mail in readers) == ["bruno", "dora", "emil", "finn"]
    assert run_due(app, app.now(), stop=threading.Event()) == ()
    assert editing.uncertain_readers(app, WEEKLY) == ("cleo@readers.test",)

    editing.resolve(app, WEEKLY, sent=False, addresses=["cleo@readers.test"])
    (result,) = run_due(app, app.now(), stop=threading.Event())

    assert result.state == EditionState.SENT
    sent = {m.recipient: m.data.decode() for m in server.mails if m.recipient.endswith("readers.test")}
    assert len(sent) == 5
    with app.store.read() as db:
        assert deliveries.counts(db, WEEKLY) == Counts(accepted=6)
        numbers = {address: subscribers.get(db, address) for address in sent}
    for address, text in sent.items():
        reader = numbers[address]
        assert reader is not None
        assert f"Message-ID: {WRITTEN['message_ids'][str(reader.id)]}" in text
    bruno = sent["bruno@readers.test"].replace("=\r\n", "")
    assert f"/u/{WRITTEN['unsubscribe_tokens']['2']}" in bruno


def test_of_a_schedules_readings_the_last_counts_from_when_it_came(old_database: Database) -> None:
    def reading(day: int, text: str, hour: int = 9) -> tuple[str, str, datetime]:
        since = datetime(2026, 10, day, hour, tzinfo=UTC)
        return "letters (schedule)", f"{text} America/New_York from {since.isoformat()}", since

    engine = connect(old_database)
    with engine.begin() as db:
        db.execute(sa.text("DELETE FROM slots"))
        for schedule, name, since in (
            reading(1, "mon,thu 10:00"),
            reading(2, "tue 10:00"),
            reading(3, "mon,thu 10:00"),
            reading(3, "mon,thu 10:00", hour=10),
        ):
            row = (
                "INSERT INTO slots (schedule, slot_local, slot_utc, state, updated) VALUES (:of, :name, :at, 'done', 1)"
            )
            db.execute(sa.text(row), {"of": schedule, "name": name, "at": micros(since)})
    engine.dispose()
    store = old_database.open()

    with store.read() as db:
        found = schedules.counts_from(db, "letters", text="mon,thu 10:00", zone="America/New_York")
    assert found == datetime(2026, 10, 3, 9, tzinfo=UTC)
    assert contents(store)["slots"] == []
    store.close()


def test_a_value_of_a_name_that_nobody_knows_is_kept_and_so_is_a_notice_that_is_none(old_database: Database) -> None:
    engine = connect(old_database)
    with engine.begin() as db:
        for name in ("instance/2", "other"):
            db.execute(sa.text("INSERT INTO tokens (name, value, updated) VALUES (:name, 'x', 7)"), {"name": name})
        for key in ("a letter for 0123456789ab", "a letter for nobody"):
            db.execute(sa.text("INSERT INTO notices (key, at, text, sent) VALUES (:key, 7, '', 7)"), {"key": key})
    engine.dispose()
    store = old_database.open()

    with store.read() as db:
        assert [settings.get(db, name) for name in ("instance/2", "other")] == ["x", "x"]
        assert notices.total(db) == 3 + 2
    store.close()


def test_what_an_old_process_writes_until_then_is_carried_over(old_database: Database) -> None:
    engine, store = connect(old_database), old_database.open()
    upgrading = threading.Thread(target=store.prepare)
    with engine.begin() as db:
        db.execute(sa.text("INSERT INTO tokens (name, value, updated) VALUES ('pause/mast', 'paused', 7)"))
        upgrading.start()
        if old_database.kind == "postgresql":
            waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            with engine.connect() as beside:
                wait_until(lambda: bool(beside.scalar(waits)), 20)
        else:
            wait_until(old_database.root.joinpath("var", "publisher.db.lock").exists, 20)
    upgrading.join(60)
    engine.dispose()

    with store.read() as db:
        assert pauses.holds(db, "mast", FRIDAY)
    store.close()


def test_three_at_once_upgrade_it_once(old_database: Database) -> None:
    def use(number: int) -> None:
        store = old_database.open()
        with store.write() as db:
            notices.once(db, f"upgraded by {number}", "here", FRIDAY)
        store.close()

    together(3, use)

    store = old_database.open()
    found = contents(store)
    store.close()
    assert len(found["signing_keys"]) == 4
    assert len(found["notices"]) == 3 + 3
    assert found[VERSION_TABLE] == [{"version_num": HEAD}]


@pytest.mark.parametrize(
    "moment",
    ["CREATE TABLE notice_recipients", "INSERT INTO channel_health", "DROP TABLE tokens", "UPDATE " + VERSION_TABLE],
)
def test_an_upgrade_that_is_killed_is_done_whole_by_the_next(old_database: Database, moment: str) -> None:
    def upgrade(say: Callable[[object], None]) -> None:
        @sa.event.listens_for(sa.Engine, "after_cursor_execute")
        def stop(db: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.strip().startswith(moment):
                say("in the middle")
                time.sleep(60)

        store = old_database.open()
        store.prepare()

    victim = Victim(upgrade)
    assert victim.heard() == "in the middle"
    victim.kill()
    engine = connect(old_database)
    with engine.connect() as db:
        assert db.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")) == "0001"
        assert db.scalar(sa.text("SELECT count(*) FROM tokens")) == len(ROWS["tokens"])
        assert "signing_keys" not in sa.inspect(db).get_table_names()
    engine.dispose()

    store = old_database.open()
    found = contents(store)
    store.close()
    assert [len(found[name]) for name in ("signing_keys", "settings", "pauses", "channel_health")] == [4, 2, 2, 1]
    assert [len(found[name]) for name in ("schedules", "notice_recipients")] == [3, 6]
