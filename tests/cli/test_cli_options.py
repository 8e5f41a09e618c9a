"""What every command has, and what those say that only change something."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from tests.command import Command
from tools.write_commands import commands

from publisher.cli.main import app

ALL = dict(commands(typer.main.get_command(app)))
UNTIL_STOPPED = {"publisher run", "publisher serve"}


@pytest.mark.parametrize("name", ALL)
def test_every_command_takes_a_configuration_prints_json_and_has_an_example(name: str) -> None:
    options = {option for parameter in ALL[name].params for option in parameter.opts}

    assert "--config" in options
    assert "--json" in options or name in UNTIL_STOPPED
    assert "Example: publisher " in (ALL[name].help or "")


@pytest.mark.slow
@pytest.mark.usefixtures("started", "readers")
def test_a_change_is_answered_with_what_it_left(publisher: Command) -> None:
    review = publisher("reviews", "list", "--json").json["reviews"][0]["id"]

    assert publisher("reviews", "pin", review, "--json").json["pinned"] is True
    assert publisher("reviews", "exclude", review, "--json").json["excluded"] is True
    assert publisher("reviews", "exclude", review, "--off", "--json").json["excluded"] is False
    assert publisher("reviews", "hold", review, "--json").json["held"] is True
    assert publisher("reviews", "release", review, "--json").json["held"] is False
    assert publisher("reviews", "set", review, "year=2024", "--json").json["film"]["year"] == 2024
    assert publisher("subscribers", "add", "ann@mail.example", "--json").json == {
        "email": "ann@mail.example",
        "name": "",
        "state": "confirmed",
    }
    assert publisher("subscribers", "remove", "ann@mail.example", "--json").json["state"] == "unsubscribed"
    assert len(publisher("subscribers", "export", "--json").json["subscribers"]) == 41
    key = publisher("compose", "weekly", "--json").json["edition"]
    assert publisher("editions", "approve", key, "--json").json["state"] == "approved"
    paused = publisher("editions", "pause", key, "--json").json
    assert (paused["edition"], paused["paused"], paused["todo"]) == (key, True, 0)
    assert publisher("editions", "resume", key, "--json").json["paused"] is False
    assert publisher("editions", "cancel", key, "--json").json["state"] == "cancelled"
    assert publisher("pause", "weekly", "--json").json == {"paused": ["weekly"], "until": None}
    assert publisher("resume", "--json").json == {"resumed": ["weekly"]}


@contextmanager
def _running(folder: Path, *words: object) -> Iterator[subprocess.Popen[bytes]]:
    code = "import sys; from publisher.cli import main; main(sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, words)], cwd=folder, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _asked(port: int) -> int:
    for _ in range(1200):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz")
            return line.getresponse().status
        except OSError:
            time.sleep(0.05)
    return 0


def _free() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.slow
@pytest.mark.parametrize("words", [("run", "--serve"), ("serve",)])
def test_the_pages_are_served_until_a_signal_ends_them_cleanly(project: Path, words: tuple[str, ...]) -> None:
    port = _free()
    with _running(project, *words, "--port", port) as process:
        assert _asked(port) == 200
        process.terminate()
        assert process.wait(60) == 0


@pytest.mark.slow
@pytest.mark.parametrize("words", [("run", "--serve"), ("serve",)])
def test_a_port_that_is_taken_is_one_line(project: Path, publisher: Command, words: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = publisher(*words, "--port", taken.getsockname()[1])

    assert ran.status == 1
    assert "in use; choose another --port" in ran.err
