"""How fast `publisher send` is, as a whole process with its ledger, beside the fastest sender there is.

PYTHONPATH=. python bench/smtp.py [--readers N] [--rounds N]

The yardsticks are `smtp-source` of Debian's postfix, which builds one message and keeps no ledger, and nodemailer's
pool, both against `smtp-sink`; tools/yardsticks.py brings what is not on the machine. All take turns in every round,
because only the ratio of the same minute means anything.
"""

import argparse
import csv
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import yardsticks

PUBLISHER = Path(sys.executable).with_name("publisher")
MUST, AIM = 0.6, 1.0
MUST_NODE, AIM_NODE = 6, 11
CPU_LIMIT = 150
MEMORY_LIMIT = 90
FILMS = ["The Long Rain", "Glass Orchard", "Nine Doors Down", "A Field of Clocks", "Salt and Thunder", "Winter Tram"]
CONFIG = """
[site]
name = "Second Row"
url = "https://www.secondrow.example"
postal_address = "2 Front Stalls Lane, Littleton"
[[sources]]
name = "folder"
kind = "folder"
path = "reviews"
[providers.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
connections = 4
[newsletters.weekly]
title = "The Weekly Second Row"
from = "Second Row <digest@secondrow.example>"
provider = "mail"
[web]
url = "http://127.0.0.1:8000"
"""
REVIEW = """---
title: "{film} review"
film: {film}
date: 2026-11-19
rating: 4/5
url: https://www.secondrow.example/{slug}
---
{film} is a patient, generous film – trés sûr de lui – that trusts us to keep up, and it earns its silences.

{prose}
"""
PROSE = "Nobody raises a voice, nobody explains the plot, and the last reel still lands like a door in the wind. " * 12
SOURCE, OURS, NODE = "smtp-source -s 4", "publisher send", "nodemailer, pool of 5"
NODEMAILER = """
import nodemailer from "nodemailer";
const [port, count] = process.argv.slice(2).map(Number);
const pool = nodemailer.createTransport({host: "127.0.0.1", port, pool: true, maxConnections: 5, maxMessages: 1e9,
  secure: false, ignoreTLS: true});
const html = "<p>" + "é lorem ipsum dolor sit amet ".repeat(850) + "</p>", text = "é lorem ipsum ".repeat(280);
let next = 0;
async function run() { while (next < count) { const i = next++; await pool.sendMail({from: "digest@secondrow.example",
  to: `Reader ${i} <reader${i}@list.example>`, subject: "Reviewed this week", html: html + i, text: text + i,
  headers: {"List-Unsubscribe": `<https://news.secondrow.example/u/${i}>`}}); } }
await Promise.all(Array.from({length: 25}, run));
pool.close();
"""


class Run:
    """One sender's figures: seconds, CPU seconds and megabytes of its process."""

    def __init__(self, count: int, words: list[str], *, folder: Path, env: dict[str, str] | None = None) -> None:
        began = time.monotonic()
        with (folder / "out.log").open("ab") as log:
            process = subprocess.Popen(words, cwd=folder, env=env, stdout=log, stderr=log)
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{words[0]} ended with {process.returncode}; see {folder / 'out.log'}")
        self.rate = count / (time.monotonic() - began)
        self.cpu = (used.ru_utime + used.ru_stime) / count * 1e6
        self.memory = used.ru_maxrss / 1024


def main() -> int:
    """Measure in rounds and print a table; status 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    postfix, node = yardsticks.postfix(), yardsticks.nodemailer()
    (node / "bench.mjs").write_text(NODEMAILER, encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sink(postfix) as port:
        return measure(asked, Path(folder), port, postfix, node)


def measure(asked: argparse.Namespace, folder: Path, port: int, postfix: yardsticks.Postfix, node: Path) -> int:
    """All rounds, all senders."""
    prepare(folder, asked.readers, port)
    size = next((folder / "preview").glob("*.eml")).stat().st_size
    found: dict[str, list[Run]] = {}
    few = max(1, asked.readers // 10)
    source = [postfix.source, "-s", "4", "-l", str(size), "-m", str(asked.readers), f"127.0.0.1:{port}"]
    for number in range(asked.rounds):
        here = folder / f"round{number}"
        shutil.copytree(folder / "project", here)
        env = {**os.environ, "PUBLISHER_CONFIG": str(here / "publisher.toml")}
        found.setdefault(SOURCE, []).append(Run(asked.readers, source, folder=folder, env=postfix.env))
        ours = [str(PUBLISHER), "send", "weekly", "--yes"]
        found.setdefault(OURS, []).append(Run(asked.readers, ours, folder=here, env=env))
        theirs = ["node", "bench.mjs", str(port), str(few)]
        found.setdefault(NODE, []).append(Run(few, theirs, folder=node))
        shutil.rmtree(here)
    return show(found, size, asked.readers)


def show(found: dict[str, list[Run]], size: int, readers: int) -> int:
    """The medians, and ours beside the bars."""
    base = statistics.median(run.rate for run in found[SOURCE])
    print(f"{readers:,} messages of {size / 1000:.1f} KB; medians of {len(found[OURS])} rounds\n")
    print(f"{'sender':24}{'msg/s':>9}{'ratio':>8}{'CPU µs/msg':>13}{'MB':>7}")
    for name, runs in found.items():
        rate, cpu = (statistics.median(getattr(run, field) for run in runs) for field in ("rate", "cpu"))
        memory = max(run.memory for run in runs)
        print(f"{name:24}{rate:>9,.0f}{rate / base:>8.2f}{cpu:>13.0f}{memory:>7.0f}")
    fast, node = against(found, SOURCE), against(found, NODE)
    cpu, memory = statistics.median(run.cpu for run in found[OURS]), max(run.memory for run in found[OURS])
    bars = {
        f"{fast:.2f} × smtp-source, ≥ {MUST} (aim {AIM})": fast >= MUST,
        f"{node:.1f} × nodemailer, ≥ {MUST_NODE} (aim {AIM_NODE})": node >= MUST_NODE,
        f"{cpu:.0f} µs of CPU per message, ≤ {CPU_LIMIT}": cpu <= CPU_LIMIT,
        f"{memory:.0f} MB, ≤ {MEMORY_LIMIT}": memory <= MEMORY_LIMIT,
    }
    print()
    for bar, met in bars.items():
        print(f"{'met   ' if met else 'MISSED'} {bar}")
    return 0 if all(bars.values()) else 1


def against(found: dict[str, list[Run]], name: str) -> float:
    """How many times as fast ours is: the median over the rounds, each of one minute."""
    return statistics.median(mine.rate / theirs.rate for mine, theirs in zip(found[OURS], found[name], strict=True))


def prepare(folder: Path, readers: int, port: int) -> None:
    """A project with its readers, copied for every round."""
    project = folder / "project"
    (project / "reviews").mkdir(parents=True)
    (project / "publisher.toml").write_text(CONFIG.format(port=port), encoding="utf-8")
    for film in FILMS:
        slug = film.lower().replace(" ", "-")
        text = REVIEW.format(film=film, slug=slug, prose=PROSE)
        (project / "reviews" / f"{slug}.md").write_text(text, encoding="utf-8")
    with (project / "readers.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Email Address", "First Name"])
        table.writerows([f"reader{n}@list{n % 97}.example", f"Reader {n}"] for n in range(readers))
    env = {**os.environ, "PUBLISHER_CONFIG": str(project / "publisher.toml")}
    preview = str(folder / "preview")
    for words in (
        ["fetch", "--release", "9"],
        ["subscribers", "import", "readers.csv"],
        ["compose", "weekly"],
        ["preview", "weekly", "--out", preview],
    ):
        subprocess.run([PUBLISHER, *words], check=True, cwd=project, env=env, stdout=subprocess.DEVNULL)


@contextmanager
def sink(postfix: yardsticks.Postfix) -> Iterator[int]:
    """smtp-sink on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([postfix.sink, *user, f"127.0.0.1:{port}", "1000"], env=postfix.env)
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
