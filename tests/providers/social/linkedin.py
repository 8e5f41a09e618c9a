import json
import re

from tests import planted
from tests.loopback import Asked, Loopback, Page
from tests.providers.social_cases import Case, carded, page

from publisher.model import Receipt
from publisher.providers.social.linkedin import LinkedIn

TOKEN = f"{planted.MARK}-AQX-token-of-the-critic"
AUTHOR = "urn:li:organization:5515715"
URN = "urn:li:share:6844785523593134080"


def serve(site: Loopback) -> None:
    value = {"uploadUrl": f"{site.url}/dms-uploads/1", "image": "urn:li:image:C4E1"}
    site.pages["/rest/images"] = page({"value": value})
    site.pages["/dms-uploads/1"] = Page(status=201)
    site.pages["/rest/posts"] = Page(status=201, headers={"x-restli-id": URN})


def words(asked: Asked) -> str:
    body = json.loads(asked.body)
    assert asked.headers["linkedin-version"] == "202605"
    assert body["content"]["article"]["thumbnail"] == "urn:li:image:C4E1"
    return re.sub(r"\\(.)", r"\1", body["commentary"])


CASE = Case(
    open=lambda url, _: LinkedIn(author=AUTHOR, access_token=TOKEN, api=url),
    post=carded("linkedin"),
    serve=serve,
    call="/rest/posts",
    words=words,
    receipt=Receipt(provider_id=URN, url=f"https://www.linkedin.com/feed/update/{URN}/"),
    secrets=(TOKEN,),
    refused=page({"message": f"Content is a duplicate of {URN}", "code": "DUPLICATE_POST", "status": 422}, 422),
    says=lambda said: page({"message": said, "status": 400}, 400),
    throttled=page({"message": "Resource level throttle limit reached", "status": 429}, 429, Retry_After="120"),
    wait=120,
    gone=(
        page({"message": "The token used in the request has expired", "status": 401}, 401),
        page({"message": "Not enough permissions", "status": 403}, 403),
        page({"code": "NONEXISTENT_VERSION", "status": 426}, 426),
    ),
    prepares=("/rest/images",),
    looks_back=True,
)
