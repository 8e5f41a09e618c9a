"""Workers help with what others have begun: each reader is reached once, whoever reaches her."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from tests.mailing import wait_until
from tests.newsroom.sending.test_slots import FRIDAY, Room, open_room, started
from tests.smtp_server import SmtpServer, smtp_server

from publisher.errors import Held
from publisher.model import EditionState
from publisher.newsroom import instance
from publisher.newsroom.audience import subscribe
from publisher.newsroom.editions import editing
from publisher.newsroom.sending import worker
from publisher.newsroom.sending.send import send

pytestmark = pytest.mark.slow

__all__ = ["open_room"]

KEY = "weekly/2026-11-20"
EDITOR = "ed@secondrow.example"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture
def room(open_room: Callable[..., Room], server: SmtpServer) -> Room:
    """Forty readers, and a server of ours."""
    smtp = f'kind = "smtp"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nconnections = 2'
    room = started(open_room(('kind = "outbox"', smtp)))
    for number in range(38):
        subscribe.add(room.app, f"reader{number}@list.example")
    room.at(FRIDAY - timedelta(hours=2))
    return room


def readers(server: SmtpServer) -> Counter[str]:
    return Counter(address for address in server.recipients if address != EDITOR)


def work_once(room: Room) -> tuple[str, ...]:
    return tuple(result.state for result in worker.work(room.app, stop=threading.Event(), once=True))


def test_there_is_nothing_to_do_before_somebody_begins(room: Room, server: SmtpServer) -> None:
    assert work_once(room) == ()
    assert server.mails == []


def test_a_worker_finishes_what_was_cut_short_and_the_editor_is_told(room: Room, server: SmtpServer) -> None:
    stop = threading.Event()
    server.fault("dot", "slow", times=2, seconds=0.3)
    thread = threading.Thread(target=lambda: send(room.app, "weekly", stop=stop))
    thread.start()
    wait_until(lambda: bool(server.mails))
    stop.set()
    thread.join()
    assert len(server.mails) < 40

    assert work_once(room) == (EditionState.SENT.value,)
    assert readers(server) == Counter(dict.fromkeys(readers(server), 1))
    assert len(readers(server)) == 40
    assert server.recipients.count(EDITOR) == 1
    assert work_once(room) == ()


def test_a_worker_beside_a_sender_reaches_nobody_twice(room: Room, server: SmtpServer) -> None:
    server.fault("dot", "slow", times=40, seconds=0.05)
    sender = threading.Thread(target=lambda: send(room.app, "weekly"))
    sender.start()
    wait_until(lambda: bool(server.mails))
    work_once(room)
    sender.join()
    work_once(room)

    assert len(readers(server)) == 40
    assert max(readers(server).values()) == 1
    assert room.edition(KEY).state is EditionState.SENT


def test_a_paused_edition_is_left_alone(room: Room, server: SmtpServer) -> None:
    stop = threading.Event()
    stop.set()
    send(room.app, "weekly", stop=stop)
    editing.pause(room.app, KEY, on=True)

    assert work_once(room) == ()
    assert readers(server) == Counter()


def test_a_machine_that_does_not_know_the_database_does_nothing(room: Room, server: SmtpServer) -> None:
    stop = threading.Event()
    stop.set()
    send(room.app, "weekly", stop=stop)
    instance.mark_file(room.app).unlink()

    with pytest.raises(Held, match="copy"):
        worker.work(room.app, stop=threading.Event(), once=True)
    assert readers(server) == Counter()


def test_it_goes_on_until_it_is_stopped(room: Room, server: SmtpServer) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: worker.work(room.app, stop=stop))
    thread.start()
    begun = threading.Event()
    begun.set()
    send(room.app, "weekly", stop=begun)
    wait_until(lambda: len(readers(server)) == 40, 10)
    stop.set()
    thread.join(10)

    assert not thread.is_alive()
    assert len(readers(server)) == 40
    assert room.edition(KEY).state is EditionState.SENT
