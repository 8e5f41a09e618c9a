import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.providers.blame import Blame, Stage, blame, without_address


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        ("5.1.1", "<ann@x.example>: Recipient address rejected: User unknown in relay recipient table", Blame.DEAD),
        ("5.1.10", "domain takes no mail", Blame.DEAD),
        ("5.1.1", "User unknown; your message was not delivered, contact the sender", Blame.DEAD),
        ("5.1.1", "No mailbox here by that name; the sender should check the address", Blame.DEAD),
        ("5.1.1", "contact the sender; mailbox not found", Blame.DEAD),
        ("550", "Domain x.example has exceeded the max emails per hour (200/200)", Blame.US),
        ("5.2.0", "STOREDRV.Submission.Exception:SendAsDeniedException", Blame.US),
        ("5.2.2", "mailbox full; the sender has been notified", Blame.SOFT),
        ("5.1.1", "<d@x.example>: Sender address rejected: User unknown in local recipient table", Blame.US),
        ("5.1.1", "Unknown sender: no such user", Blame.US),
        ("5.2.1", "The sender's mailbox is disabled: sender not allowed", Blame.US),
        ("5.2.1", "<ann@relayhouse.example>: The mailbox is disabled", Blame.SOFT),
        ("550", "no such user here", Blame.SOFT),
        ("550", "User unknown in relay recipient table", Blame.SOFT),
        ("5.4.1", "Recipient address rejected: Access denied. AS(201806281)", Blame.HERS),
        ("5.7.133", "RESOLVER.RST.SenderNotAuthenticatedForGroup", Blame.HERS),
        ("550", "Domain not found", Blame.EITHER),
        ("550", "Requested action not taken", Blame.EITHER),
        ("550", "<d@x.example>: Sender address rejected: Domain not found", Blame.US),
        ("5.1.0", "Sender address rejected: User unknown in virtual mailbox table", Blame.US),
        ("5.1.8", "Access denied, bad outbound sender", Blame.US),
        ("550", "Invalid sender address, see our policy", Blame.US),
        ("5.4.5", "Daily user sending limit exceeded", Blame.US),
        ("5.2.0", "the sender's submission quota was exceeded", Blame.US),
        ("5.7.25", "The IP address has no PTR record", Blame.US),
        ("5.7.1", "Client host [203.0.113.9] blocked using rbl.example", Blame.US),
        ("550", "relay not permitted", Blame.US),
        ("5.7.1", "<ann@x.example>: Relay access denied", Blame.US),
        ("5.3.4", "Message size exceeds fixed limit", Blame.US),
    ],
)
def test_a_reply_says_whom_it_is_about(status: str, text: str, expected: Blame) -> None:
    assert blame(status, text) is expected


@given(st.text(max_size=60), st.sampled_from(["550", "553", "554", "5.0.0", "5.7.1", "5.4.0"]))
def test_words_alone_never_call_an_address_dead(text: str, status: str) -> None:
    assert blame(status, text) is not Blame.DEAD


@pytest.mark.parametrize("status", ["5.1.1", "550", "5.7.1"])
def test_at_mail_from_every_refusal_is_about_us(status: str) -> None:
    at: Stage = "mail"
    assert blame(status, "unknown user", at=at) is Blame.US


def test_refusals_are_alike_but_for_the_address() -> None:
    one = without_address("550 5.7.1 <ann@x.example>: blocked, id x12-77ab")
    assert one == without_address("550 5.7.1 <bob@y.example>: blocked, id q9-1c")
