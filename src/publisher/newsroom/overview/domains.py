"""What mailbox providers look up about a sender, SPF, DKIM, DMARC, MX and PTR, and the record to add where one lacks.

Gmail, Yahoo and Outlook want SPF, DKIM and DMARC from everybody who mails many
(https://support.google.com/a/answer/81126).
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterator, Sequence
from email.utils import parseaddr

from publisher.config import Newsletter, RawTable
from publisher.errors import Rejected
from publisher.formatters.message.envelope import domain_of
from publisher.http.lookup import LookupFailed, Names
from publisher.newsroom.app import App
from publisher.newsroom.overview.finding import CheckFinding
from publisher.providers import mail_facts
from publisher.text import internet

MOST_LOOKUPS = 10  # RFC 7208 4.6.4
SMALLEST_KEY = 140  # bytes of a 1024-bit RSA key in its wrapping, and a little less
_ASKS = re.compile(r"[+?~-]?(?:include:|a\b|mx\b|ptr\b|exists:)|redirect=")
_FOLLOWS = re.compile(r"[+?~-]?(?:include:|redirect=)(\S+)")


def domains(app: App, names: Names) -> Iterator[CheckFinding]:
    """What there is to say about each sender's domain and each server that mail leaves from."""
    seen: set[tuple[str, str]] = set()
    for newsletter in app.config.newsletters.values():
        try:
            domain = domain_of(newsletter.sender).lower()
        except Rejected:
            continue  # no envelope can carry it, which fitness says
        for name in newsletter.provider or tuple(app.config.providers)[:1]:
            table = app.config.providers.get(name)
            if table is None or mail_facts(table.kind).only_files or (domain, name) in seen:
                continue
            seen.add((domain, name))
            yield from _sender(app, newsletter, domain, table, names)


def _sender(app: App, newsletter: Newsletter, domain: str, table: RawTable, names: Names) -> Iterator[CheckFinding]:
    where = app.config.where(f"newsletters.{newsletter.name}.from")
    reports = (app.config.editor.email or (newsletter.reply_to or parseaddr(newsletter.sender)[1],))[0]
    try:
        yield from spf(domain, _mechanism(table), names, where)
        yield from dkim(domain, table, names, where)
        yield from dmarc(domain, reports, names, where)
        yield from returning(domain, names, where)
        yield from reverse(table, names)
    except LookupFailed as error:
        yield CheckFinding(level="error", what=error.what, where=where, do=error.do)


def _mechanism(table: RawTable) -> str:
    """What SPF must hold so that this provider may send for the domain."""
    host = str(table.values.get("host", ""))
    if known := mail_facts(table.kind).spf:
        return known
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "" if _is_here(host) else f"a:{host}"
    return "" if not internet.is_public(host) else f"ip{address.version}:{address}"


def _is_here(host: str) -> bool:
    return host in ("", "localhost") or host.endswith((".local", ".localhost", ".internal"))


def spf(domain: str, mechanism: str, names: Names, where: str) -> Iterator[CheckFinding]:
    """Whether exactly one SPF record allows the provider to send, within the limit of look-ups."""
    found = [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        record = " ".join(filter(None, ("v=spf1", mechanism or "a mx", "~all")))
        yield _missing(f"{domain} has no SPF record", domain, record, where)
        return
    if len(found) > 1:
        what = f"{domain} has {len(found)} SPF records, so that none counts"
        yield CheckFinding(level="error", what=what, where=where, do="join them into one")
        return
    words = found[0].split()
    if any(word in ("all", "+all") for word in words):
        do = f'change it to "{" ".join([*(w for w in words if w not in ("all", "+all")), "~all"])}"'
        yield CheckFinding(level="error", what=f"the SPF record of {domain} lets everybody send", where=where, do=do)
    elif mechanism and mechanism.lower() not in found[0].lower():
        grown = " ".join([words[0], mechanism, *words[1:]])
        what = f"the SPF record of {domain} does not name this provider ({mechanism})"
        yield CheckFinding(level="warning", what=what, where=where, do=f'change it to "{grown}"')
    elif (count := _lookups(found[0], names, set())) > MOST_LOOKUPS:
        what = f"the SPF record of {domain} needs {count} look-ups, and only {MOST_LOOKUPS} are made"
        yield CheckFinding(level="error", what=what, where=where, do="take out what you no longer use")
    else:
        yield CheckFinding(level="ok", what=f"SPF of {domain}: {found[0]}")


def _lookups(record: str, names: Names, seen: set[str]) -> int:
    """How many questions a receiver must ask to judge by this record."""
    words = record.lower().split()[1:]
    total = sum(bool(_ASKS.match(word)) for word in words)
    for word in words:
        follows = _FOLLOWS.match(word)
        if follows and follows[1] not in seen and "%" not in follows[1] and len(seen) <= MOST_LOOKUPS:
            seen.add(follows[1])
            total += sum(_lookups(t, names, seen) for t in names.texts(follows[1]) if t.lower().startswith("v=spf1"))
    return total


def dkim(domain: str, table: RawTable, names: Names, where: str) -> Iterator[CheckFinding]:
    """Whether the key that messages are signed with can be found."""
    given = str(table.values.get("dkim_selector", ""))
    for selector in (given,) if given else mail_facts(table.kind).selectors:
        place = f"{selector}._domainkey.{domain}"
        for record in names.texts(place):
            if wrong := _bad_key(record):
                yield CheckFinding(level="error", what=f"the DKIM key at {place} {wrong}", where=table.where())
            else:
                yield CheckFinding(level="ok", what=f"DKIM key at {place}")
            return
    if given:
        yield _missing(f"there is no DKIM key at {given}._domainkey.{domain}", f"{given}._domainkey.{domain}",
                       "v=DKIM1; k=rsa; p=THE PUBLIC KEY", where)  # fmt: skip
        return
    what = f"no DKIM key of {domain} was found for {table.title}, whose selector is not known"
    do = f'sign with DKIM, and name the selector: dkim_selector = "…"; its record is SELECTOR._domainkey.{domain}. TXT'
    yield CheckFinding(level="warning", what=what, where=table.where(), do=do)


def _bad_key(record: str) -> str:
    """What is wrong with a key's record; empty when nothing is."""
    parts = [part.partition("=") for part in record.split(";")]
    tags = {name.strip(): value for name, _, value in parts}
    key = "".join(tags.get("p", "").split())
    if not key:
        return "is empty: it was taken back"
    try:
        size = len(base64.b64decode(key, validate=True))
    except binascii.Error:
        return "is no base64"
    return "is shorter than 1024 bits" if tags.get("k", "rsa").strip() == "rsa" and size < SMALLEST_KEY else ""


def dmarc(domain: str, reports: str, names: Names, where: str) -> Iterator[CheckFinding]:
    """Whether the domain, or the one above it, has a DMARC policy."""
    labels = domain.split(".")
    for place in dict.fromkeys([domain, ".".join(labels[-2:])]):
        found = [text for text in names.texts(f"_dmarc.{place}") if text.lower().startswith("v=dmarc1")]
        if len(found) > 1:
            what = f"_dmarc.{place} has {len(found)} records, so that none counts"
            yield CheckFinding(level="error", what=what, where=where, do="keep one")
            return
        if found and "p=" not in found[0].replace(" ", "").lower():
            yield CheckFinding(
                level="error", what=f"the DMARC record of {place} has no p=", where=where, do="add p=none"
            )
            return
        if found:
            yield CheckFinding(level="ok", what=f"DMARC of {place}: {found[0]}")
            return
    record = f"v=DMARC1; p=none; rua=mailto:{reports}"
    yield _missing(f"{domain} has no DMARC record", f"_dmarc.{domain}", record, where)


def returning(domain: str, names: Names, where: str) -> Iterator[CheckFinding]:
    """Whether answers and bounces find a way back."""
    if not (names.mail_hosts(domain) or names.addresses(domain)):
        do = f"add a record: {domain}. MX 10 and the name of your mail server"
        yield CheckFinding(
            level="error", what=f"nobody takes mail for {domain}, so bounces are lost", where=where, do=do
        )


def reverse(table: RawTable, names: Names) -> Iterator[CheckFinding]:
    """Whether the addresses that mail leaves from have names that lead back to them."""
    host = str(table.values.get("helo") or table.values.get("host", ""))
    if not mail_facts(table.kind).own_server:
        return
    if _is_here(host) or not _is_public(host):
        what = f"{table.title} hands mail to this machine or network, whose public name is not known"
        yield CheckFinding(
            level="warning", what=what, where=table.where(), do="set `helo` to it, then PTR is looked up"
        )
        return
    for address in names.addresses(host) if not _is_address(host) else (host,):
        known = names.names_of(address)
        if any(address in names.addresses(name) for name in known):
            yield CheckFinding(level="ok", what=f"PTR of {address}: {known[0]}")
        else:
            pointer = ipaddress.ip_address(address).reverse_pointer
            name = "MAIL.YOUR-DOMAIN" if _is_address(host) else host
            do = f"have its owner add: {pointer}. PTR {name}."
            yield CheckFinding(
                level="error", what=f"{address} has no name that leads back to it", where=table.where(), do=do
            )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(host: str) -> bool:
    return not _is_address(host) or internet.is_public(host)


def _missing(what: str, name: str, record: str, where: str, kinds: Sequence[str] = ("TXT",)) -> CheckFinding:
    return CheckFinding(level="error", what=what, where=where, do=f'add the record: {name}. {kinds[0]} "{record}"')
