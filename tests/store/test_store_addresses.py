"""Which addresses can be written to, and which are the same mailbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.store.people.subscribers import address_key, deliverable, normalise


@pytest.mark.parametrize(
    ("typed", "sent_to"),
    [
        ("ann@example.com", "ann@example.com"),
        ("  Ann.Lee+films@Example.COM \n", "Ann.Lee+films@example.com"),
        ("o'neill_{x}@sub.example.co.uk", "o'neill_{x}@sub.example.co.uk"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@faß.example", "ann@xn--fa-hia.example"),
        ("ann@xn--bcher-kva.example", "ann@xn--bcher-kva.example"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
    ],
)
def test_an_address_is_sent_to_as_it_was_typed_with_its_domain_in_ascii(typed: str, sent_to: str) -> None:
    assert deliverable(typed) == sent_to


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "there is no address"),
        ("ann", "there is no @"),
        ("ann@lee@example.com", "exactly one @"),
        ("@example.com", "nothing before the @"),
        ("ann@", "the domain"),
        ("ann@localhost", "the domain"),
        ("ann@-example.com", "the domain"),
        ("ann@example..com", "the domain"),
        ("ann@192.0.2.1", "the domain"),
        ("ann@exa_mple.com", "the domain"),
        ("ann@" + "a" * 64 + ".com", "the domain"),
        (".ann@example.com", "a sign or a dot"),
        ("an..n@example.com", "a sign or a dot"),
        ("ann,lee@example.com", "a sign or a dot"),
        ("<ann@example.com", "a sign or a dot"),
        ("änn@example.com", "a letter before the @"),
        ("x" * 65 + "@example.com", "more than 64"),
        ("x" * 300 + "@example.com", "at most 254"),
        ("ann@" + ".".join(["a" * 60] * 4) + ".example.com", "at most 254"),
        ("ann@example.com\r\nBcc: all@example.com", "a space, a line break"),
        ("ann lee@example.com", "a space, a line break"),
        ("ann\0@example.com", "a space, a line break"),
        ("ann\u202e@example.com", "a space, a line break"),
    ],
)
def test_what_cannot_be_delivered_to_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        deliverable(typed)

    assert "example" not in str(caught.value)


def test_one_mailbox_has_one_key_however_it_is_typed() -> None:
    spellings = ["ann@bücher.example", "ANN@Bücher.Example", " ann@xn--bcher-kva.example"]

    assert len({address_key(spelling) for spelling in spellings}) == 1
    assert address_key("ann@example.com") != address_key(
        "ann.@example.com".replace(".@", "@", 1).replace("ann", "anne")
    )


@given(st.text(max_size=80))
def test_any_text_is_an_address_for_headers_or_refused(text: str) -> None:
    try:
        found = normalise(text)
    except ValueError:
        return
    assert found.isascii()
    assert found.isprintable()
    assert found.count("@") == 1
    assert " " not in found
    assert len(found) <= 254
    assert normalise(found) == found


@given(st.from_regex(r"[A-Za-z0-9.+_'-]{1,70}@[a-zA-Z0-9.-]{1,30}\.[a-z]{2,5}", fullmatch=True))
def test_the_quick_look_and_the_close_look_agree(text: str) -> None:
    from publisher.store.people import addresses

    def seen(look: object) -> object:
        assert callable(look)
        try:
            return look(text)
        except ValueError as error:
            return str(error)

    assert seen(addresses.deliverable) == seen(addresses._checked)
