import json

from tests.loopback import Asked, Loopback
from tests.providers.social_cases import Case, page, post_for
from tests.providers.social_stubs import TOKEN, MastodonStub

from publisher.model import Receipt
from publisher.providers.social.mastodon import Mastodon


def serve(site: Loopback) -> None:
    MastodonStub(site)


def words(asked: Asked) -> str:
    return str(json.loads(asked.body)["status"])


CASE = Case(
    open=lambda url, _: Mastodon(server=url, access_token=TOKEN),
    post=post_for("mastodon"),
    serve=serve,
    call="/api/v1/statuses",
    words=words,
    receipt=Receipt(provider_id="1"),
    secrets=(TOKEN,),
    refused=page({"error": "Validation failed: Text character limit of 500 exceeded"}, 422),
    throttled=page({"error": "Too many requests"}, 429, Retry_After="60"),
    wait=60,
    gone=(page({"error": "The access token was revoked"}, 401), page({"error": "not allowed"}, 403)),
    prepares=("/api/v1/accounts/verify_credentials", "/api/v2/media"),
    idempotent=True,
)
