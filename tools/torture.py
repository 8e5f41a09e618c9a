"""Kill the sender with SIGKILL again and again while it sends, then count who got what.

PYTHONPATH=. python tools/torture.py [--readers N] [--kills N] [--on-uncertain hold|resend]

Prints one JSON line. Status 0: with `hold` nobody got it twice and whoever is without it is listed as uncertain; with
`resend` nobody is without it, and no kill made more copies than there were connections.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.smtp_server import SmtpServer, smtp_server

CONNECTIONS = 4
CONFIG = """
[site]
name = "Second Row"
postal_address = "1 High Street"
[[sources]]
name = "folder"
kind = "folder"
path = "reviews"
[providers.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
connections = {connections}
[newsletters.weekly]
from = "Second Row <digest@secondrow.example>"
on_uncertain = "{on_uncertain}"
[web]
url = "https://news.secondrow.example"
"""
REVIEW = """---
title: "The Long Rain review"
film: The Long Rain
date: 2026-11-19
url: https://www.secondrow.example/the-long-rain
---
The Long Rain is a patient, generous film that trusts us to keep up, and it earns every one of its silences.
"""


def main() -> int:
    """Set a folder up, torture it, count."""
    parser = argparse.ArgumentParser(description="Kill the sender while it sends, then count.")
    parser.add_argument("--readers", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--on-uncertain", choices=["hold", "resend"], default="hold")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, smtp_server() as server:
        root = Path(folder)
        set_up(root, server, asked.readers, asked.on_uncertain)
        begun = time.monotonic()
        kills = torture(root, server, asked.kills, random.Random(asked.seed))  # noqa: S311 - repeatable, not secret
        seconds = time.monotonic() - begun
        return judge(root, server, asked.readers, kills, seconds, on_uncertain=asked.on_uncertain)


def set_up(root: Path, server: SmtpServer, readers: int, on_uncertain: str) -> None:
    """A configuration, one review that counts as new, and the readers."""
    text = CONFIG.format(port=server.port, connections=CONNECTIONS, on_uncertain=on_uncertain)
    (root / "publisher.toml").write_text(text, encoding="utf-8")
    (root / "reviews").mkdir()
    (root / "reviews" / "long-rain.md").write_text(REVIEW, encoding="utf-8")
    rows = "".join(f"reader{n}@readers.example,\n" for n in range(readers))
    (root / "readers.csv").write_text(f"Email Address,First Name\n{rows}", encoding="utf-8")
    for words in (["fetch", "--release", "1"], ["subscribers", "import", "readers.csv"]):
        subprocess.run(command(*words), cwd=root, env=clean(), check=True, stdout=subprocess.DEVNULL, timeout=300)


def torture(root: Path, server: SmtpServer, kills: int, dice: random.Random) -> int:
    """Start the send, kill it once it has sent a little, again and again; then let it finish. How often it was hit."""
    done = 0
    for _ in range(kills):
        before = len(server.mails)
        process = subprocess.Popen(command("send", "weekly", "--yes"), cwd=root, env=clean(), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while process.poll() is None and len(server.mails) == before and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.2))
        if process.poll() is not None:
            break
        process.kill()
        process.wait(10)
        done += 1
    last = command("send", "weekly", "--yes")
    subprocess.run(last, cwd=root, env=clean(), check=False, stdout=subprocess.DEVNULL, timeout=600)
    return done


def judge(root: Path, server: SmtpServer, readers: int, kills: int, seconds: float, *, on_uncertain: str) -> int:
    """Compare who got it with who was meant, and say so in a line."""
    got = Counter(server.recipients)
    missing = {f"reader{n}@readers.example" for n in range(readers)} - got.keys()
    extra = sum(got.values()) - len(got)
    unsure = set(uncertain(root))
    fine = extra == 0 and missing <= unsure if on_uncertain == "hold" else extra <= kills * CONNECTIONS and not missing
    result = {
        "readers": readers,
        "kills": kills,
        "extra": extra,
        "most_copies": max(got.values(), default=0),
        "missing": len(missing),
        "missing_and_not_listed": len(missing - unsure),
        "uncertain": len(unsure),
        "strangers": sum(not name.endswith("@readers.example") for name in got),
        "seconds": round(seconds, 1),
        "fine": fine,
    }
    print(json.dumps(result))
    return 0 if fine else 1


def uncertain(root: Path) -> list[str]:
    """The readers who may have got it, as the product lists them."""
    said = run_json(root, "status", "--json")
    shown = run_json(root, "editions", "show", str(said["edition"]), "--uncertain", "--json")
    found: list[str] = shown["uncertain_recipients"]
    return found


def run_json(root: Path, *words: str) -> dict[str, list[str]]:
    """What a command prints as JSON."""
    done = subprocess.run(
        command(*words), cwd=root, env=clean(), capture_output=True, text=True, timeout=60, check=True
    )
    document: dict[str, list[str]] = json.loads(done.stdout)
    return document


def command(*words: str) -> list[str]:
    """The command line of this environment."""
    return [str(Path(sys.executable).with_name("publisher")), *words, "--config", "publisher.toml"]


def clean() -> dict[str, str]:
    """An environment without our own configuration."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}


if __name__ == "__main__":
    sys.exit(main())
