"""What `publisher auth` was given for a channel: a file that only its owner can read, written whole, under a lock."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from publisher import private
from publisher.config import RawTable, secrets
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
            kept = Kept(
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
        _unspoken(kept)
        return kept

    def write(self, kept: Kept) -> None:
        """Keep this from now on; the file is never there half, nor readable by others for a moment."""
        _unspoken(kept)
        record = {
            "values": dict(kept.values),
            "expires": kept.expires.isoformat() if kept.expires else None,
            "renew_from": kept.renew_from.isoformat() if kept.renew_from else None,
            "renewal": kept.renewal,
        }
        try:
            private.folder(self.path.parent)
            private.write(self.path, json.dumps(record).encode(), synced=True)
        except OSError as error:
            raise ConfigError(f"the keys cannot be written: {error.strerror}", where=str(self.path.parent)) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with the file; raises TryLater when another process keeps it for too long."""
        try:
            private.folder(self.path.parent)
            with FileLock(self.path.with_suffix(".lock"), timeout=_PATIENCE, mode=private.FILE):
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


def _unspoken(kept: Kept) -> None:
    """Nothing of it is ever shown."""
    secrets.learn({**kept.values, "renewal_token": kept.renewal}, group="social")


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
