"""A counting SMTP server on the loopback that breaks on purpose: what `make torture` sends to.

Every accepted message is noted before its answer leaves, so that none is counted too few. Addresses decide for
themselves: `gone-…` is refused with 550, `later2-…` is put off twice with 450.
"""

import asyncio
import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field

ADDRESS = re.compile(rb"<([^>]*)>")
MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")
PUT_OFF = re.compile(rb"later(\d+)-")
OFFER = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 26214400\r\n"


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How often what goes wrong, and after how many messages a connection is closed."""

    refuse_connection: float = 0.0
    put_off_recipient: float = 0.0
    put_off_content: float = 0.0
    drop_in_content: float = 0.0
    drop_at_end: float = 0.0
    lose_answer: float = 0.0
    per_connection: int = 0


MIX = Faults(
    refuse_connection=0.05,
    put_off_recipient=0.01,
    put_off_content=0.005,
    drop_in_content=0.003,
    drop_at_end=0.002,
    lose_answer=0.002,
    per_connection=500,
)


@dataclass
class Tally:
    """What the server has seen; read it from any thread."""

    copies: Counter[bytes] = field(default_factory=Counter)
    ids: dict[bytes, set[bytes]] = field(default_factory=dict)
    tries: Counter[bytes] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    accepted: int = 0


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, tally: Tally, faults: Faults, dice: random.Random) -> None:
        self.tally, self.faults, self.dice = tally, faults, dice
        self.buffer = bytearray()
        self.content = False
        self.drops = False
        self.taken = 0
        self.recipient = b""
        self.searched = 0
        self.answers: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, or not."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.chance("refuse_connection"):
            self.end(b"421 4.3.2 too busy\r\n")
        else:
            transport.write(b"220 sink\r\n")

    def chance(self, fault: str) -> bool:
        """Whether it happens now."""
        odds: float = getattr(self.faults, fault)
        happens = odds > 0 and self.dice.random() < odds
        self.tally.faults[fault] += happens
        return happens

    def end(self, last: bytes = b"") -> None:
        """Say what is still to be said, and the last word, and hang up."""
        self.say()
        if last:
            self.transport.write(last)
            self.transport.close()
        else:
            self.transport.abort()

    def say(self) -> None:
        """Write the answers that wait, in one piece."""
        if self.answers and not self.transport.is_closing():
            self.transport.write(b"".join(self.answers))
        self.answers.clear()

    def data_received(self, data: bytes) -> None:
        """Go through what is there, in one breath."""
        self.buffer += data
        while not self.transport.is_closing():
            answer = self.take_content() if self.content else self.take_command()
            if answer is None:
                break
            self.answers.append(answer)
        self.say()

    def take_command(self) -> bytes | None:
        """The next command's answer; None while its line is not whole."""
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return None
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        verb = line[:4].upper()
        if verb == b"MAIL":
            return self.mail()
        if verb == b"RCPT":
            return self.rcpt(line)
        if verb == b"DATA":
            return self.begin_content()
        if verb == b"EHLO":
            return OFFER
        if verb == b"QUIT":
            self.end(b"221 bye\r\n")
            return None
        return b"250 ok\r\n"

    def mail(self) -> bytes | None:
        """A new message, unless this connection has had its share."""
        if self.faults.per_connection and self.taken >= self.faults.per_connection:
            self.end(b"421 4.7.0 enough for one connection\r\n")
            return None
        self.recipient = b""
        return b"250 ok\r\n"

    def rcpt(self, line: bytes) -> bytes:
        """Take, put off or refuse the recipient."""
        found = ADDRESS.search(line)
        address = found.group(1) if found else b""
        if address.startswith(b"gone-"):
            return b"550 5.1.1 no such user\r\n"
        wants = PUT_OFF.match(address)
        if wants and self.tally.tries[address] < int(wants.group(1)):
            self.tally.tries[address] += 1
            return b"450 4.2.1 not now\r\n"
        if self.chance("put_off_recipient"):
            return b"450 4.3.0 not now\r\n"
        self.recipient = address
        return b"250 ok\r\n"

    def begin_content(self) -> bytes:
        """Ask for the content when there is somebody to have it."""
        if not self.recipient:
            return b"503 5.5.1 RCPT first\r\n"
        self.content, self.searched = True, 0
        self.drops = self.chance("drop_in_content")
        return b"354 go\r\n"

    def take_content(self) -> bytes | None:
        """The answer to a whole content; None while it is not there, or the connection breaks instead."""
        if self.drops and len(self.buffer) > 4000:
            self.end()
            return None
        end = self.buffer.find(b"\r\n.\r\n", max(0, self.searched - 4))
        if end < 0:
            self.searched = len(self.buffer)
            return None
        head = bytes(self.buffer[: min(end, 4096)])
        del self.buffer[: end + 5]
        self.content = False
        if self.chance("put_off_content"):
            return b"451 4.3.0 not now\r\n"
        if self.chance("drop_at_end"):
            self.end()
            return None
        return self.accept(head)

    def accept(self, head: bytes) -> bytes | None:
        """Note it, then say so, or not."""
        found = MESSAGE_ID.search(head)
        self.taken += 1
        self.tally.copies[self.recipient] += 1
        self.tally.ids.setdefault(self.recipient, set()).add(found.group(1) if found else b"")
        self.tally.accepted += 1
        if self.chance("lose_answer"):
            self.end()
            return None
        return b"250 2.0.0 taken\r\n"


class Sink:
    """The server in a thread of its own, from `start` to `stop`."""

    def __init__(self, faults: Faults, *, seed: int = 1) -> None:
        self.tally = Tally()
        self.port = 0
        self._faults, self._dice = faults, random.Random(seed)  # noqa: S311
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.create_server(
            lambda: Session(self.tally, self._faults, self._dice), "127.0.0.1", 0, backlog=256
        )
        server = self._loop.run_until_complete(listening)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
