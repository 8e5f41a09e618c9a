"""What a line must know of the server that it speaks to."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol

from pydantic import SecretStr

PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass
class Manners:
    """What was learnt of the server in this run, by all of its lines: whether it takes one command at a time only."""

    one_by_one: bool = False


class Door(Protocol):
    """A mail server's address, its lock, and how long to wait at it; the settings of the kind `smtp` are one."""

    host: str
    port: int | None
    security: Literal["starttls", "tls", "none"]
    username: str
    password: SecretStr
    timeout: timedelta
    final_timeout: timedelta
    ca_file: Path | None
    helo: str

    @property
    def where(self) -> str:
        """The server as people name it."""
