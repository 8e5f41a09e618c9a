"""Installs a wheel as a stranger would, in an empty environment, and runs the demo from it in an empty folder.

python tools/try_wheel.py dist/review_publisher-….whl
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """The status of the first step that failed, or 0."""
    wheel = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        environment, demo = place / "venv", place / "demo"
        demo.mkdir()
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        program = environment / "bin"
        subprocess.run([program / "pip", "install", "--quiet", "--disable-pip-version-check", wheel], check=True)
        clean = {"PATH": f"{program}{os.pathsep}{os.defpath}", "HOME": folder, "LANG": "C.UTF-8"}
        for words in ("publisher", "--version"), ("python", str(ROOT / "tools" / "demo.py"), str(demo)):
            command = [str(program / words[0]), *words[1:]]
            if status := subprocess.run(command, cwd=demo, env=clean, check=False).returncode:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
