"""Where each key of a TOML text stands: a small scanner, since tomllib knows no lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]
"""A key's way from the top: names, and an index for each array; `("sources", 0, "url")`."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_ATOM = re.compile(r"[^,\]}\n#]*")


@dataclass(frozen=True, kw_only=True)
class KeyLines:
    """The first line of every key and table, and those that are written twice with both their lines."""

    first: dict[KeyPath, int] = field(default_factory=dict)
    twice: list[tuple[KeyPath, int, int]] = field(default_factory=list)

    def of(self, path: KeyPath) -> int:
        """The line of a key, of the nearest table around it when it is not written, or 1."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.first:
                return self.first[path[:end]]
        return 1


def scan(text: str) -> KeyLines:
    """The line of every key in a TOML text; a broken text gives what could be read, never an error."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = KeyLines()
        self.tables: dict[KeyPath, int] = {}
        self.prefix: KeyPath = ()
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.line_seen = 0

    def run(self) -> KeyLines:
        while self._skip(_GAP) < len(self.text):
            start = self.at
            if not (self._header() if self.text[start] == "[" else self._pair(self.prefix)) or self.at == start:
                end = self.text.find("\n", start)
                self.at = len(self.text) if end < 0 else end + 1
        return self.found

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _take(self, token: str) -> bool:
        self._skip(_SPACE)
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def _line(self) -> int:
        while self.line_seen < len(self.newlines) and self.newlines[self.line_seen] < self.at:
            self.line_seen += 1
        return self.line_seen + 1

    def _record(self, path: KeyPath, line: int, *, may_repeat: bool) -> None:
        if path not in self.found.first:
            self.found.first[path] = line
        elif not may_repeat:
            self.found.twice.append((path, self.found.first[path], line))

    def _key(self) -> tuple[str, ...] | None:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            if match is None:
                return None
            parts.append(match[0].strip("\"'") if match[0][0] in "\"'" else match[0])
            self.at = match.end()
            if not self._take("."):
                return tuple(parts)

    def _header(self) -> bool:
        line = self._line()
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        key = self._key()
        if key is None or not self._take("]]" if many else "]"):
            return False
        parent = self._inside(key[:-1])
        path: KeyPath = (*parent, key[-1])
        if many:
            self._record(path, line, may_repeat=True)
            index = self.tables.get(path, -1) + 1
            self.tables[path] = index
            path = (*path, index)
        declared: KeyPath = (*path, "[]")
        self._record(declared, line, may_repeat=False)
        self._record(path, line, may_repeat=True)
        self.prefix = path
        return True

    def _inside(self, key: tuple[str, ...]) -> KeyPath:
        """The path of a header's parents, each array of tables standing for its last table."""
        path: KeyPath = ()
        for part in key:
            path = (*path, part)
            if path in self.tables:
                path = (*path, self.tables[path])
        return path

    def _pair(self, prefix: KeyPath) -> bool:
        line = self._line()
        key = self._key()
        if key is None or not self._take("="):
            return False
        for end in range(1, len(key)):
            self._record((*prefix, *key[:end]), line, may_repeat=True)
        path = (*prefix, *key)
        self._record(path, line, may_repeat=False)
        self._value(path)
        return True

    def _value(self, path: KeyPath) -> None:
        self._skip(_SPACE)
        if self.text.startswith("[", self.at):
            for index in self._members("]"):
                self._value((*path, index))
        elif self.text.startswith("{", self.at):
            for _ in self._members("}"):
                if not self._pair(path):
                    return
        elif match := _STRING.match(self.text, self.at):
            self.at = match.end()
        else:
            self._skip(_ATOM)

    def _members(self, close: str) -> Iterator[int]:
        """Stops at each member of an array or inline table until it closes or nothing moves."""
        self.at += 1
        index = 0
        while self._skip(_GAP) < len(self.text) and self.text[self.at] != close:
            before = self.at
            yield index
            index += 1
            self._skip(_GAP)
            self._take(",")
            if self.at == before:
                return
        self.at += 1
