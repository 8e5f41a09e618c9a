import ast
import tomllib
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import publisher.loader

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "src" / "publisher" / "loader"


def test_every_kind_of_source_is_named_among_those_that_do_not_know_each_other() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [layers] = [each["layers"] for each in contracts if each.get("containers") == ["publisher.loader"]]
    [named] = [layer.split(" | ") for layer in layers if "feed" in layer.split(" | ")]

    doors = [module.name for module in iter_modules(publisher.loader.__path__) if not module.ispkg]
    assert sorted(named) == [name for name in doors if hasattr(import_module(f"publisher.loader.{name}"), "SOURCE")]


def test_nothing_but_the_list_of_kinds_imports_a_module_by_its_name() -> None:
    by_name = {
        path.relative_to(ROOM).as_posix()
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).endswith(("import_module", "__import__"))
    }

    assert by_name == {"kinds.py"}
