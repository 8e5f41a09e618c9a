"""Rules about links."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator

from lxml.html import HtmlElement

from publisher.preflight import addresses
from publisher.preflight.letter import Letter, line
from publisher.preflight.registry import Context, Spot, rule, rule_in_context
from publisher.preflight.vocabulary import listed
from publisher.text.tlds import TLDS

SHORTENERS = listed(
    "bit.ly t.co tinyurl.com goo.gl ow.ly is.gd v.gd buff.ly rebrand.ly cutt.ly lnkd.in t.ly rb.gy "
    "shorturl.at tiny.cc bl.ink dlvr.it short.io s.id trib.al adf.ly soo.gd mcaf.ee"
)
VAGUE = listed(
    "read more|more|click here|click|here|link|this|this link|learn more|continue reading|continue"
    "|details|go|mehr|mehr lesen|weiterlesen|hier|hier klicken|lire la suite|ici|cliquez ici|leer más"
    "|aquí|leggi tutto|qui|clicca qui|lees meer|hier klikken|klik hier|leia mais|aqui|clique aqui"
    "|المزيد|اضغط هنا|לחצו כאן",
    "|",
)
BROKEN = re.compile(
    r"(?:^|[/=.])(?:None|undefined|null|NaN)(?:$|[/?#&])|\{\{|\}\}|\{%|%7[bB]%7[bB]|__\w+__|%%\w+%%|\*\|\w+\|\*|\[\[|"
    r"\[(?:url|link|unsubscribe|URL|LINK|UNSUBSCRIBE)[^\]]*\]|<%"
)
MOST_FINDINGS = 20
_URL = re.compile(r"(?i)^(?:(https?://|www\.))?((?:[a-z0-9-]{1,63}\.)+([a-z]{2,24}))(?::\d+)?(?:[/?#]\S*)?$")


@rule_in_context("link-address", number=39, level="error", source="RFC 3986; react-email link check")
def address(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each link is absolute, https, public, and holds no leftover."""
    yield from itertools.islice(_addresses(letter, context), MOST_FINDINGS)


def _addresses(letter: Letter, context: Context) -> Iterator[Spot]:
    for where, href, is_link in _all(letter):
        wrong = _as_written(letter, href, is_link=is_link)
        if wrong is None and addresses.host(href) not in context.private_hosts:
            wrong = _as_readers_reach(href, is_link=is_link)
        if wrong:
            yield where, wrong


def _as_written(letter: Letter, href: str, *, is_link: bool) -> str | None:
    """What is wrong with how a link is written, "" for one that is no address of the web; None for one that is."""
    parts = addresses.split(href)
    if BROKEN.search(href):
        return f"a leftover stands in {href[:80]!r}"
    if parts.scheme in ("mailto", "tel", "sms"):
        leads = parts.path and (parts.scheme != "mailto" or "@" in parts.path)
        return "" if leads else f"{href[:80]!r} leads nowhere"
    if is_link and href in ("", "#"):
        return "it leads nowhere"
    if href.startswith("#"):
        return "" if href[1:] in letter.names else f"nothing on the page is called {href[1:40]!r}"
    if not is_link and parts.scheme in ("data", "cid", ""):
        return ""
    if parts.scheme not in ("http", "https") or not addresses.host(href):
        return f"{href[:80]!r} is not an absolute web address"
    return f"a space stands in {href[:80]!r}" if re.search(r"\s", href) else None


def _as_readers_reach(href: str, *, is_link: bool) -> str:
    parts, name = addresses.split(href), addresses.host(href)
    if addresses.is_private(name):
        return f"{name[:80]} cannot be reached by readers"
    if is_link and parts.scheme == "http":
        return f"{name[:80]} is linked without https"
    return "it carries a name or a password" if is_link and (parts.username or parts.password) else ""


@rule_in_context("link-private", number=39, level="warning", source="the source says allow_private = true")
def private(letter: Letter, context: Context) -> Iterator[Spot]:
    """A link or picture of a host that the configuration allows to be private, or without https, is pointed out."""
    seen = {addresses.host(href): addresses.split(href).scheme for _, href, _ in _all(letter)}
    for name in sorted(name for name in seen if name and name in context.private_hosts):
        if addresses.is_private(name):
            yield name, "only this network can open links to it"
        elif seen[name] == "http":
            yield name, "it is linked without https"


@rule("link-shortener", number=40, level="warning", source="wordtothewise.com 2011: shared reputation")
def shortener(letter: Letter) -> Iterator[Spot]:
    """No link goes through a public shortener."""
    for anchor, href, _ in letter.anchors:
        name = addresses.host(href).removeprefix("www.")
        if name in SHORTENERS:
            yield line(anchor), f"{name} is shared with spammers, and so is its reputation"


@rule("link-text", number=41, level="error", source="wordtothewise.com; phishing filters")
def text_matches(letter: Letter) -> Iterator[Spot]:
    """A link whose text is a web address leads to that host."""
    for anchor, shown, name in _shown(letter, schemed=True):
        yield line(anchor), f"it shows {shown[:80]} and leads to {name[:80]}"


@rule("link-name", number=41, level="warning", source="wordtothewise.com; phishing filters")
def name_matches(letter: Letter) -> Iterator[Spot]:
    """A link whose text looks like a host leads there, unless a film is called so."""
    for anchor, shown, name in _shown(letter, schemed=False):
        yield line(anchor), f"it shows {shown[:80]}, as a host is written, and leads to {name[:80]}"


def _shown(letter: Letter, *, schemed: bool) -> Iterator[tuple[HtmlElement, str, str]]:
    for anchor, href, words in letter.anchors:
        found = _URL.match(words[:500])
        name = addresses.host(href)
        # What begins like an address is one, on whatever domain; a bare name must end like one.
        plainly = bool(found and (found[1] or found[2].lower().startswith("www.")))
        if not found or not name or plainly is not schemed or not (plainly or found[3].lower() in TLDS):
            continue
        if not addresses.is_related(found[2].lower(), name):
            yield anchor, found[2], name


@rule("link-words", number=28, level="warning", source="WCAG 2.2 2.4.4")
def words(letter: Letter) -> Iterator[Spot]:
    """A link's words say where it leads."""
    for anchor, _, said in letter.anchors:
        pictures = [image.get("alt") or "" for image in anchor.iter("img")]
        plain = said.rstrip(" .…→›»>!:").lower()
        if plain in VAGUE or (not plain and not any(pictures) and not list(anchor.iter("img"))):
            yield line(anchor), f"“{said}” does not say where it leads"


@rule("link-distinct", number=28, level="warning", source="WCAG 2.2 2.4.9, G197")
def distinct(letter: Letter) -> Iterator[Spot]:
    """Links of the same words lead to the same place, but for headings: two critics may see one film."""
    places: defaultdict[str, dict[str, HtmlElement]] = defaultdict(dict)
    for anchor, href, said in letter.anchors:
        in_heading = any(node.tag in ("h1", "h2", "h3") for node in anchor.iterancestors())
        if said and said.lower() not in VAGUE and not in_heading:
            places[said.lower()].setdefault(href, anchor)
    for said, found in itertools.islice(((s, f) for s, f in places.items() if len(f) > 1), MOST_FINDINGS):
        yield line(list(found.values())[1]), f"“{said[:60]}” leads to {len(found)} different places"


@rule_in_context("link-gone", number=39, level="error", source="RFC 9110 15.5.5, 15.5.11; looked up by --online")
def gone(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each link and picture answers, where somebody asked."""
    yield from _answers(letter, context, "gone")


@rule_in_context("link-unsure", number=39, level="warning", source="RFC 9110; looked up by --online")
def unsure(letter: Letter, context: Context) -> Iterator[Spot]:
    """Each link and picture answers at once and to everybody, where somebody asked."""
    yield from _answers(letter, context, "unsure")


def _answers(letter: Letter, context: Context, wanted: str) -> Iterator[Spot]:
    known: dict[str, tuple[str, str]] = context.facts.get("links", {})
    told = set()
    for where, href, _ in _all(letter):
        state, answer = known.get(href, ("ok", ""))
        if state == wanted and href not in told:
            told.add(href)
            yield where, f"{href[:100]}: {answer}"


@rule("link-campaign", number=42, level="warning", source="Google Analytics, campaign parameters; RFC 3986 3.4, 3.5")
def campaign(letter: Letter) -> Iterator[Spot]:
    """Campaign parameters stand once, in one query before the fragment, on one's own links, and not on unsubscribe."""
    leaving = letter.unsubscribe_url.partition("?")[0]
    own = _own_sites(letter)
    for anchor, href, _ in letter.anchors:
        if "utm_" not in href.lower():
            continue
        parts = addresses.split(href)
        names = [name.lower() for name, _ in addresses.query(href) if name.lower().startswith("utm_")]
        if "utm_" in parts.fragment.lower() or parts.query.count("?") or not names:
            yield line(anchor), "its campaign parameters do not stand in one query before the fragment"
        elif len(names) != len(set(names)):
            yield line(anchor), "a campaign parameter stands twice in it"
        elif leaving and href.partition("?")[0] == leaving:
            yield line(anchor), "the unsubscribe link carries campaign parameters"
        elif own and addresses.site(addresses.host(href)) not in own:
            yield line(anchor), f"campaign parameters stand on a link to {addresses.host(href)[:60]}, which is not ours"
    if "utm_" in letter.unsubscribe_url.lower():
        yield "List-Unsubscribe", "the unsubscribe link carries campaign parameters"


def _own_sites(letter: Letter) -> frozenset[str]:
    named = [letter.domain, addresses.host(letter.unsubscribe_url)]
    return frozenset(addresses.site(name) for name in named if name)


def _all(letter: Letter) -> Iterator[tuple[str, str, bool]]:
    """Where, address, and whether it is a link; pictures too."""
    for anchor, href, _ in letter.anchors:
        yield line(anchor), href, True
    for image in letter.elements("img"):
        if source := (image.get("src") or "").strip():
            yield line(image), source, False
