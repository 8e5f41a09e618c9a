"""Rules about leftovers, and about what law and receivers want at the end: leaving, who we are, why you get this."""

import re
from collections.abc import Iterator

from publisher.preflight import addresses
from publisher.preflight.letter import Letter, flat, line
from publisher.preflight.registry import Context, Spot, rule, rule_in_context
from publisher.preflight.rules.size import CLIP

FOOTER = 600
"""Characters at a message's end in which its footer is looked for."""
UNFILLED = re.compile(
    r"\{\{|\}\}|\{%|%%[A-Za-z_]+%%|__\w+_url\w*__|__(?:merge|slot)_\w+__|\*\|[A-Z_:]+\|\*|\[object Object\]|<%=?|"
    r"\$\{\w+\}|\{(?:\w+_)?(?:name|email|url|title)\}|\[\[\w+\]\]|@@\w+@@|##[A-Z_]+##|"
    r"\((?:None|undefined|NaN)\)|\bBy (?:None|undefined|null)\b|"
    r"\[(?:FIRST|LAST|YOUR|INSERT|COMPANY)[ _A-Z]*\]|\bLorem ipsum\b"
)
EMPTY_VALUE = re.compile(r"(?:None|undefined|null|NaN)")
GREETED_NOBODY = re.compile(
    r"(?i)\b(?:hi|hello|dear|hallo|liebe[r]?|bonjour|hola|ciao)\s+(?:none|undefined|null|nan)\b"
)
VIEW = re.compile(
    r"(?i)\bbrowsers?\b|\bonline\b|web[ -]?version|webversion|navigateur|navegador|en línea|en ligne|المتصفح|דפדפן"
)
WHY = re.compile(
    r"(?i)subscri|sign(?:ed|ing) up|opted in|receiv|because|abonn|angemeldet|erhalten|inscri|iscri|suscri|reçu|recev|"
    r"recib|receb|ricev|ontvang|مشترك|تصلك|רשומה|נשלח"
)
_NO_HOUSE = re.compile(
    r"\b(?:19|20)\d\d\b(?!-)|\b\d+\s?(?:%|/\s?\d+)|\b\d+(?:[.,]\d+)? (?:out of|von|sur|de|su|van) \d+"
)
_ADDRESS = re.compile(
    r"(?i)\b\d{1,5}[a-z]?(?:[-/]\d+[a-z]?)?,? +[^\W\d_]{2,}|[^\W\d_]{2,}\.?,? +(?:no\.? ?|nr\.? ?)?\d{1,6}\b|"
    r"\bp\.? ?o\.? ?box\b|\bpostfach\b|\bapartado\b|\bboîte postale\b|\bcasella postale\b|\bpostbus\b"
)


@rule("unfilled", number=39, level="error", source="seen in the wild: Hello {{ name }}")
def unfilled(letter: Letter) -> Iterator[Spot]:
    """No placeholder is left."""
    places = (("subject", letter.header("Subject")), ("html", letter.html), ("text", letter.text))
    for where, content in places:
        found = UNFILLED.search(content) or GREETED_NOBODY.search(content)
        if found:
            yield where, f"a placeholder is left: {found[0][:60]}"
    for each in letter.seen:
        named = next(
            (node for node in (each.node, *each.node.iterancestors()) if re.fullmatch(r"h\d|a", node.tag)), None
        )
        if named is None and EMPTY_VALUE.fullmatch(flat(each.text)):
            yield line(each.node), f"a value is missing: {flat(each.text)}"


@rule("footer-unsubscribe", number=43, level="error", source="CAN-SPAM 15 USC 7704(a)(5); CASL; Google 81126")
def unsubscribe(letter: Letter) -> Iterator[Spot]:
    """Both parts show the unsubscribe link of the header, and the HTML has it where Gmail does not cut."""
    url = letter.unsubscribe_url
    if not url:
        return
    if letter.html:
        spot = next((anchor for anchor, href, _ in letter.anchors if href == url), None)
        if spot is None:
            yield "html", "no link that is seen leads to the header's unsubscribe address"
        elif len(letter.html.replace("&amp;", "&").encode(errors="replace").partition(url.encode())[0]) >= CLIP:
            yield line(spot), "the unsubscribe link stands where Gmail has cut"
        elif letter.looks("light")[spot].size < 10:
            yield line(spot), "the unsubscribe link is too small to be seen"
    if letter.text and url not in letter.text:
        yield "text", "the unsubscribe address of the header does not stand in it"


@rule_in_context("footer-address", number=43, level="error", source="CAN-SPAM 15 USC 7704(a)(5)(A)(iii); CASL 6(2)(b)")
def postal(letter: Letter, context: Context) -> Iterator[Spot]:
    """Both parts end with the sender's postal address."""
    if context.facts.get("postal_address") == "":
        return  # A configuration without one: sending refuses by itself, and names the key.
    known = re.split(r"[\n,]", str(context.facts.get("postal_address") or ""))
    wanted = [flat(part) for part in known if flat(part)]
    for where, content in (("html", letter.visible), ("text", flat(letter.text))):
        if not content:
            continue
        if wanted:
            absent = [part for part in wanted if part not in content]
            if absent:
                yield where, f"the postal address does not stand in it ({absent[0][:60]})"
        elif not _ADDRESS.search(_NO_HOUSE.sub(" ", _footer(letter, content))):
            yield where, "no postal address is seen at its end"


@rule("footer-why", number=43, level="warning", source="Google 81126; Mailchimp and CASL: how they came on the list")
def why(letter: Letter) -> Iterator[Spot]:
    """Both parts say why the reader gets this."""
    named = [address.lower() for _, address in letter.mailboxes("To") if address]
    for where, content in (("html", letter.visible), ("text", flat(letter.text))):
        end = _footer(letter, content, keep_reader=True).lower()
        if content and not any(address in end for address in named) and not WHY.search(_without_links(end)):
            yield where, "nothing at its end says why the reader gets it"


@rule("footer-view", number=44, level="warning", source="clients that show it badly; Litmus, view in browser")
def view(letter: Letter) -> Iterator[Spot]:
    """A link shows the message in a browser."""
    if letter.html and not any(VIEW.search(words) and _is_address(href) for _, href, words in letter.anchors):
        yield "html", "no link shows the message in a browser"


def _is_address(href: str) -> bool:
    return bool(addresses.host(href))


def _footer(letter: Letter, content: str, *, keep_reader: bool = False) -> str:
    end = content[-FOOTER:]
    end = re.sub(r"https?://\S+", " ", end)
    if not keep_reader:
        for _, address in letter.mailboxes("To"):
            end = end.replace(address, " ") if address else end
    return end


def _without_links(text: str) -> str:
    return re.sub(r"\bunsubscribe\b|\babbestellen\b|se désabonner|mot[- ]de[- ]passe", " ", text)
