"""What the loader remembers of a source from one fetch to the next, and how it backs off. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from publisher.config import SourcePolicy
from publisher.errors import SourceBusy, SourceError, SourceGone
from publisher.loader.newness.newness import Window
from publisher.loader.source import Loaded
from publisher.store.pool.sources import StoredSource

GOOD_BEFORE_MOVING = 3
"""A permanent redirect is believed after so many good fetches in a row that named the same new address."""
LONGEST_BACK_OFF = timedelta(hours=24)
WHOLE_AGAIN = timedelta(hours=23)
"""After so long a source is asked without its validators."""
PAGE_TRIES = 5
"""How often the page of an entry without its text is asked for, one try a fetch."""


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The `state` of a stored source, taken apart.

    `configured` is the address in the configuration at the last good fetch and `chosen` its category filters: where
    one of them changed, what the source shows now is another stretch. `asked_to_wait` is the server's own word
    (Retry-After). `tries` counts page readings by review. `listed` are the reviews of the last look, in its order;
    `whole_at` is when the source last answered with everything rather than "not modified".
    """

    etag: str | None = None
    last_modified: str | None = None
    oldest: datetime | None = None
    configured: str = ""
    chosen: str = ""
    moving_to: str = ""
    moving_seen: int = 0
    asked_to_wait: datetime | None = None
    tries: Mapping[str, int] = field(default_factory=dict)
    kind: Mapping[str, Any] = field(default_factory=dict)
    listed: Sequence[str] = ()
    whole_at: datetime | None = None

    @classmethod
    def of(cls, stored: StoredSource) -> "Memory":
        """What is remembered of a source."""
        state = stored.state
        return cls(
            etag=state.get("etag"),
            last_modified=state.get("last_modified"),
            oldest=_moment(state.get("oldest")),
            configured=state.get("configured", ""),
            chosen=state.get("chosen", ""),
            moving_to=state.get("moving_to", ""),
            moving_seen=state.get("moving_seen", 0),
            asked_to_wait=_moment(state.get("asked_to_wait")),
            tries=state.get("tries", {}),
            kind=state.get("kind", {}),
            listed=state.get("listed", ()),
            whole_at=_moment(state.get("whole_at")),
        )

    def as_state(self) -> dict[str, Any]:
        """For the store."""
        said: dict[str, Any] = {
            "etag": self.etag,
            "last_modified": self.last_modified,
            "oldest": self.oldest.isoformat() if self.oldest else None,
            "configured": self.configured,
            "chosen": self.chosen,
            "moving_to": self.moving_to,
            "moving_seen": self.moving_seen,
            "asked_to_wait": self.asked_to_wait.isoformat() if self.asked_to_wait else None,
            "tries": dict(self.tries),
            "kind": dict(self.kind),
            "listed": list(self.listed),
            "whole_at": self.whole_at.isoformat() if self.whole_at else None,
        }
        return {name: value for name, value in said.items() if value}

    def validators(self, now: datetime) -> tuple[str | None, str | None]:
        """ETag and Last-Modified to ask with; none once a day, lest a broken cache hide what is new for ever."""
        if self.whole_at is None or not timedelta(0) <= now - self.whole_at < WHOLE_AGAIN:
            return None, None
        return self.etag, self.last_modified

    def window(self, stored: StoredSource, *, configured: str, chosen: str) -> Window:
        """What identity must know of the last good fetch."""
        moved = bool(stored.last_good) and (self.configured != configured or self.chosen != chosen)
        return Window(last_good=stored.last_good, oldest=self.oldest, moved=moved)


def filters(policy: SourcePolicy) -> str:
    """The category filters of a source as one text, to see that they changed."""
    if not (policy.only_categories or policy.skip_categories):
        return ""
    return "|".join((*sorted(policy.only_categories), "not", *sorted(policy.skip_categories)))


def after_success(
    stored: StoredSource, memory: Memory, loaded: Loaded, *, now: datetime, configured: str
) -> StoredSource:
    """The source's state after a good fetch: healthy, its validators as received, a move believed in its time."""
    memory = replace(memory, asked_to_wait=None, etag=loaded.etag or _kept(memory.etag, loaded))
    memory = replace(memory, last_modified=loaded.last_modified or _kept(memory.last_modified, loaded))
    memory = memory if loaded.not_modified else replace(memory, whole_at=now)
    url = stored.url if memory.configured == configured else ""
    seen = memory.moving_seen + 1 if loaded.permanent_url == memory.moving_to else 1
    if loaded.permanent_url is None:
        memory = replace(memory, moving_to="", moving_seen=0)
    elif seen >= GOOD_BEFORE_MOVING:
        url = loaded.permanent_url
        memory = replace(memory, moving_to="", moving_seen=0)
    else:
        memory = replace(memory, moving_to=loaded.permanent_url, moving_seen=seen)
    return replace(
        stored,
        url=url,
        fetched_at=now,
        last_good=now,
        not_before=None,
        failures=0,
        failing_since=None,
        error="",
        gone=False,
        state=replace(memory, configured=configured, kind=loaded.state or memory.kind).as_state(),
    )


def after_failure(stored: StoredSource, error: SourceError, *, now: datetime, every: timedelta) -> StoredSource:
    """The source's state after a fetch that failed: nothing is forgotten, the next one waits longer each time."""
    wait = min(every * 2 ** min(stored.failures, 10), LONGEST_BACK_OFF)
    memory = replace(Memory.of(stored), asked_to_wait=None)
    if isinstance(error, SourceBusy) and error.after is not None:
        wait = min(error.after, LONGEST_BACK_OFF)
        memory = replace(memory, asked_to_wait=now + wait)
    return replace(
        stored,
        fetched_at=now,
        not_before=now + wait,
        failures=stored.failures + 1,
        failing_since=stored.failing_since or now,
        error=str(error)[:500],
        gone=isinstance(error, SourceGone),
        state=memory.as_state(),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _kept(validator: str | None, loaded: Loaded) -> str | None:
    """A 304 may come without validators; the ones that it answered to stay in force."""
    return validator if loaded.not_modified else None
