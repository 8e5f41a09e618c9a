"""The message of a sample reader, and what preflight may know about an edition."""

from dataclasses import replace

import pytest
from tests.studios import NOW

from publisher.config import RawTable
from publisher.model import Reader
from publisher.newsroom.app import App
from publisher.newsroom.editions import sample
from publisher.newsroom.editions.drafts import Composed
from publisher.store.people import subscribers


def test_nobody_is_the_sample_reader_and_a_name_is_her_name() -> None:
    assert Reader(id=0, email="reader@example.com", name="Alex Reader") == sample.READER


def test_a_reader_is_the_one_of_that_address_else_one_of_that_name(app: App) -> None:
    with app.store.write() as db:
        subscribers.add(db, "ann@one.example", name="Ann", newsletters=["weekly"], now=NOW, consent={"how": "test"})

    assert sample.reader_like(app, "  ") is sample.READER
    assert sample.reader_like(app, "ann@one.example") == Reader(id=0, email="ann@one.example", name="Ann")
    assert sample.reader_like(app, "bob@one.example") == Reader(id=0, email="bob@one.example", name="")
    assert sample.reader_like(app, " Zoë  Bell ") == Reader(id=0, email="reader@example.com", name="Zoë Bell")


@pytest.mark.parametrize(("key", "kind"), [("letter/moved-1", "letter"), ("weekly/2031-05-16", "digest")])
def test_preflight_is_told_what_it_looks_at(app: App, key: str, kind: str) -> None:
    context = sample.context_of(app, app.newsletter("weekly"), key)

    assert (context.kind, context.now) == (kind, NOW)
    assert context.facts == {"postal_address": "PO Box 12, Oldport"}


def test_a_host_may_be_private_where_its_source_says_so_or_all_mail_stays_here(app: App) -> None:
    values = {"url": "http://10.0.0.7/feed", "allow_private": True}
    source = RawTable(kind="feed", name="near", group="sources", values=values)
    near = replace(app, config=replace(app.config, sources=(source,)))
    away = near.newsletter("weekly").model_copy(update={"provider": ("elsewhere",)})

    here, there, nowhere = (
        sample.private_hosts(one, letter)
        for one, letter in ((near, near.newsletter("weekly")), (near, away), (app, away))
    )
    assert {"10.0.0.7", "news.lantern.example"} <= here
    assert there - nowhere == {"10.0.0.7"}
    assert "news.lantern.example" not in there


@pytest.mark.slow
def test_a_sound_edition_has_no_finding_and_its_sample_is_the_same_each_time(app: App, made: Composed) -> None:
    assert made.email is not None
    newsletter = app.newsletter("weekly")
    one, other = (sample.sample_message(app, newsletter, "weekly/1", made.email) for _ in range(2))

    assert sample.findings(app, newsletter, made.edition.key, made.email) == ()
    assert one.data == other.data
    assert (one.recipient, one.delivery_id, one.key) == ("reader@example.com", 0, "sample-weekly/1")


@pytest.mark.slow
def test_the_worst_finding_comes_first(app: App, made: Composed) -> None:
    assert made.email is not None
    page = made.email.html.replace("</body>", "<script>1</script><p>lorem ipsum dolor</p></body>")
    spoiled = replace(made.email, html=page)
    found = sample.findings(app, app.newsletter("weekly"), made.edition.key, spoiled)

    assert found[0].level == "error"
    order = {"error": 0, "warning": 1}
    assert [order.get(each.level, 2) for each in found] == sorted(order.get(each.level, 2) for each in found)
