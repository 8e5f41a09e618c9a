"""Figures of preflight: time of a call, findings and client support of the shipped layouts, and of any files given.

Times are of the processor, after one call that fills caches; wall clock beside them.

    python -m tools.measure_preflight [FILE.eml|FILE.html …] [--items 10] [--rounds 20] [--browser]

`--browser` also compares the colours of all words with those that Chromium computes, in light and in dark.
"""

import argparse
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tools import chromium, specimen

from publisher import preflight
from publisher.formatters.email import digest
from publisher.formatters.message import envelope
from publisher.model import Reader
from publisher.preflight import Letter
from publisher.preflight.cascade import Mode

PAGES = "https://news.lamplight.example"
MODES: tuple[Mode, ...] = ("light", "dark")
COLOURS = """() => [...document.querySelectorAll('body *:not(tbody)')].map(node => getComputedStyle(node).color)"""


def message(layout: str, items: int) -> bytes:
    """The specimen in this layout as a reader would get it."""
    newsletter = specimen.NEWSLETTER
    email = digest.render(
        specimen.edition(items), config=specimen.config(), newsletter=newsletter, templates=None, layout=layout
    )
    compiled = envelope.compile_edition(
        email,
        envelope.MailingList(
            sender=newsletter.sender,
            reply_to=None,
            list_id="weekly.lamplight.example",
            newsletter=newsletter.name,
            name=newsletter.title or "",
        ),
        edition="weekly/2026-11-20",
        date=datetime(2026, 11, 20, 9, tzinfo=UTC),
    )
    reader = Reader(id=1, email="ines@reader.example", name="Ines Varga")
    values = {name: f"{PAGES}/{name[0]}/Zm9vYmFyYmF6cXV4" for name in email.merge_fields}
    values |= {"name": reader.name, "email": reader.email}
    number = envelope.message_id("weekly/2026-11-20", 1, b"s", "lamplight.example")
    return envelope.message(compiled, reader=reader, values=values, message_id=number, delivery_id=1, key="k").data


def wrapped(path: Path) -> bytes:
    """A file as a message; bare HTML gets the least of headers."""
    data = path.read_bytes()
    return data if path.suffix == ".eml" else b"Content-Type: text/html; charset=utf-8\r\n\r\n" + data


def measure(name: str, raw: bytes, rounds: int) -> None:
    """Print one line, and the findings below it."""
    spent, walled = [], []
    report = preflight.report(raw)
    for number in range(rounds):
        begun, wall = time.process_time(), time.perf_counter()
        report = preflight.report(raw + b"\r\n" * (number + 1))
        spent.append((time.process_time() - begun) * 1000)
        walled.append((time.perf_counter() - wall) * 1000)
    levels = [sum(each.level == level for each in report.findings) for level in ("error", "warning", "note")]
    print(
        f"{name[:28]:<28}{statistics.median(spent):8.1f}{statistics.median(walled):9.1f}{report.support.score:8.1f}"
        f"{report.html_bytes:12,}{report.message_bytes:10,}   {levels[0]} / {levels[1]} / {levels[2]}"
    )
    for finding in report.findings[:8]:
        print(f"    {finding.level:<8}{finding.rule:<22}{finding.where:<16}{finding.message[:90]}")


def compare(name: str, raw: bytes) -> None:
    """Print how many computed text colours are those of Chromium, mode by mode."""
    from playwright.sync_api import sync_playwright

    letter = Letter(raw)
    with sync_playwright() as play:
        browser = chromium.launch(play)
        for mode in MODES:
            scheme: Literal["dark", "light"] = "dark" if mode == "dark" else "light"
            page = browser.new_page(color_scheme=scheme, viewport={"width": 1300, "height": 900})
            page.set_content(letter.html.replace("https://lamplight.example/stills", "data:,"))
            theirs = page.evaluate(COLOURS)
            page.close()
            looks = letter.looks(mode)
            inside = [node for node in letter.nodes if letter.body in node.iterancestors()]
            ours = ["rgb({:.0f}, {:.0f}, {:.0f})".format(*looks[node].words[:3]) for node in inside]
            same = sum(one == other for one, other in zip(ours, theirs, strict=True))
            print(f"{name:<28}{mode:<8}{same} of {len(theirs)} colours of words are Chromium's")
        browser.close()


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    ask.add_argument("--items", type=int, default=10)
    ask.add_argument("--rounds", type=int, default=20)
    ask.add_argument("--browser", action="store_true")
    said = ask.parse_args()
    head = f"{len(preflight.RULES)} rules"
    print(f"{head:<28}  cpu ms  wall ms support  html bytes   message   errors / warnings / notes")
    for layout in digest.LAYOUTS:
        raw = message(layout, said.items)
        measure(layout, raw, said.rounds)
        if said.browser:
            compare(layout, raw)
    for path in said.files:
        measure(path.name, wrapped(path), said.rounds)


if __name__ == "__main__":
    main()
