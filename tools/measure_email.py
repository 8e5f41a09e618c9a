"""Figures of the digest: bytes, style bytes and milliseconds from Edition to Email.

Times are of the processor, so that other work on the machine does not count; wall clock beside them.

    python -m tools.measure_email [--items 10] [--rounds 40]
"""

import argparse
import re
import statistics
import time

from tools import specimen

from publisher.formatters.email import digest

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def main() -> None:
    """Print one line per layout."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--items", type=int, default=10)
    ask.add_argument("--rounds", type=int, default=40)
    said = ask.parse_args()
    edition = specimen.edition(said.items)
    print(f"{said.items} items    cold ms  warm ms  best ms  wall ms  html bytes  style bytes  text bytes")
    for layout in digest.LAYOUTS:
        spent, wall = [], []
        config = specimen.config()
        for _ in range(said.rounds + 1):
            begun, walled = time.process_time(), time.perf_counter()
            email = digest.render(edition, config=config, newsletter=specimen.NEWSLETTER, templates=None, layout=layout)
            spent.append((time.process_time() - begun) * 1000)
            wall.append((time.perf_counter() - walled) * 1000)
        style = sum(len(sheet.encode()) for sheet in _STYLE.findall(email.html))
        warm, best = statistics.median(spent[1:]), min(spent[1:])
        sizes = (len(email.html.encode()), style, len(email.text.encode()))
        print(
            f"{layout:<12}{spent[0]:8.1f}{warm:9.1f}{best:9.1f}{statistics.median(wall[1:]):9.1f}{sizes[0]:12,}{sizes[1]:13,}{sizes[2]:12,}"
        )


if __name__ == "__main__":
    main()
