"""The mail providers of a newsletter, opened from their tables of the configuration."""

import ipaddress
from urllib.parse import urlsplit

from publisher import providers
from publisher.config import Newsletter
from publisher.errors import ConfigError
from publisher.model import MailProvider
from publisher.newsroom.app import App
from publisher.text import internet


def mailer(app: App, newsletter: Newsletter) -> tuple[tuple[str, MailProvider], ...]:
    """The newsletter's providers in their fail-over order, each under its name."""
    names = newsletter.provider or tuple(app.config.providers)[:1]
    if not names:
        raise ConfigError(
            f"newsletter “{newsletter.name}” has no provider",
            where=str(app.config.path or "configuration"),
            do='add a [providers.mail] table, for a start with kind = "outbox"',
        )
    return tuple((name, open_provider(app, name)) for name in names)


def open_provider(app: App, name: str) -> MailProvider:
    """The provider of that name with its settings read; nothing is contacted."""
    if name not in app.config.providers:
        listed = ", ".join(sorted(app.config.providers)) or "none"
        raise ConfigError(
            f"there is no provider “{name}”", where=str(app.config.path or "configuration"), do=f"known: {listed}"
        )
    return providers.mail_provider(app.config.providers[name], root=app.config.root)


def stays_here(app: App, newsletter: Newsletter) -> bool:
    """Whether all of its providers write files or speak to this machine only: nothing can reach a stranger."""
    names = newsletter.provider or tuple(app.config.providers)[:1]
    return all(_is_local(app, name) for name in names)


def is_public(url: str) -> bool:
    """Whether an address could be reached by a reader: not loopback, private, nor an example domain (RFC 2606)."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    try:
        return internet.is_public(host)
    except ValueError:
        reserved = ("localhost", "example", "invalid", "test", "local")
        example = ("example.com", "example.org", "example.net")
        last = host.rpartition(".")[2]
        return bool(host) and last not in reserved and not any(host == e or host.endswith("." + e) for e in example)


def _is_local(app: App, name: str) -> bool:
    table = app.config.providers.get(name)
    if table is None:
        return False
    if providers.mail_facts(table.kind).only_files:
        return True
    host = str(table.values.get("host", ""))
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
