"""One SMTP connection in steps: what it sends, what it waits for, and what a break at each moment means."""

import re
import select
import socket
import ssl
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import TypeAlias, TypeVar

from publisher.errors import AccessDenied, SendError, TryLater, Uncertain
from publisher.model import Message, Receipt, Want
from publisher.providers.email._smtp.door import Door, Manners
from publisher.providers.email._smtp.handshake import SOON, handshake, words
from publisher.providers.email._smtp.reply import Reply, out_of_step, refusal, refused

T = TypeVar("T")
Steps: TypeAlias = Generator[Want, bool, T]

LONGEST_REPLY = 65_536
DOT = b".\r\n"
BUFFER = 262_144
QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class _Broken(Exception):
    """The line ended, spoke nonsense, or was `silent` for too long."""

    def __init__(self, what: str, *, silent: bool = False) -> None:
        self.silent = silent
        super().__init__(what)


class SmtpLine:
    """One connection, opened again by itself where that loses nothing."""

    def __init__(self, settings: Door, manners: Manners | None = None) -> None:
        self._manners = manners or Manners()
        self.patience = settings.timeout.total_seconds()
        self._settings = settings
        self._where = settings.where
        self._sock: socket.socket | None = None
        self._buffer = b""
        self._announced = False
        self._size = False
        self._dirty = False
        self._used = 0
        self._following: Message | None = None
        self._ahead: Message | None = None

    def fileno(self) -> int:
        """The socket's number; -1 without one."""
        return -1 if self._sock is None else self._sock.fileno()

    def open(self) -> None:
        """Connect, encrypt, log in."""
        smtp = handshake(self._settings)
        sock = smtp.sock
        assert isinstance(sock, socket.socket)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        sock.setblocking(False)
        self._announced = smtp.has_extn("pipelining")
        self._size = smtp.has_extn("size")
        # smtplib's buffered reader has nothing left: it is between replies. Its object may go, the socket stays ours.
        smtp.sock, smtp.file = None, None
        self._sock, self._buffer, self._dirty, self._used = sock, b"", False, 0
        self.patience = self._settings.timeout.total_seconds()

    @property
    def _pipelining(self) -> bool:
        return self._announced and not self._manners.one_by_one

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
        if sock is not None and self._ahead is None:
            with suppress(OSError):
                sock.send(b"QUIT\r\n")
        self._drop()

    def abort(self) -> None:
        """Cut the line from another thread, which then sees it broken."""
        sock = self._sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def follow(self, message: Message) -> None:
        """Let this message's envelope leave with the final dot of the one that is on its way (RFC 2920 3.1)."""
        self._following = message if self._pipelining else None

    def steps(self, message: Message) -> Steps[Receipt | SendError]:
        """Send it; a line that the server closed after earlier messages (its limit, 421) is opened again once."""
        if self._ahead is not None and self._ahead is not message:
            self._drop()  # the server waits for the content of another
        try:
            for _ in range(3):
                used, ahead = self._used, self._pipelining
                try:
                    if self._sock is None:
                        yield Want.OPEN
                    refused = yield from self._envelope(message)
                except _Broken as error:
                    self._drop()
                    ahead = ahead and self._manners.one_by_one
                    if not used and not ahead:
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
        if self._dirty:
            yield from self._say(b"RSET\r\n")
            self._dirty = False
            yield from self._hear()
        if self._pipelining or self._ahead is not None:
            mail, rcpt, data = yield from self._in_one_breath(message)
        else:
            mail, rcpt, data = yield from self._one_by_one(self._commands(message))
        if data.code == 354 and rcpt.code // 100 == 2 and mail.code // 100 == 2:
            return None
        if data.code == 354:
            yield from self._say(DOT)  # RFC 2920 3.1: nobody to give it to, so an empty message ends it
            yield from self._hear()
        self._dirty = True
        for reply in (mail, rcpt, data):
            if reply.code == 421:
                raise _Broken(f"the server closed the line ({reply.words})")
        refused = refusal(mail, rcpt, data, where=self._where)
        if isinstance(refused, AccessDenied):
            raise refused
        return refused

    def _in_one_breath(self, message: Message) -> Steps[list[Reply]]:
        """All commands ahead of the replies; a server that loses or refuses such is spoken to line by line after that.

        Where it loses them, its answers stay away or it hangs up after the first one (OpenSMTPD's #451, nextcloud's
        mail #129); where it refuses them, it says so.
        """
        if self._ahead is None:
            yield from self._say(b"".join(self._commands(message)))
        self._ahead = None
        found: list[Reply] = []
        try:
            while len(found) < 3:
                found.append((yield from self._hear(ahead=True)))
        except _Broken as error:
            self._manners.one_by_one = self._manners.one_by_one or error.silent or _answered(found)
            raise
        if out_of_step(*found):
            self._manners.one_by_one = True
            raise _Broken(f"the server takes one command at a time ({found[1].words})")
        return found

    def _commands(self, message: Message) -> tuple[bytes, bytes, bytes]:
        size = f" SIZE={len(message.data)}" if self._size else ""
        mail = f"MAIL FROM:<{message.return_path or message.sender}>{size}\r\n"
        return mail.encode(), f"RCPT TO:<{message.recipient}>\r\n".encode(), b"DATA\r\n"

    def _one_by_one(self, commands: Sequence[bytes]) -> Steps[list[Reply]]:
        """For a server without pipelining: each command waits for the reply to the one before."""
        replies: list[Reply] = []
        for command in commands:
            if not replies or replies[-1].code // 100 == 2:
                yield from self._say(command)
                replies.append((yield from self._hear()))
            else:
                replies.append(replies[-1])
        return replies

    def _content(self, message: Message) -> Steps[Receipt | SendError]:
        """The message, the ledger's note, the final dot, the answer."""
        try:
            yield from self._say(message.data if message.dotless else _stuffed(message.data))
            early = yield Want.BEGIN
            if not early:
                yield from self._say(self._dot())
        except _Broken as error:
            self._drop()
            return TryLater(str(error), wide=True, after=SOON, where=self._where)
        if early:
            self._drop()
            what = "the server spoke or hung up before the message had ended"
            return TryLater(what, wide=True, after=SOON, where=self._where)
        self.patience = self._settings.final_timeout.total_seconds()
        try:
            reply = yield from self._hear()
        except _Broken as error:
            self._drop()
            return Uncertain(f"no answer to the whole message ({error})", where=self._where)
        finally:
            self.patience = self._settings.timeout.total_seconds()
        return self._answer(reply)

    def _dot(self) -> bytes:
        """The end of the message, and the envelope of the next one where that is known."""
        self._ahead, self._following = self._following, None
        return DOT if self._ahead is None else b"".join((DOT, *self._commands(self._ahead)))

    def _answer(self, reply: Reply) -> Receipt | SendError:
        self._used += 1
        if reply.code // 100 == 2:
            return Receipt(provider_id=reply.id)
        if reply.code == 421:
            self._drop()
        if reply.code // 100 in (4, 5):
            return refused(reply, "dot", where=self._where)
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
                raise _Broken(words(error)) from error
            if sent == len(rest):
                return
            rest = memoryview(rest)[sent:]

    def _hear(self, *, ahead: bool = False) -> Steps[Reply]:
        """One reply; `ahead` says that more commands than one wait for theirs."""
        while (reply := self._parsed()) is None:
            if ahead:
                self._acknowledge()
            yield from self._pause(Want.READ)
            self._buffer += self._more()
        return reply

    def _parsed(self) -> Reply | None:
        """The first reply that has arrived as a whole, of one line or several (RFC 5321 4.2.1)."""
        at = 0
        lines: list[bytes] = []
        while (end := self._buffer.find(b"\n", at)) >= 0:
            line = self._buffer[at:end].rstrip(b"\r")
            at = end + 1
            if not line[:3].isdigit() or line[3:4] not in (b" ", b"-", b"") or at > LONGEST_REPLY:
                raise _Broken("the server's reply is no SMTP")
            lines.append(line[4:])
            if line[3:4] != b"-":
                self._buffer = self._buffer[at:]
                return Reply(int(line[:3]), b" ".join(lines))
        if len(self._buffer) > LONGEST_REPLY:
            raise _Broken("the server's reply is no SMTP")
        return None

    def _acknowledge(self) -> None:
        """Acknowledge at once what has come.

        A server that writes each reply by itself without TCP_NODELAY holds the next one back until then, and our side
        would put it off for 40 ms (RFC 896, RFC 1122 4.2.3.2).
        """
        if self._sock is not None and QUICKACK is not None:
            with suppress(OSError):
                self._sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)

    def _pause(self, want: Want) -> Steps[None]:
        try:
            yield want
        except TimeoutError as error:
            raise _Broken("timed out", silent=True) from error

    def _more(self) -> bytes:
        if self._sock is None:
            raise _Broken("the line is cut")
        try:
            more = self._sock.recv(BUFFER)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise _Broken(words(error)) from error
        if not more:
            raise _Broken("the server hung up")
        return more

    def _drop(self) -> None:
        sock, self._sock = self._sock, None
        self._buffer = b""
        self._used = 0
        self._following = self._ahead = None
        if sock is not None:
            with suppress(OSError):
                sock.close()


def _answered(found: Sequence[Reply]) -> bool:
    """Whether the server took the first command before it hung up, and did not say goodbye."""
    return bool(found) and all(reply.code != 421 for reply in found)


def _stuffed(data: bytes) -> bytes:
    """The content with CRLF at its end and dots doubled where a line begins with one (RFC 5321 4.5.2)."""
    if b"\r\n." in data or data.startswith(b"."):
        data = re.sub(rb"(?m)^\.", b"..", data)
    return data if data.endswith(b"\r\n") else data + b"\r\n"
