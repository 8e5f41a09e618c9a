"""A real Bluesky server, asked for with `-m pds`: its address is $PUBLISHER_PDS, its accounts are made anew."""

import os
import time
from dataclasses import dataclass

import pytest

from publisher.http.door import Http
from publisher.providers.social.bluesky import Bluesky

ADDRESS = os.environ.get("PUBLISHER_PDS", "http://localhost:2583")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "pds" in str(config.getoption("markexpr")):
        return
    marks = ("pds", "pds_limits")
    left_out = [item for item in items if any(map(item.get_closest_marker, marks))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@dataclass(frozen=True)
class Account:
    """A fresh account and what its server says of it."""

    provider: Bluesky
    did: str

    def records(self) -> list[dict[str, object]]:
        params = {"repo": self.did, "collection": "app.bsky.feed.post", "limit": "100"}
        found: list[dict[str, object]] = get("repo.listRecords", params)["records"]
        return found


def get(name: str, params: dict[str, str]) -> dict[str, list[dict[str, object]]]:
    with Http(private_hosts=["localhost", "127.0.0.1"]) as http:
        answer = http.request("GET", f"{ADDRESS}/xrpc/com.atproto.{name}", params=params)
    body: dict[str, list[dict[str, object]]] = answer.json()
    assert answer.status == 200, body
    return body


@pytest.fixture
def account() -> Account:
    handle = f"critic{time.time_ns() % 10**12}.test"
    with Http(private_hosts=["localhost", "127.0.0.1"]) as http:
        new = {"email": f"{handle}@example.com", "handle": handle, "password": "a-long-password"}
        made = http.request("POST", f"{ADDRESS}/xrpc/com.atproto.server.createAccount", json=new).json()
        signed = {"Authorization": f"Bearer {made['accessJwt']}"}
        url = f"{ADDRESS}/xrpc/com.atproto.server.createAppPassword"
        given = http.request("POST", url, json={"name": "publisher"}, headers=signed).json()
    return Account(Bluesky(service=ADDRESS, handle=handle, app_password=given["password"]), made["did"])
