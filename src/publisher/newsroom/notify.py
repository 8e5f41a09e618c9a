"""Tell the editor what waits for her or went wrong: one mail for each thing, never twice."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

import structlog

from publisher.errors import PublisherError
from publisher.formatters.envelope import message_id
from publisher.model import Message, Receipt
from publisher.newsroom.app import App
from publisher.newsroom.mailers import mailer
from publisher.store import notices

log = structlog.get_logger()


def tell(app: App, key: str, subject: str, text: str, picture: bytes | None = None) -> bool:
    """Mail the editor once under this key, with a JPEG picture if there is one; whether this call was the first.

    A mail that cannot go out is logged and the notice still stands in the store, where `status` shows it.
    """
    with app.store.write() as db:
        if not notices.once(db, key, f"{subject}\n{text}", app.now()):
            return False
    if not app.config.editor.email or not app.config.newsletters:
        return True
    try:
        _mail(app, key, subject, text, picture)
    except PublisherError as error:
        log.warning("notice-not-mailed", key=key, error=str(error))
    return True


def _mail(app: App, key: str, subject: str, text: str, picture: bytes | None) -> None:
    newsletter = next(iter(app.config.newsletters.values()))
    _, provider = mailer(app, newsletter)[0]
    sender = newsletter.sender
    domain = parseaddr(sender)[1].rpartition("@")[2]
    line = provider.connect()
    try:
        for number, recipient in enumerate(app.config.editor.email):
            ident = message_id(key, number, b"editor", domain)
            letter = EmailMessage(policy=SMTP)
            letter["From"], letter["To"], letter["Subject"] = sender, recipient, f"[publisher] {subject}"
            letter["Date"], letter["Message-ID"] = format_datetime(app.now()), ident
            letter["Auto-Submitted"] = "auto-generated"
            letter.set_content(text.rstrip("\n") + "\n")
            if picture is not None:
                letter.add_attachment(picture, maintype="image", subtype="jpeg", filename="card.jpg")
            message = Message(
                delivery_id=0,
                key=f"{key}-{number}",
                sender=parseaddr(sender)[1],
                recipient=recipient,
                message_id=ident,
                data=letter.as_bytes(),
            )
            outcome = line.deliver([message], lambda: None)[0]
            if not isinstance(outcome, Receipt):
                raise outcome
    finally:
        line.close()
