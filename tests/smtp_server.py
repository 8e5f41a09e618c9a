"""A small SMTP server on the loopback that accepts, refuses, stalls and breaks as a test tells it to.

What a client sends is kept; a fault is told by the stage at which it happens and by what is done there.
"""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["greeting", "ehlo", "auth", "mail", "rcpt", "data", "body", "dot"]


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One message that the server took over."""

    sender: str
    recipient: str
    data: bytes
    connection: int
    at: float
    followed: bool  # whether the next envelope had come with its final dot


@dataclass
class Fault:
    """What happens at a stage: a whole reply line, or `drop`, `hang`, `junk`, `lose` (take it and hang up), `slow`."""

    stage: Stage
    action: str
    times: int = 1
    only: Callable[[str], bool] = field(default=lambda recipient: True)
    seconds: float = 0.3


@dataclass
class SmtpServer:
    """Change its fields while it runs; every change holds from the next command on."""

    port: int = 0
    pipelining: bool = True
    size: int | None = 26_214_400
    login: tuple[str, str] | None = None
    security: Literal["starttls", "tls", "none"] = "none"
    context: ssl.SSLContext | None = None
    most: int | None = None  # messages per connection, then 421
    faults: list[Fault] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(
        self,
        stage: Stage,
        action: str,
        *,
        times: int = 1,
        only: Callable[[str], bool] = lambda recipient: True,
        seconds: float = 0.3,
    ) -> None:
        self.faults.append(Fault(stage, action, times, only, seconds))

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.mails]


class _Over(Exception):
    pass


class _Session:
    def __init__(self, server: SmtpServer, sock: socket.socket, number: int) -> None:
        self.server, self.sock, self.number = server, sock, number
        self.buffer = b""
        self.taken = 0
        self.sender = ""
        self.recipient: str | None = None
        self.encrypted = server.security == "tls"
        self.known = server.login is None

    def run(self) -> None:
        if self.server.security == "tls":
            assert self.server.context
            self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
        if not self.faulty("greeting"):
            self.say("220 test ESMTP")
        while True:
            line = self.line().decode("latin-1")
            with self.server.lock:
                self.server.commands.append(line)
            self.command(line)

    def say(self, *lines: str) -> None:
        last = len(lines) - 1
        out = "".join(f"{line[:3]}{' ' if n == last else '-'}{line[4:]}\r\n" for n, line in enumerate(lines))
        self.sock.sendall(out.encode("latin-1"))

    def line(self) -> bytes:
        while b"\r\n" not in self.buffer:
            self.more()
        line, _, self.buffer = self.buffer.partition(b"\r\n")
        return line

    def more(self) -> None:
        got = self.sock.recv(65536)
        if not got:
            raise _Over
        self.buffer += got

    def faulty(self, stage: Stage, recipient: str = "") -> bool:
        """Whether a fault took the place of the usual answer."""
        with self.server.lock:
            found = next((f for f in self.server.faults if f.stage == stage and f.times and f.only(recipient)), None)
            if found is None:
                return False
            found.times -= 1
        if found.action == "slow":
            time.sleep(found.seconds)
            return False
        if found.action == "hang":
            self.server.gate.wait(20)
            raise _Over
        if found.action in {"drop", "lose"}:
            raise _Over
        if found.action == "junk":
            self.sock.sendall(b"what?\r\n")
            return True
        self.say(*found.action.split("\n"))
        if found.action.startswith("421"):
            raise _Over
        return True

    def command(self, line: str) -> None:
        verb = line[:4].upper()
        if verb == "EHLO":
            self.ehlo()
        elif verb == "AUTH":
            self.auth(line)
        elif verb == "STAR":
            self.say("220 go")
            assert self.server.context
            self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
            self.encrypted, self.buffer = True, b""
        elif verb == "MAIL":
            self.mail(line)
        elif verb == "RCPT":
            self.rcpt(line)
        elif verb == "DATA":
            self.data()
        elif verb == "QUIT":
            self.say("221 bye")
            raise _Over
        else:
            self.sender, self.recipient = "", None
            self.say("250 ok")

    def ehlo(self) -> None:
        if self.faulty("ehlo"):
            return
        offers = ["250 test"]
        offers += ["250 PIPELINING"] if self.server.pipelining else []
        offers += [f"250 SIZE {self.server.size}"] if self.server.size else []
        offers += ["250 STARTTLS"] if self.server.security == "starttls" and not self.encrypted else []
        offers += ["250 AUTH PLAIN"] if self.server.login else []
        self.say(*offers)

    def auth(self, line: str) -> None:
        if self.faulty("auth"):
            return
        user, password = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
        self.known = (user, password) == self.server.login
        self.say("235 2.7.0 welcome" if self.known else f"535 5.7.8 wrong password {password} for {user}")

    def mail(self, line: str) -> None:
        if self.server.most is not None and self.taken >= self.server.most:
            self.say("421 4.7.0 enough for one connection")
            raise _Over
        if self.faulty("mail"):
            return
        if not self.known:
            self.say("530 5.7.0 log in first")
            return
        if self.sender:
            self.say("503 5.5.1 nested MAIL")
            return
        self.sender = line.partition("<")[2].partition(">")[0]
        self.say("250 2.1.0 ok")

    def rcpt(self, line: str) -> None:
        recipient = line.partition("<")[2].partition(">")[0]
        if self.faulty("rcpt", recipient):
            return
        if not self.sender:
            self.say("503 5.5.1 MAIL first")
            return
        self.recipient = recipient
        self.say("250 2.1.5 ok")

    def data(self) -> None:
        if self.faulty("data", self.recipient or ""):
            return
        if self.recipient is None:
            self.say("503 5.5.1 RCPT first")
            return
        self.say("354 go")
        self.body()

    def body(self) -> None:
        recipient = self.recipient or ""
        while b"\r\n.\r\n" not in self.buffer and not self.buffer.startswith(b".\r\n"):
            self.more()
            if len(self.buffer) > 200 and self.armed("body", recipient):
                self.faulty("body", recipient)
        if self.buffer.startswith(b".\r\n"):
            data, self.buffer = b"", self.buffer[3:]
        else:
            data, _, self.buffer = self.buffer.partition(b"\r\n.\r\n")
            data += b"\r\n"
        sender, self.sender, self.recipient = self.sender, "", None
        if not self.armed("dot", recipient, "lose") and self.faulty("dot", recipient):
            return
        with self.server.lock:
            plain = data.replace(b"\r\n..", b"\r\n.")
            mail = Mail(
                sender=sender,
                recipient=recipient,
                data=plain,
                connection=self.number,
                at=time.monotonic(),
                followed=self.buffer.startswith(b"MAIL "),
            )
            self.server.mails.append(mail)
        self.taken += 1
        if not self.faulty("dot", recipient):
            self.say(f"250 2.0.0 queued as {len(self.server.mails)}")

    def armed(self, stage: Stage, recipient: str, action: str = "") -> bool:
        with self.server.lock:
            first = next((f for f in self.server.faults if f.stage == stage and f.times and f.only(recipient)), None)
        return first is not None and (not action or first.action == action)


@contextmanager
def smtp_server(**settings: object) -> Iterator[SmtpServer]:
    """A running server on a free port of 127.0.0.1."""
    server = SmtpServer(**settings)  # type: ignore[arg-type]
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]
    open_: list[socket.socket] = []

    def serve(sock: socket.socket, number: int) -> None:
        session = _Session(server, sock, number)
        with suppress(OSError, _Over):
            session.run()
        with suppress(OSError):
            session.sock.close()

    def listen() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            open_.append(sock)
            threading.Thread(target=serve, args=(sock, server.connections), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for sock in open_:
            with suppress(OSError):
                sock.close()
        thread.join(2)
