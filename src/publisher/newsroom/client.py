"""The client for the web that use cases share."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from publisher.config import Config, SourcePolicy, policy
from publisher.http.door import Http, agent


def client(config: Config, *, typed: Iterable[str] = ()) -> Http:
    """A polite client that names itself and the site.

    Private hosts are refused, but for those of sources with `allow_private` and of addresses that a person `typed`.
    """
    near = [table for table in config.sources if policy(table, SourcePolicy).allow_private]
    urls = [
        *(url if "://" in url else f"http://{url}" for url in typed),
        *(str(table.values.get("url", "")) for table in near),
    ]
    hosts = {host for url in urls if (host := _host(url))}
    written = [table.values.get("url", "") for table in config.sources]
    logins = [str(url) for one in written for url in (one if isinstance(one, list) else [one])]
    return Http(agent(config.site.url), private_hosts=hosts, logins=logins)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
