"""One bench per mail provider kind: the provider against a server on the loopback that can be told what to do."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import trustme
from pydantic import SecretStr
from tests.providers.mail_hosted import API_TROUBLE, hosted
from tests.providers.mail_merged import MERGED
from tests.providers.mail_recorded import RECORDED, SECRET
from tests.smtp_server import SmtpServer, smtp_server

from publisher.model import MailProvider, Message
from publisher.providers.email.outbox import Outbox
from publisher.providers.email.smtp import Smtp


class Bench(Protocol):
    """What the contract suite asks of a kind's stand-in."""

    @property
    def provider(self) -> MailProvider:
        """The provider, ready to connect."""

    @property
    def lines(self) -> int:
        """How long the next message must be for the trouble to come in its middle."""

    def hurry(self) -> None:
        """Have the provider wait for a moment only, from the next connection on."""

    def delivered(self) -> list[str]:
        """The recipients whose message the other side has taken over, in order."""

    def arrange(self, trouble: str) -> None:
        """Have it happen to the next message; `KNOWN` says which trouble a kind knows."""


class SmtpBench:
    lines = 100

    def hurry(self) -> None:
        """It does already."""

    def __init__(self, server: SmtpServer, provider: Smtp) -> None:
        self.server = server
        self.provider: MailProvider = provider

    def delivered(self) -> list[str]:
        return self.server.recipients

    def arrange(self, trouble: str) -> None:
        arranged: dict[str, Callable[[], None]] = {
            "refused": lambda: self.server.fault("rcpt", "550 5.1.1 <ann@example.net>: no such user"),
            "content refused": lambda: self.server.fault("dot", "554 5.7.1 this looks like spam to ann@example.net"),
            "throttled": lambda: self.server.fault("mail", "451 4.7.1 slow down"),
            "broken before the end": lambda: self.server.fault("body", "drop"),
            "silent before the end": lambda: self.server.fault("data", "hang", times=2),
            "silent after the end": lambda: self.server.fault("dot", "hang"),
            "lost after the end": lambda: self.server.fault("dot", "lose"),
            "unreadable answer": lambda: self.server.fault("dot", "junk"),
            "wrong key": lambda: setattr(self.server, "login", ("digest", "another")),
        }
        arranged[trouble]()


class OutboxBench:
    lines = 100

    def hurry(self) -> None:
        """It does already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.provider: MailProvider = Outbox(path=folder)

    def delivered(self) -> list[str]:
        made = sorted(self.folder.glob("*.eml"))
        return [path.read_text().partition("To: ")[2].partition("\r\n")[0].partition("\n")[0] for path in made]

    def arrange(self, trouble: str) -> None:
        assert trouble == "wrong key"
        self.folder.write_text("a file where the folder should be")


@contextmanager
def smtp(security: str, folder: Path) -> Iterator[Bench]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusted = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with smtp_server(login=("digest", SECRET), security=security, context=context) as server:
        provider = Smtp(
            host="127.0.0.1",
            port=server.port,
            security=security,  # type: ignore[arg-type]
            username="digest",
            password=SecretStr(SECRET),
            ca_file=trusted,
            timeout=timedelta(seconds=0.5),
            final_timeout=timedelta(seconds=0.5),
        )
        yield SmtpBench(server, provider)


@contextmanager
def outbox(folder: Path) -> Iterator[Bench]:
    yield OutboxBench(folder / "outbox")


MERGING = {f"{kind} merged": kind for kind in MERGED}
BENCHES: dict[str, Callable[[Path], AbstractContextManager[Bench]]] = {
    "smtp": lambda folder: smtp("none", folder),
    "smtp over starttls": lambda folder: smtp("starttls", folder),
    "smtp over tls": lambda folder: smtp("tls", folder),
    "outbox": outbox,
} | {kind: lambda folder, kind=kind: hosted(kind) for kind in RECORDED}  # type: ignore[misc]
BENCHES |= {name: lambda folder, kind=kind: hosted(kind, merged=True) for name, kind in MERGING.items()}  # type: ignore[misc]

SMTP_TROUBLE = (
    "refused",
    "content refused",
    "throttled",
    "broken before the end",
    "silent before the end",
    "silent after the end",
    "lost after the end",
    "unreadable answer",
    "wrong key",
)
KNOWN = (
    {kind: SMTP_TROUBLE for kind in BENCHES if kind.startswith("smtp")}
    | {"outbox": ("wrong key",)}
    | dict.fromkeys([*RECORDED, *MERGING], API_TROUBLE)
)


def mail(recipient: str = "ann@example.net", number: int = 1, lines: int = 100) -> Message:
    head = f"From: digest@example.com\r\nTo: {recipient}\r\nMessage-ID: <{number}@example.com>\r\n\r\n"
    return Message(
        delivery_id=number,
        key=f"weekly/2026-11-20/{number}",
        sender="digest@example.com",
        recipient=recipient,
        message_id=f"<{number}@example.com>",
        data=head.encode() + b"Hello\r\n" * lines,
    )
