"""An edition's message as a sample reader would get it, and what preflight finds in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from publisher import preflight
from publisher.config import Newsletter, SourcePolicy, policy
from publisher.errors import PublisherError
from publisher.formatters.message import envelope
from publisher.model import Email, Message, Reader
from publisher.newsroom.app import App
from publisher.newsroom.editions.compiling import compile_for
from publisher.newsroom.links import values_for
from publisher.newsroom.mailers import stays_here
from publisher.store.people import subscribers
from publisher.text.clean import line

STAND_IN = "missing-from-the-configuration.invalid"
"""Stands where a sender or an address of our pages cannot be used yet; what holds such an edition is said elsewhere."""
READER = Reader(id=0, email="reader@example.com", name="Alex Reader")


def sample_message(app: App, newsletter: Newsletter, key: str, email: Email, *, reader: Reader = READER) -> Message:
    """The finished message to the sample reader, or to another, byte for byte as a real one."""
    newsletter = presentable(newsletter)
    return envelope.message(
        compile_for(app, newsletter, email, key),
        reader=reader,
        values=values_like(app, newsletter.name, key)(reader),
        message_id=envelope.message_id(key, reader.id, b"sample", envelope.domain_of(newsletter.sender)),
        delivery_id=0,
        key=f"sample-{key}",
    )


def presentable(newsletter: Newsletter) -> Newsletter:
    """The newsletter, with a stand-in for a sender that no envelope can carry."""
    changes: dict[str, str | None] = {}
    for key, said in (("sender", newsletter.sender), ("reply_to", newsletter.reply_to)):
        try:
            envelope.mailbox(said or newsletter.sender, newsletter.name, key)
        except PublisherError:
            changes[key] = f"sample@{STAND_IN}" if key == "sender" else None
    return newsletter.model_copy(update=changes) if changes else newsletter


def values_like(app: App, name: str, key: str) -> Callable[[Reader], Mapping[str, str]]:
    """What a reader's merge fields hold, with a stand-in where no address of our pages is configured."""
    if not app.config.web.url:
        web = app.config.web.model_copy(update={"url": f"https://{STAND_IN}"})
        app = replace(app, config=replace(app.config, web=web))
    return values_for(app, newsletter=name, edition=key)


def reader_like(app: App, said: str) -> Reader:
    """The reader of that address as she is on the list; any other words are the sample reader's name."""
    if not said.strip():
        return READER
    with app.store.read() as db:
        person = subscribers.get(db, said) if "@" in said else None
    if person is not None:
        return Reader(id=0, email=person.email, name=person.name, fields=person.fields)
    name = line(said)
    return replace(READER, email=name, name="") if "@" in name else replace(READER, name=name)


def findings(app: App, newsletter: Newsletter, key: str, email: Email) -> tuple[preflight.Finding, ...]:
    """What would go wrong with this edition, the worst first."""
    return preflight.lint(sample_message(app, newsletter, key, email).data, context=context_of(app, newsletter, key))


def context_of(app: App, newsletter: Newsletter, key: str) -> preflight.Context:
    """What preflight may know about an edition besides its message."""
    return preflight.Context(
        now=app.now(),
        kind="letter" if key.startswith("letter/") else "digest",
        private_hosts=private_hosts(app, newsletter),
        facts={"postal_address": app.config.site.postal_address},
    )


def private_hosts(app: App, newsletter: Newsletter) -> frozenset[str]:
    """The hosts that may be private: of sources with `allow_private`, and our own pages while all mail stays here."""
    urls = [
        str(table.values.get("url", "")) for table in app.config.sources if policy(table, SourcePolicy).allow_private
    ]
    if stays_here(app, newsletter):
        urls.append(app.config.web.url)
    return frozenset({STAND_IN, *(host for url in urls if (host := urlsplit(url).hostname))})
