import json
from pathlib import Path

from tests import planted
from tests.loopback import Asked
from tests.providers.social.threads import graph_error
from tests.providers.social_cases import Case, form, page, post_for, serving

from publisher.model import Post, Receipt
from publisher.providers.social.instagram import Instagram

TOKEN = f"{planted.MARK}-IGAA-token-of-the-critic"
USAGE = json.dumps({"17": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 19}]})
PAGES = {
    "/v23.0/17/media": page({"id": "c-1"}),
    "/v23.0/c-1": page({"id": "c-1", "status_code": "FINISHED"}),
    "/v23.0/17/media_publish": page({"id": "p-1"}),
    "/v23.0/p-1": page({"id": "p-1", "permalink": "https://www.instagram.example/p/1"}),
}


def opened(url: str, folder: Path) -> Instagram:
    return Instagram(
        user_id="17", access_token=TOKEN, api=f"{url}/v23.0", path=folder, pictures_url="https://cards.example/c"
    )


def words(asked: Asked) -> str:
    assert form(asked) == {"creation_id": b"c-1"}
    return POST.text


POST: Post = post_for("instagram")
CASE = Case(
    open=opened,
    post=POST,
    serve=serving(PAGES),
    call="/v23.0/17/media_publish",
    words=words,
    receipt=Receipt(provider_id="p-1", url="https://www.instagram.example/p/1"),
    secrets=(TOKEN,),
    refused=page(graph_error(9004, "Only photo or video can be accepted as media type."), 400),
    says=lambda said: page(graph_error(100, said), 400),
    throttled=page(graph_error(80002), 400, X_Business_Use_Case_Usage=USAGE),
    wait=19 * 60,
    gone=(page(graph_error(190), 401), page(graph_error(10), 403)),
    prepares=("/v23.0/17/media", "/v23.0/c-1"),
    looks_back=True,
)
