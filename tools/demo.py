"""`make demo`: the sample reviews become a digest, posts and cards in outbox/, by the ordinary commands.

    python tools/demo.py [FOLDER]

A FOLDER other than the project's gets a copy of samples/ first: so an installed wheel shows what it can do by itself.
The folder samples/ is served on a port of this machine, so that the feed and the page are read as from the web.
Nothing leaves the machine.
"""

import io
import json
import os
import shutil
import sys
import threading
from contextlib import redirect_stdout
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from publisher.cli.main import main as publisher

ROOT = Path(__file__).resolve().parent.parent
SITE = "https://www.secondrow.example"
SAMPLES = 6
SHOWN = {".txt", ".jpg", ".eml"}
PORT = 8765
"""Asked for first, so that two runs make the same files; any other will do."""


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a line for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


def main() -> int:
    """Run the commands, then list what is in outbox/."""
    place = Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT
    if place != ROOT:
        shutil.copytree(ROOT / "samples", place / "samples", dirs_exist_ok=True)
    os.chdir(place)
    for folder in (place / "outbox", place / "var" / "demo"):
        shutil.rmtree(folder, ignore_errors=True)
    server = serve(place / "samples")
    os.environ["SAMPLES_URL"] = f"http://127.0.0.1:{server.server_address[1]}"
    os.environ["PUBLISHER_CONFIG"] = "samples/config/publisher.toml"
    try:
        status = walk()
    finally:
        server.shutdown()
    tell(place)
    return status


def serve(folder: Path) -> ThreadingHTTPServer:
    """A web server for the folder, in the background."""
    site = partial(Quiet, directory=folder)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", PORT), site)
    except OSError:
        server = ThreadingHTTPServer(("127.0.0.1", 0), site)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


def walk() -> int:
    """From the sources to the outbox; the status of the first command that was not content."""
    steps = [["fetch", "--release", str(SAMPLES)]]
    if status := run(steps[0]):
        return status
    reviews = stored()
    # The one page was read from this machine; readers are led to the site.
    own = [review for review in reviews if "127.0.0.1" in (review["url"] or "")]
    steps = [["reviews", "set", review["id"], f"url={SITE}/reviews/glass-orchard"] for review in own]
    steps += [["subscribers", "import", "samples/readers.csv"], ["compose", "weekly"]]
    steps += [["preview", "weekly", "--out", "outbox", "--no-views"], ["send", "weekly", "--yes"]]
    steps += [["post", review["id"], "--yes"] for review in reviews]
    return next((status for step in steps if (status := run(step))), 0)


def run(words: list[str]) -> int:
    """Run one command, shown as a person would type it."""
    print(f"\n$ publisher {' '.join(words)}", flush=True)
    try:
        publisher(words)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def stored() -> list[dict[str, Any]]:
    """The reviews that were found."""
    said = io.StringIO()
    with redirect_stdout(said):
        try:
            publisher(["reviews", "list", "--json"])
        except SystemExit as end:
            if end.code:
                raise
    found: list[dict[str, Any]] = json.loads(said.getvalue())["reviews"]
    return found


def tell(place: Path) -> None:
    """The paths of what was made in the folder, the page to open first."""
    outbox = place / "outbox"
    made = [path for path in sorted(outbox.glob("*.*")) if path.is_file()]
    made += [
        path
        for name in ("posts", "cards", "sent")
        for path in sorted((outbox / name).glob("*"))
        if path.suffix in SHOWN
    ]
    print("\nMade:")
    for path in made:
        print(f"  {path.relative_to(place)}")
    page = next((path for path in made if path.suffix == ".html"), None)
    if page:
        print(
            f"\nOpen {page.relative_to(place)} in a browser. For your own site: publisher try https://www.example.com"
        )


if __name__ == "__main__":
    sys.exit(main())
