"""Connecting a channel: the keys are tried out, kept for their owner alone, and a refusal changes nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.loopback import Loopback, Page, loopback
from tests.newsroom.posts.test_channels import Desk, mastodon, outbox
from tests.providers.social_stubs import TOKEN, MastodonStub

from publisher.errors import AccessDenied, PublisherError, UsageError
from publisher.newsroom.posts import channels
from publisher.newsroom.posts.authorize import connect
from publisher.store.engine import Store
from publisher.store.tables import events

pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


@pytest.fixture
def desk(site: Loopback, tmp_path: Path, sqlite_store: Store) -> Desk:
    MastodonStub(site)
    site.pages["/api/v1/apps"] = Page(body=json.dumps({"client_id": "a", "client_secret": "b"}).encode())
    site.pages["/oauth/token"] = Page(body=json.dumps({"access_token": TOKEN}).encode())
    return Desk(tmp_path, sqlite_store, mastodon(site) + outbox())


def connected(desk: Desk) -> list[str]:
    with desk.store.read() as db:
        return [row.kind for row in db.execute(events.select()) if row.kind in ("connected", "reconnected")]


def test_the_keys_lie_where_it_says_for_their_owner_alone(desk: Desk) -> None:
    path = connect(desk.app, "mast", lambda invitation: " the-code ")

    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))
    assert connected(desk) == ["connected"]


def test_new_keys_end_what_was_wrong_with_the_channel(desk: Desk) -> None:
    channels.blame(desk.app, "mast", AccessDenied("the token was refused"))
    connect(desk.app, "mast", lambda invitation: "the-code")

    assert channels.trouble(desk.app, "mast") is None
    assert connected(desk) == ["connected", "reconnected"]


@pytest.mark.parametrize("pasted", ["", " \n"])
def test_where_nothing_was_pasted_nothing_changes(desk: Desk, pasted: str) -> None:
    with pytest.raises(UsageError, match="nothing was pasted; nothing has changed"):
        connect(desk.app, "mast", lambda invitation: pasted)

    assert not (desk.file.parent.parent / "var" / "keys" / "mast.json").exists()
    assert connected(desk) == []


def test_what_was_pasted_is_in_no_error_of_this_process(desk: Desk) -> None:
    connect(desk.app, "mast", lambda invitation: "the-pasted-code:its-other-half")

    said = str(PublisherError("no the-pasted-code, no its-other-half"))
    assert "the-pasted-code" not in said
    assert "its-other-half" not in said


def test_only_a_channel_that_needs_keys_is_connected(desk: Desk) -> None:
    with pytest.raises(UsageError, match="a channel of kind outbox needs no keys"):
        connect(desk.app, "box", lambda invitation: "x")
    with pytest.raises(UsageError, match=r"there is no channel “sky”; known: mast, box; a \[social\.NAME\] table"):
        connect(desk.app, "sky", lambda invitation: "x")
