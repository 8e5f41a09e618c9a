from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from tests.command import Command
from tests.loopback import Loopback, loopback
from tests.smtp_server import SmtpServer, smtp_server

CONFIG = """
[site]
name = "Lantern Reviews"
url = "{site}"
language = "en"
timezone = "Europe/London"
postal_address = "Lantern Reviews, PO Box 12, Oldport"

[[sources]]
name = "site"
kind = "feed"
url = "{site}/feed.xml"
allow_private = true

[providers.mail]
kind = "smtp"
host = "127.0.0.1"
port = {port}
security = "none"
connections = 2

[newsletters.weekly]
title = "The Weekly Lantern"
from = "Lantern Reviews <digest@lantern-reviews.org>"
provider = "mail"
schedule = "fri 09:00"

[social.sky]
kind = "outbox"
network = "bluesky"
path = "outbox"

[web]
url = "{site}"
"""

ITEM = """<item><guid isPermaLink="false">{guid}</guid><title>{title} review: {tagline}</title>
<link>{site}/post/{slug}</link><pubDate>{date}</pubDate><dc:creator>Ada Quill</dc:creator>
<content:encoded><![CDATA[{body}]]></content:encoded></item>"""

BODY = """<p>{title} is a quiet, exact and deeply felt film about the cost of keeping a promise.</p>
<p>Marta Feld runs the last ferry on a river that the maps have given up on. When her brother comes home, he brings
a stranger and a debt, and the ferry has to carry both across in one night.</p>
<p>What surprises is how funny it is. The director finds a rhythm of small humiliations and lets every one of them
land with perfect timing. It is a film that trusts its silences and earns every one of them.</p>
<p>Not all of it works, and the middle stretch takes the long way round. Still, few films this year leave you with so
much to talk about on the walk home. A modest, generous and beautifully acted pleasure from start to finish.</p>"""


@dataclass
class Site:
    """A review site on the loopback with its feed."""

    loop: Loopback
    items: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.loop.url

    def publish(
        self, title: str, *, ago: timedelta = timedelta(hours=1), body: str = BODY, tagline: str = "a keeper"
    ) -> str:
        slug = title.lower().replace(" ", "-")
        date = format_datetime(datetime.now(UTC) - ago)
        text = body.format(title=title)
        self.items.insert(
            0,
            ITEM.format(guid=f"g-{slug}", title=title, tagline=tagline, site=self.url, slug=slug, date=date, body=text),
        )
        self._serve()
        return f"{self.url}/post/{slug}"

    def _serve(self) -> None:
        self.loop.put(
            "/feed.xml",
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Lantern Reviews</title>'
            f"<link>{self.url}</link><language>en</language>{''.join(self.items)}</channel></rss>",
        )


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as loop:
        yield Site(loop)


@pytest.fixture
def inbox() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, site: Site, inbox: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config").mkdir()
    text = CONFIG.format(site=site.url, port=inbox.port)
    (tmp_path / "config" / "publisher.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLISHER_CONFIG", raising=False)
    return tmp_path


@pytest.fixture
def publisher(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture
def readers(project: Path, publisher: Command) -> list[str]:
    addresses = [f"reader{n}@mail.example" for n in range(40)]
    rows = "".join(f"{address},Reader {n}\n" for n, address in enumerate(addresses))
    (project / "readers.csv").write_text("Email Address,First Name\n" + rows, encoding="utf-8")
    assert publisher("subscribers", "import", "readers.csv").status == 0
    return addresses


@pytest.fixture
def started(project: Path, site: Site, publisher: Command) -> None:
    """A source whose first run is over, and one review that came after it."""
    site.publish("The Old Mill", ago=timedelta(days=30))
    assert publisher("fetch").status == 0
    site.publish("The Salt Road")
    assert publisher("fetch").status == 0
