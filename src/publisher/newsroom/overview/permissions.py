"""Files with readers or keys that other users of the machine may read, each with the line to type."""

import os
import shlex
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

from publisher import secrecy
from publisher.config import secrets
from publisher.newsroom.app import App
from publisher.newsroom.overview.finding import CheckFinding
from publisher.providers.social.kit.keys import FOLDER


def permissions(app: App) -> Iterator[CheckFinding]:
    """A warning for each of them."""
    for what, path in _private(app):
        if _is_open(path):
            shown = os.path.relpath(path)
            shown = str(path) if shown.startswith("..") else shown
            do = f"chmod 600 {shlex.quote(shown)}"
            yield CheckFinding(level="warning", what=f"{what} may be read by other users", where=shown, do=do)


def _private(app: App) -> Iterator[tuple[str, Path]]:
    store, config = app.store.path, app.config
    if store is not None:
        yield from (("the store", store.with_name(store.name + end)) for end in ("", "-wal", ".instance"))
    yield "the file of secrets", config.root / ".env"
    yield from (("a channel's keys", path) for path in sorted((config.root / FOLDER).glob("*.json")))
    if config.path is None:
        return
    text = config.path.read_text(encoding="utf-8-sig")
    if secrecy.struck(text) != text:
        yield "the configuration, which has secrets in it,", config.path
    yield from (("a secret's file", path) for path in secrets.files(tomllib.loads(text), config.root))


def _is_open(path: Path) -> bool:
    """Whether others may read it; the group may where the file is another's, who gave it to us by the group."""
    try:
        found = path.stat()
    except OSError:
        return False
    mine = found.st_uid == os.geteuid()
    return bool(found.st_mode & stat.S_IROTH) or (mine and bool(found.st_mode & stat.S_IRGRP))
