"""Send an edition to a few named people to look at: freezes nothing, marks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.config import Newsletter
from publisher.errors import PublisherError, UsageError
from publisher.formatters.message import envelope
from publisher.model import Email, Message, Reader, Receipt
from publisher.newsroom.app import App
from publisher.newsroom.editions.compiling import compile_for
from publisher.newsroom.editions.fitness import require, unprepared
from publisher.newsroom.links import values_for
from publisher.newsroom.mailers import mailer
from publisher.store.people.subscribers import normalise


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Who got a test message, and who did not and why."""

    sent: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


def send_proof(
    app: App, newsletter: Newsletter, *, key: str, email: Email, to: Sequence[str], mark: str = "[Test]"
) -> Proof:
    """Send this email to these addresses, its subject marked as a test."""
    readers = [Reader(id=0, email=_address(text)) for text in to]
    require(unprepared(app, newsletter))
    marked = replace(email, subject=f"{mark} {email.subject}")
    compiled = compile_for(app, newsletter, marked, key)
    values = values_for(app, newsletter=newsletter.name, edition=key)
    domain = envelope.domain_of(newsletter.sender)
    stamp = app.now().isoformat()
    messages = [
        envelope.message(
            compiled,
            reader=reader,
            values=values(reader),
            message_id=envelope.message_id(f"test {key} {stamp}", number, b"test", domain),
            delivery_id=0,
            key=f"test-{key}-{stamp}-{number}",
        )
        for number, reader in enumerate(readers)
    ]
    return _deliver(app, newsletter, messages)


def _address(text: str) -> str:
    try:
        return normalise(text)
    except ValueError as error:
        raise UsageError(f"--to {text!r} is not an address: {error}") from error


def _deliver(app: App, newsletter: Newsletter, messages: Sequence[Message]) -> Proof:
    _, provider = mailer(app, newsletter)[0]
    sent: list[str] = []
    failed: list[tuple[str, str]] = []
    line = provider.connect()
    try:
        for message in messages:
            outcome = line.deliver([message], lambda: None)[0]
            if isinstance(outcome, Receipt):
                sent.append(message.recipient)
            else:
                failed.append((message.recipient, str(outcome)))
    finally:
        line.close()
    if not sent:
        raise PublisherError(f"the test was not sent: {failed[0][1]}")
    return Proof(sent=tuple(sent), failed=tuple(failed))
