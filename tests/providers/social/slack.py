import html
import json
import re

from tests.loopback import Asked, Page
from tests.providers.social_cases import Case, post_for, serving

from publisher.model import Receipt
from publisher.providers.social.slack import Slack

PATH = "/services/T000/B000/hook-token-1f2e3d"


def words(asked: Asked) -> str:
    section = json.loads(asked.body)["blocks"][0]["text"]["text"]
    return html.unescape(re.sub(r"<(https?://[^|>]+)(\|[^>]*)?>", r"\1", section))


def plain(text: str, status: int, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(body=text.encode(), status=status, headers={"Content-Type": "text/html"} | named)


CASE = Case(
    open=lambda url, _: Slack(webhook_url=url + PATH),
    post=post_for("slack"),
    serve=serving({PATH: plain("ok", 200)}),
    call=PATH,
    words=words,
    receipt=Receipt(),
    secrets=("hook-token-1f2e3d",),
    refused=plain("invalid_payload", 400),
    says=lambda said: plain(said, 400),
    throttled=plain("rate_limited", 429, Retry_After="30"),
    wait=30,
    gone=(
        plain("no_service", 404),
        plain("channel_is_archived", 410),
        plain("action_prohibited", 403),
    ),
)
