from hypothesis import given
from hypothesis import strategies as st

from publisher.newsroom.sending import returns


@given(st.integers(min_value=1, max_value=2**40))
def test_a_return_paths_token_finds_the_delivery_again_in_any_case(delivery: int) -> None:
    mark = returns.token(delivery, b"secret")

    assert returns.delivery_of(mark.upper(), b"secret") == delivery
    assert returns.delivery_of(mark, b"another") is None
    assert returns.delivery_of(mark[:-1], b"secret") != delivery


def test_a_return_path_is_one_address_or_one_for_each() -> None:
    fixed = returns.addresses("bounces@example.com", b"k")
    each = returns.addresses("b+{token}@example.com", b"k")

    assert returns.addresses(None, b"k") is None
    assert fixed is not None
    assert fixed(7) == "bounces@example.com"
    assert each is not None
    assert each(7) != each(8)
