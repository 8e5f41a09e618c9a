"""What `publisher auth` was given for a channel: a file that only its owner can read, written whole, under a lock."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from publisher.config import RawTable
from publisher.errors import ConfigError, TryLater
from publisher.providers.social.kit.consent import Kept

FOLDER = Path("var", "keys")
_PATIENCE = 60.0  # seconds that another process may take to renew a token


@dataclass(frozen=True, slots=True)
class ChannelKeys:
    """The keys of one channel, in `var/keys` of the project."""

    path: Path
    channel: str

    @classmethod
    def of(cls, table: RawTable) -> "ChannelKeys":
        """Those of a `[social.NAME]` table."""
        return cls(table.root / FOLDER / f"{quote(table.name, safe='')}.json", table.name)

    def read(self) -> Kept | None:
        """What is kept; None where nothing is. Raises ConfigError for a file that cannot be read."""
        try:
            record = json.loads(self.path.read_text(encoding="utf-8"))
            return Kept(
                values={str(name): str(value) for name, value in record["values"].items()},
                expires=_moment(record.get("expires")),
                renew_from=_moment(record.get("renew_from")),
                renewal=str(record.get("renewal") or ""),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            do = f"`publisher auth {self.channel}` makes it anew"
            raise ConfigError("the channel's keys cannot be read", where=str(self.path), do=do) from error

    def write(self, kept: Kept) -> None:
        """Keep this from now on; the file is never there half, nor readable by others for a moment."""
        record = {
            "values": dict(kept.values),
            "expires": kept.expires.isoformat() if kept.expires else None,
            "renew_from": kept.renew_from.isoformat() if kept.renew_from else None,
            "renewal": kept.renewal,
        }
        part = self.path.with_suffix(f".{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(record, file)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o600)
            part.replace(self.path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ConfigError(f"the keys cannot be written: {error.strerror}", where=str(self.path.parent)) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with the file; raises TryLater when another process keeps it for too long."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(self.path.with_suffix(".lock"), timeout=_PATIENCE, mode=0o600):
                yield
        except Timeout as error:
            raise TryLater("another process renews the channel's token") from error


def filled(table: RawTable) -> RawTable:
    """The table with what `publisher auth` was given, where it says nothing itself."""
    kept = ChannelKeys.of(table).read() if table.group == "social" else None
    if kept is None:
        return table
    given = {
        name: value for name, value in kept.values.items() if name in table.unresolved or not table.values.get(name)
    }
    return replace(
        table,
        values={**table.values, **given},
        referenced=table.referenced | given.keys(),
        unresolved={name: why for name, why in table.unresolved.items() if name not in given},
    )


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
