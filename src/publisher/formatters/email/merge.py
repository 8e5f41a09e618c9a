"""Merge fields, filled in per reader: a token for each of them, which no review's text can contain."""

import hashlib
from collections.abc import Mapping

NAMES = ("name", "email", "unsubscribe_url", "preferences_url", "view_url")
FIELD = "field_"


class _Tokens(dict[str, str]):
    """The tokens; one for a reader's own field, `field_city`, is made when a template asks for it."""

    nonce = ""

    def __missing__(self, name: str) -> str:
        if not (name.startswith(FIELD) and name.isidentifier()):
            raise KeyError(name)
        return self.setdefault(name, f"__merge_{name}_{self.nonce}__")


def tokens(content: str) -> Mapping[str, str]:
    """A token for each merge field, `__merge_view_url_3f9a1c2b__`; the same for the same content, and not in it."""
    nonce, turn = "", 0
    while not nonce or nonce in content:
        nonce = hashlib.sha256(f"{turn}\0{content}".encode(errors="replace")).hexdigest()[:8]
        turn += 1
    found = _Tokens({name: f"__merge_{name}_{nonce}__" for name in NAMES})
    found.nonce = nonce
    return found
