"""The newsroom's figures in the format that Prometheus scrapes, read from the store at each scrape."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from publisher.newsroom.app import App
from publisher.newsroom.overview.figures import figures


def page(app: App) -> bytes:
    """All figures as they are now."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Newsroom(app))
    return generate_latest(registry)


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
