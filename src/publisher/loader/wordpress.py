"""WordPress through its REST API, where a feed gives only teasers or ten posts.

https://developer.wordpress.org/rest-api/reference/posts/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from publisher.config import WebUrl
from publisher.errors import SourceError
from publisher.http.door import Response
from publisher.loader import assembling
from publisher.loader.feeds.record import Category, FeedEntry, Markup, ParsedFeed, Person
from publisher.loader.source import LoadContext, Loaded, SourceSettings
from publisher.text import urls

_POSTS = "wp/v2/posts"


class WordPressSource(SourceSettings):
    """A WordPress site by its address; entries have the ids of its feed, so a site may go from one to the other."""

    url: WebUrl = Field(description="The site's address.")
    posts: int = Field(default=20, ge=1, le=100, description="How many of the newest posts are read.")

    def load(self, ctx: LoadContext) -> Loaded:
        """The newest posts."""
        home = (ctx.url or self.url).rstrip("/")
        answer = _ask(home, self.posts, ctx)
        if answer.not_modified:
            return Loaded(not_modified=True, entries=assembling.pending(ctx), etag=answer.etag)
        posts = answer.json()
        if not isinstance(posts, list):
            said = posts.get("message") if isinstance(posts, dict) else None
            raise SourceError(f"the site does not give its posts: {said or 'this is no WordPress answer'}", where=home)
        parsed = ParsedFeed(
            version="wordpress",
            url=home,
            entries=tuple(_entry(post) for post in posts if isinstance(post, dict) and post.get("type") == "post"),
        )
        found = assembling.assemble(parsed, ctx, wants=self.wants, base=home, hosts={urls.host(home)})
        return Loaded(
            entries=found.entries,
            etag=answer.etag,
            last_modified=answer.last_modified,
            warnings=found.warnings,
            left_out=found.left_out,
            state=found.state,
        )


SOURCE = WordPressSource


def _ask(home: str, posts: int, ctx: LoadContext) -> Response:
    """The API at its usual address, or by query where the site has no pretty addresses."""
    query = f"per_page={posts}&_embed=author,wp:featuredmedia,wp:term"

    def get(address: str) -> Response:
        return ctx.http.get(address, etag=ctx.etag, last_modified=ctx.last_modified, accept="application/json")

    try:
        return get(f"{home}/wp-json/{_POSTS}?{query}")
    except SourceError as error:
        if "404" not in error.what:
            raise
        return get(f"{home}/?rest_route=/{_POSTS}&{query}")


def _entry(post: Mapping[str, Any]) -> FeedEntry:
    embedded = _table(post.get("_embedded"))
    media = next(iter(_tables(embedded.get("wp:featuredmedia"))), {})
    content = _table(post.get("content"))
    # A site that hides its authors gives an error object without a name in their place.
    authors = tuple(Person(name=_text(who.get("name"))) for who in _tables(embedded.get("author")) if who.get("name"))
    return FeedEntry(
        title=_markup(post.get("title")),
        summary=_markup(post.get("excerpt")),
        content=tuple(filter(None, [None if content.get("protected") else _markup(content)])),
        id=_text(_table(post.get("guid")).get("rendered")) or _text(post.get("id")) or None,
        url=_text(post.get("link")) or None,
        author=authors[0].name if authors else None,
        authors=authors,
        published=_date(post),
        tags=tuple(_categories(embedded)),
        image=_text(media.get("source_url")) or None,
    )


def _date(post: Mapping[str, Any]) -> str | None:
    """The time in UTC; `date` alone is the site's wall clock without a zone."""
    utc = _text(post.get("date_gmt"))
    return f"{utc}Z" if utc and not utc.startswith("0000") else _text(post.get("date")) or None


def _categories(embedded: Mapping[str, Any]) -> Iterator[Category]:
    for terms in embedded.get("wp:term") or ():
        for term in _tables(terms):
            if term.get("taxonomy") in ("category", "post_tag") and term.get("slug") != "uncategorized":
                yield Category(term=_text(term.get("name")))


def _markup(value: Any) -> Markup | None:
    rendered = _text(_table(value).get("rendered"))
    return Markup(value=rendered, type="text/html") if rendered.strip() else None


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
