from pathlib import Path

from tests import planted
from tests.loopback import Asked
from tests.providers.social_cases import Case, form, page, post_for, serving

from publisher.model import Post, Receipt
from publisher.providers.social.threads import Threads

TOKEN = f"{planted.MARK}-THAA-token-of-the-critic"
PAGES = {
    "/v1.0/17/threads": page({"id": "c-1"}),
    "/v1.0/c-1": page({"id": "c-1", "status": "FINISHED"}),
    "/v1.0/17/threads_publish": page({"id": "p-1"}),
    "/v1.0/p-1": page({"id": "p-1", "permalink": "https://www.threads.example/@harbour/post/p-1"}),
}


def opened(url: str, folder: Path) -> Threads:
    return Threads(
        user_id="17", access_token=TOKEN, api=f"{url}/v1.0", path=folder, pictures_url="https://cards.example/c"
    )


def words(asked: Asked) -> str:
    assert form(asked) == {"creation_id": b"c-1"}
    return POST.text


def graph_error(code: int, message: str = "said", **more: object) -> dict[str, object]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "x", **more}}


POST: Post = post_for("threads")
CASE = Case(
    open=opened,
    post=POST,
    serve=serving(PAGES),
    call="/v1.0/17/threads_publish",
    words=words,
    receipt=Receipt(provider_id="p-1", url="https://www.threads.example/@harbour/post/p-1"),
    secrets=(TOKEN,),
    refused=page(graph_error(100, "Param text must be at most 500 characters long."), 400),
    says=lambda said: page(graph_error(100, said), 400),
    throttled=page(graph_error(4), 403, X_App_Usage="{}"),
    wait=3600,
    gone=(page(graph_error(190, "Session has expired"), 400), page(graph_error(200), 403)),
    prepares=("/v1.0/17/threads", "/v1.0/c-1"),
    looks_back=True,
)
