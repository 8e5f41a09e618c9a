"""The newsroom's figures in the format that Prometheus scrapes, read from the store at each scrape.

How many readers a site has is nobody's business: a proxy in front of the pages never gets them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from publisher.newsroom.app import App
from publisher.newsroom.overview.figures import figures

# Nothing that asks for figures on this machine sends these; what hands on a stranger's request does.
HANDED_ON = ("x-", "forwarded", "via", "cf-", "cdn-", "fastly-", "true-client-", "client-ip", "remote-")
SCRAPER = "x-prometheus-"


def page(app: App) -> Response:
    """All figures as they are now."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Newsroom(app))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def from_here(scope: Scope) -> bool:
    """Whether a request comes from this machine, to a loopback name of it, and was not handed on by a proxy.

    nginx hands requests on with a loopback Host and no other mark, but as HTTP/1.0 unless it is told otherwise.
    """
    headers = Headers(scope=scope)
    handed_on = any(name.startswith(HANDED_ON) and not name.startswith(SCRAPER) for name in headers)
    hosts = headers.getlist("host")
    here = scope["client"] is not None and _is_loopback(scope["client"][0])
    return here and not handed_on and scope["http_version"] != "1.0" and len(hosts) == 1 and _names_us(hosts[0])


def _names_us(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name.lower() == "localhost" or _is_loopback(name.strip("[]"))


def _is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False


class _Newsroom(Collector):
    """Reads the figures when it is asked."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        """One family for each kind of figure."""
        found = figures(self._app)
        last = {(name, state): count for name, counts in found.last.items() for state, count in asdict(counts).items()}
        yield _family("last_edition_readers", "Readers of the edition sent last, by state", _BY_STATE, last.items())
        yield _family("editions", "Editions by state", _BY_STATE, found.editions.items())
        yield _family("readers", "People on a newsletter's list by state", _BY_STATE, found.audience.items())
        yield _family("posts", "Social posts by state", ("channel", "state"), found.posts.items())
        slots = {(name,): moment for name, moment in found.next_slot.items()}
        yield _family("next_slot_timestamp_seconds", "When the next edition is due", ("newsletter",), slots.items())
        failing = {(name,): moment for name, moment in found.failing_since.items()}
        what = "Since when a source cannot be read, 0 when it can"
        yield _family("source_failing_since_timestamp_seconds", what, ("source",), failing.items())
        yield _family("notices", "Things the editor was told, ever", (), [((), found.notices)])


_BY_STATE = ("newsletter", "state")


def _family(
    name: str, what: str, labels: tuple[str, ...], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"publisher_{name}", what, labels=labels)
    for place, value in sorted(values):
        family.add_metric(place, value)
    return family
