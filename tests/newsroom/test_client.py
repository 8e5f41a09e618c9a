"""Whom the newsroom's client may ask."""

from pathlib import Path

import pytest
from tests.loopback import loopback

from publisher.config import Config
from publisher.errors import PublisherError
from publisher.newsroom.client import client


def test_a_private_host_is_asked_only_when_a_person_typed_it() -> None:
    config = Config.defaults(Path())
    with loopback() as site:
        site.put("/a", "hello", "text/plain")
        url = f"{site.url}/a"
        with pytest.raises(PublisherError):
            client(config).get(url)
        assert site.paths() == []

        client(config, typed=["http://[", url.removeprefix("http://")]).get(url)
        assert site.paths() == ["/a"]
