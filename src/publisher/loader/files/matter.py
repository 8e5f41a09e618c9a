"""The fields of front matter under the many names that site generators and their users give them."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from publisher.loader.facts import availability, dates, language, people, rating
from publisher.loader.facts.dates import Order
from publisher.loader.files import frontmatter
from publisher.model import Availability, Film, Image, Published, Rating
from publisher.text import clean, urls


def _names(*lines: str) -> tuple[str, ...]:
    return tuple(name for line in lines for name in line.split())


_BLOCKS = (
    "",
    "extra.",
    "params.",
    "review.",
    "movie.",
    "film.",
    "extra.movie.",
    "extra.film.",
    "extra.review.",
    "data.",
)
"""Where in the front matter a field may stand, nearest first."""
_FILM_BLOCKS = _names(
    "movie. film. extra.movie. extra.film. params.movie. params.film. itemreviewed. review.itemreviewed. review.movie.",
    "review.film.",
)
_DATES = _names(
    "publishdate pubdate publisheddate datepublished publishedat publishedon published date reviewdate datereviewed",
    "reviewed posted postdate created createdat datecreated",
)
_AUTHORS = _names(
    "author authors byline by critic critics reviewer reviewers reviewedby writer writtenby contributor contributors"
)
_RATINGS = _names(
    "rating score stars grade myrating personalrating ourrating finalscore finalrating overallrating overallscore",
    "reviewrating reviewscore starrating ratingvalue criticrating moviereviewrating movierating filmrating rate",
    "verdictscore overall",
)
_BESTS = _names(
    "bestrating ratingbest ratingmax maxrating maxscore scoremax outof ratingoutof ratingscale scale best max"
)
_OVERALL = _names(
    "overall overallrating overallscore total final finalscore verdict value rating ratingvalue score stars"
)
_FILM_TITLES = _names("filmtitle movietitle titleoffilm filmname moviename film movie reviewedtitle itemreviewed")
_YEARS = _names("year filmyear movieyear releaseyear yearofrelease released releasedate release filmreleased")
_FILM_SIGNS = _names(
    "imdb imdbid imdblink imdburl imdbrating tmdb tmdbid tmdburl letterboxd letterboxdurl letterboxduri director",
    "directors directedby cast actors starring poster mpaa metacritic rottentomatoes screenplay cinematography",
    "boxoffice",
)
_SHARED_SIGNS = _names(
    "genre genres runtime duration certificate writers studio distributor watched datewatched watcheddate watchdate",
    "viewed rewatch",
)
_OTHER_SIGNS = _names("isbn pages album artist tracks developer console season episode episodes bookauthor")
_TYPES = _names("type kind reviewtype reviewof mediatype media format category layout contenttype collection itemtype")
_FILM_TYPES = frozenset(_names("movie movies film films moviereview filmreview movie-review film-review cinema"))
_OTHER_TYPES = frozenset(
    _names(
        "album albums music song book books game games show shows tv series tvshow tv-show tv-shows tvseries tv-series",
        "podcast literature television",
        "concert play restaurant product recipe page",
    )
)
_IMAGES = _names(
    "image featuredimage featureimage coverimage cover hero heroimage thumbnail thumb banner ogimage socialimage",
    "images poster posterurl posterimage still photo header featured img picture",
)
_IMAGE_WORDS = _names("imagealt alt coveralt heroimagealt posteralt imagealttext")
_EXCERPTS = _names("excerpt description standfirst dek lede subtitle teaser tagline intro metadescription")
_DRAFTS = _names("draft isdraft eleventyexcludefromcollections hidden private unpublished")
_HELD = frozenset(_names("draft private pending idea wip todo"))
_WATCH = _names("watch wheretowatch availableon streamingon streaming platform platforms")
_FILM_PAGE = re.compile(
    r"https?://(?:www\.)?"
    r"(?:letterboxd\.com/film/|boxd\.it/|imdb\.com/title/|themoviedb\.org/movie/|rottentomatoes\.com/m/)"
)
_WIKI = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_REFERENCE = re.compile(r"https?:|tt\d{5,}$|\S+\.(?:mdx?|markdown|json|ya?ml|toml)$|[a-z\d]+(?:[-_/][a-z\d]+)+$")
"""What a field about a film may hold instead of its title: an address, an id, a file's name."""
_EMPHASIS = re.compile(r"(?<![\w*])(?P<mark>\*\*|__|\*|_)(?=\S)(?P<words>[^*_]{1,200}?)(?<=\S)(?P=mark)(?![\w*])")
_TRUE = frozenset(_names("true yes 1 on"))
_FALSE = frozenset(_names("false no 0 off"))
_ADDRESSES = _names("url src image file path")
_ADDRESS_FIELDS = _names("canonicalurl canonical originalurl sourceurl permalink url link externalurl")
_NOTHING: tuple[object, ...] = ("", [], {}, "null", "~")


class Matter:
    """One file's front matter, asked by meaning."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._flat = frontmatter.flat(raw)
        self._known = {path.rpartition(".")[2] for path in self._flat}

    def __bool__(self) -> bool:
        return bool(self._flat)

    def _all(self, names: Iterable[str], blocks: Iterable[str] = _BLOCKS) -> Iterator[Any]:
        wanted = [name for name in names if name in self._known]
        for block in blocks if wanted else ():
            for name in wanted:
                value = self._flat.get(block + name)
                if value is not None and value not in _NOTHING:
                    yield value

    def text(self, *names: str, blocks: Iterable[str] = _BLOCKS) -> str | None:
        """The first of these fields that holds words or a number, on one line."""
        for value in self._all(names, blocks):
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                found = clean.line(_plain(_WIKI.sub(r"\1", str(value))))[:2000]
                if found:
                    return found
        return None

    def words(self, *names: str) -> tuple[str, ...]:
        """All entries of these fields, whether they are lists or one text with commas."""
        found: list[str] = []
        for name in names:
            for value in self._all((name,), ("", "taxonomies.", "extra.", "params.")):
                parts = value if isinstance(value, list) else str(value).split(",")
                found += [clean.line(_plain(str(_named(part))))[:200] for part in parts]
                break
        return tuple(dict.fromkeys(word for word in found if word))

    @property
    def plain_fields(self) -> Mapping[str, str]:
        """The fields that hold one short text, by their last folded name; where two have one name, the nearest."""
        found: dict[str, str] = {}
        for path, value in self._flat.items():
            if isinstance(value, str) and 0 < len(value) <= 200:
                found.setdefault(path.rpartition(".")[2], _plain(value))
        return found

    def is_true(self, *names: str) -> bool:
        """Whether one of these switches is on."""
        return any(str(value).strip().casefold() in _TRUE for value in self._all(names))

    @property
    def is_draft(self) -> bool:
        """Whether the author holds the file back, in any generator's way."""
        if self.is_true(*_DRAFTS) or (self.text("status", "state") or "").casefold() in _HELD:
            return True
        return any(str(self._flat.get(name, "")).strip().casefold() in _FALSE for name in ("published", "permalink"))

    @property
    def published_raw(self) -> str | None:
        """The date of publication as it stands in the file."""
        for value in self._all(_DATES):
            raw = clean.line(str(value))
            if any(c.isdigit() for c in raw):
                return raw
        return None

    def published(self, zone: ZoneInfo, order: Order | None = None) -> Published | None:
        """The date of publication; times without a zone are in `zone`."""
        raw = self.published_raw
        return dates.parse(raw, zone=zone, order=order) if raw else None

    def moment(self, *names: str, zone: ZoneInfo) -> datetime | None:
        """A point in time that one of these fields names, in UTC; a bare day begins at midnight in `zone`."""
        raw = self.text(*names)
        found = dates.parse(raw, zone=zone) if raw else None
        return found.instant(zone).astimezone(UTC) if found else None

    def authors(self, critics: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """The critics, never the film's makers."""
        for value in self._all(_AUTHORS, ("", "extra.", "params.", "review.", "taxonomies.")):
            parts = value if isinstance(value, list) else [value]
            found = people.names([_plain(str(_named(part))) for part in parts], critics)
            if found:
                return found
        return ()

    @property
    def score(self) -> tuple[Any, Any] | None:
        """The critic's own score as it stands, with the best of its scale where the file states it."""
        for value in self._all(_RATINGS):
            best = self.text(*_BESTS)
            if isinstance(value, Mapping):
                parts = frontmatter.flat(value)
                best = next((str(parts[name]) for name in _BESTS if name in parts), best)
                amount = next((parts[n] for n in _OVERALL if isinstance(parts.get(n), str | int | float)), None)
            else:
                amount = value
            if isinstance(amount, str | int | float) and str(amount).strip():
                return str(amount).strip(), best
        return None

    def rating(self, *, scale: float | None = None) -> Rating | None:
        """The critic's own score; a bare number counts in the scale that the file states, else in `scale`."""
        if self.score is None:
            return None
        value, best = self.score
        stated = re.search(r"(\d+(?:\.\d+)?)\s*$", best) if best else None
        if stated:
            return rating.structured(value, stated[1])
        bare = bool(re.fullmatch(r"\d+(?:\.\d+)?", value))
        return rating.structured(value, scale if bare and scale and float(value) <= scale else None)

    def film_title(self) -> tuple[str, str] | None:
        """The film's title where a field of its own names it, with the field."""
        for block in _FILM_BLOCKS:
            if title := self.text("title", "name", "filmtitle", "movietitle", blocks=(block,)):
                return title, f"{block}title"
        for name in _FILM_TITLES:
            title = self.text(name, blocks=("", "extra.", "params.", "review."))
            if title and not _REFERENCE.match(title) and not title.isdigit() and not _is_switch(title):
                return title, name
        return None

    @property
    def year(self) -> int | None:
        """The film's year of release."""
        for value in self._all(_YEARS, (*_FILM_BLOCKS, *_BLOCKS)):
            found = re.search(r"(?<!\d)((?:18[89]|19\d|20\d)\d)(?!\d)", str(value))
            if found and not isinstance(value, Mapping | list):
                return int(found[1])
        return None

    @property
    def kind(self) -> str:
        """What the file's type says: "film", "other" or nothing."""
        for name in _TYPES:
            said = (self.text(name, blocks=("", "extra.", "params.")) or "").casefold()
            said = re.sub(r"[\s_]+", "-", said)
            if said in _FILM_TYPES:
                return "film"
            if said in _OTHER_TYPES and name != "layout":
                return "other"
        return ""

    @property
    def film_signs(self) -> tuple[str, ...]:
        """The fields that show a film's page: at least one that only films have, and one more; else none."""
        films, shared = ([name for name in names if self._has(name)] for names in (_FILM_SIGNS, _SHARED_SIGNS))
        films += [path for path, value in self._flat.items() if isinstance(value, str) and _FILM_PAGE.match(value)][:1]
        if self.year:
            shared.append("year")
        if self.score:
            shared.append("score")
        found = (*films, *shared)
        return found if films and len(found) > 1 else ()

    @property
    def may_be_film(self) -> bool:
        """Whether the file is a review of something to watch: it has a score, or says where to see it."""
        return self.score is not None or self.has_places

    @property
    def has_places(self) -> bool:
        """Whether the file says where to see the film."""
        return any(self._has(name) for name in _WATCH[:4])

    @property
    def is_of_another(self) -> bool:
        """Whether fields stand there that books, records, games or series have, and none of a film."""
        return any(self._has(name) for name in _OTHER_SIGNS) and not self.film_signs

    def _has(self, name: str) -> bool:
        return any(True for _ in self._all((name,)))

    def ids(self) -> tuple[str, ...]:
        """The film's keys in the outside world (tt0123456, TMDb numbers), by which a side file may know it."""
        found = [self.text(name) or "" for name in ("imdbid", "imdb", "imdblink", "imdburl", "tmdbid", "tmdb")]
        ids = [match[0] for raw in found if (match := re.search(r"tt\d{5,}|(?<![\d.])\d{3,9}(?![\d./])", raw))]
        return tuple(dict.fromkeys(ids))

    def image(self, base: str) -> Image | None:
        """The picture, where it has a web address or `base` gives it one."""
        for value in self._all(_IMAGES, (*_BLOCKS, "seo.", "og.")):
            one = value[0] if isinstance(value, list) and value else value
            parts = frontmatter.flat(one) if isinstance(one, Mapping) else {"url": one}
            address = str(next((parts[key] for key in _ADDRESSES if parts.get(key)), "")).strip()
            found = urls.join(base, address) if base else address if urls.is_web(address) else ""
            if found:
                alt = clean.line(str(parts.get("alt") or parts.get("caption") or self.text(*_IMAGE_WORDS) or ""))
                return Image(url=found, alt=alt or None)
        return None

    @property
    def excerpt(self) -> str | None:
        """The standfirst; `summary` is left alone, because films' plots stand there."""
        return self.text(*_EXCERPTS)

    def title_emphasis(self) -> tuple[str, ...]:
        """What the title itself sets in italics: "TIFF 2030: _The Long Tide_"."""
        titles = (str(value) for value in self._all(("headline", "title", "name"), ("", "extra.", "params.")))
        return tuple(found["words"] for title in titles for found in _EMPHASIS.finditer(html.unescape(title)))

    @property
    def language(self) -> str | None:
        """The language that the file states."""
        return language.tag(self.text("lang", "language", "locale"))

    @property
    def reading_minutes(self) -> int | None:
        """The stated reading time."""
        said = self.text("readingtime", "readtime", "readingminutes", "minutestoread") or ""
        found = re.match(r"(\d{1,3})(?:\s*min.*)?$", said)
        return int(found[1]) or None if found else None

    @property
    def availability(self) -> tuple[Availability, ...]:
        """Where the file says that the film can be seen: "Netflix (US)", or a list."""
        out: list[Availability] = []
        for value in self._all(_WATCH):
            for place in value if isinstance(value, list) else [value]:
                text = clean.line(str(_named(place)))
                single = re.fullmatch(r"(?P<name>[A-Z][\w+'’ ]{1,30}?)(?:\s*\((?P<region>[^()]{2,30})\))?", text)
                found = availability.named(text)
                if single and not found and not _is_switch(text):
                    found = (Availability(platform=single["name"], region=single["region"]),)
                elif single and single["region"]:
                    found = tuple(replace(each, region=single["region"]) for each in found)
                out += [each for each in found if each not in out]
        return tuple(out)

    @property
    def address(self) -> str | None:
        """The review's own address, where the file states it; pages about the film are not it."""
        stated = (str(value).strip() for value in self._all(_ADDRESS_FIELDS))
        return next((url for url in stated if urls.is_web(url) and not _FILM_PAGE.match(url)), None)


def film(title: str, year: int | None, evidence: str) -> Film:
    """A film that a field names."""
    return Film(title=clean.line(title), year=year, confidence=0.98, evidence=(evidence,))


def _named(value: Any) -> Any:
    """The name in a mapping such as {name: …, url: …}."""
    if isinstance(value, Mapping):
        inner = frontmatter.flat(value)
        return next((inner[key] for key in ("name", "title", "label", "display", "displayname") if inner.get(key)), "")
    return value


def _plain(text: str) -> str:
    """Words without the entities and the emphasis that exporters and themes leave in front matter."""
    if "&" in text:
        text = html.unescape(text)
    return _EMPHASIS.sub(r"\g<words>", text) if "*" in text or "_" in text else text


def _is_switch(value: str) -> bool:
    return value.casefold() in _TRUE | _FALSE
