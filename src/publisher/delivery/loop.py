"""All connections of a lane in one thread: each goes on when its server has answered, and one commit serves them all.

For connections that can be driven in steps (`model.SteppedConnection`). A thread per connection spends several times
the work itself on passing the interpreter's lock around (docs/decisions/063).
"""

import select
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeAlias, cast

import structlog

from publisher.delivery.lane import Lane
from publisher.errors import AccessDenied, SendError, StoreError, TryLater, Uncertain
from publisher.model import MailConnection, Message, Receipt, SteppedConnection, Want
from publisher.store.ledger.deliveries import Claim

IDLE = 0.02
CHECK = 0.5

log = structlog.get_logger()


Built: TypeAlias = tuple[Claim, Message]


class _Place:
    """One connection's place: its line, and the message that is on its way there."""

    def __init__(self) -> None:
        self.line: SteppedConnection | None = None
        self.fd = -1
        self.opening = False
        self.claim: Claim | None = None
        self.message: Message | None = None
        self.steps: Generator[Want, bool, Receipt | SendError] | None = None
        self.want = Want.READ
        self.watched = 0
        self.begun = False
        self.deadline = 0.0
        self.following: Built | None = None


class Loop:
    """Drives a lane's connections until it is closed."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._places = [_Place() for _ in range(lane.provider.connections)]
        self._by_fd: dict[int, _Place] = {}
        self._poll = select.poll()
        self._opened: SimpleQueue[tuple[_Place, MailConnection | BaseException | None]] = SimpleQueue()
        self._cut = False
        self._check_at = 0.0
        self._next: Claim | None = None
        self._start_at = 0.0
        self._stock: deque[Built] = deque()
        self._thread = threading.Thread(target=self._serve, name=f"{lane.name}-loop", daemon=True)
        self._thread.start()

    def close(self, deadline: float) -> None:
        """Let each connection finish its message until `deadline` (monotonic), then cut its line."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive():
            log.warning("lines_cut", provider=self._lane.name)
            self._cut = True
            self._thread.join(5.0)

    def _serve(self) -> None:
        try:
            while not self._over():
                self._turn()
        except StoreError as error:
            self._lane.broken = error
        finally:
            self._put_back()
            for place in self._places:
                self._drop(place)
            self._lane.hungry.set()

    def _over(self) -> bool:
        if not (self._lane.closing.is_set() or self._lane.health.denied):
            return False
        busy = [place for place in self._places if place.steps is not None]
        if self._cut:
            for place in busy:
                self._resume(place, error=TimeoutError())
        return self._cut or not busy

    def _turn(self) -> None:
        now = time.monotonic()
        self._take_opened()
        self._start(now)
        waiting = [place for place in self._places if place.want is Want.BEGIN and place.steps is not None]
        events = self._poll.poll(0 if waiting else 1000 * self._rest(now))
        touched = [self._by_fd[fd] for fd, _ in events if fd in self._by_fd]
        moved = [place for place in touched if place.want is not Want.BEGIN]
        for place in moved:
            if place.steps is None:
                self._drop(place)  # an idle line at which something happens is one that the server ends
            else:
                self._resume(place)
        if waiting and (not moved or 2 * len(waiting) >= len(self._places)):
            self._commit(waiting, early={fd for fd, _ in events})
        if now >= self._check_at:
            self._check_at = now + CHECK
            self._expire(now)

    def _rest(self, now: float) -> float:
        """How long nothing but an answer can happen."""
        if any(place.opening or place.steps is None for place in self._places):
            if all(place.steps is None for place in self._places):
                self._lane.writer.flush()
            ahead = self._start_at - now
            return IDLE if self._next is None or ahead <= 0 else min(IDLE, ahead)
        return CHECK

    def _start(self, now: float) -> None:
        """Give idle places their next message, as the pace and the server's mood allow."""
        lane = self._lane
        if lane.closing.is_set() or lane.health.rests(now):
            self._put_back()
            return
        held = lane.health.held(now) > 0
        for place in self._places:
            while place.steps is None and not place.opening and self._has_room():
                if place.line is None:
                    if not held and (self._stock or self._may_start(now)):
                        self._open(place)
                    break
                ready, place.following = place.following, None
                if ready is None and not held:
                    ready = self._next_up(now)
                if ready is None:
                    break
                self._begin_steps(place, place.line, *ready)

    def _has_room(self) -> bool:
        """Whether the server's mood allows one more message on its way."""
        room = self._lane.mood.room
        return room >= len(self._places) or room > sum(place.steps is not None for place in self._places)

    def _next_up(self, now: float) -> Built | None:
        """The next message whose moment has come."""
        if self._stock:
            return self._stock.popleft()
        while self._may_start(now):
            claim, self._next = self._next, None
            if claim is not None and (message := self._lane.build(claim)) is not None:
                return claim, message
        return None

    def _may_start(self, now: float) -> bool:
        """Whether there is a message, and its moment has come."""
        if self._next is None:
            self._next = self._lane.queue.take()
            if self._next is None:
                return False
            self._start_at = now + self._lane.delay(1, now)
        return now >= self._start_at and not self._lane.crowded(now)

    def _put_back(self) -> None:
        claim, self._next = self._next, None
        if claim is not None:
            self._lane.queue.put_back(claim)
        while self._stock:
            self._lane.queue.put_back(self._stock.popleft()[0])
        for place in self._places:
            if place.following is not None and place.steps is None:
                self._drop(place)

    def _stock_up(self) -> None:
        """Make the next messages while the servers have the present ones; never the last ones, nor against a rate."""
        lane, least = self._lane, len(self._places)
        if lane.pace is not None or lane.closing.is_set():
            return
        while len(self._stock) < least and lane.queue.waiting >= least:
            claim = lane.queue.take()
            if claim is not None and (message := lane.build(claim)) is not None:
                self._stock.append((claim, message))

    def _choose_following(self, place: _Place) -> None:
        """Tell the place's line what comes next, so that it need not wait for the answer to this one."""
        if self._lane.health.held(time.monotonic()) > 0 or self._lane.mood.room < len(self._places):
            return
        if not self._stock:
            self._stock_up()
        if self._stock and place.line is not None:
            place.following = self._stock.popleft()
            place.line.follow(place.following[1])

    def _begin_steps(self, place: _Place, line: SteppedConnection, claim: Claim, message: Message) -> None:
        if self._lane.pace is not None:
            self._lane.pace.begin()
        place.claim, place.message, place.begun = claim, message, False
        place.steps = line.steps(message)
        self._resume(place)

    def _resume(self, place: _Place, *, early: bool = False, error: BaseException | None = None) -> None:
        """Let a delivery go on to its next want, or to its end."""
        steps, line = place.steps, place.line
        assert steps is not None
        assert line is not None
        try:
            if error is not None:
                place.want = steps.throw(error)
            elif place.want is Want.BEGIN:
                place.want = steps.send(early)
            else:
                place.want = next(steps)
        except StopIteration as end:
            self._end(place, end.value)
        except AccessDenied as denied:
            self._lane.health.deny(denied)
            self._give_up(place)
        except Exception as failure:  # noqa: BLE001 - a provider of somebody else's may raise anything
            log.warning("provider_failed", provider=self._lane.name, error=type(failure).__name__)
            kind = f"the provider failed ({type(failure).__name__})"
            begun = place.begun
            self._end(place, Uncertain(kind) if begun else TryLater(kind, wide=True))
            self._drop(place)
        else:
            place.deadline = time.monotonic() + line.patience
            if place.want is Want.OPEN:
                self._reopen(place, line)
        self._watch(place)

    def _end(self, place: _Place, outcome: Receipt | SendError) -> None:
        claim, place.claim, place.steps, place.message = place.claim, None, None, None
        place.want = Want.READ
        assert claim is not None
        self._answered()
        self._lane.record(claim, outcome)

    def _give_up(self, place: _Place) -> None:
        """Its message was surely not sent, and that is nobody's failure."""
        claim, place.claim, place.steps, place.message = place.claim, None, None, None
        place.want = Want.READ
        if claim is not None:
            self._answered()
            self._lane.give_back(claim)
        self._drop(place)

    def _answered(self) -> None:
        if self._lane.pace is not None:
            self._lane.pace.end(time.monotonic())

    def _commit(self, waiting: list[_Place], *, early: set[int]) -> None:
        """Note in one commit that these messages are about to leave, and let them."""
        claims = [place.claim for place in waiting if place.claim is not None]
        messages = [place.message for place in waiting if place.message is not None]
        held = self._lane.writer.hold(self._lane.begins(claims, messages))
        for place in waiting:
            if place.claim is not None and place.claim.id in held:
                place.begun = True
                self._choose_following(place)
                self._resume(place, early=place.fd in early)
            elif place.steps is not None:
                place.steps.close()
                self._give_up(place)
        self._stock_up()

    def _expire(self, now: float) -> None:
        for place in self._places:
            waits = place.steps is not None and place.want in (Want.READ, Want.WRITE)
            if waits and now >= place.deadline:
                self._resume(place, error=TimeoutError())

    def _open(self, place: _Place) -> None:
        """Connect in a thread of its own: a handshake takes its time."""
        if sum(each.opening for each in self._places) <= self._lane.queue.waiting:
            self._aside(place, self._lane.connect)

    def _reopen(self, place: _Place, line: SteppedConnection) -> None:
        self._aside(place, line.open)

    def _aside(self, place: _Place, work: Callable[[], MailConnection | None]) -> None:
        place.opening = True

        def run() -> None:
            try:
                made: MailConnection | BaseException | None = work()
            except (AccessDenied, TryLater) as error:
                made = error
            self._opened.put((place, made))
            if self._lane.closing.is_set() and not isinstance(made, BaseException | None):
                made.close()

        threading.Thread(target=run, name=f"{self._lane.name}-open", daemon=True).start()

    def _take_opened(self) -> None:
        while any(place.opening for place in self._places):
            try:
                place, made = self._opened.get_nowait()
            except Empty:
                return
            place.opening = False
            if place.steps is not None:
                self._resume(place, error=made if isinstance(made, BaseException) else None)
            elif made is not None and not isinstance(made, BaseException):
                place.line = cast("SteppedConnection", made)
                self._watch(place)

    def _watch(self, place: _Place) -> None:
        """Have the poll watch the socket that the line has now, for what it wants now."""
        fd = place.line.fileno() if place.line is not None else -1
        if place.fd not in (fd, -1):
            self._by_fd.pop(place.fd, None)
            with suppress(KeyError):
                self._poll.unregister(place.fd)
        if fd != -1:
            wanted = select.POLLOUT if place.want is Want.WRITE else select.POLLIN
            if fd != place.fd or wanted != place.watched:
                self._poll.register(fd, wanted)
                self._by_fd[fd] = place
                place.watched = wanted
        place.fd = fd

    def _drop(self, place: _Place) -> None:
        following, place.following = place.following, None
        if following is not None:
            self._lane.queue.put_back(following[0])
        line, place.line = place.line, None
        self._watch(place)
        if line is not None:
            line.close()
