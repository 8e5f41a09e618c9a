import json
import time

from tests import planted
from tests.loopback import Asked, Page
from tests.providers.social_cases import Case, page, post_for, serving

from publisher.model import Receipt
from publisher.providers.social.x import X

TOKEN = f"{planted.MARK}-x-token-of-the-critic"


def busy() -> Page:
    reset = str(int(time.time()) + 600)
    return page({"title": "Too Many Requests", "status": 429}, 429, x_rate_limit_reset=reset)


def words(asked: Asked) -> str:
    body = json.loads(asked.body)
    assert body["media"] == {"media_ids": ["555"]}
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    return str(body["text"])


CASE = Case(
    open=lambda url, _: X(access_token=TOKEN, api=url),
    post=post_for("x"),
    serve=serving(
        {
            "/2/media/upload": page({"data": {"id": "555", "media_key": "3_555"}}),
            "/2/media/metadata": page({"data": {"id": "555"}}),
            "/2/tweets": page({"data": {"id": "1900", "text": "…"}}, 201),
        }
    ),
    call="/2/tweets",
    words=words,
    receipt=Receipt(provider_id="1900", url="https://x.com/i/web/status/1900"),
    secrets=(TOKEN,),
    refused=page({"detail": "You are not allowed to create a Tweet with duplicate content.", "status": 403}, 403),
    says=lambda said: page({"title": "Invalid Request", "detail": said}, 400),
    throttled=busy,
    wait=600,
    gone=(
        page({"title": "Unauthorized", "status": 401}, 401),
        page({"title": "Forbidden", "status": 403}, 403),
        page({"title": "CreditsDepleted"}, 402),
    ),
    prepares=("/2/media/upload", "/2/media/metadata"),
    looks_back=True,
)
