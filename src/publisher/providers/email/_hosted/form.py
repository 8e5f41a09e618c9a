"""A form as multipart/form-data (RFC 7578), the same bytes for the same fields."""

import hashlib
from collections.abc import Sequence


def multipart(fields: Sequence[tuple[str, str]]) -> tuple[str, bytes]:
    """The Content-Type and the body; the names are our own and need no escape."""
    boundary = hashlib.sha256(repr(fields).encode()).hexdigest()
    head = f"--{boundary}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields]
    return f"multipart/form-data; boundary={boundary}", f"{''.join(parts)}--{boundary}--\r\n".encode()
