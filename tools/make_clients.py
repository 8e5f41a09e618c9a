"""Makes the compact table of mail clients, src/publisher/preflight/clients.json, from caniemail.com's data.

PATH is the site's `api/data.json`, a folder that holds one, or an unpacked npm package `caniemail`.

    python -m tools.make_clients PATH

Per feature: its title, how many results of all versions are yes, partly or no, and the newest result of each client as
a letter (y yes, a partly, n no, u unknown, - not tested) in the order of `clients`. MIT, (c) 2019 Rémi Parmentier.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TARGET = Path("src/publisher/preflight/clients.json")
NAMES = ("data.json", "caniemail-data.json", "caniemail.json", "data/caniemail.json", "package/data/caniemail.json")
NOTICE = (
    "Data of https://www.caniemail.com (github.com/hteumeuleu/caniemail), made compact. MIT License. Copyright "
    "(c) 2019 Rémi Parmentier. Permission is hereby granted, free of charge, to any person obtaining a copy of "
    "this software and associated documentation files (the “Software”), to deal in the Software without "
    "restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, "
    "sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished "
    "to do so, subject to the following conditions: The above copyright notice and this permission notice "
    "shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED “AS "
    "IS”, WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF "
    "MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR "
    "COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, "
    "TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS "
    "IN THE SOFTWARE."
)


def source(path: Path) -> Path:
    """The file with the data: the path itself, or the one that is known by its name in that folder."""
    if path.is_file():
        return path
    found = next((path / name for name in NAMES if (path / name).is_file()), None)
    if found is None:
        raise SystemExit(f"{path} holds none of {', '.join(NAMES)}")
    return found


def compact(data: Mapping[str, Any]) -> dict[str, Any]:
    """The table of this project from the site's own."""
    clients = sorted(
        {
            f"{family}/{platform}"
            for feature in data["data"]
            for family, has in feature["stats"].items()
            for platform in has
        }
    )
    names = data["nicenames"]
    return {
        "notice": NOTICE,
        "updated": data["last_update_date"],
        "clients": {each: _name(each, names) for each in clients},
        "features": {
            feature["slug"]: [feature["title"], _counts(feature["stats"]), _newest(feature["stats"], clients)]
            for feature in sorted(data["data"], key=lambda each: each["slug"])
        },
    }


def _name(client: str, names: Mapping[str, Mapping[str, str]]) -> str:
    family, _, platform = client.partition("/")
    return f"{names['family'].get(family, family)} {names['platform'].get(platform, platform)}"


def _counts(stats: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[int]:
    """Results of all versions: yes without a note, no, and everything between, as Mailpit counts them."""
    results = [result for has in stats.values() for versions in has.values() for result in versions.values()]
    yes, no = results.count("y"), results.count("n")
    return [yes, len(results) - yes - no, no]


def _newest(stats: Mapping[str, Mapping[str, Mapping[str, str]]], clients: list[str]) -> str:
    letters = []
    for client in clients:
        family, _, platform = client.partition("/")
        versions = list(stats.get(family, {}).get(platform, {}).values())
        letters.append(versions[-1][0] if versions else "-")
    return "".join(letters)


def main() -> None:
    """Write the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("path", type=Path)
    ask.add_argument("--out", type=Path, default=TARGET)
    said = ask.parse_args()
    table = compact(json.loads(source(said.path).read_text(encoding="utf-8")))
    lines = [
        f'"notice": {json.dumps(table["notice"], ensure_ascii=False)}',
        f'"updated": {json.dumps(table["updated"])}',
    ]
    lines.append(f'"clients": {json.dumps(table["clients"], ensure_ascii=False)}')
    rows = (f"{json.dumps(slug)}: {json.dumps(row, ensure_ascii=False)}" for slug, row in table["features"].items())
    lines.append('"features": {\n' + ",\n".join(rows) + "\n}")
    said.out.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{said.out}: {len(table['features'])} features, {len(table['clients'])} clients")


if __name__ == "__main__":
    main()
