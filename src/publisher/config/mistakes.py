"""What pydantic finds wrong in a table, as one line an editor understands: key, file, line, the nearest right word."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from publisher.config.models import field_names
from publisher.config.secrets import SECRET
from publisher.config.words import did_you_mean, nearest, one_of, shown
from publisher.errors import ConfigError

M = TypeVar("M", bound=BaseModel)

_TYPES = {
    "string_type": "text in quotation marks",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list in [brackets]",
    "list_type": "a list in [brackets]",
    "dict_type": "a table",
    "model_type": "a table",
}
_FROM_TEXT = {"int_type", "int_from_float", "float_type", "bool_type"}


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One thing that is wrong, and its line."""

    line: int
    what: str
    do: str = ""


def first_of(mistakes: Sequence[Mistake], *, file: str) -> ConfigError:
    """One error for all mistakes: the topmost in the file, with how many more there are."""
    first = min(mistakes, key=lambda mistake: mistake.line)
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    return ConfigError(f"{first.what}{more}", where=f"{file}:{first.line}", do=first.do)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a table stands: its name for people, the line of each key, and the keys whose values came from outside."""

    name: str
    line_of: Callable[[tuple[str | int, ...]], int]
    referenced: Collection[str] = ()

    def key(self, loc: Sequence[str | int]) -> str:
        """A key as people write it: `newsletters.weekly.from`, `editor.email[2]`."""
        text = self.name
        for part in loc:
            text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
        return text


def validate(
    model: type[M],
    values: Mapping[str, Any],
    place: Place,
    *,
    given: Mapping[str, Any] | None = None,
    also: Collection[str] = (),
) -> M | list[Mistake]:
    """The table as a model, or all its mistakes; `given` are fields not from the file, `also` keys read elsewhere."""
    given = given or {}
    known = [key for key in field_names(model) if key not in given]
    strange = [key for key in values if key not in known and key not in also]
    wrong = [_unknown(key, [*known, *also], place) for key in strange]
    meant = {nearest(key, known) for key in strange}
    own = {key: value for key, value in values.items() if key in known}
    parsed: M | None
    try:
        parsed = _strict(model, {**own, **given})
    except ValidationError as error:
        freed = _numbers(own, error.errors(), place.referenced)
        try:
            parsed = _strict(model, {**freed, **given}) if freed != own else None
        except ValidationError as again:
            error = again
            parsed = None
        if parsed is None:
            wrong += [_mistake(detail, place) for detail in _once(error.errors()) if not _meant(detail, meant)]
    if wrong or parsed is None:
        return wrong
    return parsed


def _meant(detail: ErrorDetails, meant: Collection[str | None]) -> bool:
    """Whether a missing key is there under a wrong name."""
    return detail["type"] == "missing" and detail["loc"][-1] in meant


def _strict(model: type[M], values: Mapping[str, Any]) -> M:
    """JSON mode is strict about types (no "25" for 25) and still reads a list into a tuple."""
    return model.model_validate_json(json.dumps(values, default=_toml_time), strict=True)


def _toml_time(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"no TOML value: {type(value).__name__}")


def _numbers(values: Mapping[str, Any], errors: Sequence[ErrorDetails], referenced: Collection[str]) -> dict[str, Any]:
    """Environment variables are text: where a number or truth value is wanted, read one from them."""
    freed = dict(values)
    for detail in errors:
        key = str(detail["loc"][0]) if detail["loc"] else ""
        text = values.get(key)
        if key in referenced and detail["type"] in _FROM_TEXT and isinstance(text, str):
            try:
                freed[key] = json.loads(text.strip().lower())
            except ValueError:
                continue
    return freed


def _once(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """One finding a key: a union reports each of its members."""
    seen: dict[tuple[str | int, ...], ErrorDetails] = {}
    for detail in errors:
        loc = _own_loc(detail)
        kept = seen.get(loc)
        if kept is None or (detail["type"] == "value_error" and kept["type"] != "value_error"):
            seen[loc] = detail
    return list(seen.values())


def _own_loc(detail: ErrorDetails) -> tuple[str | int, ...]:
    """A finding's place without pydantic's names for the members of a union."""
    first, *rest = detail["loc"] or ("",)
    return (first, *(part for part in rest if isinstance(part, int)))


def _unknown(key: str, known: Sequence[str], place: Place) -> Mistake:
    hint = did_you_mean(key, known) or f"it knows {one_of(known)}"
    return Mistake(line=place.line_of((key,)), what=f"there is no key `{place.key((key,))}`", do=hint)


def _mistake(detail: ErrorDetails, place: Place) -> Mistake:
    loc = _own_loc(detail)
    kind, line = detail["type"], place.line_of(loc)
    key = f"`{place.key(loc)}`"
    if kind == "missing":
        return Mistake(line=line, what=f"{key} is missing", do=f"add `{loc[-1]} = …` to this table")
    context = detail.get("ctx", {})
    value = detail["input"]
    secret = loc[0] in place.referenced or bool(SECRET.search(str(loc[0])))
    if kind == "value_error":
        text = str(context.get("error", detail["msg"]))
        if secret and isinstance(value, str) and len(value) > 2 and value[:12] in text:
            text = "its value is not of the right form"
        what, _, do = text.partition("; ")
        return Mistake(line=line, what=f"{key}{'' if what.startswith('must ') else ':'} {what}", do=do)
    had = "" if secret else f", not {shown(value)}"
    if kind in ("literal_error", "enum"):
        allowed = [word.strip("'") for word in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
        hint = did_you_mean(value, allowed) if isinstance(value, str) and not secret else ""
        return Mistake(line=line, what=f"{key} must be {one_of(allowed)}{had}", do=hint)
    if kind in _TYPES:
        return Mistake(line=line, what=f"{key} must be {_TYPES[kind]}{had}")
    bounds = {
        "greater_than_equal": "at least {ge}",
        "greater_than": "more than {gt}",
        "less_than_equal": "at most {le}",
    }
    if kind in bounds:
        return Mistake(line=line, what=f"{key} must be {bounds[kind].format(**context)}{had}")
    return Mistake(line=line, what=f"{key}: {detail['msg'][:1].lower()}{detail['msg'][1:]}")
