import json
import re

from tests.loopback import Asked
from tests.providers.social_cases import Case, form, page, post_for, serving

from publisher.model import Receipt
from publisher.providers.social.discord import Discord

PATH = "/api/webhooks/4711/hook-token-1f2e3d"


def words(asked: Asked) -> str:
    body = json.loads(form(asked)["payload_json"])
    return re.sub(r"\\(.)", r"\1", body["content"])


CASE = Case(
    open=lambda url, _: Discord(webhook_url=url + PATH),
    post=post_for("discord"),
    serve=serving({PATH: page({"id": "1234567890", "channel_id": "42", "content": "…"})}),
    call=PATH,
    words=words,
    receipt=Receipt(provider_id="1234567890"),
    secrets=("hook-token-1f2e3d",),
    refused=page({"message": "Invalid Form Body", "code": 50035, "errors": {}}, 400),
    says=lambda said: page({"message": said, "code": 50035}, 400),
    throttled=page({"message": "You are being rate limited.", "retry_after": 2.5, "global": False}, 429),
    wait=2.5,
    gone=(
        page({"message": "Unknown Webhook", "code": 10015}, 404),
        page({"message": "Invalid Webhook Token", "code": 50027}, 401),
        page({"message": "Missing Permissions", "code": 50013}, 403),
    ),
)
