"""The locked requirements: what `make test` and `make demo` install, to the byte."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = {"requirements.txt": (), "requirements-test.txt": ("postgres", "test")}
MACHINES = [
    {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "platform_machine": machine,
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_system": "Linux",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    for python in ("3.11", "3.12", "3.13", "3.14")
    for machine in ("x86_64", "aarch64")
]
PIN = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)(?: ; ([^\\]+))?")
each_file = pytest.mark.parametrize("file", EXTRAS)


def pins(file: str) -> list[tuple[str, Requirement, str, int]]:
    """Each pin's name, as a requirement with its marker, its version and the number of its hashes."""
    found: list[tuple[str, Requirement, str, int]] = []
    text = re.sub(r"^#.*\n", "", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        first, *hashes = entry.split(" \\\n")
        match = PIN.fullmatch(first.strip())
        assert match, first
        assert all(re.fullmatch(r"\s+--hash=sha256:[0-9a-f]{64}", line) for line in hashes), entry
        found.append((canonicalize_name(match[1]), Requirement(first.strip()), match[2], len(hashes)))
    return found


def wanted(file: str) -> list[Requirement]:
    """What pyproject.toml asks for: the ranges."""
    project, build = PROJECT["project"], PROJECT["build-system"]["requires"]
    extras = [line for extra in EXTRAS[file] for line in project["optional-dependencies"][extra]]
    return [Requirement(line) for line in (*project["dependencies"], *extras, *build)]


@each_file
def test_every_locked_package_has_its_hashes(file: str) -> None:
    assert [name for name, _, _, hashes in pins(file) if not hashes] == []


@each_file
def test_every_range_is_met_by_one_pin_on_every_python_and_machine(file: str) -> None:
    locked = pins(file)

    wrong = []
    for need in wanted(file):
        for machine in MACHINES:
            fitting = [
                version
                for name, pin, version, _ in locked
                if name == canonicalize_name(need.name) and (pin.marker is None or pin.marker.evaluate(machine))
            ]
            if len(fitting) != 1 or not need.specifier.contains(fitting[0], prereleases=True):
                wrong.append((str(need), machine["python_version"], machine["platform_machine"], fitting))
    assert wrong == []


@each_file
def test_no_package_is_locked_twice_for_one_machine(file: str) -> None:
    locked = pins(file)

    for machine in MACHINES:
        names = [name for name, pin, _, _ in locked if pin.marker is None or pin.marker.evaluate(machine)]
        assert sorted(names) == sorted(set(names))


def test_the_tests_run_on_the_very_packages_of_the_demo() -> None:
    demo, tests = ({(name, version) for name, _, version, _ in pins(file)} for file in EXTRAS)

    assert demo <= tests


@each_file
def test_no_address_of_an_index_no_path_and_no_neural_network_stands_in_a_lock(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")

    assert re.findall(r"://|^-|--(?:index|find-links|extra)\S*| /\w+", text, re.MULTILINE) == []
    assert {"torch", "sentence-transformers", "transformers"} & {name for name, *_ in pins(file)} == set()
