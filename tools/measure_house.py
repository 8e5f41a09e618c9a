"""Measure how the house is built, print the figures and hold them to their limits; a broken limit is status 1.

python tools/measure_house.py [FOLDER] [--list]
"""

import argparse
import ast
import io
import sys
import tokenize
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

PACKAGE = "publisher"
LAW = {
    "modules in one folder": 20,
    "circles of imports": 0,
    "arrows up": 0,
    "lines of a function, of half": 10,
    "lines of a function, of nine in ten": 19,
    "lines of a function, of each": 60,
    "functions with more than 6 parameters": 10,
    "branches of a function": 20,
    "branches and conditions of a function": 20,
    "modules of a room that share a name": 0,
    "classes that share a name": 0,
    "lines of a file": 400,
    # 34,110 when the rooms got their departments; what is built since then may take so much.
    "lines of code": 40_000,
}
# What is not yet as the law wants it, with the figure that it may not pass. An entry goes when its law is kept.
CEILINGS: dict[str, int] = {}

# Folders of kinds and of rules: each file is a thing of its own that a newcomer finds by name.
KINDS = ("loader", "providers/email", "providers/social", "preflight/rules")
# Rooms of which a part counts as a room: a kind of mail and a kind of network may have the same name.
WINGS = ("providers/email", "providers/social")
# Data in the shape of code: a list of words or suffixes is read, not reviewed.
TABLES = ("quotes/words.py", "quotes/weights.py", "text/tlds.py")
# Fitted and measured as a whole against reference data; they are made anew together with what they are measured by.
HEURISTICS = ("loader/film/headline*.py", "quotes/features.py")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Figure:
    """What was measured, how much of it there is, how much there may be, and where it is found (the worst first)."""

    name: str
    value: int
    limit: int
    found: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the figure is within its limit."""
        return self.value <= self.limit


@dataclass(frozen=True)
class Module:
    """A file of the package. Its `path` is relative to the package, its `name` dotted."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """The dotted name that it is imported by."""
        return ".".join((PACKAGE, *Path(self.path).with_suffix("").parts)).removesuffix(".__init__")

    @property
    def folder(self) -> str:
        """Where it stands, relative to the package."""
        return Path(self.path).parent.as_posix()

    @property
    def is_package(self) -> bool:
        """Whether it speaks for a folder."""
        return Path(self.path).name == "__init__.py"

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, self.path)

    @cached_property
    def functions(self) -> tuple[tuple[str, Function], ...]:
        """Every function with where it is, those inside classes and functions too."""
        nodes = (node for node in ast.walk(self.tree) if isinstance(node, Function))
        return tuple((f"{self.path}:{node.lineno} {node.name}", node) for node in nodes)


class House:
    """All modules of a package below `root`/src, and the layers that `root`/pyproject.toml wants them in."""

    def __init__(self, root: Path) -> None:
        package = root / "src" / PACKAGE
        self.modules = tuple(
            Module(path.relative_to(package).as_posix(), path.read_text(encoding="utf-8"))
            for path in sorted(package.rglob("*.py"))
        )
        settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        self.contracts: Sequence[Mapping[str, object]] = settings["tool"]["importlinter"]["contracts"]

    @cached_property
    def imports(self) -> dict[str, frozenset[str]]:
        """What each module imports of the package: at the top, inside functions, for types and by a constant name."""
        names = {module.name for module in self.modules}
        return {module.name: frozenset(_nearest(imported(module), names) - {module.name}) for module in self.modules}


def imported(module: Module) -> Iterator[str]:
    """Dotted names that a module imports; of `from a import b` both, as `b` may be a module."""
    parts = module.name.split(".")
    here = parts if module.is_package else parts[:-1]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) + 1 - node.level] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and (name := _named_by_hand(node)):
            yield name


def _named_by_hand(node: ast.Call) -> str | None:
    """The module that `import_module` is asked for by a constant."""
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    asked = node.args[0] if called == "import_module" and node.args else None
    return asked.value if isinstance(asked, ast.Constant) and isinstance(asked.value, str) else None


def _nearest(wanted: Iterable[str], names: set[str]) -> set[str]:
    """For each dotted name the module that it is, or is in."""
    found = set()
    for name in wanted:
        while name and name not in names:
            name = name.rpartition(".")[0]  # noqa: PLW2901 - from the name to what holds it
        if name:
            found.add(name)
    return found


def circles(imports: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Groups of modules that reach each other (Tarjan's strongly connected components), without those of one."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(imports[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            at = stack.index(name)
            if len(stack) - at > 1:
                found.append(tuple(sorted(stack[at:])))
            del stack[at:]

    for name in imports:
        if name not in index:
            visit(name)
    return found


def arrows_up(imports: Mapping[str, Iterable[str]], contracts: Iterable[Mapping[str, object]]) -> list[str]:
    """Imports that lead to a layer above, or beside where neighbours do not know each other."""
    found = []
    for contract in contracts:
        if contract["type"] != "layers":
            continue
        for container in contract["containers"]:  # type: ignore[attr-defined]
            places = _places(container, contract["layers"])  # type: ignore[arg-type]
            for module, others in imports.items():
                for other in others:
                    here, there = _place(module, places), _place(other, places)
                    if here and there and here != there and there[0] <= here[0]:
                        found.append(f"{module} -> {other}")
    return sorted(found)


def _places(container: str, layers: Sequence[str]) -> dict[str, int]:
    """How far below the roof each room of a container is; rooms of one layer are at one depth."""
    return {
        f"{container}.{room.strip(' ()')}": depth
        for depth, layer in enumerate(layers)
        for room in layer.replace(":", "|").split("|")
    }


def _place(module: str, places: Mapping[str, int]) -> tuple[int, str] | None:
    parts = module.split(".")
    for size in range(len(parts), 0, -1):
        room = ".".join(parts[:size])
        if room in places:
            return places[room], room
    return None


def length(node: Function) -> int:
    """Lines of a function from its `def` to its end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parameters(node: Function) -> int:
    """Parameters that a caller may give: without self and cls, with stars counted as one each."""
    args = node.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    return len([*names, *args.kwonlyargs]) - (names[:1] in (["self"], ["cls"])) + bool(args.vararg) + bool(args.kwarg)


def branches(node: Function) -> int:
    """McCabe's number of ways through a function, counted as ruff's C901 does: statements only."""
    return 1 + _ways(node.body)


def _ways(body: Iterable[ast.stmt]) -> int:
    return sum(_ways_of(node) for node in body)


def _ways_of(node: ast.stmt) -> int:
    match node:
        case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
            return 1 + _ways(node.body) + _ways(node.orelse)
        case ast.Try() | ast.TryStar():
            handled = sum(1 + _ways(handler.body) for handler in node.handlers)
            return handled + _ways(node.body) + bool(node.orelse) + _ways(node.orelse) + _ways(node.finalbody)
        case ast.Match():
            catches_all = isinstance(last := node.cases[-1].pattern, ast.MatchAs) and last.pattern is None
            return sum(1 + _ways(case.body) for case in node.cases) - (catches_all and node.cases[-1].guard is None)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return 1 + _ways(node.body)
        case ast.With() | ast.AsyncWith() | ast.ClassDef():
            return _ways(node.body)
    return 0


def conditions(node: Function) -> int:
    """The same with what is decided inside expressions, as radon counts: and, or, loops in brackets."""
    return 1 + sum(_decisions(inner) for inner in ast.walk(node) if inner is not node)


def _decisions(node: ast.AST) -> int:
    match node:
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case ast.For() | ast.AsyncFor() | ast.While():
            return 1 + bool(node.orelse)
        case ast.Try() | ast.TryStar():
            return len(node.handlers) + bool(node.orelse)
        case ast.If() | ast.IfExp() | ast.Assert() | ast.match_case() | ast.Lambda() | ast.FunctionDef():
            return 1
    return 0


def code_lines(text: str) -> int:
    """Lines that hold code: no blank one, no comment, no docstring."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node, clean=False) is not None:
            said = node.body[0]
            lines.difference_update(range(said.lineno, (said.end_lineno or said.lineno) + 1))
    return len(lines)


def room(module: Module) -> str:
    """The room of a module: the first folder below the package, or a wing of it."""
    wings = [wing for wing in WINGS if module.path.startswith(f"{wing}/")]
    return wings[0] if wings else module.path.partition("/")[0]


def shared(things: Iterable[tuple[str, str]]) -> list[str]:
    """Names, of pairs of a name and where it is, that stand at more than one place."""
    places: dict[str, list[str]] = {}
    for name, where in things:
        places.setdefault(name, []).append(where)
    return [f"{name}: {', '.join(sorted(at))}" for name, at in sorted(places.items()) if len(at) > 1]


def measure(house: House, ceilings: Mapping[str, int]) -> list[Figure]:
    """All figures of a house, in the order of the law."""
    return [
        Figure(name, value, ceilings.get(name, LAW[name]), tuple(found))
        for name, (value, found) in {**_folders(house), **_arrows(house), **_functions(house), **_names(house)}.items()
    ]


def _largest(sizes: Iterable[tuple[str, int]], limit: int) -> tuple[int, list[str]]:
    """The largest size, and all that are over the limit."""
    ranked = sorted(sizes, key=lambda size: -size[1])
    return ranked[0][1] if ranked else 0, [f"{size} {where}" for where, size in ranked if size > limit]


def _folders(house: House) -> dict[str, tuple[int, list[str]]]:
    folders: dict[str, int] = {}
    for module in house.modules:
        if not module.is_package and module.folder not in KINDS:
            folders[module.folder] = folders.get(module.folder, 0) + 1
    files = [(module.path, module.text.count("\n")) for module in house.modules if module.path not in TABLES]
    lines = sum(code_lines(module.text) for module in house.modules)
    return {
        "modules in one folder": _largest(folders.items(), LAW["modules in one folder"]),
        "lines of a file": _largest(files, LAW["lines of a file"]),
        "lines of code": (lines, []),
    }


def _arrows(house: House) -> dict[str, tuple[int, list[str]]]:
    round_and_round = [" <-> ".join(circle) for circle in circles(house.imports)]
    up = arrows_up(house.imports, house.contracts)
    return {"circles of imports": (len(round_and_round), round_and_round), "arrows up": (len(up), up)}


def _functions(house: House) -> dict[str, tuple[int, list[str]]]:
    functions = [found for module in house.modules for found in module.functions]
    lengths = [(where, length(node)) for where, node in functions]
    ranked = sorted(size for _, size in lengths)
    measured = [
        found
        for module in house.modules
        if not any(fnmatch(module.path, pattern) for pattern in HEURISTICS)
        for found in module.functions
    ]
    _, many = _largest(((where, parameters(node)) for where, node in functions), 6)
    return {
        "lines of a function, of half": (ranked[len(ranked) // 2] if ranked else 0, []),
        "lines of a function, of nine in ten": (ranked[len(ranked) * 9 // 10] if ranked else 0, []),
        "lines of a function, of each": _largest(lengths, LAW["lines of a function, of each"]),
        "functions with more than 6 parameters": (len(many), many),
        "branches of a function": _largest([(where, branches(node)) for where, node in measured], 20),
        "branches and conditions of a function": _largest(((where, conditions(node)) for where, node in measured), 20),
    }


def _names(house: House) -> dict[str, tuple[int, list[str]]]:
    twins = shared(
        (f"{room(module)} {Path(module.path).stem}", module.path) for module in house.modules if not module.is_package
    )
    classes = shared(
        (node.name, module.path)
        for module in house.modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    )
    return {
        "modules of a room that share a name": (len(twins), twins),
        "classes that share a name": (len(classes), classes),
    }


def main() -> int:
    """Print each figure beside its limit, and where it is broken; `--list` shows all that stands out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent.parent)
    parser.add_argument("--list", action="store_true", help="also what is within its limit and stands out")
    asked = parser.parse_args()
    figures = measure(House(asked.folder), CEILINGS)
    for figure in figures:
        ceiling = f" (the law: {LAW[figure.name]:,})" if figure.name in CEILINGS else ""
        broken = "" if figure.kept else "  BROKEN"
        print(f"{figure.value:>7,} of at most {figure.limit:>6,}  {figure.name}{ceiling}{broken}")
        if asked.list or not figure.kept:
            print("".join(f"          {line}\n" for line in figure.found), end="")
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
