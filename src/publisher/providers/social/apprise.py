"""Posts to any service that the library Apprise knows, by its URL; needs the extra `apprise`.

https://github.com/caronc/apprise, version 2.2 of November 2026. The library says whether a service took a
message, and why not only in its log; what it cannot tell apart from a lost answer is uncertain.
"""

import logging
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from publisher.errors import AccessDenied, Rejected, SendError, TryLater, Uncertain
from publisher.formatters.cards import shrink
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers
from publisher.providers.social.kit.network import Network

if TYPE_CHECKING:
    from apprise import Apprise as Library

_NAME = "the service"
_STATUS = re.compile(r"error=(\d{3})\b")
_SECONDS = 60


class Apprise(Network):
    """`kind = "apprise"`: one of the services that the library Apprise knows, by its URL."""

    kind: ClassVar[str] = "apprise"
    display_name: ClassVar[str] = "Apprise"
    # github.com/caronc/apprise: body_maxlen differs per service; the smallest common one of its chat services
    counting: ClassVar[ChannelRules] = ChannelRules(network="apprise", limit=1000, count="codepoints", assumed=True)
    public: ClassVar[bool] = False

    url: str = Field(description="The service's Apprise URL, `gotify://host/token`.", repr=False)

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        try:
            known = _library(url) is not None
        except ImportError as error:
            raise ValueError("the library is not there: pip install 'review-publisher[apprise]'") from error
        if not known:
            raise ValueError("Apprise knows no service by this URL")
        return url

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Send the words, and the card where the service takes pictures; raises `SendError`s."""
        self.must_fit(post)
        library = _library(self.url)
        if library is None:
            raise AccessDenied("Apprise knows no service by this URL")
        attach = None
        picture = shrink.to_jpeg(image, most=self.rules.image_bytes) if image else None
        if picture is not None and all(service.attachment_support for service in library):
            from apprise.attachment.memory import AttachMemory

            attach = AttachMemory(  # type: ignore[no-untyped-call]
                content=picture, name="card.jpg", mimetype="image/jpeg"
            )
        begin()
        done = library.notify(body=post.text, body_format="text", attach=attach, timeout=_SECONDS)
        if not done:
            raise _failure(entry.message for entry in done.logs())
        return Receipt(at=datetime.now(UTC))


PROVIDER = Apprise


def _library(url: str) -> "Library | None":
    """The library with the one service opened, kept from logging addresses; None for an URL that it does not know."""
    from apprise import Apprise as Library

    log = logging.getLogger("apprise")
    log.setLevel(logging.WARNING)  # its debug lines hold the whole URL and the post
    log.propagate = False
    library = Library()
    return library if library.add(url) else None


def _failure(log: Iterable[str]) -> SendError:
    """What the library's log says of a service that did not take a message."""
    found = [int(match[1]) for line in log for match in _STATUS.finditer(line)]
    if not found:
        return Uncertain(f"{_NAME} did not confirm the message")
    status, said = found[-1], f"{_NAME} answered {found[-1]}"
    if status == 429:
        return TryLater(said)
    if status in answers.GONE:
        return AccessDenied(said)
    return Rejected(said, code=str(status)) if 400 <= status < 500 and status != 408 else Uncertain(said)
