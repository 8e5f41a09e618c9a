"""A real Bluesky server that limits (started with RATE_LIMITS=1), asked for with `-m pds_limits`."""

from datetime import timedelta

import pytest
from tests.pds.conftest import Account

from publisher.errors import TryLater
from publisher.model import Post
from publisher.providers.social.bluesky import Bluesky

pytestmark = pytest.mark.pds_limits


def test_a_server_that_is_asked_too_often_says_when_to_come_back(account: Account) -> None:
    post = Post(network="bluesky", text="Quiet.", length=6, limit=300)
    written, outcome = 0, None
    while outcome is None and written < 400:
        fresh = Bluesky(**account.provider.model_dump())
        try:
            fresh.publish(post, key=f"k{written}", image=None, begin=lambda: None)
            written += 1
        except TryLater as later:
            outcome = later
    assert outcome is not None
    assert outcome.after is not None
    assert timedelta(0) < outcome.after <= timedelta(days=1)
    assert written > 0
    assert len(account.records()) == written
