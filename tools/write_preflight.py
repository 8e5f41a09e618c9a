"""Writes docs/preflight.md from the rules themselves, so that it cannot drift; a test compares.

python -m tools.write_preflight [--check]
"""

import argparse
import sys
from pathlib import Path

from publisher.preflight import RULES, UNJUDGED, clients

PAGE = Path(__file__).parent.parent / "docs" / "preflight.md"
INTRODUCTION = """\
# Preflight: what is looked at before a message leaves

`publisher lint FILE.eml` judges a saved message, `publisher lint EDITION` an edition as a sample reader would get it;
`compose` and `send` do the same by themselves. Nothing is sent anywhere: only `--online` asks the links and pictures of
the message whether they answer (never the address that unsubscribes), and `--spamassassin` asks a SpamAssassin on this
machine, without its network tests.

| level | means |
|---|---|
| error | it must not go out: an automatic send is held (exit 3), `lint` exits 1 |
| warning | some readers see it badly, or some receivers trust it less |
| note | it could be better |

Hosts of a source with `allow_private = true` turn `link-address` and `image-attributes` into the warning `link-private`
in `compose` and `send`; `lint FILE` knows no configuration and reports them as they are.

Colours, sizes and widths are computed from inlined styles, attributes and style blocks, without a browser: in the light
mode, in the author's dark mode, in a forced dark mode (Chromium's, which Gmail's apps resemble) and on a phone.
**Client support** is scored as Mailpit's HTML check does, from the data of caniemail.com ({updated}, {features}
features, MIT): for each feature the share of clients without it, times how often it stands on the page; the dearest
counts. `score.clients` is what remains of 100. `bytes.html` is the decoded HTML, which Gmail clips at 102,000.

## The rules

Number 0 is measured rather than prescribed.

| no. | rule | level | what holds | source |
|---|---|---|---|---|
"""
ELSEWHERE = """
## Not judged on a message

| no. | why |
|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = sorted(RULES.values(), key=lambda each: (each.number == 0, each.number))
    table = clients.table()
    lines = [
        INTRODUCTION.format(updated=table["updated"][:10], features=len(table["features"])),
        *(
            f"| {each.number} | `{each.id}` | {each.level} | {_cell(each.title)} | {_cell(each.source)} |\n"
            for each in rows
        ),
        ELSEWHERE,
        *(f"| {number} | {_cell(why)} |\n" for number, why in UNJUDGED.items()),
    ]
    return "".join(lines)


def _cell(text: str) -> str:
    pieces = text.replace("|", "\\|").split("`")
    pieces[::2] = [piece.replace("<", "&lt;").replace(">", "&gt;") for piece in pieces[::2]]
    return "`".join(pieces)


def main() -> None:
    """Write the page, or say with --check that it is behind."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--check", action="store_true")
    if not ask.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        sys.exit("docs/preflight.md is behind: python -m tools.write_preflight")


if __name__ == "__main__":
    main()
