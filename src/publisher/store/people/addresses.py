"""Email addresses: which ones can be delivered to, and when two of them are the same mailbox."""

import hashlib
import re

MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3 less the angle brackets; RFC 3696 erratum 1690
MAX_LOCAL = 64  # RFC 5321 4.5.3.1.1
# What nearly all addresses look like; the rest is looked at closely, to say what is wrong.
PLAIN = re.compile(
    r"([a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,20}){0,2})@((?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,4}[a-z]{2,24})",
    re.ASCII | re.IGNORECASE,
)
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def deliverable(email: str) -> str:
    """The address as a message is sent to it: the part before @ as it was written, the domain in lower-case ASCII.

    Raises `ValueError` with the reason, which never repeats the address.
    """
    if plain := PLAIN.fullmatch(email):
        return f"{plain[1]}@{plain[2].lower()}" if len(plain[1]) <= MAX_LOCAL else _checked(email)
    return _checked(email)


def _checked(email: str) -> str:
    text = email.strip(" \t\r\n\ufeff\u00a0")
    if not text:
        raise ValueError("there is no address")
    if len(text) > MAX_ADDRESS:
        raise ValueError(f"an address has at most {MAX_ADDRESS} characters")
    if any(c.isspace() or not c.isprintable() for c in text):
        raise ValueError("there is a space, a line break or an invisible character in the address")
    local, at, domain = text.rpartition("@")
    if not at or "@" in local:
        raise ValueError("an address has exactly one @" if at else "there is no @ in the address")
    _check_local(local)
    domain = _ascii_domain(domain)
    if len(local) + 1 + len(domain) > MAX_ADDRESS:
        raise ValueError(f"an address has at most {MAX_ADDRESS} characters")
    return f"{local}@{domain}"


def normalise(email: str) -> str:
    """The one spelling of an address that all its spellings share: `deliverable` in lower case.

    RFC 5321 lets a server tell `Ann` from `ann`; none that people use does, and one person must not get two copies.
    """
    return deliverable(email).lower()


def address_key(email: str) -> str:
    """SHA-256 of the normalised address in hex: knows an address again without keeping it."""
    return key_of(deliverable(email))


def key_of(sent_to: str) -> str:
    """The `address_key` of an address that `deliverable` gave."""
    return hashlib.sha256(sent_to.lower().encode()).hexdigest()


def _check_local(local: str) -> None:
    if not local:
        raise ValueError("there is nothing before the @")
    if not local.isascii():
        raise ValueError("there is a letter before the @ that most mail servers refuse")
    if len(local) > MAX_LOCAL:
        raise ValueError(f"there are more than {MAX_LOCAL} characters before the @")
    if not LOCAL.fullmatch(local):
        raise ValueError("the part before the @ has a sign or a dot where none may be")


def _ascii_domain(domain: str) -> str:
    """The domain in lower case, an international one as its A-labels (RFC 5891)."""
    if not domain.isascii():
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError("the domain is no valid name") from error
    domain = domain.lower()
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError("the domain is no valid name")
    return domain
