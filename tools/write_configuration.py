"""Write docs/configuration.md from the settings models themselves, so that it cannot drift; a test compares.

python tools/write_configuration.py [--check]
"""

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from publisher import loader
from publisher.config import ChannelPolicy, SourcePolicy
from publisher.config.models import Delivery, Editor, Newsletter, QuoteChoice, Site, StoreTable, Web, field_names
from publisher.providers import email, social

DOCS = Path(__file__).parent.parent / "docs" / "configuration.md"

INTRO = """# Configuration

`publisher init` writes `config/publisher.toml` with every key and a comment on each
([config/publisher.example.toml](../config/publisher.example.toml)). This page is the reference; it is written by
`python tools/write_configuration.py` from the models that read the file.

* **Where.** `--config FILE`, else `$PUBLISHER_CONFIG`, else `config/publisher.toml`. Relative paths count from the
  project's root: the configuration's folder, or its parent when that folder is named `config`.
* **Secrets** do not stand in the file. `"${SMTP_PASSWORD}"` takes an environment variable; a file `.env` beside the
  root is read too, and the environment wins over it. `password_file = "path"` reads the value of `password` from a
  file; that works for keys that end in password, secret, token, key, dsn, url or username. `$$` is one dollar sign.
* **Mistakes** are named with the key, the file and the line, and with the nearest right word:
  ``config/publisher.toml:41: there is no key `newsletters.weekly.schedul`; did you mean `schedule`?``
* **Durations**: `"90s"`, `"10m"`, `"48h"`, `"3d"`, `"1h30m"`. **Rates**: `"600/min"`, `"10/s"`. **Schedules**:
  `"fri 09:00"`, `"tue,fri 18:30:15"`, `"weekdays 07:30"`, `"daily 08:00"`, `"Friday 9am"`, in `[site] timezone`. A
  slot in the hour that comes twice in autumn runs once; one in the hour that spring leaves out runs an hour later.
* *Needed* in a table below: without this key the table is a mistake. An empty default: absent.
"""

SECTIONS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("[site]", "Whose reviews they are.", Site),
    ("[editor]", "Who is told, once each, what waits for a person or went wrong, and what was sent.", Editor),
    ("[store]", "Where everything is kept.", StoreTable),
    ("[delivery]", "How long a message is tried.", Delivery),
    ("[web]", "The public pages.", Web),
    ("[quotes]", "Who ranks pull quotes; nothing is sent anywhere unless a chooser is named.", QuoteChoice),
    ("[newsletters.NAME]", "One table for each newsletter; its readers and its editions bear this name.", Newsletter),
)
CRITICS = """## `[critics]`

Login names as a feed gives them, each with the byline that readers see: `elliot1 = "Elliot Lines"`.
"""


def kinds(room: Any, attribute: str) -> dict[str, type[BaseModel]]:
    """The kinds in a room, each with its settings model."""
    found = {}
    for info in iter_modules(room.__path__):
        model = getattr(import_module(f"{room.__name__}.{info.name}"), attribute, None)
        if model is not None:
            found[info.name] = model
    return found


SOURCES = kinds(loader, "SOURCE")
MAIL = kinds(email, "PROVIDER")
SOCIAL = kinds(social, "PROVIDER")


def page() -> str:
    """The whole page."""
    parts = [INTRO]
    for head, words, model in SECTIONS:
        parts.append(f"## `{head}`\n\n{words}\n\n{table(model)}")
        if head == "[editor]":
            parts.append(CRITICS)
    parts += [_group("[[sources]]", "Where reviews come from.", SOURCES, SourcePolicy)]
    parts += [_group("[providers.NAME]", "How mail goes out.", MAIL, None)]
    parts += [_group("[social.NAME]", "Channels for posts.", SOCIAL, ChannelPolicy)]
    return "\n".join(parts)


def _group(head: str, words: str, models: Mapping[str, type[BaseModel]], common: type[BaseModel] | None) -> str:
    name = "" if head == "[providers.NAME]" else " whatever its kind"
    text = f"## `{head}`\n\n{words} Each has a `kind`: {', '.join(f'`{kind}`' for kind in models)}.\n"
    if head == "[[sources]]":
        text += "Each has a `name` of its own.\n"
    if common is not None:
        text += f"\nEvery one may say,{name}:\n\n{table(common)}"
    for kind, model in models.items():
        own = table(model, without=set(field_names(common)) if common else set())
        text += f'\n### `kind = "{kind}"`\n\n{_first_line(model)}\n\n{own or "No keys of its own."}'
    return text


def _first_line(model: type[BaseModel]) -> str:
    words = " ".join((model.__doc__ or "").strip().split("\n\n")[0].split())
    words = re.sub(r"^`kind = .*?`: ", "", words)
    return words[:1].upper() + words[1:]


def table(model: type[BaseModel], *, without: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """A model's keys as a Markdown table, "" where it has none."""
    rows = list(_rows(model, without))
    return "\n".join(["| key | default | |", "|---|---|---|", *rows, ""]) if rows else ""


def _rows(model: type[BaseModel], without: set[str]) -> Iterator[str]:
    for key, field in field_names(model).items():
        if key not in without:
            words = f"{field.description or ''}{_choices(field.annotation)}".replace("|", "\\|")
            default = "*needed*" if field.default is PydanticUndefined else written(field.default)
            yield f"| `{key}` | {default} | {words} |"


def _choices(annotation: Any) -> str:
    """The words that a key may be, where only some are right."""
    words = [f"`{word}`" for word in get_args(annotation) if isinstance(word, str) and word]
    return f" {', '.join(words[:-1])} or {words[-1]}." if len(words) > 1 else ""


def written(value: Any) -> str:
    """A default as it would stand in the file; nothing for "absent"."""
    if value is None or value in ((), ""):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, timedelta):
        return f'`"{_duration(value)}"`'
    if hasattr(value, "get_secret_value"):
        return ""
    return f'`"{value}"`' if isinstance(value, str | Path) else f"`{value}`"


def _duration(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, length in (("h", 3600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


if __name__ == "__main__":
    if "--check" in sys.argv:
        behind = DOCS.read_text(encoding="utf-8") != page()
        sys.exit("docs/configuration.md is behind: python tools/write_configuration.py" if behind else 0)
    DOCS.write_text(page(), encoding="utf-8")
