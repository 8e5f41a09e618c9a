import json

from tests.loopback import Asked, Loopback
from tests.providers.social_cases import Case, carded, page
from tests.providers.social_stubs import TOKEN, BlueskyStub

from publisher.model import Receipt
from publisher.providers.social.bluesky import Bluesky, record_key

RKEY = record_key("a-1")


def serve(site: Loopback) -> None:
    BlueskyStub(site)


def words(asked: Asked) -> str:
    return str(json.loads(asked.body)["record"]["text"])


CASE = Case(
    open=lambda url, _: Bluesky(service=url, handle="critic.example", app_password=TOKEN),
    post=carded("bluesky"),
    serve=serve,
    call="/xrpc/com.atproto.repo.putRecord",
    words=words,
    receipt=Receipt(
        provider_id=f"at://did:plc:critic/app.bsky.feed.post/{RKEY}",
        url=f"https://bsky.app/profile/critic.example/post/{RKEY}",
    ),
    secrets=(TOKEN, "session-1"),
    refused=page({"error": "InvalidRequest", "message": "Record/text must not be longer than 300 graphemes"}, 400),
    throttled=page({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, Retry_After="289"),
    wait=289,
    gone=(page({"error": "AuthenticationRequired", "message": "Invalid token"}, 401),),
    unreadable=None,  # a 200 counts, whatever its body
    prepares=("/xrpc/com.atproto.server.createSession", "/xrpc/com.atproto.repo.uploadBlob"),
    idempotent=True,
)
