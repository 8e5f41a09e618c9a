"""Tell the editor what waits for her or went wrong: one mail for each thing, never twice."""

import hashlib
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

import structlog

from publisher.config import Newsletter
from publisher.errors import PublisherError, Rejected, TryLater
from publisher.formatters.message import headers
from publisher.formatters.message.envelope import domain_of, mailbox, message_id
from publisher.model import Message, Receipt
from publisher.newsroom.app import App
from publisher.newsroom.mailers import mailer
from publisher.store import notices

log = structlog.get_logger()

REST = timedelta(minutes=1)
"""How long a notice that could not be mailed rests before it is tried again."""


def tell(app: App, key: str, subject: str, text: str, picture: bytes | None = None) -> bool:
    """Mail the editor once under this key, with a JPEG picture if there is one; whether this call was the first.

    A mail that cannot go out now waits in the store for `mail_waiting`, without its picture.
    """
    with app.store.write() as db:
        if not notices.once(db, key, f"{subject}\n{text}", app.now()):
            return False
    if app.config.editor.email and app.config.newsletters:
        _mail_once(app, key, subject, text, picture)
    return True


def mail_waiting(app: App) -> None:
    """Mail what could not go out when it happened, oldest first, until one cannot go out now either."""
    if not app.config.editor.email or not app.config.newsletters:
        return
    with app.store.read() as db:
        waiting = [each for each in notices.waiting(db) if app.now() - each.at >= REST]
    for notice in waiting:
        subject, _, text = notice.text.partition("\n")
        if not _mail_once(app, notice.key, subject, text, None):
            return


def _mail_once(app: App, key: str, subject: str, text: str, picture: bytes | None) -> bool:
    """Mail a notice unless another process does; False when the mail could not go out and cannot have arrived."""
    with app.store.write(durable=True) as db:
        if not notices.mark_sent(db, key, app.now()):
            return True
    try:
        _mail(app, key, subject, text, picture)
    except PublisherError as error:
        log.warning("notice-not-mailed", key=key, error=str(error))
        with app.store.write() as db:
            notices.take_back(db, key)
        return False
    return True


def _mail(app: App, key: str, subject: str, text: str, picture: bytes | None) -> None:
    """Mail each editor who was not reached yet; `TryLater` while one waits. A refusal or a doubt is an end as well."""
    newsletter = next(iter(app.config.newsletters.values()))
    _, provider = mailer(app, newsletter)[0]
    late: TryLater | None = None
    with app.store.read() as db:
        settled = notices.settled(db, key)
    line = provider.connect()
    try:
        for number, recipient in enumerate(app.config.editor.email):
            mark = hashlib.sha256(recipient.encode()).hexdigest()[:12]
            if mark in settled:
                continue
            reached = _reached(recipient)
            sender = _sender(newsletter, reached)
            ident = message_id(key, number, b"editor", domain_of(sender))
            letter = EmailMessage(policy=SMTP)
            letter["From"], letter["To"], letter["Subject"] = sender, reached, f"[publisher] {subject}"
            letter["Date"], letter["Message-ID"] = format_datetime(app.now()), ident
            letter["Auto-Submitted"] = "auto-generated"
            letter.set_content(text.rstrip("\n") + "\n")
            if picture is not None:
                letter.add_attachment(picture, maintype="image", subtype="jpeg", filename="card.jpg")
            message = Message(
                delivery_id=0,
                key=f"{key}-{number}",
                sender=parseaddr(sender)[1],
                recipient=reached,
                message_id=ident,
                data=letter.as_bytes(),
            )
            outcome = line.deliver([message], lambda: None)[0]
            if isinstance(outcome, TryLater):
                late = outcome
                continue
            if not isinstance(outcome, Receipt):
                log.warning("notice-not-mailed", key=key, error=str(outcome))
            with app.store.write(durable=True) as db:
                notices.settle(db, key, mark, app.now())
    finally:
        line.close()
    if late is not None:
        raise late


def _reached(recipient: str) -> str:
    """The editor's address as an envelope carries it; one that none can carry is left to the provider to refuse."""
    try:
        return headers.address(recipient)
    except Rejected:
        return recipient


def _sender(newsletter: Newsletter, recipient: str) -> str:
    """Who a notice is from: the newsletter's sender, or the editor herself where no envelope can carry that."""
    try:
        display, bare = mailbox(newsletter.sender, newsletter.name, "from")
    except PublisherError:
        return recipient
    return str(Address(display_name=display, addr_spec=bare)) if display else bare
