from tests.loopback import Asked
from tests.providers.social_cases import Case, form, page, post_for, serving

from publisher.model import Receipt
from publisher.providers.social.telegram import Telegram

TOKEN = "123456:secret-of-the-bot"
SENT = {"message_id": 77, "chat": {"id": -100123, "type": "channel", "username": "harbour_reel"}}


def words(asked: Asked) -> str:
    return form(asked)["caption"].decode()


CASE = Case(
    open=lambda url, _: Telegram(chat="@harbour_reel", bot_token=TOKEN, api=url),
    post=post_for("telegram"),
    serve=serving(
        {f"/bot{TOKEN}/{method}": page({"ok": True, "result": SENT}) for method in ("sendPhoto", "sendMessage")}
    ),
    call=f"/bot{TOKEN}/sendPhoto",
    words=words,
    receipt=Receipt(provider_id="77", url="https://t.me/harbour_reel/77"),
    secrets=(TOKEN, "secret-of-the-bot"),
    refused=page({"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"}, 400),
    says=lambda said: page({"ok": False, "error_code": 400, "description": said}, 400),
    throttled=page(
        {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 35}}, 429
    ),
    wait=35,
    gone=(
        page({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401),
        page({"ok": False, "error_code": 404, "description": "Not Found"}, 404),
        page({"ok": False, "error_code": 403, "description": "Forbidden: bot was kicked from the channel chat"}, 403),
        page({"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, 400),
    ),
)
