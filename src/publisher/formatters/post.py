"""One review as a social post for one network: the quote first, then film, stars, critic and link. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from jinja2 import StrictUndefined
from jinja2 import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.errors import TemplateError
from publisher.formatters import thread
from publisher.formatters.email.files import shipped
from publisher.formatters.email.rating import as_text
from publisher.model import ChannelRules, LinkCard, Post, Quote, Review
from publisher.text import clean, clip, count, facets, graphemes, urls

MAX_TAGS = 2
_LEAST_QUOTE = 24  # graphemes; a shorter remnant of a quote says nothing
_LEAST_TITLE = 8
_CARD_TEXT = 300

_BLANK_LINES = re.compile(r"\n{3,}")
_NOT_TAG = re.compile(r"[^\w·]+")
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"|«[^«»]*»|„[^„“]*“|「[^「」]*」|『[^『』]*』")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    """What a template may show; empty where the review does not say it or where there was no room."""

    quote: str
    film: str
    year: str
    stars: str
    critic: str
    link: str
    tags: str
    headline: str


def compose(
    review: Review,
    *,
    quotes: Sequence[Quote],
    rules: ChannelRules,
    template: str | None = None,
    tags: Sequence[str] = (),
    utm: Mapping[str, str] | None = None,
    link: str | None = None,
    linked: bool = True,
) -> Post:
    """The post of a review within a network's rules; `quotes` are ranked, the best first.

    Shortens by taking a shorter quote, then without tags and critic, then by whole words of the best quote. What would
    stop the post is a problem; a missing link, picture or quote is a note. `template` is Jinja2 text with the names of
    templates/post.txt.j2; not `linked`, it goes without the address. The same input gives the same post. Raises
    TemplateError.
    """
    address = urls.with_utm(link or review.url or "", utm or {}) if linked else ""
    layout = _layout(template if template is not None else default_template())
    whole = _parts(review, link="" if rules.link_in_card else address, tags=tags)
    usable = [quote for quote in quotes if clean.line(quote.text)]
    text, quote = _choose(layout, whole, usable, rules)
    return _made(review, text, quote, address, rules)


def written(
    review: Review, text: str, *, quotes: Sequence[Quote], rules: ChannelRules, link: str | None = None
) -> Post:
    """The post of an editor's own words, which nothing shortens: what does not fit is a problem.

    Lines of three dashes cut it into a thread. The first of the `quotes` that stands in it word for word is its quote.
    """
    address = link or review.url or ""
    quote = next((q for q in quotes if clean.line(q.text) and clean.line(q.text) in clean.line(text)), None)
    return _made(review, _tidy(text), quote, address, rules)


def _made(review: Review, text: str, quote: Quote | None, address: str, rules: ChannelRules) -> Post:
    first, *rest = thread.pieces(text, rules)
    return Post(
        network=rules.network,
        text=first,
        length=count.length(first, rules),
        limit=rules.limit,
        facets=facets.find(first, rules.entities),
        link=address or None,
        card=_card(review, address, quote) if address and rules.link_in_card else None,
        quote=quote,
        language=review.language,
        problems=tuple(problem for piece in (first, *rest) for problem in _problems(piece, rules)),
        notes=_notes(review, text, address, quote, rules),
        parts=thread.parts(tuple(rest), rules),
    )


def _choose(layout: "_Layout", whole: _Parts, quotes: Sequence[Quote], rules: ChannelRules) -> tuple[str, Quote | None]:
    """The first variant that fits, from the whole post down to the film alone."""
    if not quotes:
        variants: list[tuple[_Parts, Quote | None]] = [(parts, None) for parts in _leaner(whole)]
    else:
        variants = [(replace(p, quote=_marked(q.text)), q) for p in _leaner(whole) for q in quotes]
    for parts, quote in variants:
        text = layout.render(parts)
        if thread.fits(text, rules):
            return text, quote
    *_, barest = _leaner(whole)
    if quotes and (text := _cut_quote(layout, barest, quotes[0], rules)):
        return text, quotes[0]
    return _without_quote(layout, barest, rules), None


def _leaner(parts: _Parts) -> Iterator[_Parts]:
    """The parts as they are, then without tags, then without critic."""
    yield parts
    if parts.tags:
        yield replace(parts, tags="")
    if parts.critic:
        yield replace(parts, tags="", critic="")


def _cut_quote(layout: "_Layout", parts: _Parts, quote: Quote, rules: ChannelRules) -> str:
    """The post with as many whole words of the quote as fit; empty when hardly any do."""
    text = clean.line(quote.text)
    return _longest(
        lambda size: layout.render(replace(parts, quote=_marked(clip.at_words(text, size)))),
        range(_LEAST_QUOTE, graphemes.count(text)),
        rules,
    )


def _without_quote(layout: "_Layout", parts: _Parts, rules: ChannelRules) -> str:
    """The film with its link, the title cut at words if it must be; too long when even that does not help."""
    text = layout.render(parts)
    if thread.fits(text, rules):
        return text
    film, sizes = parts.film, range(_LEAST_TITLE, graphemes.count(parts.film))
    shorter = _longest(lambda size: layout.render(replace(parts, film=clip.at_words(film, size))), sizes, rules)
    return shorter or text


def _longest(render: Callable[[int], str], sizes: range, rules: ChannelRules) -> str:
    """The text of the largest size that a network takes; empty when it takes none."""
    best, low, high = "", sizes.start, sizes.stop - 1
    while low <= high:
        middle = (low + high) // 2
        text = render(middle)
        if thread.fits(text, rules):
            best, low = text, middle + 1
        else:
            high = middle - 1
    return best


def _parts(review: Review, *, link: str, tags: Sequence[str]) -> _Parts:
    film = review.film
    return _Parts(
        quote="",
        film=clean.line(film.title if film else review.headline),
        year=str(film.year) if film and film.year else "",
        stars=as_text(review.rating),
        critic=clean.line(", ".join(review.authors)),
        link=link,
        tags=" ".join(_tag(tag) for tag in [t for t in tags if _NOT_TAG.sub("", t)][:MAX_TAGS]),
        headline=clean.line(review.headline),
    )


def _tag(tag: str) -> str:
    return "#" + _NOT_TAG.sub("", tag)


def _marked(text: str) -> str:
    """The quote in quotation marks, unless it is quoted speech as a whole."""
    text = clean.line(text)
    return text if _QUOTED.fullmatch(text) else f"“{text}”"


def _card(review: Review, address: str, quote: Quote | None) -> LinkCard:
    description = clean.line(review.excerpt or (quote.text if quote else ""))
    return LinkCard(url=address, title=clean.line(review.headline), description=clip.at_words(description, _CARD_TEXT))


def _problems(text: str, rules: ChannelRules) -> tuple[str, ...]:
    found = []
    if not text:
        found.append("the post is empty")
    length = count.length(text, rules)
    if length > rules.limit:
        found.append(f"the post counts {length} of {rules.limit} and nothing is left to shorten")
    if rules.max_bytes is not None and (size := count.utf8(text)) > rules.max_bytes:
        found.append(f"the post has {size} of {rules.max_bytes} bytes and nothing is left to shorten")
    return tuple(found)


def _notes(review: Review, text: str, address: str, quote: Quote | None, rules: ChannelRules) -> tuple[str, ...]:
    found = []
    if not address:
        found.append("no link: the review has no address")
    if review.image is None:
        found.append("no picture: the review has none")
    if quote is None:
        found.append("no quote: the post shows the film alone")
    if rules.assumed:
        found.append(f"the limit of {rules.limit} is {rules.network}'s default; the server was not asked for its own")
    if rules.price is not None:
        found.append(_price(thread.pieces(text, rules), rules.price, rules))
    return tuple(found)


def _price(pieces: Sequence[str], price: tuple[str, str], rules: ChannelRules) -> str:
    """What the network takes for the post, said before it is sent."""
    linked = [any(facet.kind == "link" for facet in facets.find(piece, rules.entities)) for piece in pieces]
    total = sum((Decimal(price[has]) for has in linked), Decimal(0))
    why = f", because of its link; without one ${price[0]}" if linked == [True] else ""
    return f"{rules.network.upper()} takes ${total} for it{why}"


def _tidy(text: str) -> str:
    """The text with empty lines and ends tidied."""
    lines = "\n".join(line.strip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip()


class _Layout:
    """A template made ready: sandboxed, and an unknown name is an error that says so."""

    def __init__(self, template: str) -> None:
        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False)
        try:
            self._template = environment.from_string(template)
        except JinjaError as error:
            raise TemplateError(f"the post template cannot be read: {error}", where="post.txt.j2") from error

    def render(self, parts: _Parts) -> str:
        """The text with empty lines and ends tidied."""
        names = {name: getattr(parts, name) for name in _Parts.__slots__}
        try:
            text = self._template.render(names)
        except (JinjaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateError(f"the post template cannot be filled: {error}", where="post.txt.j2") from error
        return _tidy(text)


@lru_cache(maxsize=16)
def _layout(template: str) -> _Layout:
    return _Layout(template)


@cache
def default_template() -> str:
    """The text of templates/post.txt.j2 as it ships."""
    return (shipped() / "post.txt.j2").read_text(encoding="utf-8")
