"""Finished posts written into a folder: `posts/KEY.txt` and `.json`, the picture as `cards/KEY.jpg`."""

import errno
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, field_validator

from publisher import private
from publisher.errors import AccessDenied, Rejected, TryLater
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit.network import Network
from publisher.providers.social.kit.rules import known_rules, networks, rules_for, without_link_card

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


class PostFolder(Network):
    """A channel whose posts are written as files, counted like `network` counts."""

    idempotent: ClassVar[bool] = True
    public: ClassVar[bool] = False
    whole_threads: ClassVar[bool] = True

    network: str = Field(description="The network whose rules the posts keep, `bluesky` or another.")
    path: Path = Field(default=Path("outbox"), description="The folder; relative to the project's root.")

    @field_validator("network")
    @classmethod
    def _known(cls, network: str) -> str:
        if known_rules(network) is None:
            raise ValueError(f"there is no network `{network}`; it can be {', '.join(networks())}")
        return network

    @property
    def rules(self) -> ChannelRules:
        """The network's rules, with the link in the text: a file has no link card."""
        return without_link_card(rules_for(self.network))

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:
        """Write the post under its key, whole or not at all; a second time with the same content changes nothing.

        The `.json` comes last and says that it is done. Raises TryLater when the disk is full, AccessDenied when the
        folder cannot be written, Rejected when another post has this key.
        """
        name = _file_name(key)
        done = self.path / "posts" / f"{name}.json"
        card = self.path / "cards" / f"{name}.jpg"
        record = json.dumps(_record(post, key, card if image else None), ensure_ascii=False, indent=2) + "\n"
        begin()
        written: list[Path] = []
        try:
            if not _already(done, record):
                if image:
                    written.append(_write(card, image))
                written.append(_write(done.with_suffix(".txt"), f"{post.whole}\n".encode()))
                _write_first(done, record)
        except OSError as error:
            for path in written:
                path.unlink(missing_ok=True)
            raise _refused(error, done) from error
        return Receipt(provider_id=name, url=done.with_suffix(".txt").resolve().as_uri())


def _file_name(key: str) -> str:
    name = _UNSAFE.sub("-", key).strip("-.")[:_LONGEST_NAME]
    return name if name == key else f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _record(post: Post, key: str, card: Path | None) -> dict[str, Any]:
    return {
        "key": key,
        "network": post.network,
        "text": post.text,
        "length": post.length,
        "limit": post.limit,
        "facets": [{"start": f.start, "end": f.end, "kind": f.kind, "value": f.value} for f in post.facets],
        "link": post.link,
        "card": {"path": f"../cards/{card.name}", "alt": post.image_alt or ""} if card else None,
        "language": post.language,
        **({"thread": [part.text for part in post.parts]} if post.parts else {}),
    }


def _already(done: Path, record: str) -> bool:
    try:
        known = done.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    if known != record:
        raise Rejected(
            "another post was written under this key", where=str(done), do="delete the file to write it anew"
        )
    return True


def _write(path: Path, data: bytes) -> Path:
    private.folder(path.parent)
    return private.write(path, data, synced=True)


def _write_first(path: Path, record: str) -> None:
    """Write a file that must not be there yet; of two writers at once, the second checks what the first wrote."""
    part = private.part(path, record.encode())
    try:
        path.hardlink_to(part)
    except FileExistsError:
        _already(path, record)
    finally:
        part.unlink(missing_ok=True)


def _refused(error: OSError, path: Path) -> AccessDenied | TryLater:
    what = f"the post cannot be written: {error.strerror or error}"
    if error.errno in _FORBIDDEN:
        return AccessDenied(what, where=str(path.parent), do="make the folder writable")
    return TryLater(what, where=str(path.parent), do="free some space")
