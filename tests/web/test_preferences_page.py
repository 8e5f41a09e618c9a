import re

import pytest
from tests.mailing import EMAIL
from tests.publicsite import ANN, ask, join, state, token_of

from publisher.newsroom.app import App
from publisher.newsroom.audience import subscribe
from publisher.store import editions
from publisher.store.ledger import deliveries
from publisher.store.people import subscribers, suppressions

pytestmark = pytest.mark.slow
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def token(app: App) -> str:
    return token_of(app, join(app, "weekly"))


def boxes(page: str) -> dict[str, str]:
    """Each box of the form by its value: ticked, open or closed."""
    found = re.findall(r'<input type="checkbox" name="newsletter" value="(\w+)"([^>]*)>', page)
    return {name: "closed" if "disabled" in more else "ticked" if "checked" in more else "open" for name, more in found}


def save(port: int, token: str, *wanted: str, end: str = "") -> tuple[int, str, dict[str, str]]:
    body = "&".join(f"newsletter={name}" for name in wanted).encode()
    return ask(port, "POST", f"/p/{token}{end}", body, Content_Type=FORM)


def got(app: App) -> set[str]:
    return {name for name in ("weekly", "daily", "festival") if state(app, name) == "confirmed"}


def test_every_newsletter_is_a_choice_and_those_she_gets_are_ticked(port: int, token: str) -> None:
    status, page, _ = ask(port, "GET", f"/p/{token}")

    assert status == 200
    assert boxes(page) == {"weekly": "ticked", "daily": "open", "festival": "open"}
    for title in ("The Weekly Lantern", "The Daily Lantern", "Festival Dispatches"):
        assert title in page


@pytest.mark.parametrize(
    "wanted", [("weekly", "festival"), ("daily",), ("weekly",), (), ("weekly", "daily", "festival")]
)
@pytest.mark.parametrize("end", ["", "/"])
def test_what_is_sent_is_what_she_gets(app: App, port: int, token: str, wanted: tuple[str, ...], end: str) -> None:
    status, page, _ = save(port, token, *wanted, end=end)

    assert status == 200
    assert "Saved." in page
    assert got(app) == set(wanted)
    assert {name for name, how in boxes(page).items() if how == "ticked"} == set(wanted)
    assert boxes(ask(port, "GET", f"/p/{token}")[1]) == boxes(page)


def test_she_comes_back_to_one_newsletter_after_she_left_them_all(app: App, port: int, token: str) -> None:
    subscribe.remove(app, ANN)
    assert got(app) == set()

    save(port, token, "daily")

    assert got(app) == {"daily"}


def test_her_own_click_is_kept_as_her_consent_and_so_is_her_leaving(app: App, port: int, token: str) -> None:
    save(port, token, "daily")

    with app.store.read() as db:
        person = subscribers.get(db, ANN)
    assert person is not None
    assert {s.newsletter: s.consent for s in person.subscriptions}["daily"] == {"how": "preferences page"}
    told = [chapter.what for chapter in subscribe.show(app, ANN).chapters]
    assert "joined daily (preferences page)" in told
    assert "left weekly (preferences page)" in told


def test_saving_what_she_has_writes_nothing_new(app: App, port: int, token: str) -> None:
    save(port, token, "weekly")
    before = subscribe.show(app, ANN).chapters

    save(port, token, "weekly")

    assert subscribe.show(app, ANN).chapters == before
    assert [chapter.what for chapter in before] == ["joined weekly (test)"]


def test_who_leaves_in_the_middle_of_a_send_gets_nothing_more(app: App, port: int, token: str) -> None:
    now = app.now()
    with app.store.write() as db:
        draft = editions.Draft(key="weekly/2026-11-20", newsletter="weekly", kind="slot", slot_utc=now, email=EMAIL)
        editions.save_draft(db, draft, now)
        editions.freeze(db, draft.key, EMAIL.content_hash, now)
        deliveries.freeze_audience(db, draft.key, "weekly", now=now)

    save(port, token)

    with app.store.read() as db:
        assert deliveries.counts(db, "weekly/2026-11-20").suppressed == 1


@pytest.mark.parametrize("reason", ["bounced", "cleaned", "complained", "manual"])
def test_what_closed_an_address_is_not_opened_by_a_tick(app: App, port: int, token: str, reason: str) -> None:
    with app.store.write() as db:
        suppressions.suppress(db, ANN, reason=reason, now=app.now())
    before = state(app, "weekly")

    page = ask(port, "GET", f"/p/{token}")[1]
    status, said, _ = save(port, token, "weekly", "daily")

    assert set(boxes(page).values()) == {"closed"}
    assert "cannot be opened here" in page
    assert status == 200
    assert "You get no newsletter" in said
    assert got(app) == set()
    assert state(app, "weekly") == before != "unsubscribed"


def test_a_complaint_about_one_newsletter_closes_that_one_only(app: App, port: int, token: str) -> None:
    with app.store.write() as db:
        suppressions.suppress(db, ANN, reason="complained", scope="weekly", now=app.now())

    save(port, token, "weekly", "daily")

    assert got(app) == {"daily"}


def test_an_erased_reader_is_not_brought_back(app: App, port: int, token: str) -> None:
    subscribe.erase(app, ANN)

    status, page, _ = save(port, token, "weekly")

    assert status == 200
    assert boxes(page) == {}
    assert "not known here any more" in page
    assert state(app, "weekly") == "unknown"


@pytest.mark.parametrize("body", [b"newsletter=none-of-ours", b"newsletter=weekly&newsletter=%00", b"a=1&" * 900])
def test_a_form_that_is_not_ours_changes_nothing(app: App, port: int, token: str, body: bytes) -> None:
    status, _, _ = ask(port, "POST", f"/p/{token}", body, Content_Type=FORM)

    assert 400 <= status < 500
    assert got(app) == {"weekly"}


def test_another_kind_of_body_is_refused_and_changes_nothing(app: App, port: int, token: str) -> None:
    assert ask(port, "POST", f"/p/{token}", b'{"newsletter": []}', Content_Type="application/json")[0] == 415
    assert got(app) == {"weekly"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_chooses_nothing(app: App, port: int, token: str, method: str) -> None:
    for query in ("", "?newsletter=daily", "?newsletter="):
        assert ask(port, method, f"/p/{token}{query}")[0] == 200
    assert got(app) == {"weekly"}
