"""What becomes of quotes when the review behind them changes before anything was sent."""

from tests.cli.conftest import BODY, Site
from tests.command import Command
from tests.smtp_server import SmtpServer

LINE = "It is a film that trusts its silences and earns every one of them."


def rewrite(site: Site, publisher: Command, body: str) -> None:
    """The same item of the feed with another text, fetched."""
    del site.items[0]
    site.publish("The Salt Road", body=body)
    assert publisher("fetch").status == 0


def new_id(publisher: Command) -> str:
    rows = publisher("reviews", "list", "--json").json["reviews"]
    return str(next(row["id"] for row in rows if row["verdict"] == "new"))


def quote_of(publisher: Command) -> object:
    return publisher("compose", "weekly", "--json").json["reviews"][0]["quote"]


def test_an_automatic_quote_that_is_gone_is_picked_again(publisher: Command, site: Site, started: None) -> None:
    before = quote_of(publisher)
    assert isinstance(before, str)
    rewrite(site, publisher, BODY.replace("{title}", "The Salt Road").replace(before, "Nothing to see."))
    after = quote_of(publisher)
    assert isinstance(after, str)
    assert after != before


def test_an_editors_quote_that_still_stands_stays_where_an_edit_moved_it(
    publisher: Command, site: Site, started: None
) -> None:
    assert publisher("quotes", new_id(publisher), "--pick", LINE).status == 0
    rewrite(site, publisher, "<p>Corrected: the ferry is on the lower river.</p>" + BODY)
    assert quote_of(publisher) == LINE


def test_an_editors_quote_that_is_gone_holds_the_edition(
    publisher: Command, site: Site, readers: list[str], inbox: SmtpServer, started: None
) -> None:
    assert publisher("quotes", new_id(publisher), "--pick", LINE).status == 0
    rewrite(site, publisher, BODY.replace(LINE, "It trusts its silences."))
    held = publisher("send", "weekly", "--yes")
    assert held.status == 3
    assert "no longer in the review" in held.err
    assert inbox.mails == []


def test_an_approved_quote_that_is_gone_holds_the_edition(
    publisher: Command, site: Site, readers: list[str], inbox: SmtpServer, started: None
) -> None:
    before = quote_of(publisher)
    assert isinstance(before, str)
    key = publisher("compose", "weekly", "--json").json["edition"]
    assert publisher("editions", "approve", key).status == 0
    rewrite(site, publisher, BODY.replace("{title}", "The Salt Road").replace(before, "Nothing to see."))
    assert publisher("send", "weekly", "--yes").status == 3
    assert inbox.mails == []


def test_an_approved_edition_goes_out_where_its_quote_was_only_moved(
    publisher: Command, site: Site, readers: list[str], inbox: SmtpServer, started: None
) -> None:
    key = publisher("compose", "weekly", "--json").json["edition"]
    assert publisher("editions", "approve", key).status == 0
    rewrite(site, publisher, "<p>Corrected: the ferry is on the lower river.</p>" + BODY)
    assert publisher("send", "weekly", "--yes").status == 0
    assert len(inbox.mails) == len(readers)


def test_an_editor_mends_a_critics_slip_in_brackets(publisher: Command, site: Site, started: None) -> None:
    mended = LINE.replace("earns", "[earned]")
    assert publisher("quotes", new_id(publisher), "--pick", mended).status == 0
    assert quote_of(publisher) == mended
