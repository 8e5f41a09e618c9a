from hypothesis import given
from hypothesis import strategies as st

from publisher.newsroom.links import Ticket, read, sign

KEY = b"k" * 32
tickets = st.builds(Ticket, newsletter=st.text(max_size=20), edition=st.text(max_size=40), reader=st.integers(0, 2**62))


@given(tickets)
def test_a_token_says_what_was_signed(ticket: Ticket) -> None:
    assert read(KEY, sign(KEY, ticket)) == ticket


@given(tickets, st.data())
def test_a_changed_token_says_nothing(ticket: Ticket, data: st.DataObject) -> None:
    token = sign(KEY, ticket)
    place = data.draw(st.integers(0, len(token) - 2))
    other = "A" if token[place] != "A" else "B"

    assert read(KEY, token[:place] + other + token[place + 1 :]) is None


@given(tickets)
def test_another_key_does_not_open_it(ticket: Ticket) -> None:
    assert read(b"x" * 32, sign(KEY, ticket)) is None


@given(st.text(max_size=200))
def test_any_other_text_is_no_token(text: str) -> None:
    assert read(KEY, text) is None


def test_a_token_holds_no_address_and_fits_a_header() -> None:
    token = sign(KEY, Ticket(newsletter="weekly", edition="weekly/2031-03-07", reader=123456789))

    assert "@" not in token
    assert len(token) < 120
