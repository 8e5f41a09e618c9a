"""Keys that a network gives with its owner's consent: asked for, kept for her alone, renewed once, never shown."""

import json
import stat
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.loopback import Asked, Loopback, Page, loopback
from tests.providers.social_cases import form, page

from publisher.config import RawTable
from publisher.errors import AccessDenied, ConfigError, TryLater, UsageError
from publisher.providers import social
from publisher.providers.renewal import renew
from publisher.providers.social.kit import consent
from publisher.providers.social.kit.consent import Kept
from publisher.providers.social.kit.keys import ChannelKeys

NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)
APP: Mapping[str, Any] = {"client_id": "app", "client_secret": "s3cret"}


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


def table(root: Path, kind: str, **values: Any) -> RawTable:
    return RawTable(name="mine", kind=kind, group="social", values=values, root=root)


def connected(table: RawTable, pasted: str = "") -> Kept:
    asking = social.asking_for_consent(table)
    assert asking is not None
    invitation = asking.invite()
    state = parse_qs(urlsplit(invitation.url).query).get("state", [""])[0]
    kept = asking.redeem(invitation, pasted or f"https://localhost/?code=the-code&state={state}", NOON)
    ChannelKeys.of(table).write(kept)
    return kept


def token(**more: Any) -> Page:
    return page({"access_token": "fresh", "token_type": "bearer", **more})


@pytest.mark.parametrize(
    ("kind", "values", "path", "pages", "sent"),
    [
        (
            "x",
            {},
            "/2/oauth2/token",
            {"/2/oauth2/token": token(expires_in=7200, refresh_token="next")},
            {"grant_type": b"authorization_code", "code": b"the-code", "client_id": b"app"},
        ),
        (
            "linkedin",
            {"author": "urn:li:organization:1"},
            "/oauth/v2/accessToken",
            {"/oauth/v2/accessToken": token(expires_in=5184000)},
            {"grant_type": b"authorization_code", "code": b"the-code", "client_secret": b"s3cret"},
        ),
        (
            "threads",
            {"user_id": "me"},
            "/oauth/access_token",
            {"/oauth/access_token": token(), "/access_token": token(expires_in=5184000)},
            {"grant_type": b"authorization_code", "code": b"the-code"},
        ),
        (
            "instagram",
            {"user_id": "me"},
            "/oauth/access_token",
            {
                "/oauth/access_token": page({"data": [{"access_token": "a"}]}),
                "/access_token": token(expires_in=5184000),
            },
            {"grant_type": b"authorization_code", "code": b"the-code"},
        ),
    ],
)
def test_a_code_becomes_a_token_that_the_channel_opens_with(
    site: Loopback, tmp_path: Path, kind: str, values: dict[str, Any], path: str, pages: dict[str, Page], sent: Any
) -> None:
    site.pages.update(pages)
    mine = table(tmp_path, kind, api=site.url, **APP, **values)

    kept = connected(mine)

    (asked,) = [asked for asked in site.asked if asked.path == path]
    fields = form(asked)
    assert {name: fields[name] for name in sent} == sent
    assert kept.expires is not None
    opened: Any = social.open_channel(mine)
    assert opened.access_token == "fresh"


def test_x_binds_the_code_to_a_key_of_ours_and_signs_in_as_the_app(site: Loopback, tmp_path: Path) -> None:
    site.pages["/2/oauth2/token"] = token(expires_in=7200, refresh_token="next")
    mine = table(tmp_path, "x", api=site.url, **APP)
    asking = social.asking_for_consent(mine)
    assert asking is not None
    invitation = asking.invite()
    asked = parse_qs(urlsplit(invitation.url).query)
    asking.redeem(invitation, f"https://localhost/?state={asked['state'][0]}&code=c", NOON)

    assert asked["code_challenge_method"] == ["S256"]
    assert "offline.access" in asked["scope"][0]
    assert form(site.asked[0])["code_verifier"].decode() == invitation.private["code_verifier"]
    assert site.asked[0].headers["authorization"].startswith("Basic ")


def test_a_facebook_page_gets_its_own_token(site: Loopback, tmp_path: Path) -> None:
    site.pages["/v23.0/oauth/access_token"] = token()
    site.pages["/v23.0/77"] = page({"access_token": "page-token", "name": "The Harbour Reel", "id": "77"})
    mine = table(tmp_path, "facebook", api=f"{site.url}/v23.0", page="77", **APP)

    assert connected(mine).values == {"access_token": "page-token"}


def test_mastodon_needs_no_app_of_ours(site: Loopback, tmp_path: Path) -> None:
    site.pages["/api/v1/apps"] = page({"client_id": "ours", "client_secret": "made-up"})
    site.pages["/oauth/token"] = token()
    mine = table(tmp_path, "mastodon", server=site.url)

    kept = connected(mine, "the-code\n")

    assert kept.expires is None
    assert form(site.asked[1])["client_id"] == b"ours"
    assert form(site.asked[1])["code"] == b"the-code"


@pytest.mark.parametrize(
    ("kind", "values", "pages", "pasted", "key"),
    [
        (
            "bluesky",
            {"handle": "reel.test"},
            {"/xrpc/com.atproto.server.createSession": page({"did": "did:a", "handle": "reel.test", "accessJwt": "j"})},
            "abcd-efgh",
            "app_password",
        ),
        ("telegram", {"chat": "@reel"}, {"/bot12:ab/getMe": page({"ok": True, "result": {}})}, "12:ab", "bot_token"),
        ("discord", {}, {"/hook": page({"id": "1"})}, "{site}/hook", "webhook_url"),
        ("slack", {}, {}, "{site}/hook", "webhook_url"),
    ],
)
def test_a_pasted_key_is_tried_and_kept(
    site: Loopback, tmp_path: Path, kind: str, values: dict[str, Any], pages: dict[str, Page], pasted: str, key: str
) -> None:
    site.pages.update(pages)
    place = {"bluesky": {"service": site.url}, "telegram": {"api": site.url}}.get(kind, {})
    pasted = pasted.format(site=site.url)

    assert connected(table(tmp_path, kind, **values, **place), f" {pasted}\n").values == {key: pasted}


@pytest.mark.parametrize("kind", ["bluesky", "telegram", "discord"])
def test_a_pasted_key_that_the_network_does_not_know_is_not_kept(site: Loopback, tmp_path: Path, kind: str) -> None:
    site.pages["/xrpc/com.atproto.server.createSession"] = page({"error": "AuthenticationRequired"}, 401)
    values = {
        "bluesky": {"handle": "a.test", "service": site.url},
        "telegram": {"chat": "@a", "api": site.url},
        "discord": {},
    }[kind]
    mine = table(tmp_path, kind, **values)

    with pytest.raises(AccessDenied) as error:
        connected(mine, f"{site.url}/wrong" if kind == "discord" else "wrong-key")
    assert "wrong" not in str(error.value)
    assert ChannelKeys.of(mine).read() is None


@pytest.mark.parametrize(
    ("pasted", "error"),
    [
        ("", UsageError),
        ("https://localhost/", UsageError),
        ("no code here", UsageError),
        ("https://localhost/?code=c&state=another", UsageError),
        ("https://localhost/?error=access_denied&state=mine", AccessDenied),
    ],
)
def test_what_is_no_code_is_said(pasted: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        consent.code(pasted, "mine")


@pytest.mark.parametrize("pasted", ["c", " c\n", "https://localhost/?state=mine&code=c", "https://localhost/?code=c#_"])
def test_a_code_is_found_in_what_people_paste(pasted: str) -> None:
    assert consent.code(pasted, "mine") == "c"


def test_a_refused_code_says_so_without_showing_a_secret(site: Loopback, tmp_path: Path) -> None:
    site.pages["/2/oauth2/token"] = page({"error": "invalid_grant", "error_description": "code s3cret bad"}, 400)
    mine = table(tmp_path, "x", api=site.url, **APP)

    with pytest.raises(AccessDenied) as error:
        connected(mine)
    assert "invalid_grant" in str(error.value)
    assert "s3cret" not in str(error.value)


def test_the_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    keys = ChannelKeys.of(table(tmp_path, "x"))
    keys.write(Kept(values={"access_token": "t"}, expires=NOON, renewal="r"))

    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in keys.path.parent.iterdir()] == ["mine.json"]
    assert keys.read() == Kept(values={"access_token": "t"}, expires=NOON, renewal="r")
    assert "'t'" not in repr(keys.read())


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    keys = ChannelKeys.of(RawTable(name="../../x", kind="x", group="social", root=tmp_path))
    assert keys.path.parent == tmp_path / "var" / "keys"


def test_broken_keys_are_a_mistake_that_says_what_to_do(tmp_path: Path) -> None:
    keys = ChannelKeys.of(table(tmp_path, "x"))
    keys.path.parent.mkdir(parents=True)
    keys.path.write_text("[]", encoding="utf-8")

    with pytest.raises(ConfigError, match="publisher auth mine"):
        keys.read()


def test_a_configuration_with_its_own_token_is_not_overruled(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has its own `access_token`"):
        social.asking_for_consent(table(tmp_path, "mastodon", server="https://m.example", access_token="own"))


def test_an_app_without_keys_is_told_how_to_get_them(tmp_path: Path) -> None:
    asking = social.asking_for_consent(table(tmp_path, "x"))
    assert asking is not None
    with pytest.raises(UsageError, match="client_id"):
        asking.invite()


class Mint:
    """X's token endpoint: every refresh token is good for one renewal."""

    def __init__(self, site: Loopback) -> None:
        self.good, self.given, self.lock = "r0", 0, threading.Lock()
        site.pages["/2/oauth2/token"] = self._answer

    def _answer(self, asked: Asked, _: BaseHTTPRequestHandler) -> Page:
        with self.lock:
            if form(asked).get("refresh_token", b"").decode() != self.good:
                return page({"error": "invalid_request"}, 400)
            self.given += 1
            self.good = f"r{self.given}"
            body = {"access_token": f"t{self.given}", "refresh_token": self.good, "expires_in": 7200}
            return Page(body=json.dumps(body).encode())


def renewable(site: Loopback, root: Path, *, left: timedelta) -> RawTable:
    mine = table(root, "x", api=site.url, **APP)
    ends = NOON + left
    first = Kept(values={"access_token": "t0"}, expires=ends, renew_from=ends - timedelta(minutes=10), renewal="r0")
    ChannelKeys.of(mine).write(first)
    return mine


def test_a_token_is_renewed_near_its_end_and_not_before(site: Loopback, tmp_path: Path) -> None:
    mint, mine = Mint(site), renewable(site, tmp_path, left=timedelta(minutes=30))

    assert renew(mine, NOON) is False
    assert renew(mine, NOON + timedelta(minutes=21)) is True
    assert renew(mine, NOON + timedelta(minutes=22)) is False
    assert mint.given == 1
    assert ChannelKeys.of(mine).read() == Kept(
        values={"access_token": "t1"},
        expires=NOON + timedelta(minutes=141),
        renew_from=NOON + timedelta(minutes=131),
        renewal="r1",
    )


def test_eight_at_once_renew_once(site: Loopback, tmp_path: Path) -> None:
    mint, mine = Mint(site), renewable(site, tmp_path, left=timedelta(minutes=5))
    threads = [threading.Thread(target=renew, args=(mine, NOON)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert mint.given == 1
    opened: Any = social.open_channel(mine)
    assert opened.access_token == "t1"


def test_a_renewal_that_is_refused_asks_for_a_new_consent(site: Loopback, tmp_path: Path) -> None:
    mint, mine = Mint(site), renewable(site, tmp_path, left=timedelta(minutes=5))
    mint.good = "another"

    with pytest.raises(AccessDenied, match="publisher auth mine"):
        renew(mine, NOON)


def test_a_network_out_of_reach_matters_only_once_the_token_has_ended(site: Loopback, tmp_path: Path) -> None:
    site.pages["/2/oauth2/token"] = Page(status=503)
    mine = renewable(site, tmp_path, left=timedelta(minutes=5))

    assert renew(mine, NOON) is False
    with pytest.raises(TryLater):
        renew(mine, NOON + timedelta(minutes=6))
