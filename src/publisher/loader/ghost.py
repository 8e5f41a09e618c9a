"""Ghost through its Content API, which gives whole public posts (https://ghost.org/docs/content-api/)."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from publisher.config import WebUrl
from publisher.errors import SourceBusy, SourceError, SourceGone
from publisher.http.door import Response
from publisher.loader import assembling
from publisher.loader.feeds.record import Category, FeedEntry, Markup, ParsedFeed, Person
from publisher.loader.source import LoadContext, Loaded, SourceSettings
from publisher.text import urls


class GhostSource(SourceSettings):
    """A Ghost site by its address and Content API key; entries have the ids of its feed."""

    url: WebUrl = Field(description="The site's address; where the admin lives elsewhere, that one.")
    key: str = Field(description="The Content API key of a custom integration.", repr=False)
    posts: int = Field(default=20, ge=1, le=100, description="How many of the newest posts are read.")

    def load(self, ctx: LoadContext) -> Loaded:
        """The newest posts; of members-only ones the beginning."""
        answer = self._ask(ctx)
        if answer.not_modified:
            return Loaded(not_modified=True, entries=assembling.pending(ctx), etag=answer.etag)
        posts = (answer.json() or {}).get("posts") if isinstance(answer.json(), dict) else None
        if not isinstance(posts, list):
            raise SourceError("the answer is not one of Ghost's Content API", where=self.url)
        entries = tuple(_entry(post) for post in posts if isinstance(post, dict) and not post.get("email_only"))
        hosts = {urls.host(self.url), *(urls.host(entry.url or "") for entry in entries)} - {""}
        parsed = ParsedFeed(version="ghost", url=self.url, entries=entries)
        found = assembling.assemble(parsed, ctx, wants=self.wants, base=self.url, hosts=hosts)
        return Loaded(
            entries=found.entries,
            etag=answer.etag,
            warnings=found.warnings,
            left_out=found.left_out,
            state=found.state,
        )

    def _ask(self, ctx: LoadContext) -> Response:
        """The posts; errors name the site and never the key, which stands in the address."""
        address = f"{self.url.rstrip('/')}/ghost/api/content/posts/"
        query = f"key={self.key}&include=tags,authors&formats=html&limit={self.posts}"
        try:
            return ctx.http.get(
                f"{address}?{query}", etag=ctx.etag, accept="application/json", headers={"Accept-Version": "v5.0"}
            )
        except SourceBusy as error:
            raise SourceBusy(error.what, after=error.after, where=address) from None
        except SourceGone as error:
            raise SourceGone(error.what, where=address, do=error.do) from None
        except SourceError as error:
            do = "see that the Content API key is right" if "401" in error.what or "403" in error.what else error.do
            raise type(error)(error.what, where=address, do=do) from None


SOURCE = GhostSource


def _entry(post: Mapping[str, Any]) -> FeedEntry:
    whole = post.get("visibility") in (None, "public")
    authors = tuple(Person(name=_said(who, "name")) for who in _tables(post.get("authors")))
    body = _said(post, "html")
    teaser = _said(post, "custom_excerpt") or _said(post, "excerpt")
    return FeedEntry(
        title=Markup(value=_said(post, "title")),
        summary=Markup(value=teaser) if teaser else None,
        content=(Markup(value=body, type="text/html"),) if body and whole else (),
        id=_said(post, "id") or None,
        url=_said(post, "url") or None,
        author=authors[0].name if authors else None,
        authors=authors,
        published=_said(post, "published_at") or None,
        # Tags that begin with # are the editors' own and shown to nobody.
        tags=tuple(
            Category(term=_said(tag, "name"))
            for tag in _tables(post.get("tags"))
            if tag.get("visibility") != "internal"
        ),
        image=_said(post, "feature_image") or None,
    )


def _said(table: Mapping[str, Any], key: str) -> str:
    return str(table.get(key) or "")


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
