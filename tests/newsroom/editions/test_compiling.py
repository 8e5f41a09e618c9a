"""The headers that a newsletter's table and the site give its mail."""

from email import message_from_bytes, policy

import pytest
from tests.studios import NOW

from publisher.newsroom.app import App
from publisher.newsroom.editions.compiling import compile_for
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.sample import sample_message

pytestmark = pytest.mark.slow


def test_an_edition_is_dated_now_and_carries_its_list(app: App, made: Composed) -> None:
    assert made.email is not None
    newsletter = app.newsletter("weekly").model_copy(update={"reply_to": "ada@lantern.example"})
    mail = message_from_bytes(sample_message(app, newsletter, "weekly/1", made.email).data, policy=policy.default)

    assert mail["From"] == "Lantern Reviews <digest@lantern.example>"
    assert mail["Reply-To"] == "ada@lantern.example"
    assert "<weekly.lantern.example>" in mail["List-ID"]
    assert "The Weekly Lantern" in mail["List-ID"]
    assert mail["Date"].datetime == NOW


def test_a_newsletter_without_a_title_bears_the_site_s_name(app: App, made: Composed) -> None:
    assert made.email is not None
    plain = app.newsletter("weekly").model_copy(update={"title": ""})
    mail = message_from_bytes(sample_message(app, plain, "weekly/1", made.email).data, policy=policy.default)

    assert "Lantern Reviews" in mail["List-ID"]


def test_the_same_email_compiles_to_the_same_bytes(app: App, made: Composed) -> None:
    assert made.email is not None
    one, other = (compile_for(app, app.newsletter("weekly"), made.email, "weekly/1") for _ in range(2))

    assert (one.sender, one.hash, one.date) == ("digest@lantern.example", other.hash, NOW)
