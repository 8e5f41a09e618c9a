"""An editor's Markdown as tokens that a mail can carry, and in words what it cannot: raw HTML, other schemes, files."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publisher.text import urls

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What a link may not lead to is taken out here and told, instead of standing in the letter as its source.
READER.validateLink = bool  # type: ignore[method-assign,assignment]
# Controls, and the bidi controls that turn the order of what follows them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CODE_OR_LIVE = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>```+|~~~+).*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`))"
    r"|<(?P<tag>script|style)(?![\w-])[^>]*>.*?(?:</(?P=tag)\s*>|\Z)"
    r"|<(?P<drawing>svg|math)(?![\w-])[^>]*>.*?</(?P=drawing)\s*>"
    r"|<!--.*?(?:-->|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|body|center|details|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]"
    r"|head|header|hr|html|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)\b[^>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*)(?P<rest>[^>]*)", re.IGNORECASE)
_ODD_TAG = re.compile(r"</?[a-z][a-z0-9-]*/[^<>]*>", re.IGNORECASE)
_GIVEN = re.compile(r"""\b(href|src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_SAME = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "s": "s", "del": "s", "strike": "s", "a": "link"}
_ELEMENT = {"link": "a"}
_BARE = re.compile(r"(?<![\w@/.])(?:https?://|www\.)[^\s<>\"“”«»]+", re.IGNORECASE)
_TRAILING = ".,;:!?'’…*_~\\"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_AS_WRITTEN = {
    "footnotes": re.compile(r"\[\^[\w-]+\]"),
    "boxes to tick": re.compile(r"^\s*[-*+] \[[ xX]\] ", re.MULTILINE),
}


def cleaned(markdown: str) -> str:
    r"""The Markdown with \n as its line end, without controls, scripts and comments."""
    source = _UNWANTED.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n"))
    return _CODE_OR_LIVE.sub(lambda found: found["code"] or "", source)


def tokens(markdown: str, *, site: str, picture_width: int) -> list[Token]:
    """The Markdown's tokens: addresses absolute, headings h2 or h3, pictures as wide as the column."""
    return _Carrier(site, picture_width).read(markdown)


def left_out(markdown: str, *, site: str) -> tuple[str, ...]:
    """What of the Markdown does not stand in the mail as it was meant, each in a line."""
    carrier = _Carrier(site, 0)
    carrier.read(markdown)
    said = [*carrier.said]
    removed = (found for found in _CODE_OR_LIVE.finditer(markdown) if not found["code"])
    gone = [(found["tag"] or found["drawing"] or "!--").lower() for found in removed]
    names = ", ".join(f"<{name}>" for name in dict.fromkeys([*carrier.html, *gone]))
    if names:
        said.insert(0, f"raw HTML was cleaned ({names}): its words stay, what it does is gone")
    said += [f"{name} are shown as they are written" for name, seen in _AS_WRITTEN.items() if seen.search(markdown)]
    return tuple(dict.fromkeys(said))


def picture_addresses(markdown: str) -> tuple[str, ...]:
    """The address of each picture as it is written."""
    carrier = _Carrier("", 0)
    carrier.read(markdown)
    return tuple(carrier.pictures)


class _Carrier:
    """Reads one Markdown text; `said`, `html` and `pictures` are what was met on the way."""

    def __init__(self, site: str, picture_width: int) -> None:
        self._site = site
        self._width = picture_width
        self.said: list[str] = []
        self.html: list[str] = []
        self.pictures: list[str] = []

    def read(self, markdown: str) -> list[Token]:
        found: list[Token] = []
        for token in READER.parse(cleaned(markdown)):
            found += self._block(token)
        return found

    def _block(self, token: Token) -> Iterator[Token]:
        if token.type == "html_block":
            self.html += [tag["name"].lower() for tag in _TAG.finditer(token.content)]
            for piece in filter(str.strip, _BLOCK_TAG.split(token.content)):
                inline = READER.parseInline(piece.strip())[0]
                inline.children = self._inline(inline.children or [])
                yield Token("paragraph_open", "p", 1, block=True)
                yield inline
                yield Token("paragraph_close", "p", -1, block=True)
            return
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2" if token.tag in ("h1", "h2") else "h3"
        elif token.type in ("th_open", "td_open") and (style := str(token.attrs.pop("style", ""))):
            token.attrSet("align", style.removeprefix("text-align:"))
        if token.children is not None:
            token.children = self._inline(token.children)
        yield token

    def _inline(self, children: Sequence[Token]) -> list[Token]:
        kept: list[bool] = []
        found: list[Token] = []
        for token in self._without_html(children):
            if token.type == "link_open":
                kept.append(self._leads(token, "href"))
                found += [token] if kept[-1] else []
            elif token.type == "link_close":
                found += [token] if kept.pop() else []
            elif token.type == "image":
                found.append(self._picture(token))
            elif token.type == "text" and not any(kept):
                found += _linked(token)
            else:
                found.append(token)
        return found

    def _leads(self, token: Token, name: str) -> bool:
        written = str(token.attrGet(name) or "")
        address = absolute(written, self._site)
        if address:
            token.attrSet(name, address)
            return True
        scheme = _SCHEME.match(written)
        why = f"a mail cannot carry {scheme[1].lower()}:" if scheme else "it is no address"
        self.said.append(f"“{written}” is no link or picture in the mail: {why}")
        return False

    def _picture(self, token: Token) -> Token:
        self.pictures.append(str(token.attrGet("src") or ""))
        if not self._leads(token, "src"):
            return Token("text", "", 0, content=token.content)
        token.attrSet("width", str(self._width))
        return token

    def _without_html(self, children: Sequence[Token]) -> list[Token]:
        """The tokens with HTML that Markdown has a word for as that, and the other tags left out."""
        found: list[Token | None] = []
        begun: list[tuple[str, int]] = []
        for token in children:
            tag = _TAG.match(token.content) if token.type == "html_inline" else None
            if token.type != "html_inline":
                found.append(token)
            elif tag is not None:
                name = tag["name"].lower()
                self.html.append(name)
                if tag["end"]:
                    _close(found, begun, name)
                elif name in _SAME:
                    begun.append((name, len(found)))
                    found.append(_opening(_SAME[name], tag["rest"]))
                elif name in ("br", "img"):
                    found.append(_alone(name, tag["rest"]))
        for _, place in begun:
            found[place] = None
        return [token for token in found if token is not None]


def _opening(kind: str, rest: str) -> Token:
    attributes: dict[str, str | int | float] = {"href": _given(rest, "href")} if kind == "link" else {}
    return Token(f"{kind}_open", _ELEMENT.get(kind, kind), 1, attrs=attributes)


def _close(found: list[Token | None], begun: list[tuple[str, int]], name: str) -> None:
    """End the last open element of that name; those that were opened in it and not closed are left out."""
    if all(name != each for each, _ in begun):
        return
    while (last := begun.pop())[0] != name:
        found[last[1]] = None
    kind = _SAME[name]
    found.append(Token(f"{kind}_close", _ELEMENT.get(kind, kind), -1))


def _alone(name: str, rest: str) -> Token:
    if name == "br":
        return Token("hardbreak", "br", 0)
    alt = _given(rest, "alt")
    text = Token("text", "", 0, content=alt)
    return Token("image", "img", 0, attrs={"src": _given(rest, "src"), "alt": ""}, content=alt, children=[text])


def _given(rest: str, name: str) -> str:
    from html import unescape

    found = (each for each in _GIVEN.finditer(rest) if each[1].lower() == name)
    first = next(found, None)
    return unescape(first[2] or first[3] or first[4] or "") if first else ""


def absolute(address: str, site: str) -> str:
    """The address as a mail can carry it: a web address, counted from the site, or mailto; empty for any other."""
    scheme = _SCHEME.match(address)
    if scheme is None:
        return urls.join(site, address)
    if scheme[1].lower() == "mailto":
        return address.strip() if "@" in address else ""
    return urls.join(site, address) if scheme[1].lower() in ("http", "https") else ""


def _linked(token: Token) -> Iterator[Token]:
    """The text with its bare addresses as links, each without the stop or bracket that ends its sentence."""
    text, at = _ODD_TAG.sub("", token.content), 0
    for found in _BARE.finditer(text):
        shown = _bare(found[0])
        address = absolute(shown if "://" in shown[:8] else f"https://{shown}", "")
        if not address:
            continue
        if found.start() > at:
            yield Token("text", "", 0, content=text[at : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=shown)
        yield Token("link_close", "a", -1)
        at = found.start() + len(shown)
    if at < len(text):
        yield Token("text", "", 0, content=text[at:])


def _bare(address: str) -> str:
    while address:
        last = address[-1]
        opener = _BRACKETS.get(last)
        if last not in _TRAILING and (opener is None or address.count(opener) >= address.count(last)):
            break
        address = address[:-1]
    return address
