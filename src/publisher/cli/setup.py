"""Commands that set things up and keep them going: init, check, run."""

from logging import INFO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.options import Common, ConfigFile, DryRun, Yes, ask, moment, open_app, web
from publisher.cli.output import counted, print_json, progress_bar, say, warn

if TYPE_CHECKING:
    from publisher.newsroom.app import App

Host = Annotated[str, typer.Option("--host", help="The address to listen on; a proxy with TLS belongs before it.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="The port.")]
MetricsPort = Annotated[
    int | None,
    typer.Option(
        "--metrics-port",
        min=1,
        max=65535,
        help="A port of their own for the figures; without it this machine alone gets them, at /metrics.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("init")(init)
    app.command("check")(check)
    app.command("run")(run)
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("pause")(pause)
    app.command("resume")(resume)
    app.command("backup")(backup)
    app.command("prune")(prune)
    app.command("adopt")(adopt)


def init(
    common: Common,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where.")] = Path(),
    site: Annotated[
        str | None, typer.Option("--site", help="Your site: its feed, title, language and colour are found.")
    ] = None,
    templates: Annotated[bool, typer.Option("--templates", help="Also copy the templates, to change them.")] = False,
) -> int:
    """Write a commented configuration; never overwrites.

    Example: publisher init --site https://www.example.com
    """
    from publisher.newsroom.overview.init import init as write

    http = web(common.config(), typed=[site]) if site else None
    report = write(folder, site=site, templates=templates, http=http)
    if common.as_json:
        print_json(report.as_json())
        return 0
    say(*report.words)
    for warning in report.warnings:
        warn(f"warning: {warning}")
    return 0


def check(
    common: Common,
    dns: Annotated[
        bool, typer.Option("--dns", help="Also look up SPF, DKIM, DMARC and PTR, and say which record to add.")
    ] = False,
) -> int:
    """Read configuration, templates and store, and open each provider without sending.

    Example: publisher check --dns
    """
    from publisher.http.lookup import Names
    from publisher.newsroom.overview.check import check as examine

    with common.app() as app:
        names = Names() if dns else None
        report = examine(app, http=web(app.config, typed=[app.config.web.url]), names=names)
    common.answer(report.as_json(), *report.words)
    return 0 if report.ok else 1


def run(
    pages: Annotated[bool, typer.Option("--serve", help="Serve the public pages as well.")] = False,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    metrics_port: MetricsPort = None,
    config_file: ConfigFile = None,
) -> int:
    """Fetch, compose and send by the schedule until it is stopped (Ctrl-C or SIGTERM).

    Example: publisher run --serve
    """
    from publisher import scheduler
    from publisher.newsroom.signals import stop_on_signals

    _log_events()
    with open_app(config_file) as app, stop_on_signals() as stop:
        if not pages:
            scheduler.run(app, stop)
            return 0
        from publisher.web.serve import serving

        with serving(app, host=host, port=port, metrics_port=metrics_port):
            _where(app, host, port)
            scheduler.run(app, stop)
    return 0


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8080,
    metrics_port: MetricsPort = None,
    config_file: ConfigFile = None,
) -> int:
    """Serve the public pages: unsubscribe, preferences and view in browser, until it is stopped.

    Example: publisher serve --port 8080
    """
    from publisher.web.serve import serve as serve_pages

    with open_app(config_file) as app:
        _where(app, host, port)
        serve_pages(app, host=host, port=port, metrics_port=metrics_port)
    return 0


def worker(
    common: Common,
    once: Annotated[bool, typer.Option("--once", help="Do what can be done now, and end.")] = False,
) -> int:
    """Help to deliver editions that are on their way, until it is stopped; any number, on any machines with PostgreSQL.

    Example: publisher worker
    """
    from publisher.newsroom.sending.worker import work
    from publisher.newsroom.signals import stop_on_signals

    with common.app() as app, stop_on_signals() as stop:
        if not once:
            _log_events()
        done = work(app, stop=stop, once=once)
    editions = [{"edition": each.edition, "state": each.state, "words": each.words} for each in done]
    words = [f"{each.edition}: {each.state}; {each.words}" for each in done] or ["nothing is on its way"]
    common.answer({"editions": editions}, *words)
    return 4 if any(each.state in ("failed", "partial") for each in done) else 0


def _log_events() -> None:
    """Show what happens while a command runs on and on."""
    import structlog

    if not structlog.get_logger().is_enabled_for(INFO):
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(INFO))


def _where(app: "App", host: str, port: int) -> None:
    reached = app.config.web.url or "([web] url is missing)"
    warn(f"public pages on http://{host}:{port}, reached by readers at {reached}")


def pause(
    common: Common,
    name: Annotated[
        str | None, typer.Argument(metavar="[NEWSLETTER|CHANNEL]", help="Only this one; all without it.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="The day on which it goes on by itself.")] = None,
) -> int:
    """Send nothing by itself for a while; a send by hand still works.

    Example: publisher pause --until 2027-01-04
    """
    from publisher.newsroom.pausing import in_words, standing
    from publisher.newsroom.pausing import pause as stop

    with common.app() as app:
        end = moment(until, app.config)
        names = stop(app, name, until=end)
        said = [in_words(app, pause) for pause in standing(app).values() if pause.name in names]
    return common.answer({"paused": list(names), "until": end}, *said)


def resume(
    common: Common,
    name: Annotated[
        str | None, typer.Argument(metavar="[NEWSLETTER|CHANNEL]", help="Only this one; all without it.")
    ] = None,
) -> int:
    """End a pause; slots that passed meanwhile stay past, and their reviews are in the next edition.

    Example: publisher resume weekly
    """
    from publisher.newsroom.pausing import resume as go_on

    with common.app() as app:
        names = go_on(app, name)
    said = f"goes on: {', '.join(names)}" if names else "nothing was paused"
    return common.answer({"resumed": list(names)}, said)


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes; it must not exist.")],
    common: Common,
) -> int:
    """Copy the database while it is in use; restored elsewhere, it sends nothing before `publisher adopt`.

    Example: publisher backup publisher-2026-11-20.db
    """
    from publisher.newsroom.instance import mark
    from publisher.store.backup import copy

    with common.app() as app, progress_bar(quiet=common.as_json) as progress:
        mark(app)
        copy(app.store, file, progress=(lambda done, total: progress("pages", done, total)) if progress else None)
    return common.answer({"backup": str(file)}, f"copied to {file}")


def prune(common: Common, dry_run: DryRun = False) -> int:
    """Let go of who got editions older than `[store] keep`; their numbers stay, and SQLite gives the space back.

    Example: publisher prune --dry-run
    """
    from publisher.newsroom.sending.pruning import prunable, prune_now
    from publisher.newsroom.signals import stop_on_signals

    with common.app() as app, stop_on_signals() as stop:
        gone, freed = (prunable(app), 0) if dry_run else prune_now(app, stop)
        keep = app.config.store.keep.days
    rows = sum(gone.values())
    document = {"dry_run": dry_run, "keep_days": keep, "editions": dict(gone), "rows": rows, "freed_bytes": freed}
    done = "would be kept as numbers only; nothing was changed" if dry_run else "kept as numbers only"
    said = f"{counted(len(gone), 'edition')} older than {keep} days, {counted(rows, 'delivery', 'deliveries')}: {done}"
    return common.answer(document, said if gone else f"nothing is older than {keep} days")


def adopt(common: Common, yes: Yes = False) -> int:
    """Let a restored copy of the database send from here. Stop the old machine first.

    Example: publisher adopt
    """
    from publisher.newsroom.instance import adopt as take_over

    with common.app() as app:
        if not ask("Is the machine that this database came from stopped for good?", yes=yes):
            return 0
        take_over(app)
    return common.answer({"adopted": True}, "adopted: this database sends from here")
