"""The studio by HTTP: who is let in, what each action does to the draft, what each view says."""

import http.client
import json
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from tests.studios import Bench, fill, hash_in, project, running

from publisher.editorial.edition import Hand
from publisher.model import EditionState
from publisher.store import editions
from publisher.store.engine import Store
from publisher.store.pool import reviews

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(tmp_path: Path, sqlite_store: Store) -> Iterator[Bench]:
    fill(sqlite_store)
    with running(sqlite_store, project(tmp_path)) as found:
        yield found


def ask(
    bench: Bench, method: str, path: str, form: Mapping[str, str] | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=20)
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    if method == "POST":
        said = {"Origin": f"http://127.0.0.1:{bench.port}", "Content-Type": "application/x-www-form-urlencoded"} | said
    line.request(method, path, body=urlencode(form or {}), headers=said)
    answer = line.getresponse()
    text = answer.read().decode(errors="replace")
    line.close()
    return answer.status, text, {name.lower(): value for name, value in answer.getheaders()}


def get(bench: Bench, path: str = "e/weekly", **headers: str) -> str:
    status, text, _ = ask(bench, "GET", f"/{bench.studio.token}/{path}", None, **headers)
    assert status == 200, text[:400]
    return text


def do(bench: Bench, action: str, target: str = "weekly", **form: str) -> tuple[int, str]:
    status, text, _ = ask(bench, "POST", f"/{bench.studio.token}/do/{action}/{target}", form, HX_Request="true")
    return status, text


def hand(bench: Bench) -> Hand:
    return Hand.from_record(bench.edition().hand)


# Who is let in


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7:80", "", "[::2]"])
def test_a_name_that_is_not_loopback_is_refused(bench: Bench, host: str) -> None:
    status, said, _ = ask(bench, "GET", f"/{bench.studio.token}/e/weekly", Host=host)

    assert status == 421
    assert "127.0.0.1" in said


@pytest.mark.parametrize("host", ["localhost:9000", "127.0.0.1:8800", "[::1]:80", "LOCALHOST"])
def test_a_forwarded_port_is_let_in(bench: Bench, host: str) -> None:
    assert ask(bench, "GET", f"/{bench.studio.token}/e/weekly", Host=host)[0] == 200


@pytest.mark.parametrize("path", ["/", "/e/weekly", "/wrong/e/weekly", "/wrong/static/studio.js", "/wrong/live"])
def test_without_the_token_there_is_nothing(bench: Bench, path: str) -> None:
    status, said, _ = ask(bench, "GET", path)

    assert status == 404
    assert "Lantern" not in said


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_another_site_s_page_changes_nothing(bench: Bench, headers: dict[str, str]) -> None:
    get(bench)
    path = f"/{bench.studio.token}/do/words/weekly"
    form = {"field": "subject", "value": "Owned", "was": bench.edition().content["subject"]}

    status, _, _ = ask(bench, "POST", path, form, **headers)

    assert status == 403
    assert hand(bench).subject is None


def test_a_change_without_any_origin_is_refused(bench: Bench) -> None:
    line = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=20)
    line.request("POST", f"/{bench.studio.token}/do/undo/weekly", body="")

    assert line.getresponse().status == 403
    line.close()


def test_a_large_body_is_refused(bench: Bench) -> None:
    status, _, _ = ask(bench, "POST", f"/{bench.studio.token}/do/words/weekly", {"value": "x" * 300_000})

    assert status == 413


def test_a_body_of_unknown_length_is_refused(bench: Bench) -> None:
    line = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=20)
    headers = {"Origin": f"http://127.0.0.1:{bench.port}", "Transfer-Encoding": "chunked"}
    line.request("POST", f"/{bench.studio.token}/do/words/weekly", iter([b"value=", b"x" * 1000]), headers)

    assert line.getresponse().status == 411
    line.close()


@pytest.mark.parametrize("target", ["*", "/", "//", "/%00", "/%ff/e/weekly"])
def test_an_odd_target_is_not_found(bench: Bench, target: str) -> None:
    assert ask(bench, "GET", target)[0] in (400, 404)


def test_getting_an_action_changes_nothing(bench: Bench) -> None:
    get(bench)
    before = bench.edition()

    for action in ("approve", "exclude", "lead", "undo"):
        assert ask(bench, "GET", f"/{bench.studio.token}/do/{action}/weekly?review=review1")[0] == 405

    assert bench.edition().state is before.state
    assert hand(bench) == Hand()


def test_pages_may_load_nothing_from_elsewhere(bench: Bench) -> None:
    _, text, headers = ask(bench, "GET", f"/{bench.studio.token}/e/weekly")

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert [url for url in loaded if urlsplit(url).netloc] == []


@pytest.mark.parametrize("name", ["htmx.min.js", "studio.js", "studio.css", "htmx.LICENSE.txt"])
def test_what_a_page_needs_comes_with_the_package(bench: Bench, name: str) -> None:
    assert len(get(bench, f"static/{name}")) > 500


@pytest.mark.parametrize("name", ["../studio/app.py", "..%2fstudio%2fapp.py", "nothing.js", "."])
def test_no_other_file_is_handed_out(bench: Bench, name: str) -> None:
    assert ask(bench, "GET", f"/{bench.studio.token}/static/{name}")[0] == 404


# Views


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("email", '<iframe id="mail"'),
        ("inbox", "Gmail on a phone"),
        ("text", "PO Box 12, Oldport"),
        ("headers", "List-Unsubscribe"),
        ("source", "&lt;!DOCTYPE html&gt;"),
        ("parts", "multipart/alternative"),
        ("posts", "Bluesky"),
    ],
)
def test_each_view_has_its_address(bench: Bench, show: str, expected: str) -> None:
    assert expected in get(bench, f"e/weekly?show={show}")


def test_the_start_leads_to_the_newsletter(bench: Bench) -> None:
    status, _, headers = ask(bench, "GET", f"/{bench.studio.token}/")

    assert status == 303
    assert headers["location"] == f"/{bench.studio.token}/e/weekly"


def test_the_email_is_shown_as_one_reader_gets_it(bench: Bench) -> None:
    assert "Mara Feld &lt;" in get(bench, "e/weekly?show=headers&reader=Mara+Feld")


def test_the_email_s_frame_may_run_nothing(bench: Bench) -> None:
    _, text, headers = ask(bench, "GET", f"/{bench.studio.token}/mail/weekly")

    policy = headers["content-security-policy"]
    assert "sandbox allow-same-origin" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "The Salt Road" in text


def test_blocked_pictures_are_blocked_by_the_browser(bench: Bench) -> None:
    shown = ask(bench, "GET", f"/{bench.studio.token}/mail/weekly")[2]["content-security-policy"]
    blocked = ask(bench, "GET", f"/{bench.studio.token}/mail/weekly?images=off")[2]["content-security-policy"]

    assert "img-src 'self'" in shown
    assert "img-src 'none'" in blocked


def test_pictures_come_from_this_machine(bench: Bench) -> None:
    text = get(bench, "mail/weekly")

    assert f"/{bench.studio.token}/picture/review0" in text
    assert ask(bench, "GET", f"/{bench.studio.token}/picture/review0")[2]["content-type"] == "image/jpeg"
    assert ask(bench, "GET", f"/{bench.studio.token}/picture/review3")[0] == 404


def test_a_picture_that_could_run_is_not_handed_out(bench: Bench) -> None:
    (bench.folder / "stills" / "2.jpg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")

    assert ask(bench, "GET", f"/{bench.studio.token}/picture/review2")[0] == 404


@pytest.mark.parametrize(
    ("kind", "type_", "start"),
    [("eml", "message/rfc822", "From: "), ("html", "text/html", "<!DOCTYPE html>"), ("txt", "text/plain", "Lantern")],
)
def test_the_edition_can_be_taken_along(bench: Bench, kind: str, type_: str, start: str) -> None:
    status, text, headers = ask(bench, "GET", f"/{bench.studio.token}/download/{kind}/weekly")

    assert status == 200
    assert headers["content-type"].startswith(type_)
    assert headers["content-disposition"].endswith(f".{kind}")
    assert start in text[:3000]
    if kind == "html":
        assert "data:image/jpeg;base64," in text
        assert "127.0.0.1" not in text


def test_an_edition_that_is_not_there_is_a_plain_word(bench: Bench) -> None:
    status, text, _ = ask(bench, "GET", f"/{bench.studio.token}/e/monthly")

    assert status == 404
    assert "monthly" in text
    assert "The Weekly Lantern" in text


def test_an_empty_edition_teaches(tmp_path: Path, sqlite_store: Store) -> None:
    with running(sqlite_store, project(tmp_path)) as empty:
        assert "No reviews yet" in get(empty)

        fill(sqlite_store)
        with sqlite_store.write() as db:
            for number in range(4):
                reviews.exclude(db, f"review{number}")
        page = get(empty)

    assert "No new reviews" in page
    assert "Look at the newest five instead" in page


# Actions


def test_dragging_stores_the_order(bench: Bench) -> None:
    get(bench)

    do(bench, "reorder", order="review2,review0,review1,review3")

    assert bench.films()[0] == "Nine Small Bells"
    assert hand(bench).order == ("review2", "review0", "review1", "review3")


def test_a_review_moves_one_place(bench: Bench) -> None:
    get(bench)

    status, page = do(bench, "move", review="review0", by="1")

    assert status == 200
    assert "now 2 of 4" in page
    assert bench.films()[:2] == ["Paper Harbour", "The Salt Road"]


def test_a_review_is_put_first(bench: Bench) -> None:
    get(bench)

    do(bench, "lead", review="review3")

    assert bench.films()[0] == "A Borrowed Orchard"
    assert bench.edition().content["items"][0]["lead"]


def test_a_review_is_left_out_and_put_back_in_its_place(bench: Bench) -> None:
    get(bench)
    do(bench, "reorder", order="review1,review0,review2,review3")

    _, page = do(bench, "exclude", review="review0")
    without = bench.films()
    do(bench, "include", review="review0")

    assert "Put back" in page
    assert "The Salt Road" not in without
    assert bench.films()[1] == "The Salt Road"


def test_a_quote_of_one_s_own_is_taken_word_for_word(bench: Bench) -> None:
    get(bench)

    status, _ = do(bench, "quote", review="review0", quote="It is a film that trusts its silences")

    assert status == 200
    assert hand(bench).picks == {"review0": "It is a film that trusts its silences"}
    assert "trusts its silences" in bench.html()


def test_a_quote_that_is_not_in_the_review_is_refused_at_its_field(bench: Bench) -> None:
    get(bench)
    path = f"/{bench.studio.token}/do/quote/weekly?item=review0"

    status, page, _ = ask(bench, "POST", path, {"review": "review0", "quote": "A masterpiece"}, HX_Request="true")

    assert status == 422
    assert 'aria-invalid="true"' in page
    assert "A masterpiece</textarea>" in page
    assert hand(bench).picks == {}


def test_a_quote_is_checked_while_it_is_typed(bench: Bench) -> None:
    path = f"/{bench.studio.token}/check/weekly"

    right = ask(bench, "POST", path, {"review": "review0", "quote": "how funny it is"})[1]
    wrong = ask(bench, "POST", path, {"review": "review0", "quote": "how sad it is"})[1]

    assert "Word for word" in right
    assert 'class="wrong"' in wrong


@pytest.mark.parametrize("field", ["subject", "preheader", "note"])
def test_words_are_saved_and_undone(bench: Bench, field: str) -> None:
    get(bench)
    was = str(bench.edition().content.get(field, ""))

    do(bench, "words", field=field, value="From the quay", was=was)
    saved = getattr(hand(bench), field)
    in_the_email = "From the quay" in get(bench, "mail/weekly")
    _, page = do(bench, "undo")

    assert saved == "From the quay"
    assert in_the_email
    assert "Taken back" in page
    assert getattr(hand(bench), field) is None


def test_undo_and_redo_go_step_by_step(bench: Bench) -> None:
    get(bench)
    do(bench, "lead", review="review3")
    do(bench, "exclude", review="review1")

    do(bench, "undo")
    assert hand(bench).excluded == ()
    assert bench.films()[0] == "A Borrowed Orchard"
    do(bench, "undo")
    assert bench.films()[0] == "The Salt Road"
    do(bench, "redo")
    do(bench, "redo")

    assert hand(bench).excluded == ("review1",)
    assert bench.films()[0] == "A Borrowed Orchard"
    assert "nothing to make again" in do(bench, "redo")[1]


def test_undo_takes_back_no_other_change_than_its_own(bench: Bench) -> None:
    get(bench)
    do(bench, "exclude", review="review1")
    with bench.store.write() as db:
        stored = bench.edition()
        editions.set_hand(db, stored.key, {**stored.hand, "note": "From elsewhere"}, stored.updated)

    do(bench, "undo")

    assert hand(bench).excluded == ()
    assert hand(bench).note == "From elsewhere"


def test_words_that_changed_in_another_window_are_not_lost(bench: Bench) -> None:
    get(bench)
    do(bench, "words", field="note", value="The first window", was="")

    status, page = do(bench, "words", field="note", value="The second window", was="")

    assert status == 422
    assert hand(bench).note == "The first window"
    assert "The second window</textarea>" in page
    assert "The first window" in page


def test_many_windows_at_once_lose_nothing(bench: Bench) -> None:
    get(bench)
    jobs = [threading.Thread(target=do, args=(bench, "exclude"), kwargs={"review": f"review{n}"}) for n in range(3)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(timeout=30)

    assert set(hand(bench).excluded) == {"review0", "review1", "review2"}


@pytest.mark.parametrize("layout", ["classic", "picture", "text-first"])
def test_a_layout_is_chosen(bench: Bench, layout: str) -> None:
    get(bench)

    status, page = do(bench, "layout", layout=layout)

    assert status == 200
    assert hand(bench).layout == layout
    assert f'id="layout-{layout}" aria-pressed="true"' in page


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("film", "The Salted Road", "The Salted Road"),
        ("year", "1999", "(1999)"),
        ("critic", "Bo Tern", "Bo Tern"),
        ("rating", "2/5", "2 out of 5"),
        ("watch", "Quaytube (UK)", "Quaytube"),
        ("headline", "Another headline", "Another headline"),
        ("url", "https://lantern.example/corrected", "https://lantern.example/corrected"),
        ("image", "https://lantern.example/stills/1.jpg", "/picture/review1"),
    ],
)
def test_every_field_of_a_review_can_be_corrected(bench: Bench, field: str, value: str, seen: str) -> None:
    get(bench)

    status, page = do(bench, "correct", review="review0", **{field: value})

    assert status == 200
    assert "Corrected for good" in page
    with bench.store.read() as db:
        stored = reviews.get(db, "review0")
    assert stored is not None
    assert dict(stored.overrides) == {field: value}
    if field != "headline":
        assert seen in get(bench, "mail/weekly")


def test_a_wrong_rating_is_told_at_its_field(bench: Bench) -> None:
    get(bench)
    path = f"/{bench.studio.token}/do/correct/weekly?item=review0"

    status, page, _ = ask(bench, "POST", path, {"review": "review0", "rating": "lovely"}, HX_Request="true")

    assert status == 422
    assert 'id="field-rating-wrong"' in page
    assert 'value="lovely"' in page


def test_an_emptied_field_is_empty_and_a_correction_can_be_undone(bench: Bench) -> None:
    get(bench)
    do(bench, "correct", review="review0", rating="")
    emptied = "★" in get(bench, "e/weekly").split("data-id")[1]
    do(bench, "undo")

    assert not emptied
    with bench.store.read() as db:
        stored = reviews.get(db, "review0")
    assert stored is not None
    assert stored.overrides == {}


def test_a_test_goes_to_the_address_alone(bench: Bench) -> None:
    get(bench)

    status, page = do(bench, "test", to="me@lantern.example")

    assert status == 200
    assert "me@lantern.example" in page
    (sent,) = (bench.folder / "outbox").rglob("*.eml")
    assert "[Test]" in sent.read_text()
    assert bench.edition().frozen is None


def test_what_was_looked_at_is_what_is_approved(bench: Bench) -> None:
    seen = hash_in(get(bench))

    do(bench, "exclude", review="review0")
    stale, page = do(bench, "approve", hash=seen)
    do(bench, "approve", hash=hash_in(page))

    assert stale == 422
    assert "changed" in page
    stored = bench.edition()
    assert stored.state is EditionState.APPROVED
    assert stored.approved_hash == stored.content_hash


def test_an_approved_edition_stays_until_the_approval_is_taken_back(bench: Bench) -> None:
    do(bench, "approve", hash=hash_in(get(bench)))

    status, _ = do(bench, "exclude", review="review0")
    refused = hand(bench).excluded
    do(bench, "reopen")
    do(bench, "exclude", review="review0")

    assert status == 422
    assert refused == ()
    assert hand(bench).excluded == ("review0",)


def test_without_scripts_a_form_leads_back_to_its_page(bench: Bench) -> None:
    path = f"/{bench.studio.token}/do/lead/weekly?show=text"

    status, _, headers = ask(bench, "POST", path, {"review": "review2"})

    assert status == 303
    assert headers["location"] == f"/{bench.studio.token}/e/weekly?show=text"
    assert bench.films()[0] == "Nine Small Bells"


def test_a_look_at_the_newest_can_be_changed_and_stores_nothing(bench: Bench) -> None:
    before = bench.edition()
    page = get(bench, "e/weekly?last=2")
    path = f"/{bench.studio.token}/do/lead/weekly?last=2"
    ask(bench, "POST", path, {"review": "review1"}, HX_Request="true")

    text = get(bench, "e/weekly?last=2&show=text")

    assert "nothing is stored" in page
    assert text.index("Paper Harbour") < text.index("The Salt Road")
    assert bench.edition() == before


@pytest.mark.parametrize(
    "path",
    [
        "e/weekly?at=2033-01-10T08:00",
        "mail/weekly?at=2034-03-05",
        "e/weekly?at=2035-06-06&show=posts",
        "e/weekly?last=3&show=source",
        "download/eml/weekly?at=2036-01-01",
        "e/other",
        "mail/other",
        "download/txt/other?last=2",
    ],
)
def test_looking_stores_nothing(bench: Bench, path: str) -> None:
    file = bench.studio.app.config.path
    assert file is not None
    other = '[newsletters.other]\ntitle = "Other"\nfrom = "digest@lantern.example"\nschedule = "tue 08:00"\n[web]'
    file.write_text(file.read_text().replace("[web]", other))
    bench.studio.changed()
    before = bench.edition()

    get(bench, path)

    assert bench.edition() == before


@pytest.mark.parametrize("route", ["e/weekly", "mail/weekly", "download/eml/weekly", "download/png/weekly"])
@pytest.mark.parametrize(
    "query", ["at=0001-01-01", "at=9999-12-31", "at=never", "last=0", "last=-3", "last=ten", "last=" + "9" * 5000]
)
def test_what_cannot_be_meant_is_said_in_words(bench: Bench, route: str, query: str) -> None:
    status, page, _ = ask(bench, "GET", f"/{bench.studio.token}/{route}?{query}", None)

    assert status == 400
    assert "is not a" in page


@pytest.mark.parametrize("query", ["at=0001-01-01", "at=9999-12-31", "last=" + "9" * 5000])
def test_an_action_at_a_time_that_cannot_be_meant_is_refused(bench: Bench, query: str) -> None:
    before = bench.edition()
    for route in ("do/words/weekly", "do/test/weekly", "check/weekly"):
        status, _, _ = ask(bench, "POST", f"/{bench.studio.token}/{route}?{query}", {"field": "note", "value": "x"})
        assert status == 400

    assert bench.edition() == before


def test_a_look_at_another_time_changes_and_approves_nothing(bench: Bench) -> None:
    path = f"/{bench.studio.token}/do/{{}}/weekly?at=2033-01-10T08:00"
    before = bench.edition()

    statuses = [
        ask(bench, "POST", path.format("words"), {"field": "note", "value": "Hello", "was": ""})[0],
        ask(bench, "POST", path.format("approve"), {"hash": hash_in(get(bench))})[0],
    ]

    assert statuses == [422, 422]
    assert bench.edition() == before


def test_a_change_says_from_which_mail_to_which_it_led(bench: Bench) -> None:
    seen = hash_in(get(bench))
    path = f"/{bench.studio.token}/do/words/weekly"
    form = {"field": "note", "value": "Hello", "was": ""}

    status, page, headers = ask(bench, "POST", path, form, HX_Request="true")

    assert status == 200
    assert (headers["x-from"], headers["x-to"]) == (seen, hash_in(page))


# What goes wrong


def test_a_broken_template_is_told_at_its_line_and_the_last_good_view_stays(bench: Bench) -> None:
    get(bench)
    partial = bench.folder / "templates" / "partials" / "item.html.j2"
    partial.parent.mkdir(parents=True)
    partial.write_text("<p>\n{{ item.nothing_like_it }}\n</p>")

    page = get(bench)
    refused, _ = do(bench, "approve", hash=hash_in(page))
    mail = get(bench, "mail/weekly")
    partial.unlink()

    assert f"{partial}:2" in page
    assert "last edition that could be made" in page
    assert "nothing_like_it }}</code>" in page
    assert refused == 422
    assert "The Salt Road" in mail
    assert "last edition that could be made" not in get(bench)


def test_a_broken_template_of_posts_is_told_beside_them(bench: Bench) -> None:
    (bench.folder / "templates").mkdir()
    (bench.folder / "templates" / "post.txt.j2").write_text("{{ nobody }}")

    page = get(bench, "e/weekly?show=posts")

    assert "nobody" in page
    assert 'class="broken"' in page


def test_a_broken_configuration_is_told_at_its_line_and_the_last_good_one_stays(bench: Bench) -> None:
    get(bench)
    file = bench.folder / "config" / "publisher.toml"
    good = file.read_text()
    file.write_text(good.replace('schedule = "fri 09:00"', 'schedule = "someday"'))
    bench.studio.changed({file})

    page = get(bench)
    file.write_text(good.replace("The Weekly Lantern", "The Friday Lantern"))
    bench.studio.changed({file})

    assert "publisher.toml:" in page
    assert "someday" in page
    assert "The Friday Lantern" in get(bench)


def test_every_change_rings_in_the_other_windows(bench: Bench) -> None:
    get(bench)
    line = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=10)
    line.request("GET", f"/{bench.studio.token}/live")
    answer = line.getresponse()

    def event() -> str:
        rows = []
        while row := answer.readline().decode().strip():
            rows.append(row)
        return "\n".join(rows)

    event()
    first = event()
    do(bench, "exclude", review="review0")
    second = event()
    line.close()

    assert first.startswith("event: changed\ndata: ")
    assert second.startswith("event: changed\ndata: ")
    assert first != second


def test_an_action_that_does_not_exist_is_not_found(bench: Bench) -> None:
    assert do(bench, "explode")[0] == 404


def test_unknown_words_in_an_address_count_as_not_said(bench: Bench) -> None:
    page = get(bench, "e/weekly?show=everything&scheme=pink&width=9")

    assert '<iframe id="mail"' in page
    assert json.dumps("pink") not in page
