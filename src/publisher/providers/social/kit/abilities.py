"""What some destinations of posts can do besides publishing; `isinstance` tells which."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from publisher.model import Post, Receipt, SocialProvider
from publisher.providers.social.kit.consent import Invitation, Kept

Tell = Callable[[str, str, str, bytes | None], object]
"""Tells the editor something once: key, subject, text, and a JPEG picture to go with it."""


@runtime_checkable
class LooksBack(Protocol):
    """A destination that can say whether a post is out, so that a lost answer need not leave it uncertain."""

    @property
    def looks_back(self) -> bool:
        """Whether this account's own posts can be read."""

    def find(self, post: Post, *, key: str, since: datetime) -> Receipt | None:
        """The account's own post of these words since then, None when there is none; raises `SendError`s."""


@runtime_checkable
class ByHand(Protocol):
    """A destination whose posts a person makes."""

    def telling(self, tell: Tell) -> SocialProvider:
        """The same destination, which tells the editor of each post."""


@runtime_checkable
class WholeThreads(Protocol):
    """A destination that takes a thread as a whole; elsewhere each post answers the one before it."""

    @property
    def whole_threads(self) -> bool:
        """Whether it does."""


@runtime_checkable
class TakesBack(Protocol):
    """A destination whose posts can be deleted."""

    def delete(self, provider_id: str, post: Post) -> None:
        """Delete the post of that id, which may be gone already; raises `SendError`s."""


@runtime_checkable
class TakesConsent(Protocol):
    """A destination whose keys can be asked for with `publisher auth`; its class names them in `asked_for`."""

    def invite(self) -> Invitation:
        """What the account's owner is asked to do; raises UsageError where the configuration lacks something."""

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:
        """The keys for what she pasted, tried out where that posts nothing; raises `SendError`s, UsageError."""


@runtime_checkable
class Renews(Protocol):
    """A destination whose keys end and can be renewed."""

    def renew(self, kept: Kept, now: datetime) -> Kept:
        """New keys for old ones; raises AccessDenied when the network will not, TryLater when it cannot now."""
