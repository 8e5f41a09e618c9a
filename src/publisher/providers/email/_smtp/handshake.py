"""Greeting, EHLO, TLS and login by the standard library; every failure named by what to do next."""

import smtplib
import socket
import ssl
from datetime import timedelta

from publisher.errors import AccessDenied, TryLater
from publisher.providers.email._smtp.door import PORTS, Door
from publisher.providers.email._smtp.reply import Reply

PASSWORDS = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})
OAUTH = frozenset({"XOAUTH2", "OAUTHBEARER"})
SOON = timedelta(seconds=1)


def handshake(settings: Door) -> smtplib.SMTP:
    """Greeting, EHLO, TLS and login; every failure named by what to do next."""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _connected(settings)
        if settings.security == "starttls":
            smtp.starttls(context=_context(settings))
            smtp.ehlo()
        if settings.username:
            _log_in(smtp, settings)
    except BaseException as error:
        if smtp is not None:
            smtp.close()
        if not isinstance(error, OSError | UnicodeError):
            raise
        raise _failure(error, settings) from None
    return smtp


def _log_in(smtp: smtplib.SMTP, settings: Door) -> None:
    """Log in by a password; raises `AccessDenied` where the server takes none."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if offered and not PASSWORDS.intersection(offered):
        wanted = "XOAUTH2 (OAuth)" if OAUTH.intersection(offered) else " or ".join(offered)
        raise AccessDenied(
            f"the server wants a login by {wanted}, which a password is not",
            where=settings.where,
            do="let its administrator allow a password (SMTP AUTH), or use an entrance that takes one",
        )
    smtp.login(settings.username, settings.password.get_secret_value())


def _connected(settings: Door) -> smtplib.SMTP:
    name = settings.helo or _own_name()
    port = settings.port or PORTS[settings.security]
    seconds = settings.timeout.total_seconds()
    if settings.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, port, local_hostname=name, timeout=seconds, context=_context(settings)
        )
    else:
        smtp = smtplib.SMTP(settings.host, port, local_hostname=name, timeout=seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _context(settings: Door) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=None if settings.ca_file is None else str(settings.ca_file))


def _own_name() -> str:
    """The machine's name if it is one that others could know, else its address as RFC 5321 4.1.3 writes it."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _failure(error: OSError | UnicodeError, settings: Door) -> AccessDenied | TryLater:
    where = settings.where
    if isinstance(error, UnicodeError):
        return AccessDenied("user name and password may hold ASCII letters only", where=where)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refusal(error, settings)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        if settings.security == "starttls" and "STARTTLS" in str(error):
            return AccessDenied("the server offers no STARTTLS", where=where, do='try security = "tls" or another port')
        return AccessDenied("the server offers no login", where=where, do="remove username and password, or use TLS")
    if isinstance(error, ssl.SSLCertVerificationError):
        return AccessDenied(
            f"the server's certificate is not to be trusted ({error.verify_message})",
            where=where,
            do="check `host`, or name the certificate in `ca_file`",
        )
    if isinstance(error, ssl.SSLError):
        return AccessDenied(
            "the server speaks no TLS that we know on this port", where=where, do="check `port` and `security`"
        )
    if isinstance(error, smtplib.SMTPException):
        return TryLater(f"the server hung up ({type(error).__name__})", wide=True, after=SOON, where=where)
    return TryLater(f"the server cannot be reached ({words(error)})", wide=True, after=SOON, where=where)


def _refusal(error: smtplib.SMTPResponseException, settings: Door) -> AccessDenied | TryLater:
    raw = error.smtp_error
    reply = Reply(error.smtp_code, raw if isinstance(raw, bytes) else str(raw).encode())
    if not 500 <= reply.code <= 599:
        return TryLater(f"the server is busy ({reply.words})", wide=True, after=SOON, where=settings.where)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return AccessDenied(
            f"the server refuses the user name or password: {_masked(reply.words, settings)}",
            where=settings.where,
            do=_remedy(reply),
        )
    return AccessDenied(f"the server refuses us ({reply.words})", where=settings.where)


def _masked(said: str, settings: Door) -> str:
    """The server's words without the password, which some echo."""
    return said.replace(settings.password.get_secret_value() or "\0", "…")


def _remedy(reply: Reply) -> str:
    """What helps, where the server's words tell: Microsoft's 5.7.139 and 5.7.57, Google's 5.7.9 and 5.7.8."""
    said = reply.text.lower()
    if "basic auth" in said or "5.7.139" in said or "smtpclientauthentication" in said:
        return "passwords are switched off there: let its administrator allow SMTP AUTH, or use another entrance"
    if "application-specific" in said or "app password" in said or "5.7.9" in said:
        return "make an app password there and use it as `password`"
    return "check `username` and `password`"


def words(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    return error.strerror or type(error).__name__
