"""Finds the templates: those that ship with the project, and an editor's own, which replace them piece by piece.

A file in the editor's folder stands for the shipped file of the same name; it may build on it by its name under
`publisher/`: `{% extends "publisher/digest.html.j2" %}`. Reads template files and nothing else.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from traceback import walk_tb
from types import CodeType
from typing import Any

from jinja2 import (
    BytecodeCache,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2 import TemplateError as JinjaError
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment

from publisher.config import did_you_mean
from publisher.errors import TemplateError
from publisher.formatters.email import words
from publisher.formatters.email.plain import wrap

SUFFIX = ".j2"
# Mail text and style sheets are not HTML; a style sheet is given colours, never words of a review.
_NOT_HTML = (".txt.j2", ".css.j2")
# What an expression in a template may raise; the sandbox's refusals are Jinja's own.
_FAILURES = (JinjaError, TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError)
_UNKNOWN = re.compile(r"'([^']+)' is undefined")
_NO_ATTRIBUTE = re.compile(r"'?[\w.]*?(\w+)(?: object)?'? has no attribute '(\w+)'")


@lru_cache(maxsize=1)
def shipped() -> Path:
    """The folder of the shipped templates: package data in a wheel, the project's root in a source checkout."""
    packaged = Path(str(files("publisher"))) / "_data" / "templates"
    return packaged if packaged.is_dir() else Path(str(files("publisher"))).parents[1] / "templates"


@dataclass(frozen=True)
class Templates:
    """The templates as they stand on disk now."""

    environment: SandboxedEnvironment
    folders: tuple[Path, ...]
    _words: dict[str, words.Words] = field(default_factory=dict)

    def words(self, language: str) -> words.Words:
        """The phrases of a language, the editor's own before the shipped ones."""
        if language not in self._words:
            self._words[language] = words.load([folder / "words" for folder in self.folders], language)
        return self._words[language]

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """A template filled; a `TemplateError` names the file and the line that cannot be."""
        try:
            return self.environment.get_template(name).render(context)
        except TemplateNotFound as error:
            missing = str(error.name)
            raise TemplateError(f"there is no template “{missing}”", do=self._nearest(missing)) from error
        except TemplateSyntaxError as error:
            where = f"{error.filename or error.name}:{error.lineno}"
            raise TemplateError(error.message or "cannot be read", where=where) from error
        except UnicodeDecodeError as error:
            raise TemplateError("this is not UTF-8", where=self._not_text()) from error
        except OSError as error:
            raise TemplateError(error.strerror or "cannot be read", where=str(error.filename or name)) from error
        except _FAILURES as error:
            what, do = _explained(error, context)
            raise TemplateError(what, where=_place(error), do=do) from error

    def _not_text(self) -> str:
        for path in (path for folder in self.folders for path in sorted(folder.rglob(f"*{SUFFIX}"))):
            try:
                path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                return f"{path}:{error.object.count(10, 0, error.start) + 1}"
        return ""

    def _nearest(self, name: str) -> str:
        return did_you_mean(name, self.environment.list_templates())


def open_templates(own: Path | None) -> Templates:
    """The shipped templates under the editor's own; read again when any file of them has changed."""
    folders = (shipped(), own) if own is not None and own != shipped() and own.is_dir() else (shipped(),)
    try:
        marks = frozenset(mark for folder in folders for mark in _marks(str(folder)))
    except OSError as error:
        raise TemplateError(error.strerror or "cannot be read", where=str(error.filename)) from error
    return _opened(folders, marks)


def _marks(folder: str) -> Iterator[tuple[str, int, int]]:
    """Path, time and size of each file; a new file must be seen too, which Jinja's own reloading does not."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _marks(entry.path)
            elif entry.name.endswith((SUFFIX, ".toml")):
                stat = entry.stat()
                yield entry.path, stat.st_mtime_ns, stat.st_size


class _Compiled(BytecodeCache):
    """Compiled templates by their source: after one file has changed, only that one is compiled again."""

    MOST = 400

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give back what was compiled of the same source."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if len(self._kept) >= self.MOST:
            self._kept.clear()
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


class _Sandbox(SandboxedEnvironment):
    """Jinja's sandbox, which looks at the kind of a thing and at the name only: each pair is judged once."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read this attribute."""
        known = (type(obj), attr)
        if known not in _judged:
            if len(_judged) >= _MOST_JUDGED:
                _judged.clear()
            _judged[known] = super().is_safe_attribute(obj, attr, value)
        return _judged[known]


_judged: dict[tuple[type, str], bool] = {}
_MOST_JUDGED = 2000


@lru_cache(maxsize=8)
def _opened(folders: tuple[Path, ...], marks: frozenset[tuple[str, int, int]]) -> Templates:  # noqa: ARG001 - the key
    ours = FileSystemLoader(folders[0])
    loaders = [FileSystemLoader(folder) for folder in folders[1:]]
    environment = _Sandbox(
        loader=ChoiceLoader([*loaders, ours, PrefixLoader({"publisher": ours})]),
        autoescape=lambda name: not (name or "").endswith(_NOT_HTML),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_compiled,
    )
    environment.filters["wrap"] = wrap
    return Templates(environment, folders)


def _place(error: BaseException) -> str:
    """The innermost line of a template in the traceback, which Jinja rewrites to the template's own lines."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    ours = [f"{name}:{line}" for name, line in frames if name.endswith(SUFFIX)]
    return ours[-1] if ours else ""


def _explained(error: BaseException, context: Mapping[str, Any]) -> tuple[str, str]:
    text = str(error) or type(error).__name__
    if isinstance(error, UndefinedError):
        if unknown := _UNKNOWN.search(text):
            return f"“{unknown[1]}” is not defined", did_you_mean(unknown[1], context)
        if missing := _NO_ATTRIBUTE.search(text):
            return f"{missing[1].lower()} has no “{missing[2]}”", ""
    return text, ""
