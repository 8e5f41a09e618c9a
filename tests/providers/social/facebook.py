from tests import planted
from tests.loopback import Asked
from tests.providers.social.threads import graph_error
from tests.providers.social_cases import LINK, Case, carded, form, page, serving

from publisher.model import Receipt
from publisher.providers.social.facebook import Facebook

TOKEN = f"{planted.MARK}-EAAG-token-of-the-page"


def words(asked: Asked) -> str:
    fields = form(asked)
    assert fields["link"].decode() == LINK
    return fields["message"].decode()


CASE = Case(
    open=lambda url, _: Facebook(page="900", access_token=TOKEN, api=f"{url}/v23.0"),
    post=carded("facebook"),
    serve=serving(
        {
            "/v23.0/900/feed": page({"id": "900_1"}),
            "/v23.0/900_1": page({"permalink_url": "https://www.facebook.example/900/posts/1", "id": "900_1"}),
        }
    ),
    call="/v23.0/900/feed",
    words=words,
    receipt=Receipt(provider_id="900_1", url="https://www.facebook.example/900/posts/1"),
    secrets=(TOKEN,),
    refused=page(graph_error(506, "Duplicate status message"), 400),
    says=lambda said: page(graph_error(100, said), 400),
    throttled=page(graph_error(32), 403, Retry_After="300"),
    wait=300,
    gone=(page(graph_error(190), 400), page(graph_error(200), 403), page(graph_error(368), 400)),
    looks_back=True,
)
