"""Posts to a Telegram channel or group through a bot.

https://core.telegram.org/bots/api 10.1 of June 2026, sendMessage, sendPhoto and ResponseParameters. The text carries no
markup, so nothing has to be escaped: Telegram finds links and tags itself. A bot cannot read what it has sent.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from pydantic import BeforeValidator, Field

from publisher.config import WebUrl
from publisher.errors import AccessDenied, SendError
from publisher.formatters.cards import shrink
from publisher.http.door import Http, Response
from publisher.model import ChannelRules, Post, Receipt
from publisher.providers.social.kit import answers
from publisher.providers.social.kit.consent import Invitation, Kept
from publisher.providers.social.kit.network import Network

_NAME = "Telegram"
_CAPTION = 1024  # UTF-16 units; a longer post goes without its card
_DENIED = frozenset({401, 403, 404})  # a wrong token is answered with 404
_NO_CHAT = ("chat not found", "not enough rights", "have no rights", "need administrator rights")


class Telegram(Network):
    """`kind = "telegram"`: a channel or group that a bot may write to."""

    kind: ClassVar[str] = "telegram"
    display_name: ClassVar[str] = "Telegram"
    # core.telegram.org/bots/api: 4,096 UTF-16 units after the entities are parsed
    counting: ClassVar[ChannelRules] = ChannelRules(
        network="telegram", limit=4096, count="utf16", images=10, alt_limit=0, image_bytes=10_000_000
    )

    asked_for: ClassVar[tuple[str, ...]] = ("bot_token",)

    chat: Annotated[str, BeforeValidator(lambda chat: str(chat) if isinstance(chat, int) else chat)] = Field(
        description="The channel as `@name`, or a chat's number."
    )
    bot_token: str = Field(description="The bot's token from @BotFather.", repr=False)
    api: WebUrl = Field(default="https://api.telegram.org", description="The server of the bot interface.")

    def publish(self, post: Post, *, key: str, image: bytes | None, begin: Callable[[], None]) -> Receipt:  # noqa: ARG002
        """Send the card with the words under it, or the words alone where they are too long for that.

        A group that has become a supergroup is written to under its new number. Raises `SendError`s.
        """
        self.must_fit(post)
        short = len(post.text.encode("utf-16-le")) // 2 <= _CAPTION
        picture = shrink.to_jpeg(image, most=self.rules.image_bytes) if image and short else None
        with answers.client(self.api) as http:
            answer = self._send(http, post, self.chat, picture, begin)
            moved = _parameter(answer, "migrate_to_chat_id")
            if answer.status == 400 and moved is not None:
                answer = self._send(http, post, str(moved), picture, begin)
        if answer.status != 200:
            raise self._failure(answer)
        sent = answers.document(answer, _NAME, begun=True).get("result")
        return _receipt(sent if isinstance(sent, dict) else {})

    def delete(self, provider_id: str, post: Post) -> None:  # noqa: ARG002
        """Delete a post of the last 48 hours; raises `SendError`s."""
        fields = {"chat_id": self.chat, "message_id": int(provider_id)}
        with answers.client(self.api) as http:
            answer = answers.call(http, "POST", f"{self.api}/bot{self.bot_token}/deleteMessage", json=fields)
        if answer.status != 200 and b"message to delete not found" not in answer.body:
            raise self._failure(answer)

    def invite(self) -> Invitation:
        """Where a bot's token is got."""
        return Invitation(words="Ask @BotFather for a bot and paste its token.", url="https://t.me/BotFather")

    def redeem(self, invitation: Invitation, pasted: str, now: datetime) -> Kept:  # noqa: ARG002
        """The bot's token, once Telegram knows it; raises `SendError`s."""
        asked = self.model_copy(update={"bot_token": quote(pasted.strip(), safe=":")})
        with answers.client(self.api) as http:
            answer = answers.call(http, "GET", f"{self.api}/bot{asked.bot_token}/getMe")
        if answer.status != 200:
            raise asked._failure(answer)
        return Kept(values={"bot_token": asked.bot_token})

    def _send(self, http: Http, post: Post, chat: str, picture: bytes | None, begin: Callable[[], None]) -> Response:
        method, fields = self.message(post, chat, picture=picture is not None)
        url = f"{self.api}/bot{self.bot_token}/{method}"
        if picture is None:
            return answers.call(http, "POST", url, json=fields, begin=begin)
        files = {"photo": ("card.jpg", picture, "image/jpeg")}
        return answers.call(http, "POST", url, data=fields, files=files, begin=begin)

    def message(self, post: Post, chat: str, *, picture: bool) -> tuple[str, dict[str, Any]]:
        """The method and its fields, but for the photo itself."""
        if picture:
            return "sendPhoto", {"chat_id": chat, "caption": post.text}
        preview: dict[str, Any] = {"is_disabled": True}
        if post.link:
            preview = {"url": post.link, "prefer_large_media": True}
        return "sendMessage", {"chat_id": chat, "text": post.text, "link_preview_options": preview}

    def _failure(self, answer: Response) -> SendError:
        body = answer.json()
        words = str(body.get("description", "")) if isinstance(body, dict) else ""
        seconds = _parameter(answer, "retry_after")
        after = timedelta(seconds=min(seconds, 7 * 86400)) if seconds is not None and seconds >= 0 else None
        secrets = (self.bot_token, self.bot_token.rpartition(":")[2])
        outcome = answers.failure(answer, _NAME, begun=True, denied=_DENIED, words=words, after=after, secrets=secrets)
        if answer.status == 400 and any(sign in words.lower() for sign in _NO_CHAT):
            return AccessDenied(outcome.what, do="make the bot an administrator of the chat")
        return outcome


PROVIDER = Telegram


def _parameter(answer: Response, name: str) -> int | None:
    """A number from the ResponseParameters of an error."""
    body = answer.json()
    given = body.get("parameters") if isinstance(body, dict) else None
    value = given.get(name) if isinstance(given, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _receipt(message: dict[str, Any]) -> Receipt:
    number, chat = message.get("message_id", ""), message.get("chat")
    name = chat.get("username") if isinstance(chat, dict) else None
    url = f"https://t.me/{name}/{number}" if name and number else ""
    return Receipt(provider_id=str(number), url=url, at=datetime.now(UTC))
