"""A small project whose coming edition is sound, what may stand in its way, and the doors that are asked about it."""

import contextlib
import html
import io
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from tests.command import Ran
from tests.studios import running

from publisher import scheduler
from publisher.cli import main
from publisher.config import load
from publisher.model import Verdict
from publisher.newsroom.app import App
from publisher.newsroom.editions import compose, editing
from publisher.newsroom.instance import mark, mark_file
from publisher.newsroom.pool.reviewing import WITHDRAWN
from publisher.newsroom.sending.claims import notice_schedules
from publisher.providers.social.kit.consent import Kept
from publisher.providers.social.kit.keys import ChannelKeys
from publisher.store.engine import open_store
from publisher.store.pool import reviews as pool_reviews
from publisher.store.tables import notices

LONDON = ZoneInfo("Europe/London")
CONFIG = """\
[site]
name = "The Back Row"
url = "https://www.backrow.example"
timezone = "Europe/London"
postal_address = "The Back Row, 7 Quay Street, Whitby"
[editor]
email = "ed@backrow.example"
[[sources]]
name = "site"
kind = "folder"
path = "reviews"
url = "https://www.backrow.example/{{slug}}/"
[providers.mail]
kind = "outbox"
[newsletters.weekly]
from = "The Back Row <digest@backrow.example>"
schedule = "{slot}"
proof = "{proof}"
[web]
url = "https://letters.backrow.example"
"""
REVIEW = """---
title: "{film} review: a keeper"
film: {film}
author: Nell Ashby
date: {date}
---
{film} is a patient, generous thriller about a clerk who counts what nobody wants counted.

{line}
"""
LINE = "It is a film that trusts its silences and earns every one of them."
FILMLESS = """---
title: "Letter from the festival: herring, snow and a long queue"
author: Nell Ashby
date: {date}
---
The queue for the open-air screen begins at the library and ends in the sea.
"""


@dataclass
class DoorProject:
    """The project in its folder, and every door to it."""

    folder: Path
    now: datetime

    @property
    def file(self) -> Path:
        return self.folder / "publisher.toml"

    @property
    def slot(self) -> datetime:
        """The coming slot: in three days, 09:00 by the wall clock."""
        return (self.now.astimezone(LONDON) + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)

    @property
    def key(self) -> str:
        return f"weekly/{self.slot:%Y-%m-%d}"

    def write(self) -> None:
        proof = self.now.astimezone(LONDON) + timedelta(days=1)
        self.folder.mkdir(exist_ok=True)
        text = CONFIG.format(slot=f"{self.slot:%a} 09:00".lower(), proof=f"{proof:%a} 12:00".lower())
        self.file.write_text(text, encoding="utf-8")
        for film in ("Harbour Toll", "Night Pilots"):
            self.review(film)
        self.do("subscribers", "add", "ann@readers.example")
        self.do("fetch", "--release", "9")

    def review(self, film: str, *, line: str = LINE, text: str = REVIEW) -> None:
        date = f"{self.now - timedelta(days=4):%Y-%m-%d}"
        path = self.folder / "reviews" / f"{film.lower().replace(' ', '-')}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(film=film, line=line, date=date), encoding="utf-8")

    def change(self, old: str, new: str) -> None:
        text = self.file.read_text(encoding="utf-8")
        assert old in text
        self.file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *words: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        status = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main([*words, "--config", str(self.file)])
            except SystemExit as ended:
                status = int(ended.code or 0)
            finally:
                structlog.reset_defaults()
        return Ran(status, out.getvalue(), err.getvalue())

    def do(self, *words: str) -> Ran:
        done = self.run(*words)
        assert done.status == 0, done
        return done

    @contextlib.contextmanager
    def app(self, now: Callable[[], datetime] | None = None) -> Iterator[App]:
        config = load(self.file, env={})
        store = open_store(config.store.url, root=config.root)
        try:
            yield App(config=config, store=store, now=now or (lambda: self.now))
        finally:
            store.close()

    def first_id(self, film: str) -> str:
        rows = self.do("reviews", "list", "--json").json["reviews"]
        return str(next(row["id"] for row in rows if film in row["headline"]))


# The doors: each gives everything that it says.


def check(project: DoorProject) -> str:
    return project.run("check").out


def status(project: DoorProject) -> str:
    return project.run("status").out


def composing(project: DoorProject) -> str:
    made = project.run("compose", "weekly")
    return made.out + made.err


def dry_run(project: DoorProject) -> str:
    tried = project.run("send", "weekly", "--dry-run")
    return tried.out + tried.err


def studio(project: DoorProject) -> str:
    with (
        project.app() as app,
        running(app.store, project.file, now=lambda: project.now) as bench,
        urllib.request.urlopen(f"{bench.base}e/weekly", timeout=30) as answer,
    ):
        return html.unescape(answer.read().decode())


def proof(project: DoorProject) -> str:
    """What the editor is told when the proof's time has come: the proof mail, and the notice beside it."""
    clock = [project.now]
    with project.app(lambda: clock[0]) as app:
        notice_schedules(app, clock[0])
        clock[0] = (project.now.astimezone(LONDON) + timedelta(days=1)).replace(hour=12, minute=1).astimezone(UTC)
        scheduler.tick(app, clock[0], stop=threading.Event())
        with app.store.read() as db:
            told = [str(text) for text in db.scalars(select(notices.c.text))]
    return "\n".join((*told, *_mailed(project.folder / "outbox")))


def _mailed(outbox: Path) -> Iterator[str]:
    for path in sorted(outbox.glob("*.eml")) if outbox.exists() else ():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if "ed@backrow.example" in str(message["To"]):
            body = message.get_body(("plain",))
            assert body is not None
            yield str(message["Subject"]) + "\n" + body.get_content()


DOORS: dict[str, Callable[[DoorProject], str]] = {
    "check": check, "status": status, "compose": composing, "dry run": dry_run, "studio": studio, "proof": proof,
}  # fmt: skip


# The obstacles: each is put in the way of a sound project.


def _approved(project: DoorProject) -> None:
    project.do("compose", "weekly")
    project.do("editions", "approve", project.key)


def _copy(project: DoorProject) -> None:
    with project.app() as app:
        mark(app)
        mark_file(app).write_text("another\n", encoding="ascii")


def _paused_edition(project: DoorProject) -> None:
    project.do("compose", "weekly")
    project.do("editions", "pause", project.key)


def _cancelled(project: DoorProject) -> None:
    project.do("compose", "weekly")
    project.do("editions", "cancel", project.key)


def _broken_template(project: DoorProject) -> None:
    (project.folder / "templates").mkdir()
    (project.folder / "templates" / "digest.html.j2").write_text("<p>{{ no_such_name }}</p>", encoding="utf-8")


def _lost_pick(project: DoorProject) -> None:
    project.do("quotes", project.first_id("Night Pilots"), "--pick", LINE)
    project.review("Night Pilots", line="The engine does the talking, and it is worth the whole ticket.")
    project.do("fetch")


def _bad_link(project: DoorProject) -> None:
    note = project.folder / "note.md"
    note.write_text("The hats are in [our shop](http://shop.backrow.example/hats).", encoding="utf-8")
    project.do("compose", "weekly")
    project.do("editions", "note", project.key, str(note))


def _unproven(project: DoorProject) -> None:
    _approved(project)
    for film in ("Harbour Toll", "Night Pilots"):
        project.review(film, text=REVIEW.replace("patient, generous thriller", "long wait"), line="It ends.")
    project.do("fetch")


def _stranded(project: DoorProject) -> None:
    _approved(project)
    project.change(
        f'schedule = "{project.slot:%a}'.lower(), f'schedule = "{project.slot - timedelta(days=1):%a}'.lower()
    )


def _past(project: DoorProject) -> None:
    before = project.now - timedelta(days=7)
    with project.app(lambda: before) as app:
        made = compose.compose(app, "weekly")
        editing.approve(app, made.edition.key)


def _filmless(project: DoorProject) -> None:
    project.review("Letter", text=FILMLESS)
    project.do("fetch", "--release", "9")


def _withdrawn(project: DoorProject) -> None:
    _approved(project)
    project.do("reviews", "hold", project.first_id("Night Pilots"))


def _gone(project: DoorProject) -> None:
    _approved(project)
    chosen = project.first_id("Night Pilots")
    with project.app() as app, app.store.write() as db:
        pool_reviews.set_verdict(db, chosen, Verdict.HELD, rule=WITHDRAWN)


def _token(project: DoorProject) -> None:
    project.change("[web]", '[social.sky]\nkind = "outbox"\nnetwork = "bluesky"\n[web]')
    with project.app() as app:
        ends = Kept(values={}, expires=project.now + timedelta(days=2))
        ChannelKeys.of(app.config.social["sky"]).write(ends)


def _nobody(project: DoorProject) -> None:
    project.do("subscribers", "remove", "ann@readers.example")


def _unreachable(project: DoorProject) -> None:
    project.change('kind = "outbox"', 'kind = "smtp"\nhost = "mail.backrow.example"\nport = 1\ntimeout = "1s"')


def _edit(old: str, new: str) -> Callable[[DoorProject], None]:
    return lambda project: project.change(old, new)


@dataclass(frozen=True)
class InTheWay:
    """How an obstacle comes to be, the words of it that each door says, and how a send by hand then ends."""

    arrange: Callable[[DoorProject], object]
    words: str
    ends: int = 0
    silent: tuple[str, ...] = ()
    """The doors that have nothing to say of it: they speak of the coming edition, and this is another."""


NO_WEB = '[web]\nurl = "https://letters.backrow.example"\n'
SENDER = "The Back Row <digest@backrow.example>"
TABLE: dict[str, InTheWay] = {
    "copy": InTheWay(_copy, "this database is a copy", 3),
    "edition-paused": InTheWay(_paused_edition, "is paused", 3),
    "edition-ended": InTheWay(_cancelled, "is cancelled", 3, tuple(DOORS)),
    "unmade": InTheWay(_broken_template, "no_such_name", 1),
    "lost-pick": InTheWay(_lost_pick, "Night Pilots", 3),
    "preflight": InTheWay(_bad_link, "shop.backrow.example is linked without https", 3),
    "unproven": InTheWay(_unproven, "is no longer in the review", 3),
    "unapproved": InTheWay(_edit("proof =", "approve = true\nproof ="), "it waits for your approval"),
    "postal-missing": InTheWay(
        _edit("The Back Row, 7 Quay Street, Whitby", ""), "[site] postal_address is missing", 2
    ),
    "web-missing": InTheWay(_edit(NO_WEB, ""), "[web] url is missing", 2),
    "web-unreachable": InTheWay(_unreachable, "[web] url cannot be reached by readers", 2),
    "sender": InTheWay(
        _edit(SENDER, "Ed <jürgen@backrow.example>"), "newsletters.weekly.from is no address that an envelope", 2
    ),
    "provider": InTheWay(_edit('kind = "outbox"', 'kind = "outbx"'), "there is no kind `outbx`", 2),
    "nobody": InTheWay(_nobody, "has no confirmed readers", 1),
    "paused": InTheWay(lambda p: p.do("pause", "weekly", "--until", "2099-12-31"), "paused until 2099-12-31 00:00"),
    "stranded": InTheWay(_stranded, "the schedule has no slot then any more"),
    "past": InTheWay(_past, "its slot has passed"),
    "filmless": InTheWay(_filmless, "no film was found in “Letter from the festival"),
    "withdrawn": InTheWay(_withdrawn, "review: a keeper” is held or was withdrawn"),
    "gone": InTheWay(_gone, "review: a keeper” was withdrawn at its source", 3),
    "placeholder": InTheWay(
        _edit('url = "https://www.backrow.example"\n', 'url = "https://www.example.com"\n'),
        "site.url stands only for an example (https://www.example.com)",
    ),
    "free-mail": InTheWay(_edit(SENDER, "The Back Row <backrow@gmail.com>"), "is sent from gmail.com"),
    "token": InTheWay(_token, "the token of sky ends"),
}  # fmt: skip


def sound(folder: Path) -> DoorProject:
    """The project with nothing in its way."""
    project = DoorProject(folder, datetime.now(UTC))
    project.write()
    return project
