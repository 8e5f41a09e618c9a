"""What each network is sent, in its own terms: notation, pictures with their alt text, limits, signatures."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.loopback import Asked, Loopback, Page, loopback
from tests.networks import RULES
from tests.providers.social.linkedin import AUTHOR, serve
from tests.providers.social_cases import CARD, LINK, carded, form, page, post_for, serving

from publisher.errors import AccessDenied, Rejected, TryLater
from publisher.formatters.post import compose
from publisher.model import Review
from publisher.providers.social.apprise import Apprise
from publisher.providers.social.discord import Discord
from publisher.providers.social.facebook import Facebook
from publisher.providers.social.instagram import Instagram
from publisher.providers.social.kit import oauth1
from publisher.providers.social.linkedin import LinkedIn, commentary
from publisher.providers.social.manual import Manual
from publisher.providers.social.slack import Slack
from publisher.providers.social.telegram import Telegram
from publisher.providers.social.threads import Threads
from publisher.providers.social.webhook import Webhook
from publisher.providers.social.x import X


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


def nothing() -> None:
    """Nobody waits for the beginning."""


# Discord


def test_discord_pings_nobody_and_waits_for_the_message(site: Loopback) -> None:
    site.pages["/hook/t"] = page({"id": "1"})
    Discord(webhook_url=f"{site.url}/hook/t").publish(
        post_for("discord", "@everyone look"), key="k", image=None, begin=nothing
    )
    (asked,) = site.asked
    assert asked.path == "/hook/t?wait=true"
    assert json.loads(asked.body)["allowed_mentions"] == {"parse": []}


def test_discord_takes_the_card_with_its_alt_text_instead_of_a_preview(site: Loopback) -> None:
    site.pages["/hook/t"] = page({"id": "1"})
    Discord(webhook_url=f"{site.url}/hook/t", name="Reel").publish(
        post_for("discord"), key="k", image=CARD.data, begin=nothing
    )
    fields = form(site.asked[0])
    body = json.loads(fields["payload_json"])
    assert fields["files[0]"] == CARD.data
    assert body["attachments"] == [{"id": "0", "filename": "card.jpg", "description": CARD.alt}]
    assert (body["flags"], body["username"]) == (4, "Reel")


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("a *sly* film_noir", "a \\*sly\\* film\\_noir"),
        ("# not a heading\n- not a list", "\\# not a heading\n\\- not a list"),
        ("#Noir stays", "#Noir stays"),
        (f"see {LINK} <b>", f"see {LINK} \\<b\\>"),
        ("||spoiler||", "\\|\\|spoiler\\|\\|"),
    ],
)
def test_discord_shows_signs_as_they_are_and_leaves_links_alone(text: str, content: str) -> None:
    provider = Discord(webhook_url="https://discord.example/1/t")
    assert provider.body(post_for("discord", text), picture=False)["content"] == content


# Slack


def test_slack_escapes_three_signs_and_keeps_the_link_live() -> None:
    body = Slack(webhook_url="https://hooks.example/t").body(post_for("slack", f"A & B <c>\n{LINK}"), None)
    assert body["text"] == f"A &amp; B &lt;c&gt;\n<{LINK.replace('&', '&amp;')}>"
    assert body["unfurl_links"] is True


def test_slack_shows_a_card_that_has_an_address(site: Loopback, tmp_path: Path) -> None:
    site.pages["/t"] = Page(body=b"ok")
    slack = Slack(webhook_url=f"{site.url}/t", path=tmp_path, pictures_url="https://cards.example/c")
    slack.publish(post_for("slack"), key="k", image=CARD.data, begin=nothing)
    image = json.loads(site.asked[0].body)["blocks"][1]
    assert image["alt_text"] == CARD.alt
    assert (tmp_path / image["image_url"].removeprefix("https://cards.example/c/")).read_bytes() == CARD.data


def test_slack_never_cuts_a_text_that_escaping_made_too_long() -> None:
    with pytest.raises(Rejected, match="escaped"):
        Slack(webhook_url="https://hooks.example/t").body(post_for("slack", "&" * 2000), None)


def test_the_folder_and_its_address_go_together() -> None:
    with pytest.raises(ValidationError, match="go together"):
        Slack(webhook_url="https://hooks.example/t", path=Path("cards"))


# Telegram


def telegram(site: Loopback, **more: str) -> Telegram:
    serving(
        {f"/bott:s/{name}": page({"ok": True, "result": {"message_id": 5}}) for name in ("sendPhoto", "sendMessage")}
    )(site)
    return Telegram(**({"chat": "@reel", "bot_token": "t:s", "api": site.url} | more))


def test_telegram_sends_a_long_post_without_its_card_but_with_a_preview(site: Loopback) -> None:
    long = post_for("telegram", "🎬" * 520)  # 1,040 UTF-16 units
    telegram(site).publish(long, key="k", image=CARD.data, begin=nothing)
    (asked,) = site.asked
    assert asked.path == "/bott:s/sendMessage"
    assert json.loads(asked.body)["link_preview_options"] == {"url": LINK, "prefer_large_media": True}


def test_telegram_sends_no_markup(site: Loopback) -> None:
    telegram(site).publish(post_for("telegram", "a <b>*c*</b>"), key="k", image=None, begin=nothing)
    sent = json.loads(site.asked[0].body)
    assert sent["text"] == "a <b>*c*</b>"
    assert "parse_mode" not in sent


def test_telegram_follows_a_group_to_its_new_number_once(site: Loopback) -> None:
    provider = telegram(site, chat="-4")
    moved = {"ok": False, "description": "group chat was upgraded", "parameters": {"migrate_to_chat_id": -100777}}

    def answer(asked: Asked, _: object) -> Page:
        return page(moved, 400) if json.loads(asked.body)["chat_id"] == "-4" else page({"ok": True, "result": {}})

    site.pages["/bott:s/sendMessage"] = answer
    provider.publish(post_for("telegram"), key="k", image=None, begin=nothing)
    assert [json.loads(asked.body)["chat_id"] for asked in site.asked] == ["-4", "-100777"]


def test_a_chat_may_be_written_as_a_number() -> None:
    assert Telegram.model_validate({"chat": -100123, "bot_token": "t:s"}).chat == "-100123"


# Webhook


def test_a_webhook_can_be_checked_with_the_secret(site: Loopback) -> None:
    site.pages["/in"] = Page(status=204)
    raw = b"0123456789abcdef"
    secret = f"whsec_{base64.b64encode(raw).decode()}"
    receipt = Webhook(url=f"{site.url}/in", secret=secret).publish(
        post_for("webhook"), key="a-1", image=CARD.data, begin=nothing
    )
    (asked,) = site.asked
    headers = asked.headers
    signed = f"a-1.{headers['webhook-timestamp']}.".encode() + asked.body
    expected = base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (headers["webhook-id"], receipt.provider_id) == ("a-1", "a-1")
    assert base64.b64decode(json.loads(asked.body)["card"]["data"]) == CARD.data
    assert json.loads(asked.body)["card"]["alt"] == CARD.alt


def test_an_address_in_an_answer_that_is_none_is_dropped(site: Loopback) -> None:
    site.pages["/in"] = page({"url": "javascript:alert(1)"})
    receipt = Webhook(url=f"{site.url}/in", secret="long enough").publish(
        post_for("webhook"), key="k", image=None, begin=nothing
    )
    assert receipt.url == ""


# X


def test_x_describes_the_picture_before_it_posts(site: Loopback) -> None:
    for path in ("/2/media/upload", "/2/media/metadata", "/2/tweets"):
        site.pages[path] = page({"data": {"id": "555"}}, 201)
    X(access_token="t", api=site.url).publish(post_for("x"), key="k", image=CARD.data, begin=nothing)
    upload, metadata, _ = site.asked
    assert form(upload) == {"media_category": b"tweet_image", "media": CARD.data}
    assert json.loads(metadata.body) == {"id": "555", "metadata": {"alt_text": {"text": CARD.alt}}}


def test_the_signature_of_oauth_1_is_the_one_of_the_networks_own_example() -> None:
    # docs.x.com/resources/fundamentals/authentication/oauth-1-0a/creating-a-signature
    keys = oauth1.TokenCredentials(
        consumer_key="xvz1evFS4wEEPTGEFPHBog",
        consumer_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        token_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )
    params = {"include_entities": "true", "status": "Hello Ladies + Gentlemen, a signed OAuth request!"}
    made = oauth1.header(
        keys,
        "post",
        "https://api.twitter.com/1.1/statuses/update.json",
        params,
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        now=datetime.fromtimestamp(1318622958, UTC),
    )
    assert 'oauth_signature="hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"' in made


def test_x_signs_with_four_keys_and_shows_none(site: Loopback) -> None:
    site.pages["/2/tweets"] = page({"data": {"id": "5"}}, 201)
    provider = X(access_token="tok", access_secret="toks", api_key="key", api_secret="keys", api=site.url)
    provider.publish(post_for("x"), key="k", image=None, begin=nothing)
    header = site.asked[0].headers["authorization"]
    assert header.startswith("OAuth oauth_consumer_key=")
    assert "toks" not in header
    assert "tok" not in repr(provider)


def test_some_of_the_four_keys_are_a_mistake() -> None:
    with pytest.raises(ValidationError, match=r"OAuth 1\.0a needs"):
        X(access_token="t", api_key="k")


def test_a_link_makes_a_post_on_x_dear() -> None:
    review = Review(id="a", source="s", headline="Ashes", url="https://films.example.com/a")
    said = " ".join(compose(review, quotes=[], rules=RULES["x"]).notes)
    assert "X takes $0.200 for it, because of its link; without one $0.015" in said
    assert "X takes $0.015 for it" in " ".join(compose(review, quotes=[], rules=RULES["x"], linked=False).notes)


# LinkedIn


def test_every_reserved_sign_is_escaped_but_for_a_live_tag() -> None:
    text = "a \\ | { } @ [ ] ( ) < > # * _ ~ b #film_noir"
    written = commentary(post_for("linkedin", text))
    assert written == "a \\\\ \\| \\{ \\} \\@ \\[ \\] \\( \\) \\< \\> \\# \\* \\_ \\~ b #film_noir"


def test_the_article_card_is_not_escaped(site: Loopback) -> None:
    body = LinkedIn(author=AUTHOR, access_token="t").body(carded("linkedin"), "urn:li:image:1")
    assert body["content"] == {
        "article": {
            "source": LINK,
            "title": "Ashes of the Tide (review)",
            "description": "A film.",
            "thumbnail": "urn:li:image:1",
        }
    }


def test_a_picture_without_a_link_has_its_alt_text() -> None:
    body = LinkedIn(author=AUTHOR, access_token="t").body(post_for("linkedin", card=None), "urn:li:image:1")
    assert body["content"] == {"media": {"id": "urn:li:image:1", "altText": CARD.alt}}


def test_an_upload_that_is_lost_is_no_uncertainty(site: Loopback) -> None:
    serve(site)
    site.pages["/dms-uploads/1"] = lambda *_: None
    with pytest.raises(TryLater):
        LinkedIn(author=AUTHOR, access_token="t", api=site.url).publish(
            carded("linkedin"), key="k", image=CARD.data, begin=nothing
        )
    assert "/rest/posts" not in site.paths()


def test_a_busy_linkedin_is_asked_again_on_the_next_day(site: Loopback) -> None:
    site.pages["/rest/posts"] = page({"status": 429}, 429)
    with pytest.raises(TryLater) as error:
        LinkedIn(author=AUTHOR, access_token="t", api=site.url).publish(
            carded("linkedin"), key="k", image=None, begin=nothing
        )
    assert error.value.after is not None
    assert (datetime.now(UTC) + error.value.after).hour == 0


def test_a_version_that_has_ended_is_said_with_what_to_do(site: Loopback) -> None:
    site.pages["/rest/posts"] = Page(status=426)
    with pytest.raises(AccessDenied, match="202605") as error:
        LinkedIn(author=AUTHOR, access_token="t", api=site.url).publish(
            carded("linkedin"), key="k", image=None, begin=nothing
        )
    assert "newer `version`" in error.value.do


# Meta


def test_threads_takes_a_card_at_an_address_with_its_alt_text(site: Loopback, tmp_path: Path) -> None:
    container(site, "threads", "status")
    channel = Threads(user_id="17", access_token="t", api=site.url, path=tmp_path, pictures_url="https://cards.example")
    channel.publish(post_for("threads"), key="k", image=CARD.data, begin=nothing)
    sent = form(site.asked[0])
    assert sent["media_type"] == b"IMAGE"
    assert sent["alt_text"].decode() == CARD.alt
    assert sent["image_url"].startswith(b"https://cards.example/")
    assert site.asked[0].headers["authorization"] == "Bearer t"


def test_threads_without_a_picture_shows_the_link(site: Loopback) -> None:
    container(site, "threads", "status")
    post = post_for("threads")
    Threads(user_id="17", access_token="t", api=site.url).publish(post, key="k", image=CARD.data, begin=nothing)
    sent = form(site.asked[0])
    assert {name: value.decode() for name, value in sent.items()} == {
        "media_type": "TEXT",
        "text": post.text,
        "link_attachment": LINK,
    }


def test_a_picture_that_a_network_cannot_use_is_a_refusal(site: Loopback, tmp_path: Path) -> None:
    container(site, "media", "status_code", state="ERROR")
    with pytest.raises(Rejected):
        Instagram(
            user_id="17", access_token="t", api=site.url, path=tmp_path, pictures_url="https://cards.example"
        ).publish(post_for("instagram"), key="k", image=CARD.data, begin=nothing)
    assert "/17/media_publish" not in site.paths()


def test_instagram_needs_a_picture_and_says_what_to_set(site: Loopback) -> None:
    with pytest.raises(Rejected) as error:
        Instagram(user_id="17", access_token="t", api=site.url).publish(
            post_for("instagram"), key="k", image=CARD.data, begin=nothing
        )
    assert "`pictures_url`" in error.value.do
    assert site.asked == []


def test_a_folder_that_is_none_blames_the_channel(site: Loopback, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises((AccessDenied, TryLater)):
        Instagram(
            user_id="17",
            access_token="t",
            api=site.url,
            path=tmp_path / "file" / "in",
            pictures_url="https://c.example",
        ).publish(post_for("instagram"), key="k", image=CARD.data, begin=nothing)


def test_facebook_shows_the_picture_where_there_is_no_link(site: Loopback) -> None:
    site.pages["/900/photos"] = page({"id": "ph-1"})
    site.pages["/900/feed"] = page({"id": "900_1"})
    Facebook(page="900", access_token="t", api=site.url).publish(
        post_for("facebook", link=None), key="k", image=CARD.data, begin=nothing
    )
    photo, feed = form(site.asked[0]), form(site.asked[1])
    assert (photo["published"], photo["alt_text_custom"].decode()) == (b"false", CARD.alt)
    assert json.loads(feed["attached_media[0]"]) == {"media_fbid": "ph-1"}


def container(site: Loopback, edge: str, field: str, *, state: str = "FINISHED") -> None:
    """A network that makes one container and publishes it."""
    site.pages[f"/17/{edge}"] = page({"id": "c-1"})
    site.pages["/c-1"] = page({field: state})
    site.pages[f"/17/{edge}_publish"] = page({"id": "p-1"})


# By hand, and the long tail


def test_an_editor_is_told_of_each_post_with_card_and_alt_text(tmp_path: Path) -> None:
    told: list[tuple[str, str, str, bytes | None]] = []
    channel = Manual(network="linkedin", path=tmp_path).telling(lambda *said: told.append(said))
    post = carded("linkedin")
    channel.publish(post, key="a-1", image=CARD.data, begin=nothing)
    ((key, subject, text, picture),) = told
    assert (key, picture) == ("post-by-hand/a-1", CARD.data)
    assert "linkedin" in subject
    assert post.text in text
    assert LINK in text
    assert CARD.alt in text
    assert (tmp_path / "posts" / "a-1.txt").read_text() == f"{post.text}\n"


@pytest.mark.parametrize("url", ["nonsense", "carrier-pigeon://coop"])
def test_a_service_that_apprise_does_not_know_is_a_mistake(url: str) -> None:
    with pytest.raises(ValidationError, match="knows no service"):
        Apprise(url=url)


def test_apprise_gives_a_service_the_card_where_it_takes_one(site: Loopback) -> None:
    site.pages["/notify/t"] = page({})
    Apprise(url=f"json://{site.url.partition('://')[2]}/notify/t").publish(
        post_for("apprise"), key="k", image=CARD.data, begin=nothing
    )
    sent = json.loads(site.asked[0].body)
    assert base64.b64decode(sent["attachments"][0]["base64"]) == CARD.data
