"""What the studio holds while it runs: the publisher, its desks, what is wrong with the configuration, the bell."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from publisher.config import Config
from publisher.errors import PublisherError
from publisher.formatters.email.files import shipped
from publisher.http.door import Http
from publisher.model import Review
from publisher.newsroom.app import App
from publisher.newsroom.client import client
from publisher.newsroom.editions.desk import Desk, Shown
from publisher.newsroom.pool.pictures import picture_of
from publisher.newsroom.sources.collect import collect
from publisher.store import marks
from publisher.web.studio.kinds import kind_of
from publisher.web.studio.live import Bell
from publisher.web.studio.view import View

log = structlog.get_logger()

TOKEN_BYTES = 16
DESKS = 32
PICTURES = 64
PICTURES_AT_ONCE = 4
FOLDERS = frozenset({"folder", "paste"})


class Studio:
    """One running studio; its windows share it, and so do the server's threads.

    `load` reads the configuration again; `http` (None: nothing is asked of the web) fetches pictures, but for those
    that are given.
    """

    def __init__(
        self,
        app: App,
        *,
        start: View,
        load: Callable[[], Config],
        http: Http | None = None,
        pictures: Mapping[str, bytes] | None = None,
    ) -> None:
        self.app = app
        self.start = start
        self.token = secrets.token_hex(TOKEN_BYTES)
        self.bell = Bell()
        self.http = http
        self.wrong: PublisherError | None = None
        self._load = load
        self._desks: dict[tuple[str, int | None, str], Desk] = {}
        self._shown: dict[tuple[str, int | None, str], tuple[str, Shown, bool]] = {}
        self._pictures: dict[str, bytes] = dict(pictures or {})
        self.fetching: frozenset[str] = frozenset()
        self.unreached: frozenset[str] = frozenset()
        self.acting = threading.RLock()
        self._lock = threading.RLock()
        self._stamp = self._config_stamp()

    def desk(self, view: View) -> Desk:
        """The desk of what a window looks at; windows of the same edition share one."""
        key = (view.target, view.last, view.at)
        with self._lock:
            if key not in self._desks:
                if len(self._desks) >= DESKS:
                    oldest = next(iter(self._desks))
                    del self._desks[oldest]
                    self._shown.pop(oldest, None)
                self._desks[key] = Desk(
                    self.app, view.target, at=view.moment(self.app.config.site.zone), last=view.last
                )
            desk = self._desks[key]
            desk.app = self.app
            return desk

    def shown(self, view: View, *, keep: bool = False) -> Shown:
        """What lies on that desk now, made again only when something changed that it is made of.

        `keep` stores the draft, as a change needs it; a look does not.
        """
        desk, key = self.desk(view), (view.target, view.last, view.at)
        with self._lock:
            mark = self.mark(view)
            kept = self._shown.get(key)
            if kept is not None and kept[0] == mark and (kept[2] or not keep):
                return kept[1]
            shown = desk.show(keep=keep)
            # Storing the draft for the first time changes the mark once.
            self._shown[key] = (self.mark(view), shown, keep)
            return shown

    def mark(self, view: View | None = None) -> str:
        """Changes when the pool, an editor's hand, a template or the configuration does."""
        seen = hashlib.sha256()
        with self.app.store.read() as db:
            seen.update(marks.mark(db).encode())
        for path in sorted(_templates(self.app)):
            try:
                stat = path.stat()
            except OSError:
                continue
            seen.update(f"{path}{stat.st_mtime_ns}{stat.st_size}".encode())
        seen.update(f"{self._stamp}{self.wrong}{sorted(self.fetching)}{sorted(self.unreached)}".encode())
        if view is not None:
            # An embargo ends by itself, and a look at the newest keeps its hand on the desk.
            desk = self.desk(view)
            seen.update(f"{self.app.now().timestamp() // 60} {len(desk.done)} {len(desk.undone)}".encode())
        return seen.hexdigest()[:16]

    def changed(self, paths: set[Path] | None = None) -> None:
        """Look at what changed (None: one of our own actions) and ring when it is something that is shown."""
        with self._lock:
            if self._config_stamp() != self._stamp:
                self._reload()
        for path in paths or ():
            self._collect(path)
        mark = self.mark()
        if mark != self.bell.said:
            self.bell.ring(mark)

    def _reload(self) -> None:
        self._stamp = self._config_stamp()
        try:
            config = self._load()
        except PublisherError as error:
            self.wrong = error
            return
        self.wrong = None
        self.app = App(config=config, store=self.app.store, now=self.app.now)

    def _config_stamp(self) -> str:
        path = self.app.config.path
        try:
            return f"{path.stat().st_mtime_ns} {path.stat().st_size}" if path else ""
        except OSError:
            return "gone"

    def _collect(self, path: Path) -> None:
        """Read a source again that is a folder or file of this machine and that `path` belongs to."""
        for name, place in _local_sources(self.app):
            if path.is_relative_to(place):
                try:
                    collect(self.app, source=name)
                except PublisherError as error:
                    log.warning("source-not-read", source=name, error=str(error))

    def picture(self, review: Review, *, ask: bool = True) -> bytes | None:
        """A review's picture: kept here, or from the web where that was asked for and `ask` lets it wait."""
        if review.image is None:
            return None
        url = review.image.url
        if url in self._pictures:
            return self._pictures[url]
        http = self.http if ask and url not in self.unreached else None
        found = picture_of(review, config=self.app.config, http=http)
        if found is not None:
            self._keep(url, found)
        elif http is not None:
            self.unreached |= {url}
        return found

    def missing(self, shown: Shown) -> tuple[Review, ...]:
        """The reviews of an edition whose pictures are not on this machine."""
        items = shown.made.edition.items if shown.made else ()
        wanted = (item.review for item in items if item.review.image)
        return tuple(review for review in wanted if self.picture(review, ask=False) is None)

    def fetch_pictures(self, wanted: Sequence[Review]) -> None:
        """Fetch these pictures in the background, all at once; every window is told of each."""
        urls = {review.image.url for review in wanted if review.image}
        self.fetching |= urls
        self.unreached -= urls
        http = client(self.app.config)
        pool = ThreadPoolExecutor(max_workers=PICTURES_AT_ONCE)
        for review in wanted:
            pool.submit(self._fetch_picture, review, http)
        pool.shutdown(wait=False)

    def _fetch_picture(self, review: Review, http: Http) -> None:
        url = review.image.url if review.image else ""
        found = None
        try:
            found = picture_of(review, config=self.app.config, http=http)
        finally:
            if found is None or kind_of(found) is None:
                self.unreached |= {url}
            else:
                self._keep(url, found)
            self.fetching -= {url}
            self.changed()

    def _keep(self, url: str, data: bytes) -> None:
        if len(self._pictures) >= PICTURES:
            self._pictures.clear()
        self._pictures[url] = data

    def folders(self) -> Iterator[Path]:
        """The folders in which any change counts."""
        yield shipped()
        yield self.app.config.root / "templates"
        yield from (place for _, place in _local_sources(self.app) if place.is_dir())

    def files(self) -> Iterator[Path]:
        """The single files that count: configuration, pasted reviews, and the store as other commands write it."""
        if self.app.config.path:
            yield self.app.config.path.absolute()
        yield from (place for _, place in _local_sources(self.app) if not place.is_dir())
        if self.app.store.path:
            path = self.app.store.path
            yield from (path, path.with_name(f"{path.name}-wal"))


def _local_sources(app: App) -> Iterator[tuple[str, Path]]:
    for table in app.config.sources:
        if table.kind in FOLDERS and table.values.get("path"):
            yield table.name, (table.root / Path(str(table.values["path"])).expanduser()).absolute()


def _templates(app: App) -> Iterator[Path]:
    for folder in {shipped(), app.config.root / "templates"}:
        if folder.is_dir():
            yield from (path for path in folder.rglob("*") if path.suffix in (".j2", ".toml"))
