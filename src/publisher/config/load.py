"""Reads `publisher.toml`: every mistake is named with its key, file, line and the nearest right word."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from publisher import secrecy
from publisher.config.lines import KeyLines, KeyPath, scan
from publisher.config.mistakes import Mistake, Place, first_of, validate
from publisher.config.models import Delivery, Editor, Newsletter, QuoteChoice, Site, StoreTable, Web
from publisher.config.secrets import learn, read_env_file, resolve
from publisher.config.tables import COMMON, REMEDY, Config, RawTable
from publisher.config.words import did_you_mean, one_of, shown
from publisher.errors import ConfigError

M = TypeVar("M", bound=BaseModel)

DEFAULT_PATH = Path("config/publisher.toml")
TABLES = (
    "site",
    "editor",
    "critics",
    "store",
    "sources",
    "providers",
    "newsletters",
    "quotes",
    "delivery",
    "social",
    "web",
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def load(path: Path | None = None, *, env: Mapping[str, str], need_secrets: bool = True) -> Config:
    """The configuration in `path`, else in $PUBLISHER_CONFIG, else in config/publisher.toml.

    Raises ConfigError for the topmost mistake. With `need_secrets=False` a missing secret is an error only when the
    table that wants it is used.
    """
    chosen = path or Path(env.get("PUBLISHER_CONFIG") or DEFAULT_PATH)
    file = _display(chosen)
    text = _read(chosen, file)
    lines = scan(text)
    data = _parse(text, file, lines)
    root = root_of(chosen)
    return _ConfigReader(data, lines, file, root, {**read_env_file(root / ".env"), **env}, need_secrets).config(
        chosen.resolve()
    )


def root_of(path: Path) -> Path:
    """The project's root: the configuration's folder, or its parent when that folder is named `config`."""
    folder = path.resolve().parent
    return folder.parent if folder.name == "config" else folder


def _display(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _read(path: Path, file: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ConfigError("there is no configuration", where=file, do="`publisher init` writes one") from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            "the file is not UTF-8 text", where=f"{file}:{error.object[: error.start].count(10) + 1}"
        ) from None
    except OSError as error:
        raise ConfigError(f"the configuration cannot be read: {error.strerror}", where=file) from None


def _parse(text: str, file: str, lines: KeyLines) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ConfigError("the file is nested too deeply", where=file) from None
    except tomllib.TOMLDecodeError as error:
        if lines.twice:
            key, first, second = lines.twice[0]
            what = f"`{_spell(key)}` is written twice, in lines {first} and {second}"
            raise ConfigError(what, where=f"{file}:{second}", do="keep one of them") from None
        message = str(error)
        found = re.search(r"line (\d+)", message)
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        what = re.sub(r"\s*\(at .*?\)$", "", message)
        raise ConfigError(
            f"the file is not TOML: {what[:1].lower()}{what[1:]}", where=f"{file}:{line}", do=_quotes(text, line)
        ) from None


def _quotes(text: str, line: int) -> str:
    rows = text.split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    key, equals, value = row.partition("=")
    bare = value.split("#")[0].strip()
    if equals and bare and bare[0] not in "\"'[{" and bare not in ("true", "false"):
        shown = "…" if secrecy.NAME.search(key.strip()) else bare.strip('"')
        return f'write text in quotation marks, `{key.strip()} = "{shown}"`'
    return ""


def _spell(path: KeyPath) -> str:
    return ".".join(f"[{part + 1}]" if isinstance(part, int) else part for part in path if part != "[]").replace(
        ".[", "["
    )


class _ConfigReader:
    """One pass over a parsed file that gathers every mistake before it raises the first."""

    def __init__(
        self, data: dict[str, Any], lines: KeyLines, file: str, root: Path, env: Mapping[str, str], need_secrets: bool
    ) -> None:
        self.data, self.lines, self.file, self.root, self.env = data, lines, file, root, env
        self.need_secrets = need_secrets
        self.wrong: list[Mistake] = []

    def config(self, path: Path) -> Config:
        for key in self.data:
            if key not in TABLES:
                hint = did_you_mean(key, TABLES) or f"it knows {one_of(TABLES)}"
                self._note((key,), f"there is no table `{key}`", hint)
        site = self._table("site", Site) or Site()
        editor, store = self._table("editor", Editor), self._table("store", StoreTable)
        delivery, web = self._table("delivery", Delivery), self._table("web", Web)
        chosen = self._resolved(("quotes",), "quotes", self._group("quotes"))[0]
        quotes = self._model(("quotes",), "quotes", QuoteChoice, chosen)
        critics = self._critics()
        sources, providers, social = self._sources(), self._named("providers"), self._named("social")
        newsletters = self._newsletters(providers, site)
        if self.wrong:
            raise first_of(self.wrong, file=self.file)
        return Config(
            path=path,
            root=self.root,
            site=site,
            editor=editor or Editor(),
            critics=critics,
            store=store or StoreTable(),
            sources=sources,
            providers=providers,
            newsletters=newsletters,
            delivery=delivery or Delivery(),
            social=social,
            web=web or Web(),
            quotes=quotes or QuoteChoice(),
            lines={_spell(key): line for key, line in self.lines.first.items()},
            file=self.file,
        )

    def _note(self, path: KeyPath, what: str, do: str = "") -> None:
        self.wrong.append(Mistake(line=self.lines.of(path), what=what, do=do))

    def _place(self, path: KeyPath, name: str, referenced: frozenset[str] = frozenset()) -> Place:
        return Place(name=name, line_of=lambda loc: self.lines.of((*path, *loc)), referenced=referenced)

    def _group(self, name: str) -> dict[str, Any]:
        """A table of the file that must be one, {} when it is absent or something else."""
        found = self.data.get(name, {})
        if isinstance(found, dict):
            return found
        self._note((name,), f"`{name}` must be a table, not {shown(found)}", f"write `[{name}]` on a line of its own")
        return {}

    def _resolved(
        self, path: KeyPath, name: str, values: Mapping[str, Any]
    ) -> tuple[dict[str, Any], frozenset[str], dict[str, str]]:
        done = resolve(values, env=self.env, root=self.root)
        learn(done.values, group=str(path[0]))
        if self.need_secrets:
            for key, why in done.unresolved.items():
                self._note((*path, key), f"`{name}.{key}`: {why}", REMEDY)
        return done.values, done.referenced, done.unresolved

    def _model(
        self,
        path: KeyPath,
        name: str,
        model: type[M],
        values: Mapping[str, Any],
        given: Mapping[str, Any] | None = None,
    ) -> M | None:
        filled, referenced, unresolved = self._resolved(path, name, values)
        if unresolved and not self.need_secrets:
            filled = {key: value for key, value in filled.items() if key not in unresolved}
        parsed = validate(model, filled, self._place(path, name, referenced), given=given)
        if isinstance(parsed, list):
            known_wrong = {self.lines.of((*path, key)) for key in unresolved}
            self.wrong += [mistake for mistake in parsed if mistake.line not in known_wrong]
            return None
        return parsed

    def _table(self, name: str, model: type[M]) -> M | None:
        return self._model((name,), name, model, self._group(name))

    def _critics(self) -> dict[str, str]:
        found = self._group("critics")
        for login, byline in found.items():
            if not isinstance(byline, str) or not byline.strip():
                self._note(
                    ("critics", login), f"`critics.{login}` must be the critic's name as text, not {shown(byline)}"
                )
        return {login: " ".join(str(byline).split()) for login, byline in found.items()}

    def _sources(self) -> tuple[RawTable, ...]:
        found = self.data.get("sources", [])
        if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
            self._note(("sources",), "`sources` must be a list of tables", "write `[[sources]]` in double brackets")
            return ()
        tables: dict[str, RawTable] = {}
        for index, values in enumerate(found):
            path = ("sources", index)
            name = values.get("name")
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                self._wrong_name((*path, "name"), f"`sources[{index + 1}].name`", name)
                name = f"[{index + 1}]"
            elif name in tables:
                self._note(
                    (*path, "name"),
                    f"two sources are named `{name}`, in lines {tables[name].line} and {self.lines.of(path)}",
                    "give each its own name",
                )
            tables[name] = self._raw(
                "sources", path, name, {key: value for key, value in values.items() if key != "name"}
            )
        return tuple(tables.values())

    def _named(self, group: str) -> dict[str, RawTable]:
        return {name: self._raw(group, (group, name), name, values) for name, values in self._subtables(group)}

    def _subtables(self, group: str) -> list[tuple[str, dict[str, Any]]]:
        """The tables `[group.NAME]` that are tables with usable names."""
        good: list[tuple[str, dict[str, Any]]] = []
        for name, values in self._group(group).items():
            if not isinstance(values, dict):
                self._note(
                    (group, name),
                    f"`{group}.{name}` must be a table, not {shown(values)}",
                    f"write `[{group}.NAME]` and put `{name}` below it",
                )
            elif not _NAME.fullmatch(name):
                self._wrong_name((group, name), f"`{group}.{name}`", name)
            else:
                good.append((name, values))
        return good

    def _wrong_name(self, path: KeyPath, label: str, name: Any) -> None:
        what = f"{label} is missing" if name is None else f"{label}: {shown(name)} cannot be a name"
        self._note(path, what, "a name has letters, digits, - and _")

    def _raw(self, group: str, path: KeyPath, name: str, values: Mapping[str, Any]) -> RawTable:
        title = f"{group}.{name}"
        kind = values.get("kind")
        if not isinstance(kind, str) or not kind:
            what = (
                f"`{title}.kind` is missing"
                if kind is None
                else f"`{title}.kind` must be text in quotation marks, not {shown(kind)}"
            )
            self._note((*path, "kind"), what, "it says what this table is, such as `feed`, `smtp` or `mastodon`")
        filled, referenced, unresolved = self._resolved(
            path, title, {key: value for key, value in values.items() if key != "kind"}
        )
        depth = len(path)
        table = RawTable(
            name=name,
            kind=str(kind or ""),
            values=filled,
            group=group,
            file=self.file,
            line=self.lines.of(path),
            lines={
                ".".join(map(str, key[depth:])): line
                for key, line in self.lines.first.items()
                if key[:depth] == path and len(key) > depth
            },
            referenced=referenced,
            unresolved=unresolved,
            root=self.root,
        )
        if group in COMMON:
            self._common(table, path, COMMON[group])
        return table

    def _common(self, table: RawTable, path: KeyPath, model: type[BaseModel]) -> None:
        """The keys that a whole group shares are checked at once, whatever the kind."""
        shared = {
            key: value
            for key, value in table.values.items()
            if key in model.model_fields and key not in table.unresolved
        }
        parsed = validate(model, shared, self._place(path, table.title, table.referenced))
        self.wrong += parsed if isinstance(parsed, list) else []

    def _newsletters(self, providers: Mapping[str, RawTable], site: Site) -> dict[str, Newsletter]:
        made: dict[str, Newsletter] = {}
        for name, values in self._subtables("newsletters"):
            path = ("newsletters", name)
            parsed = self._model(path, f"newsletters.{name}", Newsletter, values, given={"name": name})
            if parsed is None:
                continue
            if not parsed.provider and len(providers) == 1:
                parsed = parsed.model_copy(update={"provider": tuple(providers)})
            for provider in parsed.provider:
                if provider not in providers:
                    hint = did_you_mean(provider, providers) or (
                        f"there is {one_of(providers)}" if providers else f"add a table [providers.{provider}]"
                    )
                    self._note(
                        (*path, "provider"), f"`newsletters.{name}.provider`: there is no provider `{provider}`", hint
                    )
            made[name] = parsed.model_copy(update={"title": parsed.title or site.name or name})
        if made and not site.name and "site" in self.data and not self.wrong:
            self._note(("site", "name"), "`site.name` is missing", "a digest carries the site's name")
        return made
