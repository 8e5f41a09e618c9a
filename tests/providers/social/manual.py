from tests.providers.social_cases import Case, post_for

from publisher.model import Receipt
from publisher.providers.social.manual import Manual

CASE = Case(
    open=lambda _, folder: Manual(network="linkedin", path=folder),
    post=post_for("linkedin"),
    receipt=Receipt(provider_id="a-1", url=""),
    idempotent=True,
)
