import json

from tests.loopback import Asked, Page
from tests.providers.social_cases import Case, page, post_for, serving

from publisher.errors import Uncertain
from publisher.model import Receipt
from publisher.providers.social.apprise import Apprise

PATH = "/notify/token-of-the-service"


def words(asked: Asked) -> str:
    return str(json.loads(asked.body)["message"])


CASE = Case(
    open=lambda url, _: Apprise(url=f"json://{url.partition('://')[2]}{PATH}"),
    post=post_for("apprise"),
    serve=serving({PATH: page({"ok": True}), f"{PATH}/": page({"ok": True})}),
    call=PATH,
    words=words,
    receipt=Receipt(),
    secrets=("token-of-the-service",),
    refused=Page(status=400),
    throttled=Page(status=429),
    gone=(Page(status=401), Page(status=403), Page(status=404), Page(status=410)),
    unreadable=None,
    out_of_reach=Uncertain,
)
