"""Add up the reports of a test run and print them in a line; a failure, a skipped test or no test at all is status 1.

python tools/count_tests.py FOLDER
"""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET


def main(folder: Path) -> int:
    """Print the sum of all junit reports in the folder."""
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    seconds = 0.0
    for path in sorted(folder.glob("*.xml")):
        for suite in ET.parse(path).iter("testsuite"):  # noqa: S314 - pytest wrote it
            for name in total:
                total[name] += int(suite.get(name, 0))
            seconds += float(suite.get("time", 0))
            for case in suite.iter("testcase"):
                if case.find("skipped") is not None:
                    print(f"skipped: {case.get('classname')}::{case.get('name')}")
    bad = total["failures"] + total["errors"]
    passed = total["tests"] - bad - total["skipped"]
    print(f"{passed:,} tests passed, {bad} failed, {total['skipped']} skipped, in {seconds:.0f} s of tests")
    return 0 if passed and not bad and not total["skipped"] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
