"""The command `preview`: the studio, or everything that it shows as files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import At, Common, Last, moment, web
from publisher.cli.output import progress_bar, say, warn
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.newsroom.app import App
    from publisher.newsroom.overview.trial import Trial
    from publisher.web.studio.session import Studio


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """What is looked at, and how it is shown."""

    at: At = None
    last: Last = None
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="The studio's port.")] = None
    online: Annotated[bool, typer.Option("--online", help="The studio may fetch pictures that are not here.")] = False
    views: Annotated[
        bool, typer.Option("--views/--no-views", help="With --out: also every view, drawn where Chromium is installed.")
    ] = True


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("preview")(preview)


def preview(
    look: Showing,
    common: Common,
    target: Annotated[str | None, typer.Argument(metavar="[EDITION|NEWSLETTER]", help="What to look at.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write files into this folder instead.")] = None,
) -> int:
    """Open the studio on an edition, on this machine alone; or write it as files to look at.

    Example: publisher preview weekly
    """
    if out is None and not common.as_json:
        return _studio(target, look, common)
    with _session(target, replace(look, online=True), common) as studio:
        from publisher.web.studio.export import export

        with progress_bar(quiet=common.as_json) as progress:
            paths = export(studio, studio.start, out or Path("preview"), views=look.views, tell=warn, progress=progress)
        key = studio.shown(studio.start).key
    files = [str(path) for path in paths]
    return common.answer({"edition": key, "files": files}, *files)


@contextmanager
def _session(target: str | None, look: Showing, common: Common) -> "Iterator[Studio]":
    """What the studio holds, for a window or for files."""
    import os

    from publisher.config import load
    from publisher.web.studio.session import Studio
    from publisher.web.studio.view import View

    with common.app() as app:
        when = moment(look.at, app.config)
        view = View(target=target or _only_newsletter(app), last=look.last, at=when.isoformat() if when else "")
        path = app.config.path
        assert path is not None
        http = web(app.config) if look.online else None
        yield Studio(app, start=view, load=lambda: load(path, env=os.environ), http=http)


def _studio(target: str | None, look: Showing, common: Common) -> int:
    from publisher.web.studio.opening import serve

    with _session(target, look, common) as studio:
        studio.shown(studio.start, keep=True)
        serve(studio, port=look.port, tell=say)
    return 0


def open_trial(found: "Trial", *, port: int | None) -> None:
    """The studio on what was tried; nothing of the trial stays."""
    from publisher.newsroom.overview.trial import NAME, trial_app
    from publisher.web.studio.opening import serve
    from publisher.web.studio.session import Studio
    from publisher.web.studio.view import View

    with trial_app(found.config, [review for review, _ in found.reviews]) as app:
        studio = Studio(app, start=View(target=NAME), load=lambda: app.config, pictures=found.pictures)
        studio.shown(studio.start, keep=True)
        serve(studio, port=port, tell=say)


def _only_newsletter(app: "App") -> str:
    names = list(app.config.newsletters)
    if len(names) != 1:
        raise UsageError("which newsletter?", do="one of: " + ", ".join(names or ["none is configured"]))
    return names[0]
