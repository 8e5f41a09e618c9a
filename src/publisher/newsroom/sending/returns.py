"""Where bounces go: one address for all, or one with a signed token that finds the delivery again (VERP).

A token is short and of one case, because servers cut and fold local parts: the delivery's number in base 32 and 40 bits
of a signature.
"""

import base64
import binascii
import hmac
from collections.abc import Callable

PLACE = "{token}"
_SIGNED = 5


def addresses(template: str | None, secret: bytes) -> Callable[[int], str] | None:
    """From a delivery's number to the address for its bounces; None without a template."""
    if template is None:
        return None
    if PLACE not in template:
        return lambda _: template
    return lambda delivery: template.replace(PLACE, token(delivery, secret))


def token(delivery: int, secret: bytes) -> str:
    """The mark of a delivery that nobody without the secret can make."""
    number = delivery.to_bytes(max(1, (delivery.bit_length() + 7) // 8), "big")
    return base64.b32encode(_signature(number, secret) + number).decode().rstrip("=").lower()


def delivery_of(mark: str, secret: bytes) -> int | None:
    """The delivery that a token was made for; None when it was not made with this secret."""
    try:
        raw = base64.b32decode(mark.upper() + "=" * (-len(mark) % 8))
    except (binascii.Error, ValueError):
        return None
    signature, number = raw[:_SIGNED], raw[_SIGNED:]
    if not number or not hmac.compare_digest(signature, _signature(number, secret)):
        return None
    return int.from_bytes(number, "big")


def _signature(number: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"return-path\0" + number, "sha256")[:_SIGNED]
