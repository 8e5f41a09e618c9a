"""Bluesky's records and calls against the AT Protocol's own lexicons."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.loopback import Loopback, loopback
from tests.networks import RULES
from tests.providers.social_cases import CARD, TEXT, carded, post_for
from tests.providers.social_stubs import TOKEN, BlueskyStub

from publisher.formatters.post import written
from publisher.model import Post, Review
from publisher.providers.social.bluesky import Bluesky
from publisher.text import graphemes

pytestmark = pytest.mark.corpus

FORMATS = {
    "did": r"did:[a-z]+:[\w.:%-]*[\w.-]",
    "uri": r"[a-z][a-z0-9.+-]*:\S+",
    "at-uri": r"at://did:[a-z]+:[\w.-]+/[\w.]+/[\w.~:-]+",
    "cid": r"b[a-z2-7]{3,}",
    "nsid": r"[a-z]+(\.[a-z][A-Za-z]*){2,}",
    "record-key": r"[\w.~:-]{1,512}",
    "at-identifier": r"(did:[a-z]+:\S+|[\w-]+(\.[\w-]+)+)",
    "language": r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*",
}
REVIEW = Review(id="a", source="s", headline="Ashes of the Tide", url="https://films.example.com/ashes")


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


class Lexicons:
    """The lexicons of a folder; `faults` lists what is wrong with a value."""

    def __init__(self, folder: Path) -> None:
        found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.rglob("*.json")]
        self.known = {lexicon["id"]: lexicon["defs"] for lexicon in found}

    def faults(self, name: str, value: Any) -> list[str]:
        kind = self.known[name]["main"]
        schema = kind["record"] if kind["type"] == "record" else kind["input"]["schema"]
        return list(self._check(schema, value, name, ""))

    def _check(self, schema: dict[str, Any], value: Any, home: str, at: str) -> Iterator[str]:
        kind = schema["type"]
        if kind == "ref":
            yield from self._check(*self._find(schema["ref"], value, home, at))
        elif kind == "union":
            yield from self._union(schema, value, home, at)
        elif kind == "object":
            yield from self._object(schema, value, home, at)
        elif kind == "array":
            yield from (f"{at}: too many" for _ in [0] if len(value) > schema.get("maxLength", len(value)))
            for number, item in enumerate(value):
                yield from self._check(schema["items"], item, home, f"{at}[{number}]")
        elif kind == "string":
            yield from self._string(schema, value, at)
        elif kind == "blob":
            if value.get("size", 0) > schema.get("maxSize", 10**9) or not value["mimeType"].startswith("image/"):
                yield f"{at}: not such a blob"
        elif kind == "integer":
            yield from (f"{at}: {value}" for _ in [0] if type(value) is not int or value < schema.get("minimum", value))
        elif kind == "boolean":
            yield from (f"{at}: {value}" for _ in [0] if type(value) is not bool)

    def _union(self, schema: dict[str, Any], value: Any, home: str, at: str) -> Iterator[str]:
        refs = {self._whole(ref, home): ref for ref in schema["refs"]}
        named = value.get("$type", "")
        if named not in refs:
            yield f"{at}: {named} is none of {sorted(refs)}"
        elif named.partition("#")[0] in self.known:
            yield from self._check(*self._find(refs[named], value, home, at))

    def _object(self, schema: dict[str, Any], value: Any, home: str, at: str) -> Iterator[str]:
        known = schema["properties"]
        yield from (f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value)
        yield from (f"{at}.{name}: not described" for name in value if name not in known and name != "$type")
        for name in value.keys() & known.keys():
            if value[name] is not None or name not in schema.get("nullable", ()):
                yield from self._check(known[name], value[name], home, f"{at}.{name}")

    def _string(self, schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str) or len(value.encode()) > schema.get("maxLength", 10**9):
            yield f"{at}: not such a text"
        elif graphemes.count(value) > schema.get("maxGraphemes", 10**9):
            yield f"{at}: too many graphemes"
        elif schema.get("format") == "datetime":
            yield from (f"{at}: {value}" for _ in [0] if datetime.fromisoformat(value).tzinfo is None)
        elif schema.get("format") and not re.fullmatch(FORMATS[schema["format"]], value):
            yield f"{at}: {value} is no {schema['format']}"

    def _find(self, ref: str, value: Any, home: str, at: str) -> tuple[dict[str, Any], Any, str, str]:
        name, _, part = self._whole(ref, home).partition("#")
        schema = self.known[name][part or "main"] if name in self.known else {"type": "unknown"}
        return schema, value, name, at

    @staticmethod
    def _whole(ref: str, home: str) -> str:
        return home + ref if ref.startswith("#") else ref


def lexicons(corpus: Path) -> Lexicons:
    return Lexicons(corpus / "data" / "specs" / "atproto-lexicons" / "lexicons")


def bodies(stub: BlueskyStub, name: str) -> list[Any]:
    return [json.loads(asked.body) for asked in stub.site.asked if asked.path.endswith(name)]


POSTS = [
    carded("bluesky"),
    replace(carded("bluesky"), language="pt-BR"),
    post_for("bluesky", TEXT, card=None),
    post_for("bluesky", "“Quiet.” #Noir #静か $REEL @mara.example.com @nobody.example.com films.example.com"),
    post_for("bluesky", "é" * 300, link=None, language=None),
]


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("picture", [True, False])
def test_every_record_is_what_the_lexicon_describes(corpus: Path, site: Loopback, post: Post, picture: bool) -> None:
    stub, known = BlueskyStub(site), lexicons(corpus)
    account = Bluesky(service=site.url, handle="critic.example.com", app_password=TOKEN)
    account.publish(post, key="k", image=CARD.data if picture else None, begin=lambda: None)

    (asked,) = bodies(stub, "putRecord")
    assert known.faults("com.atproto.repo.putRecord", asked) == []
    assert known.faults("app.bsky.feed.post", asked["record"]) == []
    assert known.faults("com.atproto.server.createSession", bodies(stub, "createSession")[0]) == []


def test_every_post_of_a_thread_is_what_the_lexicon_describes(corpus: Path, site: Loopback) -> None:
    stub, known = BlueskyStub(site), lexicons(corpus)
    post = written(REVIEW, "One #Noir.\n---\nTwo, films.example.com.\n---\nThree.", quotes=[], rules=RULES["bluesky"])
    account = Bluesky(service=site.url, handle="critic.example.com", app_password=TOKEN)
    account.publish(post, key="k", image=CARD.data, begin=lambda: None)

    (asked,) = bodies(stub, "applyWrites")
    assert known.faults("com.atproto.repo.applyWrites", asked) == []
    assert [known.faults("app.bsky.feed.post", write["value"]) for write in asked["writes"]] == [[], [], []]
    assert len(stub.records) == 3


def test_the_lexicons_do_refuse(corpus: Path) -> None:
    known = lexicons(corpus)
    record: dict[str, Any] = {"text": "a", "createdAt": "2026-01-01T00:00:00Z"}
    assert known.faults("app.bsky.feed.post", record) == []
    assert known.faults("app.bsky.feed.post", {"text": "a"}) == [".createdAt: missing"]
    assert known.faults("app.bsky.feed.post", record | {"text": "a" * 301}) == [".text: too many graphemes"]
    external = {"$type": "app.bsky.embed.external", "external": {"uri": "no address", "title": "a", "description": ""}}
    assert known.faults("app.bsky.feed.post", record | {"embed": external}) == [
        ".embed.external.uri: no address is no uri"
    ]
    assert known.faults("app.bsky.feed.post", record | {"colour": "red"}) == [".colour: not described"]
