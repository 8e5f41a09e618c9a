"""SMTP (RFC 5321): handshake, TLS and login by the standard library, the transaction pipelined on its socket.

The window in which a message is uncertain is kept as small as the protocol allows. All of a message but the final
dot goes out first; then the ledger notes that it is being sent; then the dot. Whatever breaks before the dot has been
handed over is a `TryLater`, because an unfinished message must be thrown away (4.1.1.4); whatever breaks between the
dot and its reply is `Uncertain` (RFC 1047). The reply is waited for ten minutes (4.5.3.2.6).
"""

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import Field, SecretStr

from publisher.config import Duration, Rate, Settings
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.model import MailConnection, Message, Receipt, Want

T = TypeVar("T")
Steps: TypeAlias = Generator[Want, bool, T]

PORTS = {"starttls": 587, "tls": 465, "none": 25}
SOON = timedelta(seconds=1)
LONGEST_REPLY = 65_536
DOT = b".\r\n"
BUFFER = 262_144

# RFC 3463: no such mailbox, no such domain, bad syntax, moved; 5.1.10 is a domain that takes no mail (RFC 7505).
DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_NOBODY = re.compile(
    r"(?:no such|unknown|does ?n[o']t exist|not found|invalid).{0,30}(?:user|mailbox|recipient|address)"
    r"|(?:user|mailbox|recipient|address).{0,30}(?:unknown|not found|does ?n[o']t exist)",
    re.IGNORECASE,
)
_RELAY = re.compile(r"relay", re.IGNORECASE)
_ADDRESS = re.compile(r"<[^<>\s]*>|[^\s<>@]+@[^\s<>@]+")


class Smtp(Settings):
    """A mail server: one's own, a relay, or a provider's SMTP entrance."""

    kind: ClassVar[str] = "smtp"
    batch: ClassVar[int] = 1
    idempotent: ClassVar[bool] = False
    stepped: ClassVar[bool] = True

    host: str = Field(min_length=1, description="The server's name.")
    port: int | None = Field(default=None, ge=1, le=65535, description="587 with starttls, 465 with tls, 25 without.")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the line is encrypted.")
    username: str = Field(default="", description="The login, if one is needed.")
    password: SecretStr = Field(default=SecretStr(""), description='Its password: "${SMTP_PASSWORD}" or password_file.')
    connections: int = Field(default=4, ge=1, le=64, description="How many lines are open at once.")
    rate: Rate | None = Field(default=None, description='The most it may be given, "600/min"; absent = no limit.')
    timeout: Duration = Field(default=timedelta(minutes=2), description="How long a reply may take.")
    final_timeout: Duration = Field(
        timedelta(minutes=10), description="How long the reply to a whole message may take."
    )
    ca_file: Path | None = Field(default=None, description="A certificate to trust instead of the system's.")
    helo: str = Field(
        default="", pattern=r"^[A-Za-z0-9.:\[\]-]*$", description="What we call ourselves; the machine's name."
    )

    @property
    def where(self) -> str:
        """The server as people name it."""
        return f"{self.host}:{self.port or PORTS[self.security]}"

    def connect(self) -> MailConnection:
        """Open a line and log in; raises `AccessDenied` or `TryLater`."""
        line = _Line(self)
        line.open()
        return line


class _Reply(NamedTuple):
    """What the server said."""

    code: int
    raw: bytes

    @property
    def text(self) -> str:
        """Its words on one line."""
        return " ".join(self.raw.decode("ascii", "replace").split())

    @property
    def status(self) -> str:
        """The enhanced status code (RFC 2034), else the plain one."""
        found = _ENHANCED.search(self.text[:16])
        return found.group(1) if found else str(self.code)

    @property
    def id(self) -> str:
        """What a server says of a message that it took, mostly its number in the queue."""
        text = self.text
        return (text if "@" not in text else _ADDRESS.sub("", text))[:100].strip()

    @property
    def words(self) -> str:
        """The reply for people, without any address."""
        return f"{self.code} {_ADDRESS.sub('<…>', self.text)}"[:200]


class _Broken(Exception):
    """The line ended or spoke nonsense."""


class _Line:
    """One connection, opened again by itself where that loses nothing."""

    def __init__(self, settings: Smtp) -> None:
        self.patience = settings.timeout.total_seconds()
        self._settings = settings
        self._where = settings.where
        self._sock: socket.socket | None = None
        self._buffer = b""
        self._pipelining = False
        self._size = False
        self._dirty = False
        self._used = 0

    def fileno(self) -> int:
        """The socket's number; -1 without one."""
        return -1 if self._sock is None else self._sock.fileno()

    def open(self) -> None:
        """Connect, encrypt, log in."""
        smtp = _handshake(self._settings)
        sock = smtp.sock
        assert isinstance(sock, socket.socket)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        sock.setblocking(False)
        self._pipelining = smtp.has_extn("pipelining")
        self._size = smtp.has_extn("size")
        # smtplib's buffered reader has nothing left: it is between replies. Its object may go, the socket stays ours.
        smtp.sock, smtp.file = None, None
        self._sock, self._buffer, self._dirty, self._used = sock, b"", False, 0
        self.patience = self._settings.timeout.total_seconds()

    def deliver(self, messages: Sequence[Message], begin: Callable[[], None]) -> Sequence[Receipt | SendError]:
        """One transaction per message, by this thread alone."""
        begun = False

        def once() -> None:
            nonlocal begun
            if not begun:
                begin()
                begun = True

        return [self._drive(message, once) for message in messages]

    def close(self) -> None:
        """Say goodbye and hang up."""
        sock = self._sock
        if sock is not None:
            with suppress(OSError):
                sock.send(b"QUIT\r\n")
        self._drop()

    def abort(self) -> None:
        """Cut the line from another thread, which then sees it broken."""
        sock = self._sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def steps(self, message: Message) -> Steps[Receipt | SendError]:
        """Send it; a line that the server closed after earlier messages (its limit, 421) is opened again once."""
        try:
            for _ in range(2):
                used = self._used
                try:
                    if self._sock is None:
                        yield Want.OPEN
                    refused = yield from self._envelope(message)
                except _Broken as error:
                    self._drop()
                    if not used:
                        return TryLater(str(error), wide=True, after=SOON, where=self._where)
                    continue
                except TryLater as error:
                    return error
                return refused or (yield from self._content(message))
            return TryLater("the server closes the line before it takes a message", wide=True, where=self._where)
        except GeneratorExit:
            self._drop()  # without its dot the server throws the message away
            raise

    def _drive(self, message: Message, begin: Callable[[], None]) -> Receipt | SendError:
        """Go through the steps, waiting for each."""
        steps = self.steps(message)
        try:
            want = next(steps)
            while True:
                if want is Want.BEGIN:
                    begin()
                    want = steps.send(bool(self._wait(Want.READ, 0)))
                elif want is Want.OPEN:
                    want = self._opened(steps)
                elif self._wait(want, self.patience):
                    want = next(steps)
                else:
                    want = steps.throw(TimeoutError())
        except StopIteration as end:
            outcome: Receipt | SendError = end.value
            return outcome
        finally:
            steps.close()

    def _opened(self, steps: Steps[Receipt | SendError]) -> Want:
        try:
            self.open()
        except (TryLater, AccessDenied) as error:
            return steps.throw(error)
        return next(steps)

    def _wait(self, want: Want, seconds: float) -> bool:
        if self._sock is None or self._sock.fileno() < 0:
            return True  # it was cut, which the next step finds
        poll = select.poll()
        poll.register(self._sock, select.POLLIN if want is Want.READ else select.POLLOUT)
        return bool(poll.poll(1000 * seconds))

    def _envelope(self, message: Message) -> Steps[SendError | None]:
        """MAIL, RCPT and DATA in one breath where the server allows it (RFC 2920); None when it wants the content."""
        size = f" SIZE={len(message.data)}" if self._size else ""
        commands = [f"MAIL FROM:<{message.sender}>{size}\r\n".encode(), f"RCPT TO:<{message.recipient}>\r\n".encode()]
        commands.append(b"DATA\r\n")
        if self._dirty:
            yield from self._say(b"RSET\r\n")
            self._dirty = False
            yield from self._hear()
        if self._pipelining:
            yield from self._say(b"".join(commands))
            mail, rcpt, data = (yield from self._hear()), (yield from self._hear()), (yield from self._hear())
        else:
            mail, rcpt, data = yield from self._one_by_one(commands)
        if data.code == 354 and rcpt.code // 100 == 2 and mail.code // 100 == 2:
            return None
        if data.code == 354:
            yield from self._say(DOT)  # RFC 2920 3.1: nobody to give it to, so an empty message ends it
            yield from self._hear()
        self._dirty = True
        for reply in (mail, rcpt, data):
            if reply.code == 421:
                raise _Broken(f"the server closed the line ({reply.words})")
        return self._why(mail, rcpt, data)

    def _one_by_one(self, commands: Sequence[bytes]) -> Steps[list[_Reply]]:
        """For a server without pipelining: each command waits for the reply to the one before."""
        replies: list[_Reply] = []
        for command in commands:
            if not replies or replies[-1].code // 100 == 2:
                yield from self._say(command)
                replies.append((yield from self._hear()))
            else:
                replies.append(replies[-1])
        return replies

    def _why(self, mail: _Reply, rcpt: _Reply, data: _Reply) -> SendError:
        if mail.code // 100 != 2:
            if mail.code // 100 == 4:
                return TryLater(mail.words, wide=True, where=self._where)
            if mail.code == 552 or mail.status in {"5.3.4", "5.2.3"}:
                return Rejected(mail.words, code=mail.status, where=self._where)
            raise self._denied(f"the server refuses the sender: {mail.words}", "check `from`, user name and password")
        if rcpt.code // 100 != 2:
            if rcpt.code // 100 == 4:
                return TryLater(rcpt.words, where=self._where)
            if rcpt.code == 530 or _RELAY.search(rcpt.text):
                raise self._denied(f"the server does not relay for us: {rcpt.words}", "check user name and password")
            nobody = rcpt.code in {550, 551, 553} and rcpt.status == str(rcpt.code) and _NOBODY.search(rcpt.text)
            dead = rcpt.status in DEAD or bool(nobody)
            return Rejected(rcpt.words, code=rcpt.status, bounce=dead, where=self._where)
        if data.code // 100 == 5:
            return Rejected(data.words, code=data.status, where=self._where)
        return TryLater(data.words, wide=True, where=self._where)

    def _content(self, message: Message) -> Steps[Receipt | SendError]:
        """The message, the ledger's note, the final dot, the answer."""
        try:
            yield from self._say(message.data if message.dotless else _stuffed(message.data))
            if (yield Want.BEGIN):
                raise _Broken("the server spoke or hung up before the message had ended")
            yield from self._say(DOT)
        except _Broken as error:
            self._drop()
            return TryLater(str(error), wide=True, after=SOON, where=self._where)
        self.patience = self._settings.final_timeout.total_seconds()
        try:
            reply = yield from self._hear()
        except _Broken as error:
            self._drop()
            return Uncertain(f"no answer to the whole message ({error})", where=self._where)
        finally:
            self.patience = self._settings.timeout.total_seconds()
        return self._answer(reply)

    def _answer(self, reply: _Reply) -> Receipt | SendError:
        self._used += 1
        if reply.code // 100 == 2:
            return Receipt(provider_id=reply.id)
        if reply.code == 421:
            self._drop()
        if reply.code // 100 == 4:
            return TryLater(reply.words, wide=True, where=self._where)
        if reply.code // 100 == 5:
            return Rejected(reply.words, code=reply.status, where=self._where)
        self._drop()
        return Uncertain(f"an answer without sense to the whole message ({reply.code})", where=self._where)

    def _say(self, data: bytes) -> Steps[None]:
        rest: bytes | memoryview = data
        while True:
            if self._sock is None:
                raise _Broken("the line is cut")
            try:
                sent = self._sock.send(rest)
            except (BlockingIOError, ssl.SSLWantWriteError):
                yield from self._pause(Want.WRITE)
                continue
            except OSError as error:
                raise _Broken(_words(error)) from error
            if sent == len(rest):
                return
            rest = memoryview(rest)[sent:]

    def _hear(self) -> Steps[_Reply]:
        """One reply, of one line or several (RFC 5321 4.2.1)."""
        line = yield from self._line()
        if line[3:4] == b" " and line[:3].isdigit():
            return _Reply(int(line[:3]), line[4:])
        lines: list[bytes] = []
        total = 0
        while True:
            total += len(line)
            if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"") or total > LONGEST_REPLY:
                raise _Broken("the server's reply is no SMTP")
            lines.append(line[4:])
            if line[3:4] != b"-":
                return _Reply(int(line[:3]), b" ".join(lines))
            line = yield from self._line()

    def _line(self) -> Steps[bytes]:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LONGEST_REPLY:
                raise _Broken("the server's reply is no SMTP")
            yield from self._pause(Want.READ)
            self._buffer += self._more()
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line.rstrip(b"\r")

    def _pause(self, want: Want) -> Steps[None]:
        try:
            yield want
        except TimeoutError as error:
            raise _Broken("timed out") from error

    def _more(self) -> bytes:
        if self._sock is None:
            raise _Broken("the line is cut")
        try:
            more = self._sock.recv(BUFFER)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise _Broken(_words(error)) from error
        if not more:
            raise _Broken("the server hung up")
        return more

    def _denied(self, what: str, do: str) -> AccessDenied:
        return AccessDenied(what, where=self._where, do=do)

    def _drop(self) -> None:
        sock, self._sock = self._sock, None
        self._buffer = b""
        self._used = 0
        if sock is not None:
            with suppress(OSError):
                sock.close()


def _stuffed(data: bytes) -> bytes:
    """The content with CRLF at its end and dots doubled where a line begins with one (RFC 5321 4.5.2)."""
    if b"\r\n." in data or data.startswith(b"."):
        data = re.sub(rb"(?m)^\.", b"..", data)
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def _handshake(settings: Smtp) -> smtplib.SMTP:
    """Greeting, EHLO, TLS and login; every failure named by what to do next."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _connected(settings)
        if settings.security == "starttls":
            smtp.starttls(context=_context(settings))
            smtp.ehlo()
        if settings.username:
            smtp.login(settings.username, settings.password.get_secret_value())
    except BaseException as error:
        if smtp is not None:
            smtp.close()
        if not isinstance(error, OSError | UnicodeError):
            raise
        raise _failure(error, settings) from None
    return smtp


def _connected(settings: Smtp) -> smtplib.SMTP:
    name = settings.helo or _own_name()
    port = settings.port or PORTS[settings.security]
    seconds = settings.timeout.total_seconds()
    if settings.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, port, local_hostname=name, timeout=seconds, context=_context(settings)
        )
    else:
        smtp = smtplib.SMTP(settings.host, port, local_hostname=name, timeout=seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _context(settings: Smtp) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=None if settings.ca_file is None else str(settings.ca_file))


def _own_name() -> str:
    """The machine's name if it is one that others could know, else its address as RFC 5321 4.1.3 writes it."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _failure(error: OSError | UnicodeError, settings: Smtp) -> AccessDenied | TryLater:
    where = settings.where
    if isinstance(error, UnicodeError):
        return AccessDenied("user name and password may hold ASCII letters only", where=where)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refusal(error, settings)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        if settings.security == "starttls" and "STARTTLS" in str(error):
            return AccessDenied("the server offers no STARTTLS", where=where, do='try security = "tls" or another port')
        return AccessDenied("the server offers no login", where=where, do="remove username and password, or use TLS")
    if isinstance(error, ssl.SSLCertVerificationError):
        return AccessDenied(
            f"the server's certificate is not to be trusted ({error.verify_message})",
            where=where,
            do="check `host`, or name the certificate in `ca_file`",
        )
    if isinstance(error, ssl.SSLError):
        return AccessDenied(
            "the server speaks no TLS that we know on this port", where=where, do="check `port` and `security`"
        )
    if isinstance(error, smtplib.SMTPException):
        return TryLater(f"the server hung up ({type(error).__name__})", wide=True, after=SOON, where=where)
    return TryLater(f"the server cannot be reached ({_words(error)})", wide=True, after=SOON, where=where)


def _refusal(error: smtplib.SMTPResponseException, settings: Smtp) -> AccessDenied | TryLater:
    raw = error.smtp_error
    reply = _Reply(error.smtp_code, raw if isinstance(raw, bytes) else str(raw).encode())
    if not 500 <= reply.code <= 599:
        return TryLater(f"the server is busy ({reply.words})", wide=True, after=SOON, where=settings.where)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return AccessDenied(
            f"the server refuses the user name or password ({reply.code})",
            where=settings.where,
            do="check `username` and `password`",
        )
    return AccessDenied(f"the server refuses us ({reply.words})", where=settings.where)


def _words(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    return error.strerror or type(error).__name__


PROVIDER = Smtp
