"""Writes requirements.txt and requirements-test.txt: every package by version and hash, for every Python and machine.

    python tools/lock.py [--upgrade]

The ranges stand in pyproject.toml. A pin that still fits is kept; `--upgrade` takes the newest that fits. The packages
that build the project are locked too, so that an installation from these files takes nothing unseen.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = {"requirements.txt": (), "requirements-test.txt": ("postgres", "test")}
HEADER = "# Written by `make lock` from the ranges of pyproject.toml, for Python {python} and newer on every machine.\n"
UV = (sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config", "--universal", "--generate-hashes")
PLAIN = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--only-binary", ":all:")


def main() -> int:
    """Write both files, or leave a file as it was where nothing fits."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    python = project["project"]["requires-python"].removeprefix(">=")
    # An editable installation of the build backend asks for `editables` by itself.
    build = "\n".join((*project["build-system"]["requires"], "editables")) + "\n"
    # A machine's own index, proxy or cache must not decide what stands in the files.
    clean = {name: value for name, value in os.environ.items() if not re.match(r"(?:UV|PIP)_", name)}
    with tempfile.TemporaryDirectory() as folder:
        needed = Path(folder) / "build.in"
        needed.write_text(build, encoding="utf-8")
        for name, extras in EXTRAS.items():
            out = ROOT / name
            chosen = [word for extra in extras for word in ("--extra", extra)]
            # The tests run on the very packages of the demo.
            chosen += ["--constraint", "requirements.txt"] if extras else []
            command = [*UV, *PLAIN, "--python-version", python, *chosen, *sys.argv[1:], "--output-file", name]
            subprocess.run([*command, "pyproject.toml", str(needed)], cwd=ROOT, env=clean, check=True)
            out.write_text(HEADER.format(python=python) + out.read_text(encoding="utf-8"), encoding="utf-8")
            print(f"{name}: {out.read_text(encoding='utf-8').count('==')} pins")
    return 0


if __name__ == "__main__":
    sys.exit(main())
