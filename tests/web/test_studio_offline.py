"""The studio and lint ask nothing of any other machine: a guard on this process's sockets sees who tries."""

import socket
from pathlib import Path
from typing import Any

import pytest
from tests.studios import fill, invented, project, running
from tests.web.test_studio_http import ask, get

from publisher.model import Image
from publisher.newsroom.editions.lint import lint_edition, lint_file
from publisher.store.engine import Store
from publisher.web.studio.view import SHOWS

pytestmark = pytest.mark.slow

HERE = ("127.0.0.1", "localhost", "::1")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names and addresses off this machine that something asked for."""
    found: list[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in HERE:
            found.append(str(address))
            raise OSError("the network is shut off")
        connect(self, address)

    def guarded_look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in (*HERE, None, ""):
            found.append(str(host))
            raise socket.gaierror("the network is shut off")
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    return found


def test_the_guard_sees_what_leaves(asked: list[str]) -> None:
    with pytest.raises(OSError, match="shut off"):
        socket.create_connection(("www.lantern.example", 443), timeout=1)

    assert asked == ["www.lantern.example"]


def test_the_studio_asks_nothing_of_any_other_machine(tmp_path: Path, sqlite_store: Store, asked: list[str]) -> None:
    fill(sqlite_store, invented(8, image=Image(url="https://pictures.elsewhere.example/8.jpg", alt="A still")))
    with running(sqlite_store, project(tmp_path)) as bench:
        for show in SHOWS:
            get(bench, f"e/weekly?show={show}&item=review8")
        get(bench, "mail/weekly")
        for kind in ("eml", "html", "txt"):
            status, _, _ = ask(bench, "GET", f"/{bench.studio.token}/download/{kind}/weekly")
            assert status == 200
        lint_edition(bench.studio.app, "weekly")
        lint_file(None, ask(bench, "GET", f"/{bench.studio.token}/download/eml/weekly")[1].encode())

    assert asked == []
