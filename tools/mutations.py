"""Small wrong changes to a module, each of which some test should notice."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FLIPS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
}
# What only a log or a type checker reads decides nothing.
SILENT = ("log.", "logger.", "_log.")
# The order of their arguments means nothing, or a wrong one is no mistake that anybody makes.
ORDERLESS = ("min", "max", "cast", "TypeVar", "isinstance", "issubclass", "getattr")

Way = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutation:
    """One change: where (`way` leads from the module's node to the changed one), what is written there instead."""

    path: str
    line: int
    name: str
    way: Way
    node: ast.AST

    def applied(self, text: str) -> str:
        """The module's text with this change; layout and comments are lost."""
        tree = ast.parse(text)
        place: object = tree
        for step in self.way[:-1]:
            place = _at(place, step)
        if isinstance(place, list):
            place[int(self.way[-1])] = self.node
        else:
            setattr(place, str(self.way[-1]), self.node)
        return ast.unparse(ast.fix_missing_locations(tree))


def _at(place: object, step: str | int) -> object:
    return place[step] if isinstance(place, list) and isinstance(step, int) else getattr(place, str(step))


def mutations(path: str, text: str) -> list[Mutation]:
    """All changes of a module, in the order of its text. Names are unique: the same change again gets a number."""
    found = []
    taken: dict[str, int] = {}
    for way, inside, node in _walk(ast.parse(text), (), ""):
        for changed in _changes(node):
            name = f"{inside or 'module'}: {_shown(node)} -> {_shown(changed)}"
            taken[name] = taken.get(name, 0) + 1
            unique = name if taken[name] == 1 else f"{name} ({taken[name]})"
            found.append(Mutation(path, getattr(node, "lineno", 1), unique, way, changed))
    return found


def is_python(text: str) -> bool:
    """Whether a changed module can be compiled: a nonlocal name whose only assignment is gone cannot."""
    try:
        compile(text, "mutation", "exec")
    except SyntaxError:
        return False
    return True


def _shown(node: ast.AST) -> str:
    said = f"if {ast.unparse(node.test)}" if isinstance(node, ast.If | ast.While) else ast.unparse(node)
    text = " ".join(said.split())
    return text if len(text) <= 70 else f"{text[:45]} … {text[-20:]}"


def _walk(node: ast.AST, way: Way, inside: str) -> Iterator[tuple[Way, str, ast.AST]]:
    """Every node that is worth a change, with the way to it and the function or class that it is in."""
    if isinstance(node, ast.expr | ast.stmt):
        yield way, inside, node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        inside = f"{inside}.{node.name}" if inside else node.name
    for field, value in ast.iter_fields(node):
        if _is_silent(field, value):
            continue
        if isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, ast.AST) and not _is_said(item):
                    yield from _walk(item, (*way, field, number), inside)
        elif isinstance(value, ast.AST) and not _is_said(value):
            yield from _walk(value, (*way, field), inside)


def _is_silent(field: str, value: object) -> bool:
    """Whether nothing that runs can be changed here: annotations, decorators, types, f-strings' formats."""
    if field in ("annotation", "returns", "decorator_list", "bases", "format_spec", "slice"):
        return field != "slice" or not isinstance(value, ast.Slice | ast.Constant | ast.UnaryOp | ast.BinOp)
    return False


def _is_said(node: ast.AST) -> bool:
    """Docstrings, imports, assertions, what is for types and what is only logged."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert):
        return True
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or ast.unparse(node.value).startswith(SILENT)
    return False


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    for kind, change in CHANGES:
        if isinstance(node, kind):
            yield from change(node)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for number, operator in enumerate(node.ops):
        for flipped in FLIPS[type(operator)]:
            changed = copy.deepcopy(node)
            changed.ops[number] = flipped()
            yield changed


def _joined(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _negated(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _asked(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    """A test of a plain value is turned round; comparisons and `not` are turned round by themselves."""
    if not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.Constant):
        changed = copy.deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed


def _counted(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def _signed(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in SIGNS:
        changed = copy.deepcopy(node)
        changed.op = SIGNS[type(node.op)]()
        yield changed


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


def _deleted(_node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


def _swapped(node: ast.Call) -> Iterator[ast.AST]:
    plain = [arg for arg in node.args[:2] if not isinstance(arg, ast.Starred)]
    if len(plain) == 2 and ast.unparse(node.func) not in ORDERLESS and ast.dump(plain[0]) != ast.dump(plain[1]):
        yield ast.Call(node.func, [plain[1], plain[0], *node.args[2:]], node.keywords)


CHANGES: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[ast.AST]]], ...] = (
    (ast.Compare, _compared),
    (ast.BoolOp, _joined),
    (ast.UnaryOp, _negated),
    ((ast.If, ast.IfExp, ast.While), _asked),
    (ast.Constant, _counted),
    ((ast.BinOp, ast.AugAssign), _signed),
    (ast.Return, _returned),
    ((ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete), _deleted),
    (ast.Call, _swapped),
)
