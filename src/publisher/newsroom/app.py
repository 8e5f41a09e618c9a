"""What every use case is handed: configuration, store and clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from publisher.config import Config, Newsletter
from publisher.errors import UsageError
from publisher.store.engine import Store


def clock() -> datetime:
    """The present moment; the only place where the newsroom's clock is wound."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class App:
    """One running publisher."""

    config: Config
    store: Store
    now: Callable[[], datetime] = clock

    def newsletter(self, name: str) -> Newsletter:
        """The newsletter of that name; an unknown one is a `UsageError` that names the nearest."""
        known = self.config.newsletters
        if name in known:
            return known[name]
        near = get_close_matches(name, known, n=1)
        listed = ", ".join(sorted(known)) or "none is configured"
        raise UsageError(
            f"there is no newsletter “{name}”", do=f"did you mean “{near[0]}”?" if near else f"known: {listed}"
        )

    @property
    def templates(self) -> Path | None:
        """The editor's own templates beside the configuration, where she has any."""
        own = self.config.root / "templates"
        return own if own.is_dir() else None
