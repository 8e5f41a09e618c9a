"""What the connections of a run need to make messages of one edition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from publisher.config import Delivery
from publisher.formatters.message.envelope import Composer
from publisher.model import Filling, Message, Reader
from publisher.store.ledger.deliveries import Claim


@dataclass(frozen=True, kw_only=True)
class Work:
    """The edition, and how a reader's message of it is made."""

    edition: str
    composer: Composer
    values_for: Callable[[Reader], Mapping[str, str]]
    message_id_for: Callable[[int], str]
    settings: Delivery
    resend: bool
    now: Callable[[], datetime]

    def build(self, claim: Claim, *, dated: bool) -> Message:
        """The reader's message; raises `Rejected` when hers cannot be made. Without `dated` its Date stays the same."""
        return self.composer.message(*self._parts(claim, dated=dated))

    def fill(self, claim: Claim, *, dated: bool) -> Filling:
        """`build` for a service that fills the edition in by itself."""
        return self.composer.filling(*self._parts(claim, dated=dated))

    def _parts(self, claim: Claim, *, dated: bool) -> tuple[Reader, Mapping[str, str], str, int, str, datetime | None]:
        reader = claim.reader
        key = f"{self.edition}/{reader.id}"
        date = self.now() if dated else None
        return reader, self.values_for(reader), self.message_id_for(reader.id), claim.id, key, date
