"""`check --dns` against a name server of our own on the loopback."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from publisher.config import load
from publisher.http.lookup import Names
from publisher.newsroom.app import App
from publisher.newsroom.overview.domains import domains
from publisher.newsroom.overview.finding import CheckFinding
from publisher.store.engine import open_store

TEXT = """\
[site]
name = "Second Row"
url = "https://www.secondrow.example"
[editor]
email = "ed@secondrow.example"
[providers.mail]
kind = "smtp"
host = "mail.secondrow.example"
dkim_selector = "s1"
[newsletters.weekly]
from = "Second Row <digest@secondrow.example>"
"""
KEY = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" + "A" * 356 + "QAB="
GOOD = {
    ("secondrow.example", "TXT"): ['"v=spf1 a:mail.secondrow.example -all"', '"other=1"'],
    ("s1._domainkey.secondrow.example", "TXT"): [f'"v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"'],
    ("_dmarc.secondrow.example", "TXT"): ['"v=DMARC1; p=none; rua=mailto:ed@secondrow.example"'],
    ("secondrow.example", "MX"): ["10 mail.secondrow.example."],
    ("mail.secondrow.example", "A"): ["8.8.4.4"],
    ("4.4.8.8.in-addr.arpa", "PTR"): ["mail.secondrow.example."],
}
Zone = Mapping[tuple[str, str], list[str]]


@contextmanager
def name_server(zone: Zone) -> Iterator[Names]:
    """Answers what the zone holds, NXDOMAIN for all else; a zone without anything says nothing at all."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    data, peer = line.recvfrom(4096)
                except TimeoutError:
                    continue
                asked = dns.message.from_wire(data)
                (question,) = asked.question
                name = question.name.to_text().rstrip(".").lower()
                kind = dns.rdatatype.to_text(question.rdtype)
                answer = dns.message.make_response(asked)
                if found := zone.get((name, kind)):
                    answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
                elif not any(known == name for known, _ in zone):
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                if zone:
                    line.sendto(answer.to_wire(), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield Names(("127.0.0.1",), port=line.getsockname()[1])
        finally:
            over.set()
            thread.join()


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., list[CheckFinding]]:
    def found(zone: Zone, text: str = TEXT) -> list[CheckFinding]:
        path = tmp_path / "publisher.toml"
        path.write_text(text, encoding="utf-8")
        config = load(path, env={})
        app = App(config=config, store=open_store(config.store.url, root=config.root))
        with name_server(zone) as names:
            return [each for each in domains(app, names) if each.level != "ok"]

    return found


def test_a_sender_with_all_records_has_nothing_to_mend(look: Callable[..., list[CheckFinding]]) -> None:
    assert look(GOOD) == []


@pytest.mark.parametrize(
    ("name", "kind", "record"),
    [
        ("secondrow.example", "TXT", 'secondrow.example. TXT "v=spf1 a:mail.secondrow.example ~all"'),
        (
            "_dmarc.secondrow.example",
            "TXT",
            '_dmarc.secondrow.example. TXT "v=DMARC1; p=none; rua=mailto:ed@secondrow.example"',
        ),
        ("s1._domainkey.secondrow.example", "TXT", 's1._domainkey.secondrow.example. TXT "v=DKIM1; k=rsa; p='),
        ("4.4.8.8.in-addr.arpa", "PTR", "4.4.8.8.in-addr.arpa. PTR mail.secondrow.example."),
    ],
)
def test_a_missing_record_is_said_to_the_letter(
    look: Callable[..., list[CheckFinding]], name: str, kind: str, record: str
) -> None:
    (missing,) = look({place: found for place, found in GOOD.items() if place != (name, kind)})

    assert missing.level == "error"
    assert record in missing.do


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({("secondrow.example", "TXT"): ['"v=spf1 +all"']}, "lets everybody send"),
        ({("secondrow.example", "TXT"): ['"v=spf1 mx -all"']}, "does not name this provider"),
        ({("secondrow.example", "TXT"): ['"v=spf1 mx -all"', '"v=spf1 a -all"']}, "has 2 SPF records"),
        ({("s1._domainkey.secondrow.example", "TXT"): ['"v=DKIM1; p="']}, "is empty"),
        ({("s1._domainkey.secondrow.example", "TXT"): ['"v=DKIM1; p=AAAA"']}, "shorter than 1024 bits"),
        ({("_dmarc.secondrow.example", "TXT"): ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']}, "has 2 records"),
    ],
)
def test_a_wrong_record_is_named(look: Callable[..., list[CheckFinding]], change: Zone, said: str) -> None:
    (wrong,) = look({**GOOD, **change})
    assert said in wrong.what


def test_an_spf_record_of_too_many_look_ups_is_an_error(look: Callable[..., list[CheckFinding]]) -> None:
    deep: dict[tuple[str, str], list[str]] = {
        (f"n{n}.example", "TXT"): [f'"v=spf1 include:n{n + 1}.example -all"'] for n in range(12)
    }
    (wrong,) = look(
        {**GOOD, **deep, ("secondrow.example", "TXT"): ['"v=spf1 a:mail.secondrow.example include:n0.example -all"']}
    )
    assert "look-ups, and only 10 are made" in wrong.what


def test_a_services_own_mechanism_is_asked_for(look: Callable[..., list[CheckFinding]]) -> None:
    text = TEXT.replace(
        'kind = "smtp"\nhost = "mail.secondrow.example"\ndkim_selector = "s1"', 'kind = "postmark"\ntoken = "x"'
    )
    spf, dkim = look(GOOD, text)

    assert "v=spf1 include:spf.mtasv.net a:mail.secondrow.example -all" in spf.do
    assert "selector is not known" in dkim.what


@pytest.mark.slow
def test_silent_name_servers_are_one_finding(look: Callable[..., list[CheckFinding]]) -> None:
    (silent,) = look({})
    assert (silent.level, "gave no answer" in silent.what) == ("error", True)
