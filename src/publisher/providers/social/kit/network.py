"""What every network has: the facts of its kind, whatever the settings, and the one thing that all do alike."""

from typing import ClassVar

from publisher.config import Settings
from publisher.errors import Rejected
from publisher.model import ChannelRules, Post
from publisher.text import count


class Network(Settings):
    """The settings of one channel; a kind adds its facts, its fields and `publish`."""

    kind: ClassVar[str]
    display_name: ClassVar[str]
    counting: ClassVar[ChannelRules]
    """How it counts and what it allows, unless a server says otherwise."""
    idempotent: ClassVar[bool] = False
    public: ClassVar[bool] = True
    """Whether anybody can read along: no group of its own, and no tool."""
    aliases: ClassVar[tuple[str, ...]] = ()
    """Other names that people call it by."""
    asked_for: ClassVar[tuple[str, ...]] = ()
    """Settings that `publisher auth` can get; without them it cannot post."""

    @property
    def rules(self) -> ChannelRules:
        """The rules that its posts keep."""
        return self.counting

    def must_fit(self, post: Post) -> None:
        """Raise Rejected for a post that is longer than the network takes."""
        if not count.fits(post.text, self.rules):
            raise Rejected(f"the post counts {post.length} of {self.rules.limit}")
