"""Editions and readers for services that fill in by themselves."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from publisher.formatters.message import envelope
from publisher.formatters.message.envelope import Composer
from publisher.model import Blank, Email, Filling, Merger, Message, Reader
from publisher.providers.email._hosted.content import Content, content
from publisher.providers.email._hosted.service import Hosted

NAMES = ("name", "email", "unsubscribe_url", "preferences_url", "view_url", "field_city")
FIELDS = {name: f"__merge_{name}_3f9a1c2b__" for name in NAMES}
TEXT = f"Dear {FIELDS['name']} of {FIELDS['field_city']},\n\n100 % sure.\n.\nleave: {FIELDS['unsubscribe_url']}\n"
HTML = (
    "<style>@media screen{.a{color:red}}</style><p width='50%'>Dear "
    f"{FIELDS['name']} <i>{FIELDS['field_city']}</i> &lt;{FIELDS['email']}&gt;</p>"
    f'<a href="{FIELDS["unsubscribe_url"]}">leave</a> <a href="{FIELDS["view_url"]}">view</a>'
    f'<a href="https://example.com/a%20b%E2%80%99?x=1&amp;y=2">Grüße</a>\n'
)
WHO = envelope.MailingList(
    sender="Kino, the Weekly <digest@example.com>",
    reply_to="ed@example.com",
    list_id="weekly.example.com",
    newsletter="weekly",
    name="The Weekly Reel",
)
DATE = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """An edition that can be finished and filled in."""

    composer: Composer

    @cached_property
    def blank(self) -> Blank:
        return self.composer.blank()

    def merger(self, provider: Hosted) -> Merger:
        return provider.merger(self.blank)  # type: ignore[attr-defined,no-any-return]

    def fill(self, address: str = "ann@example.net", name: str = "Ann", number: int = 7, **values: str) -> Filling:
        given = {
            "name": name,
            "email": address,
            "unsubscribe_url": f"https://news.example.com/u/{number}",
            "preferences_url": f"https://news.example.com/p/{number}",
            "view_url": f"https://news.example.com/v/{number}",
        }
        reader = Reader(id=number, email=address, name=name)
        key = f"weekly/2026-11-20/{number}"
        return self.composer.filling(reader, given | values, f"<{number}@example.com>", number, key)

    def filling(self, message: Message) -> Filling:
        return self.fill(message.recipient, number=message.delivery_id)


def edition(subject: str = "Reviewed this week", text: str = TEXT, html: str = HTML, **changes: Any) -> Made:
    email = Email(subject=subject, preheader="", html=html, text=text, merge_fields=FIELDS)
    compiled = envelope.compile_edition(email, replace(WHO, **changes), edition="weekly/2026-11-20", date=DATE)
    return Made(Composer(compiled))


PLAIN = edition(text="Hello\n", html=f"<p>Hello</p><a href='{FIELDS['unsubscribe_url']}'>leave</a>")


def told(filling: Filling) -> Content:
    """What her finished message says."""
    return content(filling.finished())
