"""What the product writes is for its owner alone, whatever the umask says, and `check` says what is not."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.conftest import Site
from tests.command import Command

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("project", "site")]

READERS = "Email Address,First Name\nann@mail.example,Ann\nbo@mail.example,Bo\n"


@contextmanager
def under(umask: int) -> Iterator[None]:
    before = os.umask(umask)
    try:
        yield
    finally:
        os.umask(before)


def opened(folder: Path, *, but: set[Path]) -> list[str]:
    """Whatever came after `but` and has not the mode of our own files and folders."""
    found = [path for path in sorted(folder.rglob("*")) if path not in but]
    assert found
    return [
        f"{stat.S_IMODE(path.stat().st_mode):o} {path.relative_to(folder)}"
        for path in found
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    ]


def readers_into(project: Path) -> Path:
    """A list of readers, and mails that go into files."""
    file = project / "config" / "publisher.toml"
    head, _, rest = file.read_text(encoding="utf-8").partition("[providers.mail]")
    rest = rest[rest.index("[newsletters.weekly]") :]
    file.write_text(f'{head}[providers.mail]\nkind = "outbox"\npath = "mails"\n\n{rest}', encoding="utf-8")
    (project / "readers.csv").write_text(READERS, encoding="utf-8")
    return project / "mails"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277], ids=oct)
def test_no_file_of_a_working_week_is_open_to_others(project: Path, site: Site, publisher: Command, umask: int) -> None:
    mails = readers_into(project)
    site.publish("The Old Mill")
    before = set(project.rglob("*"))

    def done(*words: str) -> None:
        with under(umask):
            ran = publisher(*words)
        assert ran.status == 0, (words, ran.err)

    done("fetch", "--release", "9")
    done("subscribers", "import", "readers.csv")
    done("preview", "weekly", "--out", "look", "--no-views")
    done("send", "weekly", "--yes")
    done("post", publisher("reviews", "list", "--json").json["reviews"][0]["id"], "--yes")
    done("backup", "nights/night.db")
    done("subscribers", "export", "--out", "out.csv")
    done("init", "fresh", "--templates")

    assert opened(project, but=before) == []
    assert len(list(mails.glob("*.eml"))) == 2


def test_a_file_that_was_open_to_all_is_closed_when_it_is_written_anew(project: Path, publisher: Command) -> None:
    readers_into(project)
    publisher("subscribers", "import", "readers.csv")
    (project / "elsewhere.csv").write_text("old", encoding="utf-8")
    (project / "elsewhere.csv").chmod(0o644)
    (project / "out.csv").symlink_to(project / "elsewhere.csv")

    assert publisher("subscribers", "export", "--out", "out.csv").status == 0

    assert stat.S_IMODE((project / "elsewhere.csv").stat().st_mode) == 0o600
    assert "ann@mail.example" in (project / "elsewhere.csv").read_text(encoding="utf-8")


def test_an_export_may_go_into_a_device(publisher: Command) -> None:
    assert publisher("subscribers", "export", "--out", os.devnull).status == 0
    assert not Path(os.devnull).is_file()


def test_check_names_each_open_file_with_the_line_that_closes_it(project: Path, publisher: Command) -> None:
    publisher("subscribers", "list")
    config = project / "config" / "publisher.toml"
    text = config.read_text(encoding="utf-8").replace('kind = "smtp"', 'kind = "smtp"\nusername_file = "a key"')
    config.write_text(text.replace("feed.xml", "feed.xml?key=quietlantern7"), encoding="utf-8")
    (project / "a key").write_text("tidepool88", encoding="utf-8")
    (project / ".env").touch()
    files = [project / "var" / "publisher.db", project / ".env", config, project / "a key"]
    for path in files:
        path.chmod(0o644)

    lines = [line for line in publisher("check").out.splitlines() if "may be read by other users" in line]

    assert [line.partition("; ")[2] for line in lines] == [
        "chmod 600 var/publisher.db",
        "chmod 600 .env",
        "chmod 600 config/publisher.toml",
        "chmod 600 'a key'",
    ]
    for path in files:
        path.chmod(0o600)
    assert "may be read by other users" not in publisher("check").out
