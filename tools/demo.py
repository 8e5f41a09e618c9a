"""`make demo`: the sample reviews become a digest, posts and cards in outbox/, by the ordinary commands.

The folder samples/ is served on a port of this machine, so that the feed and the page are read as from the web.
Nothing leaves the machine.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUTBOX = ROOT / "outbox"
CONFIG = "samples/config/publisher.toml"
SAMPLES = 6


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


def main() -> int:
    """Run the commands, then list what is in outbox/."""
    for folder in (OUTBOX, ROOT / "var" / "demo"):
        shutil.rmtree(folder, ignore_errors=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=ROOT / "samples"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = os.environ | {
        "SAMPLES_URL": f"http://127.0.0.1:{server.server_address[1]}",
        "PUBLISHER_CONFIG": CONFIG,
        "NO_COLOR": "1",
    }
    try:
        walk(environment)
    except subprocess.CalledProcessError as error:
        print(f"the demo stopped at: {' '.join(map(str, error.cmd[1:]))}", file=sys.stderr)
        return 1
    finally:
        server.shutdown()
    tell()
    return 0


def walk(environment: dict[str, str]) -> None:
    """From the sources to the outbox."""
    publisher(environment, "fetch", "--release", str(SAMPLES))
    publisher(environment, "subscribers", "import", "samples/readers.csv")
    publisher(environment, "compose", "weekly")
    publisher(environment, "preview", "weekly", "--out", "outbox")
    publisher(environment, "send", "weekly", "--yes")
    listed = publisher(environment, "reviews", "list", "--json", quiet=True)
    for review in json.loads(listed)["reviews"]:
        publisher(environment, "post", review["id"], "--yes")


def publisher(environment: dict[str, str], *words: str, quiet: bool = False) -> str:
    """Run one command, shown as a person would type it."""
    if not quiet:
        print(f"\n$ publisher {' '.join(words)}", flush=True)
    command = [str(Path(sys.executable).with_name("publisher")), *words]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, timeout=120, check=True
    )
    if not quiet:
        print(done.stdout, end="", flush=True)
    return str(done.stdout)


def tell() -> None:
    """The paths of what was made, the page to open first."""
    print("\nMade:")
    pages = sorted(OUTBOX.glob("*.html"))
    for path in [*pages, *sorted(p for p in OUTBOX.glob("*.*") if p not in pages)]:
        print(f"  {path.relative_to(ROOT)}")
    for folder in ("posts", "cards", "sent"):
        for path in sorted((OUTBOX / folder).glob("*")):
            if path.suffix != ".json":
                print(f"  {path.relative_to(ROOT)}")
    if pages:
        print(f"\nOpen {pages[0].relative_to(ROOT)} in a browser. Your own site: publisher try https://www.example.com")


if __name__ == "__main__":
    sys.exit(main())
