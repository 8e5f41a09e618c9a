"""An edition's email compiled to bytes and merge fields, with the headers of its newsletter."""

from publisher.config import Newsletter
from publisher.formatters.message import envelope
from publisher.model import CompiledEdition, Email
from publisher.newsroom.app import App


def compile_for(app: App, newsletter: Newsletter, email: Email, edition: str) -> CompiledEdition:
    """The edition's message as bytes and merge fields, dated now by the site's clock."""
    domain = envelope.domain_of(newsletter.sender)
    mailing_list = envelope.MailingList(
        sender=newsletter.sender,
        reply_to=newsletter.reply_to,
        list_id=f"{newsletter.name}.{domain}",
        newsletter=newsletter.name,
        name=newsletter.title or app.config.site.name,
    )
    return envelope.compile_edition(
        email, mailing_list, edition=edition, date=app.now().astimezone(app.config.site.zone)
    )
