"""What an address, an error or a line of a log may not show; every secret here is made up."""

import base64
import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import secrecy
from publisher.errors import SourceError


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    secrecy.forget()
    yield
    secrecy.forget()


SHOWN = {
    "http://ann:tidepool88@feeds.example/f.xml?key=gullnest7": "http://feeds.example/f.xml",
    "postgresql+psycopg://ann:p%40x@db.example:5432/films?sslmode=on": "postgresql+psycopg://db.example:5432/films",
    "https://ONLYTOKEN77@api.example/v1": "https://api.example/v1",
    "http://ann:ti/de#pool?88@feeds.example/f.xml": "http://feeds.example/f.xml",
    "https://social.example/@ann/feed": "https://social.example/@ann/feed",
    "https://social.example:8443/@ann": "https://social.example:8443/@ann",
    "http://[::1]:8080/@ann": "http://[::1]:8080/@ann",
    "https://api.telegram.example/bot7012345678:AAtidepoolBot/sendPhoto": "https://api.telegram.example/bot…/sendPhoto",
    "https://discord.example/api/v10/webhooks/123/ab-CD_ef?wait=true": "https://discord.example/api/v10/webhooks/123/…",
    "https://hooks.slack.example/services/T0/B0/tidepool": "https://hooks.slack.example/services/…",
    "Max retries exceeded with url: /f.xml?key=gullnest7 (Caused by x)": (
        "Max retries exceeded with url: /f.xml (Caused by x)"
    ),
    "https://localhost/#access_token=tidepool": "https://localhost/",
    "see https://docs.example/page#part, or not?": "see https://docs.example/page#part, or not?",
    "Authorization: Basic YW5uOnRpZGU=": "Authorization: Basic …",
    "a film? yes; and/or? basic authentication is off": "a film? yes; and/or? basic authentication is off",
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.items())
def test_an_address_is_shown_without_login_query_and_key(text: str, shown: str) -> None:
    assert secrecy.bare(text) == shown
    assert secrecy.bare(f"“{text}”, ({text})") == f"“{shown}”, ({shown})"


def test_a_command_may_print_the_query_of_an_address_but_no_secret_in_it() -> None:
    assert secrecy.struck("https://a.example/?p=12&token=tidepool&lang=en") == "https://a.example/?p=12&token=…&lang=en"


def test_an_error_has_no_secret_in_any_of_its_parts() -> None:
    address = "http://ann:tidepool88@feeds.example/f.xml?key=gullnest7"

    error = SourceError(f"{address} is gone", where=address, do=f"ask {address} again")

    assert str(error) == (
        "http://feeds.example/f.xml is gone (http://feeds.example/f.xml); ask http://feeds.example/f.xml again"
    )


def test_a_login_is_known_in_every_spelling_of_it() -> None:
    secrecy.learn_address("http://ann:tide%26pool88@feeds.example/f.xml")

    seen = ["tide%26pool88", "tide&pool88", "tide&amp;pool88", base64.b64encode(b"ann:tide&pool88").decode()]
    assert [secrecy.struck(f"<{each}>") for each in seen] == ["<…>"] * len(seen)


def test_a_channels_own_address_is_secret_as_a_whole() -> None:
    secrecy.learn_address("https://hooks.example/in/quiet-harbour-lantern", path=True)

    assert secrecy.struck("POST /in/quiet-harbour-lantern failed") == "POST /… failed"


def test_a_word_that_is_a_password_is_struck_only_where_it_stands_alone() -> None:
    secrecy.learn("swordfish")

    assert secrecy.struck("swordfish, swordfishes and my_swordfish") == "…, swordfishes and my_…"


@pytest.mark.parametrize("word", ["news", "password", "secret", "${SMTP_PASSWORD}", ""])
def test_what_is_no_secret_tears_no_sentence_apart(word: str) -> None:
    secrecy.learn(word)

    assert secrecy.struck(f"a {word} stays") == f"a {word} stays"


PUBLIC = {
    "http://ann:tidepool88@films.example/paper-boats": "http://films.example/paper-boats",
    "https://films.example/?p=12&token=tidepool#top": "https://films.example/?p=12#top",
    "https://films.example/?key=12": "https://films.example/?key=12",
    "https://films.example/a?auth=tidepool": "https://films.example/a",
    "https://films.example/@ann/1": "https://films.example/@ann/1",
}


@pytest.mark.parametrize(("address", "everybodys"), PUBLIC.items())
def test_a_reviews_own_address_lets_nobody_in(address: str, everybodys: str) -> None:
    assert secrecy.public(address) == everybodys


@given(st.text(string.ascii_letters + string.digits + "!$&*+,;=~-._", min_size=5, max_size=40))
def test_no_password_in_an_address_survives(password: str) -> None:
    secret = f"q7{password}z9"
    secrecy.forget()
    secrecy.learn_address(f"http://ann:{secret}@feeds.example/f.xml")

    assert secret not in secrecy.struck(f"refused: {secret} at http://ann:{secret}@feeds.example/f.xml?x={secret}")
