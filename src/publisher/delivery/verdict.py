"""What an attempt's outcome makes of its row in either ledger: pure, the table of the three failures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.config import Delivery
from publisher.delivery import retry
from publisher.errors import Rejected, SendError, TryLater, Uncertain
from publisher.model import DeliveryState, Receipt
from publisher.store.ledger.connection import End
from publisher.store.ledger.deliveries import Claim, micros
from publisher.store.ledger.law import Attempt

LONGEST_ERROR = 300

Tried = Claim | Attempt


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What decides besides the outcome.

    `following` is the next provider of the fail-over list and `later` that it was not asked before; `resend` says
    that a message that may have arrived is sent again. `gave_up` tells a person that its time is over.
    """

    provider: str = ""
    following: str = ""
    later: bool = False
    resend: bool = False
    settings: Delivery
    gave_up: str = "gave up after {}"


def judge(outcome: Receipt | SendError, claim: Tried, *, rules: Rules, now: datetime, jitter: float) -> End:
    """The row's next state: accepted, refused, deferred to a time, or uncertain."""
    if isinstance(outcome, Receipt):
        return accepted(claim, outcome, rules.provider, now=now)
    if isinstance(outcome, TryLater):
        return _later(outcome, claim, rules=rules, now=now, jitter=jitter)
    if isinstance(outcome, Uncertain):
        if rules.resend:
            again = retry.next_try(
                None, failures=claim.failures, first=claim.first_try, now=now, settings=rules.settings, jitter=jitter
            )
            if again is not None:
                return _deferred(claim, rules.provider, again, outcome, now=now, unsure=True)
        return _end(claim, DeliveryState.UNCERTAIN, rules.provider, now=now, error=outcome.what)._replace(unsure=True)
    return _end(claim, DeliveryState.REFUSED, rules.provider, now=now, error=outcome.what)


def accepted(claim: Tried, receipt: Receipt, provider: str, *, now: datetime) -> End:
    """The row of a message that a provider has taken."""
    at, state = micros(now) or 0, DeliveryState.ACCEPTED.value
    return End(state, provider, receipt.provider_id, "", None, None, 0, claim.unsure, at, claim.id, claim.attempt)


def unsent(claim: Tried, provider: str, *, now: datetime, why: str = "", not_before: datetime | None = None) -> End:
    """The row of a message that was surely not sent and is nobody's failure: open again as it was."""
    to = provider if claim.unsure else ""
    return _end(claim, DeliveryState.TODO, to, now=now, error=why)._replace(not_before=micros(not_before))


def counts_as_failure(outcome: Receipt | SendError, *, rules: Rules) -> bool:
    """Whether the breaker counts it.

    Not a reader who is told to wait, as greylisting does with everybody; nor trouble from which another provider is
    the way out.
    """
    if isinstance(outcome, TryLater):
        return outcome.wide and not rules.following
    return not isinstance(outcome, Receipt)


def bounce(outcome: Receipt | SendError) -> bool | None:
    """True for a dead address, False for one more count against it, None when the address is not to blame."""
    if not isinstance(outcome, Rejected):
        return None
    if outcome.bounce:
        return True
    return False if outcome.soft or outcome.code.startswith(("5.2.", "5.1.")) else None


def _later(outcome: TryLater, claim: Tried, *, rules: Rules, now: datetime, jitter: float) -> End:
    again = retry.next_try(
        outcome.after,
        failures=claim.failures,
        first=claim.first_try,
        now=now,
        settings=rules.settings,
        jitter=jitter,
    )
    if again is None:
        waited = rules.gave_up.format(_words(rules.settings.give_up_after))
        return _end(claim, DeliveryState.REFUSED, rules.provider, now=now, error=f"{waited}: {outcome.what}")
    if not rules.following or claim.unsure:
        return _deferred(claim, rules.provider, again, outcome, now=now, unsure=claim.unsure)
    return _deferred(claim, rules.following, now if rules.later else again, outcome, now=now, unsure=False)


def _deferred(claim: Tried, provider: str, at: datetime, error: SendError, *, now: datetime, unsure: bool) -> End:
    end = _end(claim, DeliveryState.DEFERRED, provider, now=now, error=error.what)
    return end._replace(not_before=micros(at), first_try=micros(now), failures=1, unsure=unsure)


def _end(claim: Tried, state: DeliveryState, provider: str, *, now: datetime, error: str) -> End:
    why, at = error[:LONGEST_ERROR], micros(now) or 0
    return End(state.value, provider, "", why, None, None, 0, claim.unsure, at, claim.id, claim.attempt)


def _words(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} h" if hours >= 1 else f"{span.total_seconds():.0f} s"
