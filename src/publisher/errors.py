"""Every error that an operator may read, under one root; a class's docstring is its default message.

PublisherError
├── UsageError                wrong words on the command line            exit 2
├── ConfigError               a mistake in publisher.toml                exit 2
├── SourceError               a feed, page or file could not be read     exit 1
│   ├── SourceGone            the source answered 410
│   ├── SourceBusy            the source answered 429 or 503
│   └── UnsafeAddress         the address is not public
├── TemplateError             a template cannot be rendered              exit 1
├── QuoteError                a quote is not verbatim                    exit 1
├── StoreError                the database cannot be used                exit 1
├── Held                      something waits for a person               exit 3
├── CannotMerge               finished messages must go instead          (no failure)
└── SendError                 one message or post did not go out
├── Rejected              never retry
├── TryLater              nothing was accepted, may be retried
├── RefusedUs             the server refuses us or the message, not the reader
├── Uncertain             it may have gone out
└── AccessDenied          the provider refuses us, not the recipient
"""

from datetime import timedelta
from typing import ClassVar

from publisher import secrecy


class PublisherError(Exception):
    """It did not work."""

    status: ClassVar[int] = 1

    def __init__(self, what: str = "", *, where: str = "", do: str = "") -> None:
        """Say what is wrong, where it is (key, file, line, URL) and what the reader can do; no secret stays in it."""
        self.what = secrecy.bare(what) or (type(self).__doc__ or "").splitlines()[0].rstrip(".")
        self.where = secrecy.bare(where)
        self.do = secrecy.bare(do)
        super().__init__(self.what)

    def __str__(self) -> str:
        """One line: place, fact, remedy; an address stands behind the fact, since nobody reads on after it."""
        line = self.what
        if self.where:
            is_address = self.where.startswith(("https://", "http://"))
            line = f"{self.what} ({self.where})" if is_address else f"{self.where}: {self.what}"
        line = f"{line}; {self.do}" if self.do else line
        return " ".join(line.split())


class UsageError(PublisherError):
    """The command cannot be understood."""

    status = 2


class ConfigError(PublisherError):
    """The configuration has a mistake."""

    status = 2


class SourceError(PublisherError):
    """The source could not be read."""


class SourceGone(SourceError):
    """The source is gone for good (410) and will not be asked again."""


class SourceBusy(SourceError):
    """The source asks us to come back later."""

    def __init__(self, what: str = "", *, after: timedelta | None = None, where: str = "", do: str = "") -> None:
        """Keep the wait that it asked for, if it named one (Retry-After)."""
        super().__init__(what, where=where, do=do)
        self.after = after


class UnsafeAddress(SourceError):
    """The address lies on a private network."""


class TemplateError(PublisherError):
    """The template cannot be rendered."""


class QuoteError(PublisherError):
    """The quote is not in the review word for word."""


class StoreError(PublisherError):
    """The database cannot be used."""


class Held(PublisherError):
    """It waits for a person."""

    status = 3


class SendError(PublisherError):
    """The message did not go out."""


class Rejected(SendError):
    """The recipient or the message was refused for good."""

    def __init__(
        self, what: str = "", *, code: str = "", bounce: bool = False, soft: bool = False, where: str = "", do: str = ""
    ) -> None:
        """Keep the reply code; a `bounce` suppresses the address (RFC 3463 5.1.x), a `soft` one counts against it."""
        super().__init__(what, where=where, do=do)
        self.code = code
        self.bounce = bounce
        self.soft = soft


class TryLater(SendError):
    """Nothing was accepted; the same delivery may be sent again."""

    def __init__(
        self, what: str = "", *, after: timedelta | None = None, wide: bool = False, where: str = "", do: str = ""
    ) -> None:
        """Keep the wait that the provider asked for (Retry-After); `wide` means its own trouble, not this reader's."""
        super().__init__(what, where=where, do=do)
        self.after = after
        self.wide = wide


class RefusedUs(SendError):
    """The server refuses us or the message, not the reader."""

    def __init__(self, what: str = "", *, sure: bool = True, where: str = "", do: str = "") -> None:
        """Not `sure` where the words could be about the reader as well."""
        super().__init__(what, where=where, do=do)
        self.sure = sure


class Uncertain(SendError):
    """It may have arrived: the answer was lost after the last byte."""


class AccessDenied(SendError):
    """The provider refuses our name, key or sender; no recipient is to blame."""


class CannotMerge(PublisherError):
    """The service cannot fill in this edition by itself; each reader gets a finished message instead."""
