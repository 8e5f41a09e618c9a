"""Invented reviews of invented films, as the feed of an invented site would carry them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

NOW = datetime(2031, 5, 10, 12, 0, tzinfo=UTC)
LANTERN = (
    "A lantern swings over the quay and for two hours nothing else moves, which is exactly the point of it. "
    "Mara Velde keeps the ledger of a harbour that has no ships left, and the film keeps it with her, page by page, "
    "until the columns begin to look like a diary. It is funny about grief in a way that few films dare to be. "
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One post; `text` None leaves the body out, `at` None the date."""

    number: int
    at: datetime | None = NOW
    title: str = ""
    guid: str | None = ""
    link: str | None = ""
    text: str | None = ""
    summary: str = ""
    author: str = "Ada Quill"
    categories: tuple[str, ...] = ()

    def xml(self, url: str) -> str:
        """The item of an RSS feed."""
        title = self.title or f"Review: The Harbour Ledger {self.number}"
        guid = f"guid-{self.number}" if self.guid == "" else self.guid
        link = f"{url}/post/harbour-{self.number}" if self.link == "" else self.link
        text = (
            f"<p>{LANTERN}</p><p>Part {self.number} of it: {words(self.number)}</p>" if self.text == "" else self.text
        )
        parts = [f"<title>{escape(title)}</title>"]
        parts += [f"<link>{escape(link)}</link>"] if link else []
        parts += [f'<guid isPermaLink="false">{escape(guid)}</guid>'] if guid else []
        parts += [f"<pubDate>{format_datetime(self.at)}</pubDate>"] if self.at else []
        parts += [f"<dc:creator>{escape(self.author)}</dc:creator>"] if self.author else []
        parts += [f"<category>{escape(name)}</category>" for name in self.categories]
        parts += [f"<description>{escape(self.summary)}</description>"] if self.summary else []
        parts += [f"<content:encoded>{escape(text)}</content:encoded>"] if text is not None else []
        return f"<item>{''.join(parts)}</item>"


def words(seed: int, number: int = 70) -> str:
    """A paragraph that is like no other seed's."""
    bits = ("harb", "tide", "quill", "moor", "glass", "ferry", "salt", "ember", "north", "lark", "dusk")
    found = [bits[(n * n + seed * n + seed) % 11] + bits[(n + seed * 5 + n // 7) % 11] for n in range(number)]
    return " ".join(found) + "."


def rss(items: Sequence[Item], url: str, *, title: str = "The Harbour Post") -> str:
    """The feed."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><link>{url}/</link>{''.join(item.xml(url) for item in items)}</channel></rss>"
    )


def week(count: int = 5, *, before: datetime = NOW, first: int = 1) -> list[Item]:
    """That many items, the newest first, the newest a day before `before`, a day apart."""
    return [Item(number=first + count - 1 - n, at=before - timedelta(days=n + 1)) for n in range(count)]


def changed(items: Sequence[Item], **changes: object) -> list[Item]:
    """The items with these fields changed in each."""
    return [replace(item, **changes) for item in items]  # type: ignore[arg-type]
