from tests.providers.social_cases import Case, post_for

from publisher.model import Receipt
from publisher.providers.social.outbox import PostOutbox

CASE = Case(
    open=lambda _, folder: PostOutbox(network="x", path=folder),
    post=post_for("x"),
    receipt=Receipt(provider_id="a-1"),
    idempotent=True,
)
