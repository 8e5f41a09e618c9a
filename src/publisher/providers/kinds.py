"""Kinds of destinations, found by the name of their file or of their entry point, and imported one at a time."""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

ENTRY_POINTS = "publisher.providers"


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of one room: its files, and the entry points whose object has the verb that the room's kinds have."""

    package: str
    verb: str

    def names(self) -> tuple[str, ...]:
        """All of them in alphabetical order; none is imported, so that an entry point may be of another room."""
        return tuple(sorted({*_files(self.package), *(point.name for point in _points())}))

    def find(self, name: str) -> Any | None:
        """The class of that kind; None where there is none."""
        if name in _files(self.package):
            return import_module(f"{self.package}.{name}").PROVIDER
        found = (point.load() for point in _points() if point.name == name)
        return next((each for each in found if hasattr(each, self.verb)), None)

    def all(self) -> Iterator[Any]:
        """Every kind's class, imported as it is reached."""
        return (found for name in self.names() if (found := self.find(name)) is not None)


@cache
def _files(package: str) -> frozenset[str]:
    """Modules of a package; what several of them share is in packages below it."""
    found = pkgutil.iter_modules(import_module(package).__path__)
    return frozenset(module.name for module in found if not module.ispkg)


@cache
def _points() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=ENTRY_POINTS))


MAIL = Kinds("publisher.providers.email", "connect")
SOCIAL = Kinds("publisher.providers.social", "publish")
