"""Secrets by reference: `${ENV}` anywhere in a text, and `password_file = "…"` for a key that holds one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher import secrecy

SECRET = re.compile(r"(?:^|_)(?:password|secret|token|key|dsn|webhook_url)$")
_BY_FILE = re.compile(r"(?:(?:^|_)(?:password|secret|token|key|dsn|url|username))_file$")
_REFERENCE = re.compile(r"\$\$|\$\{([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Unresolved(ValueError):
    """A reference that leads nowhere; its text names the variable or file, never a value."""


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """A table's values with its references filled in: which keys came from outside, and which lead nowhere and why."""

    values: dict[str, Any]
    referenced: frozenset[str] = frozenset()
    unresolved: dict[str, str] = field(default_factory=dict)


def learn(values: Mapping[str, Any], *, group: str = "") -> None:
    """Let nothing secret of a table be shown: what its keys call so, and the logins and query values of addresses.

    A channel's own address is its key, so where it leads to is secret as well.
    """
    for key, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            text = str(each)
            if isinstance(each, dict):
                learn(each, group=group)
            elif "://" in text:
                secrecy.learn_address(text, path=group == "social" and key.endswith("url"))
            elif secrecy.NAME.search(key):
                secrecy.learn(text, *(word.partition("=")[2] or word for word in text.replace(";", " ").split()))


def resolve(values: Mapping[str, Any], *, env: Mapping[str, str], root: Path) -> Resolved:
    """Fill in every `${NAME}` and `…_file` of a table; what leads nowhere keeps its text and is listed."""
    done: dict[str, Any] = {}
    referenced: set[str] = set()
    unresolved: dict[str, str] = {}
    for key, value in values.items():
        try:
            if _BY_FILE.search(key) and isinstance(value, str):
                target = key.removesuffix("_file")
                done[target] = _from_file(value, root, twice=target in values and target)
                referenced.add(target)
                continue
            filled, hits = _fill(value, env)
        except Unresolved as why:
            unresolved[key], filled, hits = str(why), value, True
        done[key] = filled
        if hits:
            referenced.add(key)
    return Resolved(values=done, referenced=frozenset(referenced), unresolved=unresolved)


def files(values: Mapping[str, Any], root: Path) -> Iterator[Path]:
    """The files that the `…_file` keys of a configuration name."""
    for key, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from files(each, root)
            elif _BY_FILE.search(key) and isinstance(each, str):
                yield root / Path(each).expanduser()


def _fill(value: Any, env: Mapping[str, str]) -> tuple[Any, bool]:
    if isinstance(value, str):
        hits = [match for match in _REFERENCE.finditer(value) if match[0] != "$$"]
        return _REFERENCE.sub(lambda match: "$" if match[0] == "$$" else _look_up(match[1], env), value), bool(hits)
    if isinstance(value, list):
        filled = [_fill(item, env) for item in value]
        return [item for item, _ in filled], any(hit for _, hit in filled)
    if isinstance(value, dict):
        pairs = {key: _fill(item, env) for key, item in value.items()}
        return {key: item for key, (item, _) in pairs.items()}, any(hit for _, hit in pairs.values())
    return value, False


def _look_up(name: str, env: Mapping[str, str]) -> str:
    if not _NAME.fullmatch(name):
        raise Unresolved("`${…}` must hold the name of an environment variable, like `${SMTP_PASSWORD}`")
    found = env.get(name, "")
    if not found:
        raise Unresolved(f"the environment variable `{name}` is {'empty' if name in env else 'not set'}")
    learn({name: found})
    return found


def _from_file(name: str, root: Path, *, twice: str | bool) -> str:
    if twice:
        raise Unresolved(f"`{twice}` and `{twice}_file` are both there; keep one of them")
    try:
        text = (root / Path(name).expanduser()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as why:
        reason = why.strerror if isinstance(why, OSError) else "it is not text"
        raise Unresolved(f"the secret's file {name} cannot be read: {reason}") from None
    if not text:
        raise Unresolved(f"the secret's file {name} is empty")
    return text


def read_env_file(path: Path) -> dict[str, str]:
    """The variables of a `.env` file: NAME=value a line, `export` and quotes allowed; {} where there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return {}
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and _NAME.fullmatch(name.strip()):
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"') and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return re.split(r"\s+#", value)[0].strip() if not value.startswith("#") else ""
