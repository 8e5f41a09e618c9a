"""The fixed phrases of an email, in the site's language: `templates/words/<language>.toml`, one phrase a key.

An editor's own file of the same name replaces single phrases; what neither has is English.
"""

import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.config import did_you_mean
from publisher.errors import TemplateError

_ENGLISH = "en"
_FORMATTER = string.Formatter()


@dataclass(frozen=True)
class Words:
    """Phrases by key; a template writes `words.unsubscribe`."""

    phrases: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.phrases[key]

    def say(self, key: str, **values: str) -> str:
        """The phrase with its places filled."""
        return self.phrases[key].format_map(values)


def load(folders: Sequence[Path], language: str) -> Words:
    """The phrases of a language from the `words` folders given, the last of which wins; `pt-BR` builds on `pt`."""
    english = _read(folders[0] / f"{_ENGLISH}.toml")
    places = {key: _places(phrase) for key, phrase in english.items()}
    phrases = dict(english)
    for name in dict.fromkeys((_ENGLISH, language.split("-")[0].lower(), language)):
        for folder in folders:
            path = folder / f"{name}.toml"
            if path.is_file():
                phrases |= _checked(_read(path), places, path)
    return Words(phrases)


def _read(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TemplateError(error.strerror or "cannot be read", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TemplateError(f"this is not TOML: {error}", where=str(path)) from error
    return {key: value for key, value in table.items() if isinstance(value, str)}


def _checked(phrases: Mapping[str, str], places: Mapping[str, frozenset[str]], path: Path) -> Mapping[str, str]:
    for key, phrase in phrases.items():
        if key not in places:
            raise TemplateError(f"there is no phrase “{key}”", where=str(path), do=did_you_mean(key, places) or "")
        if extra := _places(phrase, path=path, key=key) - places[key]:
            known = ", ".join(f"{{{name}}}" for name in sorted(places[key])) or "none"
            raise TemplateError(
                f"“{key}” has no place {{{min(extra)}}}", where=str(path), do=f"the places of this phrase: {known}"
            )
    return phrases


def _places(phrase: str, *, path: Path | None = None, key: str = "") -> frozenset[str]:
    try:
        return frozenset(_named(phrase))
    except ValueError as error:
        what = f"“{key}” is not a phrase: {error}"
        raise TemplateError(what, where=str(path or ""), do="a brace that is meant is written twice") from error


def _named(phrase: str) -> Iterator[str]:
    for _, name, spec, conversion in _FORMATTER.parse(phrase):
        if name is None:
            continue
        if spec or conversion:
            raise ValueError("a place is a name in braces and nothing else")
        yield name
