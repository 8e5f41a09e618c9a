from tests.providers.social_cases import Case, post_for

from publisher.model import Receipt
from publisher.providers.social.outbox import Outbox

CASE = Case(
    open=lambda _, folder: Outbox(network="x", path=folder),
    post=post_for("x"),
    receipt=Receipt(provider_id="a-1"),
)
