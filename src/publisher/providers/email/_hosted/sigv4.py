"""AWS Signature Version 4 for one request whose body is at hand.

Read on 2026-11-22: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, kw_only=True, slots=True)
class AwsCredentials:
    """Who signs, for which region and service."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str
    service: str


def signed(
    method: str, url: str, *, headers: Mapping[str, str], body: bytes, keys: AwsCredentials, now: datetime
) -> dict[str, str]:
    """The headers, lower case, with date and authorization; `url` without a query, its Host is the one that is sent."""
    target = urlsplit(url)
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{keys.region}/{keys.service}/aws4_request"
    sent = {name.lower(): " ".join(value.split()) for name, value in headers.items()} | {"x-amz-date": stamp}
    seen = sent | {"host": target.netloc}
    names = ";".join(sorted(seen))
    lines = "".join(f"{name}:{seen[name]}\n" for name in sorted(seen))
    path = quote(target.path or "/", safe="/-_.~")
    request = f"{method}\n{path}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{keys.secret_key}".encode()
    for part in (stamp[:8], keys.region, keys.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    credential = f"Credential={keys.access_key}/{scope}"
    return sent | {"authorization": f"{_ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"}
