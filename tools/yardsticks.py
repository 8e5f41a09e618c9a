"""The senders that ours is measured beside: smtp-source and smtp-sink of Debian's postfix, and nodemailer.

What is not on the machine is brought into `build/yardsticks`: postfix's package is unpacked there, not installed, so
that no mail server starts. What cannot be had is said in a line.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / "build" / "yardsticks"
ADMIN = "/usr/sbin"


@dataclass(frozen=True, kw_only=True)
class Postfix:
    """Where the two programs are, and what they need in their environment."""

    source: str
    sink: str
    env: dict[str, str]


def postfix() -> Postfix:
    """smtp-source and smtp-sink, from the machine or from Debian's package."""
    path = f"{os.environ['PATH']}:{ADMIN}"
    source, sink = shutil.which("smtp-source", path=path), shutil.which("smtp-sink", path=path)
    if source and sink:
        return Postfix(source=source, sink=sink, env=dict(os.environ))
    root = PLACE / "postfix"
    if not (root / "usr/sbin/smtp-sink").exists():
        _unpack(root)
    env = {**os.environ, "LD_LIBRARY_PATH": str(root / "usr/lib/postfix")}
    return Postfix(source=str(root / "usr/sbin/smtp-source"), sink=str(root / "usr/sbin/smtp-sink"), env=env)


def nodemailer() -> Path:
    """A folder in which node finds nodemailer."""
    place = PLACE / "nodemailer"
    if not (place / "node_modules/nodemailer").exists():
        place.mkdir(parents=True, exist_ok=True)
        _run(["npm", "install", "--silent", "--no-save", "--prefix", str(place), "nodemailer"], "Node 18 or newer")
    return place


def _unpack(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    _run(["apt-get", "download", "--quiet", "postfix"], "apt install postfix", cwd=root)
    package = next(root.glob("postfix_*.deb"))
    _run(["dpkg-deb", "--extract", str(package), str(root)], "apt install postfix")


def _run(words: list[str], needs: str, cwd: Path | None = None) -> None:
    try:
        subprocess.run(words, cwd=cwd, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        last = said.strip().splitlines()[-1:] or [""]
        raise SystemExit(f"missing: {needs} ({' '.join(words[:2])}: {last[0]})") from None
