"""`kind = "outbox"`: finished posts as files in a folder."""

from typing import ClassVar

from publisher.providers.social.kit.folder import PostFolder


class PostOutbox(PostFolder):
    """Posts as files, counted like `network` counts."""

    kind: ClassVar[str] = "outbox"
    display_name: ClassVar[str] = "Outbox"


PROVIDER = PostOutbox
