"""What is asked of a delivery: an edition, the providers that may carry it, and how a reader's message is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from publisher.config import Delivery
from publisher.formatters.message.envelope import Composer
from publisher.model import CompiledEdition, Filling, MailProvider, Message, Reader
from publisher.store.ledger.deliveries import Claim

PATIENCE = timedelta(minutes=5)
GRACE = 30.0


@dataclass(frozen=True, kw_only=True)
class DeliveryRequest:
    """An edition to deliver; `providers` in the order in which they are asked, each with its name in the ledger.

    Deferred readers whose time comes within `patience` are waited for; at a stop, messages on their way have `grace`
    seconds. `return_path_for` gives the address for a delivery's bounces.
    """

    edition: str
    providers: Sequence[tuple[str, MailProvider]]
    compiled: CompiledEdition
    values_for: Callable[[Reader], Mapping[str, str]]
    message_id_for: Callable[[int], str]
    settings: Delivery
    on_uncertain: Literal["hold", "resend"]
    now: Callable[[], datetime]
    patience: timedelta = PATIENCE
    grace: float = GRACE
    return_path_for: Callable[[int], str] | None = None

    @property
    def resend(self) -> bool:
        """Whether a message that may have arrived is sent again."""
        return self.on_uncertain == "resend"

    @cached_property
    def composer(self) -> Composer:
        """What makes the messages."""
        return Composer(self.compiled)

    def build(self, claim: Claim, *, dated: bool) -> Message:
        """The reader's message; raises `Rejected` when hers cannot be made. Without `dated` its Date stays the same."""
        made = self.composer.message(*self._parts(claim, dated=dated))
        return replace(made, return_path=self.return_path_for(claim.id)) if self.return_path_for else made

    def fill(self, claim: Claim, *, dated: bool) -> Filling:
        """`build` for a service that fills the edition in by itself."""
        return self.composer.filling(*self._parts(claim, dated=dated))

    def _parts(self, claim: Claim, *, dated: bool) -> tuple[Reader, Mapping[str, str], str, int, str, datetime | None]:
        reader = claim.reader
        key = f"{self.edition}/{reader.id}"
        date = self.now().astimezone(self.compiled.date.tzinfo) if dated else None
        return reader, self.values_for(reader), self.message_id_for(reader.id), claim.id, key, date
