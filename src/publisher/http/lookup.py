"""Questions to the domain name system: the only import of dnspython; every failure is a `LookupFailed`."""

import ipaddress
from collections.abc import Callable

import dns.exception
import dns.resolver
import dns.reversename

from publisher.errors import PublisherError

SECONDS = 5.0


class LookupFailed(PublisherError):
    """The name servers gave no answer, so that nothing is known either way."""


class Names:
    """Asks the system's name servers, or those that are given."""

    def __init__(self, servers: tuple[str, ...] = (), *, port: int = 53) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=not servers)
        except dns.exception.DNSException as error:
            raise LookupFailed("no name server is configured", where="/etc/resolv.conf") from error
        if servers:
            self._resolver.nameservers, self._resolver.port = list(servers), port
        self._resolver.lifetime = SECONDS

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name, each joined from its parts; none when there is no such name."""
        return self._ask(name, "TXT", lambda found: b"".join(found.strings).decode("utf-8", "replace"))

    def mail_hosts(self, name: str) -> tuple[str, ...]:
        """The hosts that take mail for a name."""
        return self._ask(name, "MX", lambda found: str(found.exchange).rstrip("."))

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a host, of both kinds."""
        return (*self._ask(name, "A", str), *self._ask(name, "AAAA", str))

    def names_of(self, address: str) -> tuple[str, ...]:
        """The names that an address is known by (PTR)."""
        reverse = dns.reversename.from_address(str(ipaddress.ip_address(address)))
        return self._ask(str(reverse), "PTR", lambda found: str(found.target).rstrip("."))

    def _ask(self, name: str, kind: str, read: Callable[..., str]) -> tuple[str, ...]:
        try:
            answer = self._resolver.resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, UnicodeError, OSError) as error:
            what = f"the name servers gave no answer for {name} ({type(error).__name__})"
            raise LookupFailed(what, do="see that this machine reaches its name servers") from error
        return tuple(read(found) for found in answer)
