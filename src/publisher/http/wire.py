"""Connections that go only where they may and end when their time is up: what lies below `publisher.http.door`.

The guard stands at the one place where an address is used: a name is looked up once, the answer is judged, and the
socket is opened to that very answer, so that no second look-up can lead elsewhere (DNS rebinding).
"""

import os
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError

from publisher.errors import UnsafeAddress
from publisher.text import internet

_local = threading.local()


@dataclass(slots=True)
class Flight:
    """One request on its way: where it may go, and how far it came.

    `begin` is called once the line stands, before the first byte; `sent` is true when the last byte has left;
    `expired` when the time was up and the line was cut; `failure` is what `begin` raised.
    """

    allow_private: bool = False
    private_hosts: Collection[str] = ()
    begin: Callable[[], None] | None = None
    sent: bool = False
    expired: bool = False
    failure: Exception | None = None
    _landed: bool = False
    _line: socket.socket | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def may_reach(self, host: str, address: str) -> bool:
        """Whether this request may open a connection to `address`, the answer for `host`."""
        return self.allow_private or host in self.private_hosts or internet.is_public(address)

    def start(self) -> None:
        """Tell whoever waits for it that the first byte is about to leave; a failure there stops the request."""
        if self.begin is not None:
            try:
                self.begin()
            except Exception as error:
                self.failure = error
                raise

    def watch(self, fileno: int) -> None:
        """Keep a second handle on the connection in use, to cut it when the time is up while TLS owns the first."""
        line = socket.socket(fileno=os.dup(fileno))
        with self._lock:
            before, self._line = self._line, line
        if before is not None:
            before.close()
        if self.expired:
            self.cut()

    def cut(self) -> None:
        """End the line now; whoever reads from it or writes to it gets an error or the end at once."""
        with self._lock, suppress(OSError):
            if self._landed:
                return
            self.expired = True
            if self._line is not None:
                self._line.shutdown(socket.SHUT_RDWR)

    def land(self) -> None:
        """Let go of the line; it is not cut any more."""
        with self._lock:
            self._landed = True
            if self._line is not None:
                self._line.close()
            self._line = None


class _Watchdog:
    """One thread that cuts every flight whose time is up; a timer for each would start a thread for each."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Flight]] = []
        self._changed = threading.Condition()
        self._number = count()
        self._thread: threading.Thread | None = None

    def watch(self, flight: Flight, seconds: float) -> None:
        """Cut the flight after so many seconds, unless it has landed."""
        with self._changed:
            heappush(self._due, (monotonic() + seconds, next(self._number), flight))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
                self._thread.start()
            elif self._due[0][2] is flight:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            self._next().cut()

    def _next(self) -> Flight:
        with self._changed:
            while True:
                rest = self._due[0][0] - monotonic() if self._due else None
                if rest is not None and rest <= 0:
                    return heappop(self._due)[2]
                self._changed.wait(rest)


_watchdog = _Watchdog()


@contextmanager
def flying(flight: Flight, seconds: float) -> Iterator[Flight]:
    """Connections that this thread opens or reuses inside belong to `flight`, for at most `seconds`."""
    _watchdog.watch(flight, seconds)
    _local.flight = flight
    try:
        yield flight
    finally:
        flight.land()
        _local.flight = None


def _open(host: str, port: int, timeout: float | None, flight: Flight) -> socket.socket:
    """A connection to the first answer for `host` that may be reached and does answer."""
    refused, failure = "", OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        if not flight.may_reach(host.casefold(), str(address[0])):
            refused = str(address[0])
            continue
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(timeout)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    if refused:
        raise UnsafeAddress(
            f"{host} is at {refused}, which is not public",
            do="set allow_private = true for this source if that is meant",
        )
    raise failure


class _Guarded(HTTPConnection):
    """A plain connection under the guard of the current flight."""

    def _new_conn(self) -> socket.socket:
        flight: Flight = _local.flight
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        try:
            sock = _open(self.host.strip("[]"), self.port or self.default_port, timeout, flight)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        except TimeoutError:
            raise
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error
        flight.watch(sock.fileno())
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send the request, telling the flight when it begins and when its last byte has left."""
        flight: Flight = _local.flight
        if self.sock is None:
            self.connect()
        else:
            flight.watch(self.sock.fileno())
        flight.start()
        super().request(*args, **kwargs)
        flight.sent = True


class _GuardedTLS(_Guarded, HTTPSConnection):
    """A TLS connection under the guard; certificate and name are checked by urllib3 as always."""


class PlainPool(HTTPConnectionPool):
    """Connections to one http host."""

    ConnectionCls = _Guarded


class TLSPool(HTTPSConnectionPool):
    """Connections to one https host."""

    ConnectionCls = _GuardedTLS
