import json

from tests import planted
from tests.loopback import Asked, Page
from tests.providers.social_cases import Case, page, post_for, serving

from publisher.model import Receipt
from publisher.providers.social.webhook import Webhook

PATH = "/hooks/reviews"
SECRET = f"{planted.MARK}-signed-with-this"


def words(asked: Asked) -> str:
    return str(json.loads(asked.body)["text"])


CASE = Case(
    open=lambda url, _: Webhook(url=url + PATH, secret=SECRET),
    post=post_for("webhook"),
    serve=serving({PATH: page({"id": "row-9", "url": "https://elsewhere.example/9"}, 202)}),
    call=PATH,
    words=words,
    receipt=Receipt(provider_id="row-9", url="https://elsewhere.example/9"),
    secrets=(SECRET,),
    refused=page({"error": "no such template"}, 422),
    says=lambda said: page({"error": said}, 422),
    throttled=Page(status=429, headers={"Retry-After": "12"}),
    wait=12,
    gone=(Page(status=410), Page(status=404), page({"error": "bad signature"}, 401)),
    unreadable=None,
)
