"""A post's text in a network's own notation: escaped, but for the links, tags and mentions that are to stay live."""

from collections.abc import Callable, Mapping

from publisher.model import Post


def written(post: Post, plain: Callable[[str], str], live: Mapping[str, Callable[[str, str], str]]) -> str:
    """The text with `plain` around everything but its facets of the kinds in `live`.

    A function of `live` is given the facet's words and its value.
    """
    data, parts, position = post.text.encode(), [], 0
    for facet in sorted(post.facets, key=lambda facet: facet.start):
        if facet.kind in live and facet.start >= position:
            shown = data[facet.start : facet.end].decode(errors="replace")
            parts += [
                plain(data[position : facet.start].decode(errors="replace")),
                live[facet.kind](shown, facet.value),
            ]
            position = facet.end
    return "".join([*parts, plain(data[position:].decode(errors="replace"))])


def as_it_stands(shown: str, _value: str) -> str:
    """A live stretch that a network finds by itself."""
    return shown
