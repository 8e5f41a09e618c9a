"""Sixteen complaints of people who use other tools, each turned into a fact about this one."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from tests.loopback import Loopback, Page, loopback
from tests.networks import RULES
from tests.newsroom.posts.test_channels import NOON, TEXT, Desk, mastodon, outbox
from tests.newsroom.posts.test_threads import FIVE, Birds
from tests.providers.social_cases import page, post_for
from tests.providers.social_stubs import TOKEN, BlueskyStub, MastodonStub, Trouble

from publisher.config import Site
from publisher.editorial import queue
from publisher.errors import Rejected
from publisher.formatters.cards import card
from publisher.formatters.post import compose
from publisher.model import Block, Quote, Review, Verdict
from publisher.newsroom.overview.report import status
from publisher.newsroom.posts import channels
from publisher.newsroom.posts import curating as postdesk
from publisher.newsroom.posts.queue import post_now
from publisher.providers.social.bluesky import Bluesky
from publisher.providers.social.kit.consent import Kept
from publisher.providers.social.kit.keys import ChannelKeys
from publisher.providers.social.linkedin import commentary
from publisher.providers.social.mastodon import Mastodon
from publisher.store.engine import Store
from publisher.store.pool import reviews as pool
from publisher.text import count, facets, urls

pytestmark = pytest.mark.slow

REVIEW = Review(
    id="a", source="s", headline="Ashes of the Tide", url="https://films.example.com/ashes", authors=("Mara Quill",)
)
QUOTE = Quote(text="Quiet, sly and never once sorry.", spans=())


@pytest.fixture
def site() -> Iterator[Loopback]:
    with loopback() as site:
        yield site


def nothing() -> None:
    """Nobody waits for the beginning."""


def sky(stub: BlueskyStub) -> Bluesky:
    return Bluesky(service=stub.site.url, handle="critic.example.com", app_password=TOKEN)


@pytest.mark.slow
def test_r1_a_picture_of_three_megabytes_is_made_small_and_a_broken_one_left_out(site: Loopback) -> None:
    stub, out = BlueskyStub(site), BytesIO()
    Image.effect_noise((2000, 1500), 100).convert("RGB").save(out, "JPEG", quality=98)
    post = compose(REVIEW, quotes=[QUOTE], rules=RULES["bluesky"])
    assert out.tell() > 3_000_000

    sky(stub).publish(post, key="large", image=out.getvalue(), begin=nothing)
    sky(stub).publish(post, key="broken", image=out.getvalue()[:900], begin=nothing)

    thumbs = [record["embed"]["external"].get("thumb") for record in stub.records.values()]
    assert 0 < thumbs[0]["size"] <= 1_000_000
    assert thumbs[1] is None


def test_r2_three_hundred_graphemes_are_taken_and_one_more_refused_before_any_call(site: Loopback) -> None:
    stub = BlueskyStub(site)
    family, link = "👨‍👩‍👧", " https://films.example.com/a-long-path"
    taken = "é" * (280 - len(link)) + family * 20 + link
    assert count.graphemes(taken) == 300  # on Bluesky an address counts in full

    sky(stub).publish(post_for("bluesky", taken), key="a", image=None, begin=nothing)
    asked = len(site.asked)
    with pytest.raises(Rejected, match="300"):
        sky(stub).publish(post_for("bluesky", f"x{taken}"), key="b", image=None, begin=nothing)
    assert len(site.asked) == asked


def test_r3_the_limit_is_the_servers_own_each_time(site: Loopback) -> None:
    stub = MastodonStub(site, limit=5000)
    long = post_for("mastodon", "a" * 4000)

    Mastodon(server=site.url, access_token=TOKEN).publish(long, key="a", image=None, begin=nothing)
    stub.limit = 600
    with pytest.raises(Rejected, match="4000 of 600"):
        Mastodon(server=site.url, access_token=TOKEN).publish(long, key="b", image=None, begin=nothing)


def test_r4_no_sign_cuts_a_text_on_linkedin() -> None:
    words = r"a\b|c{d}e@f[g]h(i)j<k>l#m*n_o~p"
    text = f"{words} (odd)\n\nhttps://films.example.com/a_b\n#Noir"
    made = commentary(post_for("linkedin", text))

    plain, reserved = made.replace("#Noir", ""), r"\|{}@[]()<>#*_~"
    unescaped = [sign for at, sign in enumerate(plain) if sign in reserved and (at == 0 or plain[at - 1] != "\\")]
    assert [sign for sign in unescaped if sign != "\\"] == []
    assert made.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == text
    assert made.endswith("\n#Noir")


def test_r5_everything_live_has_a_facet_whose_bytes_are_its_text() -> None:
    text = "★ 👨‍👩‍👧 films.example.com, https://a.example.com/x_(y) #Noir #静か @mara.example.com $REEL"
    found = {text.encode()[f.start : f.end].decode(): (f.kind, f.value) for f in facets.find(text, "bluesky")}

    assert found == {
        "films.example.com": ("link", "https://films.example.com"),
        "https://a.example.com/x_(y)": ("link", "https://a.example.com/x_(y)"),
        "#Noir": ("tag", "Noir"),
        "#静か": ("tag", "静か"),
        "@mara.example.com": ("mention", "mara.example.com"),
        "$REEL": ("tag", "$REEL"),
    }


@pytest.mark.parametrize("network", ["bluesky", "mastodon", "x", "threads"])
def test_r6_what_is_cut_is_cut_between_words_and_its_marks_stay_pairs(network: str) -> None:
    words = "The “slow hand” of 👨‍👩‍👧‍👧 films.example.com/long/path ★★★★½ and #Noir éclairs, "
    post = compose(REVIEW, quotes=[Quote(text=words * 12, spans=())], rules=RULES[network])
    shown = post.text.partition("\n\n")[0].strip("“”…").rstrip("…")

    assert (post.problems, count.fits(post.text, RULES[network])) == ((), True)
    assert post.text.count("“") == post.text.count("”")
    assert all(piece.strip("“”,…") in f"{words}".replace("“", "").replace("”", "") for piece in shown.split())
    assert post.text.rstrip().endswith(str(REVIEW.url)) or post.card is not None


def test_r7_a_thread_goes_on_at_its_third_post_after_two(site: Loopback, tmp_path: Path, sqlite_store: Store) -> None:
    birds = Birds(site, lose=3, stored=False)
    desk = Desk(tmp_path, sqlite_store, f'[social.bird]\nkind = "x"\naccess_token = "t"\napi = "{site.url}"\n')
    review = desk.review(1)
    post_now(desk.app, review.id, ["bird"], http=None, words=FIVE)
    assert len(birds.shown) == 2

    desk.tick(minutes=5)
    assert [each["answers"] for each in birds.shown] == ["", "t1", "t2", "t3", "t4"]


@pytest.mark.parametrize("keeps_keys", [True, False])
def test_r8_an_answer_dropped_after_storing_leaves_one_post(
    site: Loopback, tmp_path: Path, sqlite_store: Store, keeps_keys: bool
) -> None:
    stub = MastodonStub(site, keeps_keys=keeps_keys)
    stub.troubles.append(Trouble("v1/statuses", lost="after"))
    desk = Desk(tmp_path, sqlite_store, mastodon(site, TOKEN))
    desk.review(1)
    desk.tick()
    for _ in range(3):
        desk.tick(minutes=90)  # longer than a server keeps a key

    assert (desk.states(), len(stub.statuses)) == (["accepted"], 1)


def test_r9_nothing_stays_due_for_ever(site: Loopback, tmp_path: Path, sqlite_store: Store) -> None:
    site.pages["/hook"] = page({"message": "You are being rate limited.", "retry_after": 3.0}, 429)
    desk = Desk(tmp_path, sqlite_store, f'[social.dis]\nkind = "discord"\nwebhook_url = "{site.url}/hook"\n')
    desk.review(1)
    for _ in range(5):
        desk.tick(hours=20)

    (row,) = postdesk.listed(desk.app, "dis")
    assert row["state"] == "refused"
    assert str(row["reason"]).startswith("gave up: Discord answered 429")
    assert status(desk.app).troubled
    site.pages["/hook"] = page({"id": "1"})
    assert postdesk.retry(desk.app, str(row["id"]), http=None).state == "accepted"
    assert not status(desk.app).troubled


def test_r10_each_channel_says_what_its_network_said_and_the_editor_is_told_once(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    site.pages["/hook"] = page({"message": "Cannot send an empty message", "code": 50006}, 400)
    desk = Desk(tmp_path, sqlite_store, f'[social.dis]\nkind = "discord"\nwebhook_url = "{site.url}/hook"\n' + outbox())
    review = desk.review(1)
    results = post_now(desk.app, review.id, [], http=None)
    for _ in range(3):
        desk.tick(hours=1)

    assert [(each.channel, each.state) for each in results] == [("dis", "refused"), ("box", "accepted")]
    assert results[0].reason == "Discord answered 400: Cannot send an empty message"
    assert len(desk.told("Cannot send an empty message")) == 1


def test_r11_a_renewal_that_is_refused_holds_the_posts_and_burns_none(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    birds = Birds(site, lose=0, stored=True)
    site.pages["/2/oauth2/token"] = page({"error": "invalid_request"}, 400)
    desk = Desk(tmp_path, sqlite_store, f'[social.bird]\nkind = "x"\nclient_id = "a"\napi = "{site.url}"\n')
    soon = NOON + timedelta(minutes=5)
    dying = Kept(values={"access_token": "t"}, expires=soon, renew_from=NOON, renewal="r")
    ChannelKeys.of(desk.app.config.social["bird"]).write(dying)
    desk.review(1)
    desk.tick()
    desk.tick(minutes=1)

    assert (birds.shown, desk.states("bird")) == ([], ["todo"])
    assert len(desk.told("publisher auth bird")) == 1
    assert channels.trouble(desk.app, "bird") is not None
    assert site.paths() == ["/2/oauth2/token"]

    ChannelKeys.of(desk.app.config.social["bird"]).write(Kept(values={"access_token": "new"}))
    desk.tick(minutes=1)
    assert desk.states("bird") == ["accepted"]


def test_r12_old_reviews_and_edited_ones_are_not_posted(tmp_path: Path, sqlite_store: Store) -> None:
    desk = Desk(tmp_path, sqlite_store, outbox())
    review = desk.review(1)
    with sqlite_store.write() as db:
        pool.insert(db, replace(review, id="old1"), now=NOON, verdict=Verdict.BACKFILL)
    assert len(desk.tick()) == 1

    edited = replace(review, headline="The Salt Road, again")
    with sqlite_store.write() as db:
        change = pool.Change(review=edited, verdict=Verdict.UPDATE, rule="changed", fingerprint="")
        pool.update_all(db, [change], now=NOON)
    assert desk.tick(minutes=1) == ()


@pytest.mark.parametrize("network", RULES)
def test_r13_no_picture_goes_out_without_its_words(
    network: str, site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    from publisher.newsroom.posts.prepare import Channel, prepare

    desk = Desk(tmp_path, sqlite_store, outbox())
    review = replace(desk.review(1), blocks=(Block(kind="paragraph", text=TEXT),))
    (made,) = prepare(review, [Channel(name=network, rules=RULES[network])], config=desk.app.config, http=None)

    assert made.card is not None
    alt = made.post.image_alt or ""
    assert len(alt) <= RULES[network].alt_limit
    assert bool(alt) == bool(RULES[network].alt_limit)
    assert made.post.quote is not None
    assert made.post.quote.text in made.card.alt


@pytest.mark.parametrize("network", RULES)
def test_r14_the_reviews_link_is_always_there_and_the_card_is_the_reviews(network: str) -> None:
    quote = Quote(text="See https://elsewhere.example.com and @mara.example.com.", spans=())
    post = compose(REVIEW, quotes=[quote], rules=RULES[network])

    assert post.link == REVIEW.url
    assert (post.card.url if post.card else REVIEW.url) == REVIEW.url
    assert str(REVIEW.url) in post.text or (post.card is not None and RULES[network].link_in_card)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_r15_nine_in_paris_stays_nine_when_the_clocks_change(day: date) -> None:
    paris = ZoneInfo("Europe/Paris")
    for shift in (-1, 0, 1):
        at = day + timedelta(days=shift)
        start = datetime(at.year, at.month, at.day, 0, 30, tzinfo=paris).astimezone(UTC)
        moment = queue.post_time(slots=["daily 09:00"], taken=(), now=start, zone=paris)
        assert moment is not None
        assert moment.astimezone(paris).isoformat()[:16] == f"{at}T09:00"


def test_r16_campaign_marks_are_added_once_and_spoil_nothing() -> None:
    marks = {"utm_source": "bluesky", "utm_medium": "social"}
    marked = urls.with_utm("https://films.example.com/a?page=1#top", marks)

    assert marked == "https://films.example.com/a?page=1&utm_source=bluesky&utm_medium=social#top"
    assert urls.with_utm(marked, marks) == marked
    post = compose(REVIEW, quotes=[QUOTE], rules=RULES["mastodon"], utm=marks)
    assert post.length == count.length(post.text, RULES["mastodon"])


@pytest.mark.slow
def test_the_eight_tries_of_a_network_that_answers_html_lose_nothing(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    stub = MastodonStub(site)
    stub.troubles.append(Trouble("v1/statuses", page=Page(body=b"<html>hello</html>")))
    desk = Desk(tmp_path, sqlite_store, mastodon(site, TOKEN) + outbox())
    desk.review(1)
    threads = [threading.Thread(target=desk.tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(3):
        desk.tick(minutes=90)

    assert (desk.states(), desk.states("box")) == (["accepted"], ["accepted"])
    assert len(stub.statuses) == 1
    assert json.dumps(stub.statuses[0]["sent"])


def test_a_card_says_all_of_its_words() -> None:
    made = card.draw(REVIEW, QUOTE, site=Site(name="The Harbour Reel"))
    assert made.alt == "“Quiet, sly and never once sorry.” Mara Quill on Ashes of the Tide. The Harbour Reel."


def test_a_quote_that_no_font_can_draw_goes_without_a_card_and_says_so(tmp_path: Path, sqlite_store: Store) -> None:
    from publisher.newsroom.posts.prepare import Channel, prepare

    desk = Desk(tmp_path, sqlite_store, outbox())
    text = "𐎀𐎁𐎂𐎃𐎄 𐎅𐎆𐎇𐎈 𐎉𐎊𐎋𐎌𐎍 𐎎𐎏𐎐𐎑."
    review = replace(desk.review(1), blocks=(Block(kind="paragraph", text=text),), pullquote=text)
    (made,) = prepare(review, [Channel(name="x", rules=RULES["x"])], config=desk.app.config, http=None)

    assert made.post.text.startswith(f"“{text}”")
    if card.draw(review, Quote(text=text, spans=()), site=Site(name="")).blank:
        assert made.card is None
        assert any("no font on this machine" in note for note in made.post.notes)


@pytest.mark.slow
def test_the_same_post_by_hand_eight_times_at_once_is_one_and_all_are_told_where(
    site: Loopback, tmp_path: Path, sqlite_store: Store
) -> None:
    stub = MastodonStub(site, keeps_keys=False)
    desk = Desk(tmp_path, sqlite_store, mastodon(site, TOKEN))
    review = desk.review(1)
    results: list[str] = []

    def go() -> None:
        results.extend(each.url for each in post_now(desk.app, review.id, ["mast"], http=None))

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stub.statuses) == 1
    assert results == [f"{site.url}/@critic/1"] * 8
