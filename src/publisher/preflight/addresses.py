"""What a web address says, without asking anybody; nothing here raises."""

from urllib.parse import SplitResult, parse_qsl, urlsplit

from publisher.text import internet

NOWHERE = urlsplit("")
_PRIVATE = (".local", ".internal", ".localhost", ".test", ".lan", ".home.arpa", ".invalid")


def split(url: str) -> SplitResult:
    """The address in its parts; empty parts where it cannot be read."""
    try:
        found = urlsplit(url.strip())
        _ = found.hostname, found.port
    except ValueError:
        return NOWHERE
    return found


def host(url: str) -> str:
    """The host in lower case, empty where there is none."""
    return (split(url).hostname or "").rstrip(".")


def is_private(name: str) -> bool:
    """Whether readers cannot reach a host of this name."""
    try:
        return not internet.is_public(name.strip("[]"))
    except ValueError:
        return name == "localhost" or "." not in name or name.endswith(_PRIVATE)


def is_related(one: str, other: str) -> bool:
    """Whether two hosts are the same, or one lies under the other."""
    one, other = one.removeprefix("www."), other.removeprefix("www.")
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def site(name: str) -> str:
    """A host's last two labels: near enough to its owner for saying whose a link is."""
    return ".".join(name.removeprefix("www.").split(".")[-2:])


def query(url: str) -> tuple[tuple[str, str], ...]:
    """The address's parameters in order."""
    try:
        return tuple(parse_qsl(split(url).query, keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return ()
