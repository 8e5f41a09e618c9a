"""Change the product in small wrong ways and count how many changes the tests notice; under 80 % is status 1.

python tools/mutants.py [--folder NAME] [--sample 300] [--seed 1] [--processes 2] [--minutes M] [--survivors FILE]

Every test of a folder's neighbourhood runs once, unchanged, to learn which test runs which line. Then each mutant
is written into a copy of the tree and meets only the tests that run its line, the nearest and quickest first. A process
with all libraries loaded is forked for each, so that only the product itself is imported anew.
"""

import argparse
import faulthandler
import hashlib
import json
import os
import pickle
import random
import shutil
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import pytest
from tools.forked import BROKEN, KILLED, ROOT, SURVIVED, Job, Place, in_parallel, load_libraries
from tools.mutations import Mutation, is_python, mutations

PACKAGE = "src/publisher"
FLOOR = 80
# What is changed, and the tests that are about it or use it at once.
NEAR = {
    "delivery": ("delivery", "newsroom/sending", "newsroom/posts", "store/test_posts.py", "providers/test_smtp.py"),
    "editorial": ("editorial", "newsroom", "store/test_store_editions.py"),
    "preflight/rules": ("preflight", "cli/test_cli_lint.py", "newsroom/editions"),
    "store/ledger": ("store", "delivery", "newsroom/sending", "newsroom/posts"),
    "formatters/message": ("formatters", "delivery", "preflight", "providers"),
    "quotes": ("quotes",),
}
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")
# Seconds of tests that one mutant meets at the most, as they take unchanged, and what a test may take when changed.
ENOUGH, PATIENCE = 40.0, 10.0

Lines = dict[str, dict[int, list[str]]]


@dataclass
class Knowledge:
    """Which tests run which line of a file, how many seconds each takes, and which do not pass here unchanged."""

    lines: Lines = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)

    def add(self, other: "Knowledge") -> None:
        """Take in what another run has found out."""
        self.seconds.update(other.seconds)
        self.dropped.extend(other.dropped)
        for path, lines in other.lines.items():
            mine = self.lines.setdefault(path, {})
            for line, tests in lines.items():
                mine.setdefault(line, []).extend(tests)

    def tests(self, mutation: Mutation, killers: Counter[str]) -> list[str]:
        """The tests that run a changed line, or, when it runs at import, the module; the most likely killer first."""
        lines = self.lines.get(mutation.path, {})
        found = set(lines.get(mutation.line, ())) or {test for tests in lines.values() for test in tests}
        stem = Path(mutation.path).stem

        def rank(test: str) -> tuple[bool, bool, float]:
            return not killers[test], stem not in test.partition("::")[0], self.seconds.get(test, 1)

        chosen: list[str] = []
        spent = 0.0
        for test in sorted(found, key=rank):
            spent += self.seconds.get(test, 1)
            if chosen and spent > ENOUGH:
                break
            chosen.append(test)
        return chosen


class Chosen:
    """A pytest plugin: only these tests, in this order, each within its time; a test that hangs ends the process."""

    def __init__(self, tests: Sequence[str], seconds: Mapping[str, float], result: Path) -> None:
        self.order = {test: place for place, test in enumerate(tests)}
        self.seconds = seconds
        self.result = result

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave these tests, in their order."""
        items[:] = sorted((i for i in items if i.nodeid in self.order), key=lambda i: self.order[i.nodeid])

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Say which test runs, and end the process when it hangs."""
        self.result.write_text(item.nodeid, encoding="utf-8")
        faulthandler.dump_traceback_later(PATIENCE + 10 * self.seconds.get(item.nodeid, 1), exit=True)
        yield
        faulthandler.cancel_dump_traceback_later()


class Watched:
    """A pytest plugin: which test ran which lines, how long it took, and that it passed."""

    def __init__(self, watch: coverage.Coverage) -> None:
        self.watch = watch
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note lines for the test that runs."""
        self.watch.switch_context(item.nodeid)
        yield
        self.watch.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note seconds; what failed is not asked again."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.outcome != "passed":
            self.seconds[report.nodeid] = float("inf")


def learn(folders: Iterable[str], places: Sequence[Place]) -> Knowledge:
    """Which tests of the neighbourhood run which lines; what an unchanged tree taught before is kept in a file."""
    files = sorted({
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for near in NEAR[folder]
        for path in ([ROOT / "tests" / near] if near.endswith(".py") else (ROOT / "tests" / near).rglob("test_*.py"))
        if path.is_file()
    })  # fmt: skip
    kept = ROOT / "build" / "mutants"
    kept.mkdir(parents=True, exist_ok=True)
    world = _digest(
        [
            *(ROOT / "src").rglob("*.py"),
            *(ROOT / "tools").glob("*.py"),
            *(p for p in (ROOT / "tests").rglob("*.py") if p.stem[:5] != "test_"),
        ]
    )
    answers = [kept / f"{_digest([ROOT / name], world)}.pickle" for name in files]

    def watch(number: int) -> Job:
        return lambda place: _watch(place, files[number], answers[number])

    todo = [number for number, answer in enumerate(answers) if not answer.exists()]
    in_parallel((watch(number) for number in todo), places, 600, lambda *_: None)
    known = Knowledge()
    for answer, name in zip(answers, files, strict=True):
        if answer.exists():
            known.add(pickle.loads(answer.read_bytes()))  # noqa: S301 - written by ourselves
        else:
            print(f"{name} could not be watched")
    return known


def _digest(paths: Iterable[Path], start: str = "") -> str:
    read = hashlib.sha256(start.encode())
    for path in sorted(paths):
        read.update(path.as_posix().encode() + path.read_bytes())
    return read.hexdigest()[:20]


def _watch(place: Place, name: str, answer: Path) -> int:
    """Run one file of tests and write down which test ran which lines."""
    patterns = [f"{place.root / PACKAGE / folder}/*" for folder in NEAR]
    watch = coverage.Coverage(data_file=None, include=patterns, config_file=False)
    plugin = Watched(watch)
    watch.start()
    status = place.pytest([name], plugin, "--maxfail=1000")
    watch.stop()
    data = watch.get_data()
    passed = {test: seconds for test, seconds in plugin.seconds.items() if seconds != float("inf")}
    lines: Lines = {}
    for path in data.measured_files():
        inside = Path(path).relative_to(place.root / PACKAGE).as_posix()
        ran = {n: [t for t in tests if t in passed] for n, tests in data.contexts_by_lineno(path).items()}
        lines[inside] = {number: tests for number, tests in ran.items() if tests}
    part = answer.with_suffix(f".{os.getpid()}")
    dropped = sorted(plugin.seconds.keys() - passed.keys())
    part.write_bytes(pickle.dumps(Knowledge(lines, passed, dropped)))
    part.replace(answer)
    return status


def meet(place: Place, mutation: Mutation | None, tests: Sequence[str], seconds: Mapping[str, float]) -> int:
    """Whether some test notices a mutant: KILLED or SURVIVED."""
    if mutation is not None:
        path = place.root / PACKAGE / mutation.path
        path.write_text(mutation.applied(path.read_text(encoding="utf-8")), encoding="utf-8")
        # Compiled files are known by the second of their source; a mutant must not be taken for another.
        moment = 2_000_000_000 + random.randrange(1_000_000_000)  # noqa: S311
        os.utime(path, (moment, moment))
    order = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    for files in (order[:2], order[2:]):
        wanted = [test for test in tests if test.partition("::")[0] in files]
        status = place.pytest(files, Chosen(wanted, seconds, place.root / "now.txt")) if wanted else 0
        if status not in (0, 5):
            return KILLED
    return SURVIVED


def sampled(folders: Iterable[str], size: int, seed: int) -> list[Mutation]:
    """So many changes of these folders, always the same ones for the same seed and code, without the equivalents."""
    equal = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")) if EQUIVALENT.exists() else {}
    texts = {
        path.relative_to(ROOT / PACKAGE).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / PACKAGE / folder).rglob("*.py"))
    }
    every = [mutation for path, text in texts.items() for mutation in mutations(path, text)]
    random.Random(seed).shuffle(every)  # noqa: S311 - the same sample for the same seed
    chosen: list[Mutation] = []
    for mutation in every:
        if len(chosen) == size:
            break
        if mutation.name not in equal.get(mutation.path, {}) and is_python(mutation.applied(texts[mutation.path])):
            chosen.append(mutation)
    return chosen


def folder_of(path: str) -> str:
    """The part of the product that a file counts for."""
    return next(folder for folder in NEAR if path.startswith(f"{folder}/"))


@dataclass
class Run:
    """One measurement: what was met and who survived."""

    known: Knowledge
    chosen: Sequence[Mutation]
    places: Sequence[Place]
    end: float
    killed: Counter[str] = field(default_factory=Counter)
    survivors: list[Mutation] = field(default_factory=list)
    killers: Counter[str] = field(default_factory=Counter)

    def jobs(self) -> Iterator[Job]:
        """A job for each mutant until the time is over."""
        for mutation in self.chosen:
            if time.monotonic() > self.end:
                print("the time is over")
                return
            tests = self.known.tests(mutation, self.killers)
            yield lambda place, m=mutation, t=tests: meet(place, m, t, self.known.seconds)  # type: ignore[misc]

    def done(self, number: int, status: int, place: Place) -> None:
        """Count a mutant, and put its place in order again."""
        mutation = self.chosen[number]
        shutil.copy2(ROOT / PACKAGE / mutation.path, place.root / PACKAGE / mutation.path)
        now = place.root / "now.txt"
        if status == BROKEN:
            print(
                f"could not be tried: {mutation.path}: {mutation.name}", (place.root / "output.txt").read_text()[-500:]
            )
        if status == SURVIVED:
            self.survivors.append(mutation)
            print(f"survived: {mutation.path}:{mutation.line} {mutation.name}", flush=True)
        else:
            self.killed[folder_of(mutation.path)] += 1
            if now.exists():
                self.killers[now.read_text(encoding="utf-8")] += 1
        now.unlink(missing_ok=True)


def controlled(known: Knowledge, sample: Sequence[Mutation], places: Sequence[Place]) -> bool:
    """Whether nothing is killed where nothing is changed: the tests of one mutant of each folder."""
    ones = list({folder_of(mutation.path): mutation for mutation in sample}.values())
    ended: dict[int, int] = {}
    tests = [known.tests(one, Counter()) for one in ones]

    def note(number: int, status: int, _place: Place) -> None:
        ended[number] = status

    jobs: list[Job] = [lambda place, t=chosen: meet(place, None, t, known.seconds) for chosen in tests]  # type: ignore[misc]
    in_parallel(jobs, places, 600, note)
    for number in [number for number, status in ended.items() if status != SURVIVED]:
        print(f"tests of {ones[number].path} fail though nothing is changed")
    return not any(ended.values())


def report(run: Run, survivors: Path | None) -> int:
    """Print killed and survived by folder; write the survivors down; give the status."""
    lived = Counter(folder_of(mutation.path) for mutation in run.survivors)
    for folder in NEAR:
        if total := run.killed[folder] + lived[folder]:
            share = run.killed[folder] / total
            print(f"{folder:<20} {run.killed[folder]:>4} killed {lived[folder]:>4} survived {share:>6.0%}")
    total = run.killed.total() + lived.total()
    share = 100 * run.killed.total() / total if total else 0
    print(f"{total} mutants, {share:.1f} % killed; {FLOOR} % wanted")
    if survivors:
        grouped = defaultdict(list)
        for mutation in sorted(run.survivors, key=lambda m: (m.path, m.line)):
            grouped[mutation.path].append({"line": mutation.line, "name": mutation.name})
        survivors.write_text(json.dumps(grouped, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0 if share >= FLOOR else 1


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", action="append", choices=NEAR, help="only this part, may be given again")
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--minutes", type=float, default=60, help="mutants that are not reached by then are not counted"
    )
    parser.add_argument("--survivors", type=Path, help="a file for those that nobody noticed")
    asked = parser.parse_args()
    began = time.monotonic()
    folders = asked.folder or list(NEAR)
    load_libraries()
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        places = [Place.made(Path(temporary) / str(number)) for number in range(asked.processes)]
        known = learn(folders, places)
        chosen = sampled(folders, asked.sample, asked.seed)
        for test in known.dropped:
            print(f"dropped, it does not pass unchanged: {test}")
        print(
            f"{len(known.seconds)} tests watched, {len(known.dropped)} dropped, in {time.monotonic() - began:.0f} s",
            flush=True,
        )
        if not controlled(known, chosen, places):
            return 2
        run = Run(known, chosen, places, began + 60 * asked.minutes)
        in_parallel(run.jobs(), places, 240, run.done)
    status = report(run, asked.survivors)
    print(f"{time.monotonic() - began:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
