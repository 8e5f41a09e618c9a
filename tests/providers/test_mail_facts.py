"""What is true of a kind of mail provider whatever its settings."""

from typing import Any

import pytest

from publisher.model import MailFacts
from publisher.providers import mail_facts, mail_kinds
from publisher.providers.kinds import MAIL

FACTS = {
    "outbox": MailFacts(only_files=True),
    "smtp": MailFacts(own_server=True),
    "postmark": MailFacts(spf="include:spf.mtasv.net"),
    "mailgun": MailFacts(spf="include:mailgun.org", selectors=("mx", "k1", "pic", "smtp", "mailo")),
    "ses": MailFacts(spf="include:amazonses.com"),
    "sendgrid": MailFacts(spf="include:sendgrid.net", selectors=("s1", "s2")),
    "resend": MailFacts(spf="include:amazonses.com", selectors=("resend",)),
    "brevo": MailFacts(spf="include:spf.brevo.com", selectors=("brevo1", "mail")),
    "mailjet": MailFacts(spf="include:spf.mailjet.com", selectors=("mailjet",)),
}
# Readers a batch, and whether a message may be sent again without harm.
SENDING = {
    "outbox": (1, True),
    "smtp": (1, False),
    "resend": (100, False),
    "postmark": (500, False),
    "mailgun": (1, False),
    "ses": (1, False),
    "sendgrid": (1, False),
    "brevo": (1000, False),
    "mailjet": (50, True),
}


@pytest.mark.parametrize("kind", FACTS)
def test_a_kind_names_what_its_senders_put_into_the_domain_name_system(kind: str) -> None:
    assert mail_facts(kind) == FACTS[kind]


@pytest.mark.parametrize("kind", SENDING)
def test_a_kind_says_how_much_it_takes_and_what_may_be_repeated(kind: str) -> None:
    provider: Any = MAIL.find(kind)

    assert (provider.batch, provider.idempotent) == SENDING[kind]


@pytest.mark.parametrize("kind", ["carrier-pigeon", "_hosted", "_smtp", ""])
def test_what_is_no_kind_has_no_facts_of_its_own(kind: str) -> None:
    assert mail_facts(kind) == MailFacts()
    assert kind not in mail_kinds()


def test_a_name_may_be_a_kind_of_mail_and_of_post() -> None:
    assert mail_facts("outbox").only_files
    assert not mail_facts("webhook").only_files
