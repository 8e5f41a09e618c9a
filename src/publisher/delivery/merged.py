"""An edition that a provider's service fills in by itself, or finished messages where one of the two cannot."""

import threading

import structlog

from publisher.delivery.request import DeliveryRequest
from publisher.errors import CannotMerge, Rejected
from publisher.model import MailConnection, MailProvider, Merger, MergingProvider

MERGING = 2  # connections that merge: what a kill leaves uncertain is their calls

log = structlog.get_logger()


class MergedEdition:
    """Which way an edition goes through a provider, and how many messages one call carries.

    `batch` is a call's size as things stand, `whole` that of finished messages; neither is more than a window of the
    provider's rate. `set_apart` counts readers who get a finished message although the others are merged.
    """

    def __init__(self, name: str, provider: MailProvider, request: DeliveryRequest) -> None:
        self._log = log.bind(edition=request.edition, provider=name)
        self._provider = provider
        self._lock = threading.Lock()
        self.set_apart = 0
        self.merger = self._merger(request)
        rate = getattr(provider, "rate", None)
        most = rate.count if rate is not None else 1 << 31
        self.whole = min(provider.batch, most)
        self.batch = min(self.merger.batch, most) if self.merger else self.whole

    @property
    def lines(self) -> int:
        """How many connections carry the edition."""
        return MERGING if self.merger else self._provider.connections

    def connect(self) -> MailConnection:
        """A new line for what is sent now; raises as the provider does."""
        return self.merger.connect() if self.merger else self._provider.connect()

    def set_one_apart(self) -> None:
        """Count a reader who cannot be merged."""
        with self._lock:
            self.set_apart += 1

    def stop(self, error: CannotMerge) -> None:
        """Send finished messages from now on."""
        if self.merger is not None:
            self._log.warning("finished_messages", reason=error.what)
        self.merger = None
        self.batch = self.whole

    def _merger(self, request: DeliveryRequest) -> Merger | None:
        """The edition as the service fills it in, if both are able to; a log line says which it is."""
        if not isinstance(self._provider, MergingProvider):
            return None
        try:
            merger = self._provider.merger(request.composer.blank())
        except (CannotMerge, Rejected) as error:
            self._log.info("finished_messages", reason=error.what)
            return None
        self._log.info("merged", readers_a_call=merger.batch)
        return merger
