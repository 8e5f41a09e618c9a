"""What some destinations of posts can do besides publishing; `isinstance` tells which."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from publisher.model import Post, Receipt, SocialProvider

Tell = Callable[[str, str, str, bytes | None], object]
"""Tells the editor something once: key, subject, text, and a JPEG picture to go with it."""


@runtime_checkable
class LooksBack(Protocol):
    """A destination that can say whether a post is out, so that one whose answer was lost need not stay uncertain."""

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
