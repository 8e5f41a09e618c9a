"""Single pages, each by its own address."""

from dataclasses import replace

from pydantic import Field

from publisher.errors import SourceError
from publisher.loader.pages.review_page import read_page
from publisher.loader.source import LoadContext, Loaded, SourceSettings
from publisher.model import Review


class PageSource(SourceSettings):
    """`kind = "page"`: single pages by their addresses."""

    url: str | list[str] = Field(description="The address of a review's page, or a list of them.")

    def load(self, ctx: LoadContext) -> Loaded:
        """Every page that can be read; the others are warnings."""
        places = [self.url] if isinstance(self.url, str) else self.url
        reviews: list[Review] = []
        warnings: list[str] = []
        etag = last_modified = permanent = None
        for number, place in enumerate(places):
            ctx.progress("pages", number, len(places))
            alone = len(places) == 1
            try:
                answer = ctx.http.get(
                    (alone and ctx.url) or place,
                    etag=ctx.etag if alone else None,
                    last_modified=ctx.last_modified if alone else None,
                    accept="text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
                )
                if answer.not_modified:
                    return Loaded(not_modified=True, etag=ctx.etag, last_modified=ctx.last_modified)
                if alone:
                    etag, last_modified, permanent = answer.etag, answer.last_modified, answer.permanent_url
                reviews.append(
                    read_page(
                        answer.body,
                        url=answer.url,
                        content_type=answer.content_type,
                        source=ctx.name,
                        zone=ctx.zone,
                        critics=ctx.critics,
                    )
                )
            except SourceError as error:
                if alone:
                    raise
                warnings.append(str(error))
        return replace(
            Loaded.of(reviews, warnings=tuple(warnings)),
            etag=etag,
            last_modified=last_modified,
            permanent_url=permanent,
        )


SOURCE = PageSource
