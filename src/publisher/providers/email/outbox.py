"""Writes each message as an `.eml` file: for a look before the first send, for tests, for other programs to pick up."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from publisher import private
from publisher.config import Settings
from publisher.errors import AccessDenied, SendError
from publisher.model import MailConnection, MailFacts, Message, Receipt

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Outbox(Settings):
    """A folder; a message's key is its file's name, so that the same message is never there twice."""

    kind: ClassVar[str] = "outbox"
    facts: ClassVar[MailFacts] = MailFacts(only_files=True)
    batch: ClassVar[int] = 1
    idempotent: ClassVar[bool] = True

    path: Path = Field(default=Path("outbox"), description="The folder for the `.eml` files.")
    connections: int = Field(default=2, ge=1, le=64, description="How many are written at once.")

    def connect(self) -> MailConnection:
        """Make the folder; raises `AccessDenied` when that cannot be done."""
        try:
            private.folder(self.path)
        except OSError as error:
            raise _refused(error, self.path) from error
        return _Folder(self.path)


class _Folder:
    """The open folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def deliver(self, messages: Sequence[Message], begin: Callable[[], None]) -> Sequence[Receipt | SendError]:
        """Write each whole or not at all; a file that is there already stays as it is."""
        begun = False
        receipts = []
        for message in messages:
            target = self._path / file_name(message.key)
            try:
                half = None if target.exists() else private.part(target, message.data)
            except OSError as error:
                raise _refused(error, self._path) from error
            if not begun:
                begin()
                begun = True
            if half:
                half.replace(target)
            receipts.append(Receipt(provider_id=target.name))
        return receipts

    def close(self) -> None:
        """Nothing is open."""


def file_name(key: str) -> str:
    """`weekly/2026-11-20/17` as `weekly-2026-11-20-17.eml`."""
    return _UNSAFE.sub("-", key).strip("-.")[:200] + ".eml"


def _refused(error: OSError, path: Path) -> AccessDenied:
    return AccessDenied(
        f"the outbox cannot be written ({error.strerror or type(error).__name__})",
        where=str(path),
        do="free some space or give this user the right to write there, and send again",
    )


PROVIDER = Outbox
