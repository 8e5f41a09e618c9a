"""Request bodies against the networks' own descriptions of their interfaces."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.providers.social_cases import CARD, TEXT, post_for

from publisher.model import Post
from publisher.providers.social import x
from publisher.providers.social.discord import Discord
from publisher.providers.social.telegram import Telegram

pytestmark = pytest.mark.corpus

TEXTS = [TEXT, "“Quiet.”", "*" * 990, "🎬" * 500, "e\u0301 <b>&amp;</b> @everyone #Noir", "漢" * 140]
TELEGRAM = {"String": str, "Integer": int, "Boolean": bool}


def posts(network: str) -> list[Post]:
    return [post_for(network, text) for text in TEXTS]


def spec(corpus: Path, name: str) -> Any:
    return json.loads((corpus / "data" / "specs" / name).read_text(encoding="utf-8"))


def faults(document: Any, schema: str, body: object) -> list[str]:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    return [error.message[:100] for error in Draft202012Validator(whole).iter_errors(body)]


def unknown(document: Any, schema: str, body: dict[str, Any]) -> set[str]:
    return set(body) - set(document["components"]["schemas"][schema]["properties"])


@pytest.mark.parametrize("picture", [True, False])
def test_discord_takes_every_body(corpus: Path, picture: bool) -> None:
    document = spec(corpus, "discord-openapi.json")
    provider = Discord(webhook_url="https://discord.example/1/t", name="The Harbour Reel")
    for post in posts("discord"):
        body = provider.body(post, picture=picture)
        assert faults(document, "IncomingWebhookRequestPartial", body) == []
        assert unknown(document, "IncomingWebhookRequestPartial", body) == set()


def test_the_description_of_discord_does_refuse(corpus: Path) -> None:
    document = spec(corpus, "discord-openapi.json")
    assert faults(document, "IncomingWebhookRequestPartial", {"content": "a" * 2001}) != []


@pytest.mark.parametrize("picture", ["1900", None])
def test_x_takes_every_body(corpus: Path, picture: str | None) -> None:
    document = spec(corpus, "x-api-v2-openapi.json")
    for post in posts("x"):
        assert faults(document, "CreatePostsRequest", x.body(post, picture)) == []
    described = x.description("1900", CARD.alt)
    assert faults(document, "CreateMediaMetadataRequest", described) == []
    assert unknown(document, "CreateMediaMetadataRequest", described) == set()
    assert faults(document, "MediaUploadRequest", {"media": "/9j/", "media_category": "tweet_image"}) == []


def test_the_description_of_x_does_refuse(corpus: Path) -> None:
    document = spec(corpus, "x-api-v2-openapi.json")
    assert faults(document, "CreatePostsRequest", {"text": "a", "colour": "red"}) != []
    assert faults(document, "CreatePostsRequest", {"text": "a", "media": {"media_ids": list("12345")}}) != []


@pytest.mark.parametrize("picture", [True, False])
def test_telegram_takes_every_body(corpus: Path, picture: bool) -> None:
    document = spec(corpus, "telegram-bot-api.json")
    provider = Telegram(chat="@reel", bot_token="t:s")
    for post in [*posts("telegram"), post_for("telegram", link=None)]:
        method, fields = provider.message(post, "@reel", picture=picture)
        fields |= {"photo": "file"} if picture else {}
        assert list(_wrong(document, document["methods"][method]["fields"], fields)) == []


def test_the_description_of_telegram_does_refuse(corpus: Path) -> None:
    document = spec(corpus, "telegram-bot-api.json")
    fields = document["methods"]["sendMessage"]["fields"]
    assert list(_wrong(document, fields, {"chat_id": "@reel"})) == ["text is missing"]
    assert list(_wrong(document, fields, {"chat_id": [], "text": "a", "colour": 1})) == ["chat_id", "colour"]


def _wrong(document: Any, described: list[dict[str, Any]], given: dict[str, Any]) -> Iterator[str]:
    """What is missing, of another type or not described."""
    known = {field["name"]: field for field in described}
    yield from (f"{name} is missing" for name, field in known.items() if field["required"] and name not in given)
    for name, value in given.items():
        if name not in known or not any(_fits(document, type_, value) for type_ in known[name]["types"]):
            yield name


def _fits(document: Any, type_: str, value: Any) -> bool:
    if type_ == "InputFile":
        return isinstance(value, str)
    if type_ in TELEGRAM:
        return type(value) is TELEGRAM[type_]
    nested = document["types"].get(type_)
    return nested is not None and isinstance(value, dict) and not list(_wrong(document, nested["fields"], value))
