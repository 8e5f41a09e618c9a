"""Write a commented configuration for a new folder, with what the site itself says filled in; never overwrites."""

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from publisher import private
from publisher.config import load
from publisher.config.lines import scan
from publisher.config.unfilled import Unfilled, to_fill
from publisher.errors import PublisherError
from publisher.formatters.email.files import shipped
from publisher.http.door import Http
from publisher.text import internet, urls
from publisher.text.clean import line

CONFIG = Path("config/publisher.toml")
ENV = Path(".env.example")


@dataclass(frozen=True, kw_only=True)
class InitReport:
    """What was written, what was there before and stays, and what a person still has to fill in."""

    folder: Path
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    feed: str | None = None
    title: str | None = None
    warnings: tuple[str, ...] = ()
    to_fill: tuple[Unfilled, ...] = ()

    @property
    def words(self) -> list[str]:
        """The report for people: results first, then what to do next."""
        said = [f"wrote {path}" for path in self.written if "templates" not in path.parts]
        copied = sum("templates" in path.parts for path in self.written)
        said += [f"copied {copied} templates into {self.folder / 'templates'}"] if copied else []
        said += [f"kept {path}, which was there already" for path in self.kept if "templates" not in path.parts]
        said += [f"found {self.title or 'the site'}, its feed is {self.feed}"] if self.feed else []
        if self.folder / CONFIG in self.written:
            said += ["", "Next:", f"  1. fill in, in {self.folder / CONFIG}:"]
            said += [
                f"       {each.key}, line {each.line}{f', now {each.value}' if each.value else ', now empty'}"
                for each in self.to_fill
            ]
            said += [
                "  2. publisher check",
                "  3. publisher fetch",
                "  4. publisher preview weekly --last 5 --out preview",
            ]
        return said

    def as_json(self) -> dict[str, Any]:
        """What `init --json` prints."""
        return {
            "written": [str(path) for path in self.written],
            "kept": [str(path) for path in self.kept],
            "feed": self.feed,
            "title": self.title,
            "warnings": list(self.warnings),
            "to_fill": [{"key": each.key, "line": each.line, "value": each.value} for each in self.to_fill],
        }


def init(folder: Path, *, site: str | None = None, templates: bool = False, http: Http | None = None) -> InitReport:
    """Write config/publisher.toml and .env.example into `folder`, and the templates there where they are wanted.

    With a site its feed, title, language and colour are looked up through `http` first: a site that cannot be read
    raises SourceError before anything is written.
    """
    text = packaged("publisher.example.toml")
    feed = title = None
    if site and http and not (folder / CONFIG).exists():
        text, feed, title = _filled(text, site, http)
    wanted = {CONFIG: text.encode(), ENV: packaged("env.example").encode()}
    if templates:
        source = shipped()
        wanted |= {
            Path("templates") / path.relative_to(source): path.read_bytes()
            for path in sorted(source.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }
    written: list[Path] = []
    kept: list[Path] = []
    for name, data in wanted.items():
        (written if _write_new(folder / name, data) else kept).append(folder / name)
    warnings = ["--site was not looked up: the configuration is there already"] if site and not feed else []
    return InitReport(
        folder=folder,
        written=tuple(written),
        kept=tuple(kept),
        feed=feed,
        title=title,
        warnings=tuple(warnings),
        to_fill=to_fill(load(folder / CONFIG, env={}, need_secrets=False)) if folder / CONFIG in written else (),
    )


def packaged(name: str) -> str:
    """The text of a file that ships with the project: package data in a wheel, `config/` in a source checkout."""
    inside = Path(str(files("publisher"))) / "_data" / name
    return (inside if inside.is_file() else Path(str(files("publisher"))).parents[1] / "config" / name).read_text(
        encoding="utf-8"
    )


def _filled(text: str, site: str, http: Http) -> tuple[str, str, str | None]:
    from publisher.loader.discover import discover

    found = discover(site, http)
    alone, login = urls.apart(site if "://" in site else f"https://{site}")
    parts = urlsplit(alone)
    feed = found.feed
    if login and urls.origin(feed) == urls.origin(alone):
        feed = feed.replace("://", f"://{':'.join(quote(word, safe='') for word in login)}@", 1)
    host = (parts.hostname or "").removeprefix("www.")
    name = line(found.title or "") or host
    values: dict[tuple[str | int, ...], Any] = {
        ("site", "name"): name,
        ("site", "url"): f"{parts.scheme}://{parts.netloc}",
        ("site", "language"): found.language,
        ("site", "accent"): found.accent,
        ("sources", 0, "url"): feed,
        ("newsletters", "weekly", "title"): f"{name}: the week in reviews",
        ("newsletters", "weekly", "from"): f"{_phrase(name)} <digest@{host}>" if _is_domain(host) else None,
    }
    for path, value in values.items():
        if value:
            text = with_value(text, path, value)
    if _is_private(urlsplit(found.feed).hostname or ""):
        text = re.sub(r"(?m)^# allow_private = false", "allow_private = true ", text, count=1)
    return text, found.feed, name


def with_value(text: str, path: tuple[str | int, ...], value: Any) -> str:
    """A TOML text with another value for a key that stands on a line of its own; its comment stays where it was."""
    number = scan(text).first[path]
    rows = text.split("\n")
    key, _, rest = rows[number - 1].partition("=")
    comment = re.search(r"\s+#[^\"]*$", rest)
    row = f"{key.rstrip()} = {json.dumps(value, ensure_ascii=False)}"
    if comment:
        row = f"{row:<38} {comment[0].strip()}"
    rows[number - 1] = row
    return "\n".join(rows)


def _phrase(name: str) -> str:
    """A display name as RFC 5322 wants it: quoted where it has special characters."""
    if not re.search(r"[()<>\[\]:;@\\,.\"]", name):
        return name
    return '"' + name.replace("\\", "").replace('"', "'") + '"'


def _is_domain(host: str) -> bool:
    return "." in host and not re.fullmatch(r"[\d.]+", host)


def _is_private(host: str) -> bool:
    try:
        return not internet.is_public(host)
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost"))


def _write_new(path: Path, data: bytes) -> bool:
    """Write a file that is not there yet; False when it is."""
    try:
        private.folder(path.parent)
        private.new(path, data)
    except FileExistsError:
        return False
    except OSError as error:
        raise PublisherError(f"cannot be written: {error.strerror}", where=str(path)) from error
    return True
