"""SMTP (RFC 5321): handshake, TLS and login by the standard library, the transaction pipelined on its socket.

The window in which a message is uncertain is kept as small as the protocol allows. All of a message but the final
dot goes out first; then the ledger notes that it is being sent; then the dot. Whatever breaks before the dot has been
handed over is a `TryLater`, because an unfinished message must be thrown away (4.1.1.4); whatever breaks between the
dot and its reply is `Uncertain` (RFC 1047). The reply is waited for ten minutes (4.5.3.2.6).
"""

from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, PrivateAttr, SecretStr

from publisher.config import Duration, Rate, Settings
from publisher.model import MailConnection, MailFacts
from publisher.providers.email._smtp.door import PORTS, Manners
from publisher.providers.email._smtp.line import SmtpLine


class Smtp(Settings):
    """A mail server: one's own, a relay, or a provider's SMTP entrance."""

    kind: ClassVar[str] = "smtp"
    facts: ClassVar[MailFacts] = MailFacts(own_server=True)
    batch: ClassVar[int] = 1
    idempotent: ClassVar[bool] = False
    stepped: ClassVar[bool] = True

    host: str = Field(min_length=1, description="The server's name.")
    port: int | None = Field(default=None, ge=1, le=65535, description="587 with starttls, 465 with tls, 25 without.")
    security: Literal["starttls", "tls", "none"] = Field(default="starttls", description="How the line is encrypted.")
    username: str = Field(default="", description="The login, if one is needed.")
    password: SecretStr = Field(default=SecretStr(""), description='Its password: "${SMTP_PASSWORD}" or password_file.')
    connections: int = Field(default=4, ge=1, le=64, description="How many lines are open at once.")
    rate: Rate | None = Field(default=None, description='The most it may be given, "600/min"; absent = no limit.')
    daily_quota: int | None = Field(
        default=None, ge=1, description="The most it may be given in any 24 hours; absent = no limit."
    )
    warm_up: int | None = Field(
        default=None, ge=1, description="For a new sender: so many on its first day, twice as many each day after."
    )
    dkim_selector: str = Field(default="", description="Under which name its DKIM key stands, for `check --dns`.")
    timeout: Duration = Field(default=timedelta(minutes=2), description="How long a reply may take.")
    final_timeout: Duration = Field(
        timedelta(minutes=10), description="How long the reply to a whole message may take."
    )
    ca_file: Path | None = Field(default=None, description="A certificate to trust instead of the system's.")
    helo: str = Field(
        default="", pattern=r"^[A-Za-z0-9.:\[\]-]*$", description="What we call ourselves; the machine's name."
    )

    _manners: Manners = PrivateAttr(default_factory=Manners)

    @property
    def where(self) -> str:
        """The server as people name it."""
        return f"{self.host}:{self.port or PORTS[self.security]}"

    def connect(self) -> MailConnection:
        """Open a line and log in; raises `AccessDenied` or `TryLater`."""
        line = SmtpLine(self, self._manners)
        line.open()
        return line


PROVIDER = Smtp
