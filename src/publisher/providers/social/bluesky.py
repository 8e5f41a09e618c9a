"""Posts to Bluesky, or any other AT Protocol server, exactly once.

The record's key is made from the post's key, and it is written only where none is yet, so that a second try finds the
first one's work. A thread is written in one commit, all of it or nothing. https://docs.bsky.app/docs/api, lexicons
app.bsky.feed.post, com.atproto.repo.putRecord and applyWrites, as of November 2026.
"""

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import structlog
from PIL import Image
from pydantic import Field, PrivateAttr

from publisher.config import WebUrl
from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.cards import shrink
from publisher.http.door import Http, Response
from publisher.model import ChannelRules, Facet, Post, Receipt
from publisher.providers.social.kit import answers, dagcbor
from publisher.providers.social.kit.consent import Invitation, Kept
from publisher.providers.social.kit.network import Network
from publisher.text import clip, count

log = structlog.get_logger()

_NAME = "Bluesky"
_POSTS = "app.bsky.feed.post"
_FACET = "app.bsky.richtext.facet"
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_FIRST_MOMENT = 1_577_836_800_000_000  # 2020-01-01 in microseconds
_SPREAD = 5 * 365 * 24 * 3600 * 1_000_000
_MOST_ALT = 2000
_EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})


@dataclass(frozen=True, slots=True)
class _Session:
    did: str
    handle: str
    token: str


class Bluesky(Network):
    """`kind = "bluesky"`: an account by its handle and an app password, never the account's own password."""

    kind: ClassVar[str] = "bluesky"
    display_name: ClassVar[str] = "Bluesky"
    # app.bsky.feed.post and app.bsky.embed.* lexicons: 300 graphemes and 3,000 bytes; a thumb of 1,000,000 bytes
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="bluesky",
        limit=300,
        count="graphemes",
        max_bytes=3000,
        link_in_card=True,
        entities="bluesky",
        images=4,
        alt_limit=2000,
        image_bytes=1_000_000,
        threads=True,
    )
    aliases: ClassVar[tuple[str, ...]] = ("bsky", "sky")
    idempotent: ClassVar[bool] = True
    whole_threads: ClassVar[bool] = True

    service: WebUrl = Field(default="https://bsky.social", description="The account's server.")
    handle: str = Field(description="The account's handle, `films.example.com`.")
    app_password: str = Field(description="An app password of the account.", repr=False)

    asked_for: ClassVar[tuple[str, ...]] = ("app_password",)

    _session: _Session | None = PrivateAttr(default=None)

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Write the post's record under a key made from `key`; one that is there already is left as it is.

        Raises Rejected for a post that does not fit, before anything is sent, and the other `SendError`s.
        """
        if not all(count.fits(text, self.rules) for text in (post.text, *(part.text for part in post.parts))):
            raise Rejected(f"the post counts {post.length} of {self.rules.limit}")
        with answers.client(self.service) as http:
            return _Account(self, http).publish(post, record_key(key), image, begin)

    def delete(self, provider_id: str, post: Post) -> None:
        """Delete a post and its thread; raises `SendError`s."""
        rkey = provider_id.rpartition("/")[2]
        names = [rkey, *(record_key(f"{rkey}/{number}") for number in range(1, len(post.parts) + 1))]
        with answers.client(self.service) as http:
            _Account(self, http).delete(names[::-1])

    def invite(self) -> Invitation:
        """Where an app password is made."""
        return Invitation(
            words="Make an app password here and paste it.", url="https://bsky.app/settings/app-passwords"
        )

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:  # noqa: ARG002
        """The app password, once the server has taken it; raises `SendError`s."""
        given = {"app_password": pasted.strip()}
        with answers.client(self.service) as http:
            _Account(self.model_copy(update=given), http).sign_in()
        return Kept(values=given)


PROVIDER = Bluesky


class _Account:
    """One signed-in account during one post."""

    def __init__(self, settings: Bluesky, http: Http) -> None:
        self._settings = settings
        self._http = http

    def publish(self, post: Post, rkey: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        session = self.sign_in()
        if self._exists(session, rkey):
            return self._receipt(session, rkey)
        record = self._record(post, image)
        session = self.sign_in()
        if post.parts:
            return self._thread(session, rkey, record, post, begin)
        where = {"repo": session.did, "collection": _POSTS, "rkey": rkey}
        answer = self._call("repo.putRecord", json={**where, "record": record, "swapRecord": None}, begin=begin)
        if answer.status == 200 or _error(answer) == "InvalidSwap":
            return self._receipt(session, rkey)
        raise answers.failure(answer, _NAME, begun=True)

    def _thread(
        self, session: _Session, rkey: str, first: dict[str, Any], post: Post, begin: Callable[[], None]
    ) -> Receipt:
        """All posts of a thread in one commit; they point at each other by the addresses that they will have."""
        base = f"at://{session.did}/{_POSTS}/"
        root: dict[str, str] = {"uri": base + rkey, "cid": dagcbor.cid(first)}
        parent = root
        writes = [_create(rkey, first)]
        for number, part in enumerate(post.parts, 1):
            moment = (post.at or datetime.now(UTC)) + timedelta(milliseconds=number)
            reply: dict[str, Any] = self._words(part.text, part.facets, moment, post.language)
            reply["reply"] = {"root": root, "parent": parent}
            name = record_key(f"{rkey}/{number}")
            writes.append(_create(name, reply))
            parent = {"uri": base + name, "cid": dagcbor.cid(reply)}
        answer = self._call("repo.applyWrites", json={"repo": session.did, "writes": writes}, begin=begin)
        # A key that is taken is answered with 500: another try was faster.
        if answer.status == 200 or self._exists(session, rkey):
            return self._receipt(session, rkey)
        raise answers.failure(answer, _NAME, begun=True)

    def delete(self, names: Sequence[str]) -> None:
        """Delete these records; what is gone already is no error."""
        where = {"repo": self.sign_in().did, "collection": _POSTS}
        for name in names:
            answer = self._call("repo.deleteRecord", json={**where, "rkey": name})
            if answer.status != 200:
                raise answers.failure(answer, _NAME, begun=False)

    def _receipt(self, session: _Session, rkey: str) -> Receipt:
        return Receipt(
            provider_id=f"at://{session.did}/{_POSTS}/{rkey}",
            url=f"https://bsky.app/profile/{session.handle}/post/{rkey}",
            at=datetime.now(UTC),
        )

    def _exists(self, session: _Session, rkey: str) -> bool:
        answer = self._get("repo.getRecord", {"repo": session.did, "collection": _POSTS, "rkey": rkey})
        if answer.status == 200:
            return True
        if answer.status == 400 and _error(answer) in ("RecordNotFound", "InvalidRequest"):
            return False
        raise answers.failure(answer, _NAME, begun=False)

    def _record(self, post: Post, image: bytes | None) -> dict[str, Any]:
        record = self._words(post.text, post.facets, post.at or datetime.now(UTC), post.language)
        if embed := self._embed(post, image):
            record["embed"] = embed
        return record

    def _words(self, text: str, live: Sequence[Facet], at: datetime, language: str | None) -> dict[str, Any]:
        stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record: dict[str, Any] = {"$type": _POSTS, "text": text, "createdAt": stamp}
        if language:
            record["langs"] = [language]
        if facets := [made for facet in live if (made := self._facet(facet))]:
            record["facets"] = facets
        return record

    def _facet(self, facet: Facet) -> dict[str, Any] | None:
        """A facet as the lexicon has it; None for a mention of nobody."""
        feature: dict[str, str] = {"$type": f"{_FACET}#{facet.kind}"}
        if facet.kind == "link":
            feature["uri"] = facet.value
        elif facet.kind == "tag":
            feature["tag"] = facet.value
        else:
            answer = self._get("identity.resolveHandle", {"handle": facet.value})
            did = answers.document(answer, _NAME).get("did") if answer.status == 200 else None
            if not isinstance(did, str):
                log.warning("mention-of-nobody", handle=facet.value)
                return None
            feature["did"] = did
        return {"index": {"byteStart": facet.start, "byteEnd": facet.end}, "features": [feature]}

    def _embed(self, post: Post, image: bytes | None) -> dict[str, Any] | None:
        """A card for the link, with the picture as its thumb; without a link, the picture itself."""
        blob = self._upload(image) if image else None
        if post.card is not None:
            external = {"uri": post.card.url, "title": post.card.title, "description": post.card.description}
            return {"$type": "app.bsky.embed.external", "external": external | ({"thumb": blob[0]} if blob else {})}
        if blob is None:
            return None
        alt = clip.at_words(post.image_alt or "", _MOST_ALT)
        shown = {"image": blob[0], "alt": alt, "aspectRatio": {"width": blob[1][0], "height": blob[1][1]}}
        return {"$type": "app.bsky.embed.images", "images": [shown]}

    def _upload(self, image: bytes) -> tuple[dict[str, Any], tuple[int, int]] | None:
        """The stored picture and its size; None, and a line in the log, for one that cannot be used."""
        data = shrink.to_jpeg(image, most=self._settings.rules.image_bytes)
        if data is None:
            log.warning("picture-left-out", network=_NAME)
            return None
        answer = self._call("repo.uploadBlob", data=data, headers={"Content-Type": "image/jpeg"})
        if answer.status != 200:
            raise answers.failure(answer, _NAME, begun=False)
        blob = answers.document(answer, _NAME).get("blob")
        if not isinstance(blob, dict):
            raise TryLater(f"{_NAME} stored no picture")
        with Image.open(io.BytesIO(data)) as picture:
            return blob, picture.size

    def sign_in(self, *, anew: bool = False) -> _Session:
        """The session of this account, the one in use unless it is wanted `anew`; raises `SendError`s."""
        known = self._settings._session
        if known is not None and not anew:
            return known
        login = {"identifier": self._settings.handle, "password": self._settings.app_password}
        answer = self._request("POST", "server.createSession", json=login)
        if answer.status != 200:
            raise self._no_session(answer)
        given = answers.document(answer, _NAME)
        parts = [given.get(name) for name in ("did", "handle", "accessJwt")]
        if not all(isinstance(part, str) for part in parts):
            raise TryLater(f"{_NAME} gave no session")
        self._settings._session = _Session(*map(str, parts))
        return self._settings._session

    def _no_session(self, answer: Response) -> SendError:
        outcome = answers.failure(answer, _NAME, begun=False)
        if isinstance(outcome, AccessDenied):
            return AccessDenied(f"{_NAME} does not accept the app password", do="make a new one in its settings")
        return outcome

    def _get(self, name: str, params: Mapping[str, str]) -> Response:
        return self._request("GET", name, params=params)

    def _call(self, name: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Response:
        """A call as the account; a token that has expired is renewed once."""
        answer = self._signed(name, self.sign_in(), headers, options)
        if answer.status in (400, 401) and _error(answer) in _EXPIRED:
            answer = self._signed(name, self.sign_in(anew=True), headers, options)
        return answer

    def _signed(
        self, name: str, session: _Session, headers: Mapping[str, str] | None, options: Mapping[str, Any]
    ) -> Response:
        return self._request(
            "POST", name, headers={**(headers or {}), "Authorization": f"Bearer {session.token}"}, **options
        )

    def _request(self, method: str, name: str, **options: Any) -> Response:
        url = f"{self._settings.service.rstrip('/')}/xrpc/com.atproto.{name}"
        try:
            return self._http.request(method, url, **options)
        except Uncertain as error:
            if options.get("begin") is None:
                raise TryLater(error.what) from error
            raise


def record_key(key: str) -> str:
    """A record key in the form of a TID, the same for the same key (https://atproto.com/specs/tid)."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:16], "big")
    moment, clock = _FIRST_MOMENT + number % _SPREAD, number // _SPREAD % 1024
    tid = (moment << 10) | clock
    return "".join(_LETTERS[(tid >> (5 * place)) & 31] for place in range(12, -1, -1))


def _create(rkey: str, record: dict[str, Any]) -> dict[str, Any]:
    return {"$type": "com.atproto.repo.applyWrites#create", "collection": _POSTS, "rkey": rkey, "value": record}


def _error(answer: Response) -> str:
    body = answer.json()
    return str(body.get("error", "")) if isinstance(body, dict) else ""
