"""Preflight of a file or of an edition, with the facts that it needs from the world: links, pictures, a spam score."""

import io
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from publisher import preflight
from publisher.errors import PublisherError, SendError, UsageError
from publisher.http.door import Http, Response
from publisher.model import Progress
from publisher.newsroom.app import App
from publisher.newsroom.editions.coming import coming
from publisher.newsroom.editions.sample import context_of, sample_message
from publisher.preflight import Context, Letter, Report
from publisher.preflight.addresses import host
from publisher.preflight.letter import as_sent
from publisher.store import editions

MOST_BYTES = 8_000_001
"""Bytes of a file that are read; preflight judges 8,000,000."""
MOST_ADDRESSES = 200
MOST_REDIRECTS = 5
PAUSE = 0.25
"""Seconds between two questions to one host."""
PATIENCE = 90
NO_FILTER = "SpamAssassin is not installed, so there is no spam score (Debian: apt install spamassassin)"
_GONE = (404, 410)
_NO_HEAD = (400, 403, 404, 405, 406, 410, 501, 503)


@dataclass(frozen=True, kw_only=True, slots=True)
class Linted:
    """What preflight says of a message, and what it could not ask."""

    report: Report
    notes: tuple[str, ...] = ()


def lint_file(
    path: Path | None,
    raw: bytes | None = None,
    *,
    http: Http | None = None,
    spamassassin: bool = False,
    progress: Progress | None = None,
) -> Linted:
    """Preflight of a saved message, or of `raw`; `http` looks its links up. Raises `UsageError` for no message."""
    if raw is None:
        raw = _read(path or Path())
    raw = as_sent(raw)
    if b":" not in raw[:1000].partition(b"\n")[0]:
        raise UsageError("this is no mail message", where=str(path or "-"), do="give an .eml file, headers first")
    return _lint(raw, Context(), http=http, spamassassin=spamassassin, progress=progress)


def lint_edition(
    app: App, name: str, *, http: Http | None = None, spamassassin: bool = False, progress: Progress | None = None
) -> Linted:
    """Preflight of an edition, by its key or as a newsletter's coming one, as a sample reader would get it."""
    with app.store.read() as db:
        stored = editions.get(db, name)
    if stored is None and name in app.config.newsletters:
        stored = coming(app, app.newsletter(name), app.now()).stored
    if stored is None:
        raise UsageError(
            f"there is no file and no edition “{name}”",
            do="`publisher editions list` shows them",
        )
    with app.store.read() as db:
        email = editions.email(db, stored.key)
    if email is None:
        raise PublisherError(
            f"the edition {stored.key} is empty", do=f"`publisher compose {stored.newsletter}` remakes it"
        )
    newsletter = app.newsletter(stored.newsletter)
    raw = sample_message(app, newsletter, stored.key, email).data
    context = context_of(app, newsletter, stored.key)
    return _lint(raw, context, http=http, spamassassin=spamassassin, progress=progress)


def links_of(letter: Letter) -> tuple[str, ...]:
    """The web addresses of a message that may be asked: all but the one that would unsubscribe."""
    hrefs = (href for _, href, _ in letter.anchors)
    web = (href for href in dict.fromkeys(hrefs) if host(href) and href.startswith(("https://", "http://")))
    return tuple(href for href in web if href != letter.unsubscribe_url)


def pictures_of(letter: Letter) -> tuple[str, ...]:
    """The web addresses of a message's pictures."""
    found = dict.fromkeys((image.get("src") or "").strip() for image in letter.elements("img"))
    return tuple(url for url in found if host(url) and url.startswith(("https://", "http://")))


def look_up(
    letter: Letter, http: Http, *, pause: Callable[[float], None] = time.sleep, progress: Progress | None = None
) -> dict[str, Any]:
    """What links and pictures answer: HEAD, then GET; one question at a time, and no host more than four a second."""
    pictures, links = pictures_of(letter), links_of(letter)
    facts: dict[str, dict[str, Any]] = {"links": {}, "image_bytes": {}, "image_size": {}, "image_type": {}}
    waiting = _paced(dict.fromkeys((*pictures, *links)), pause)
    total = min(MOST_ADDRESSES, len(set(pictures) | set(links)))
    for number, url in enumerate(waiting, 1):
        if url in pictures:
            facts["links"][url], answer = _get(url, http)
            if answer is not None:
                facts["image_bytes"][url] = len(answer.body)
                facts["image_type"][url] = answer.content_type.partition(";")[0].strip().lower()
                if size := _size(answer.body):
                    facts["image_size"][url] = size
        else:
            facts["links"][url] = _head(url, http)
        if progress:
            progress("asking links", number, total)
    return facts


def spam_score(raw: bytes) -> tuple[float, tuple[str, ...]] | None:
    """SpamAssassin's points, without the network, and the names of the rules that gave them; None without it."""
    program = shutil.which("spamassassin")
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - the program that the user asked for, no argument from outside
            [program, "-L", "-t"], input=raw, capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PublisherError(f"SpamAssassin does not answer ({type(error).__name__})") from error
    said = re.sub(rb"\r?\n[ \t]+", b" ", done.stdout.partition(b"\n\n")[0]).decode("latin-1")
    found = re.search(r"(?mi)^X-Spam-Status:.*?\b(?:score|hits)=(-?[\d.]+)(?:.*?\btests=([\w, ]*))?", said)
    if found is None:
        raise PublisherError("SpamAssassin gave no score", do="run `spamassassin -L -t < FILE` to see why")
    return float(found[1]), tuple(name for name in re.split(r"[,\s]+", found[2] or "") if name.isupper())


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", where=str(path)) from error


def _lint(raw: bytes, context: Context, *, http: Http | None, spamassassin: bool, progress: Progress | None) -> Linted:
    facts, notes = dict(context.facts), []
    if http is not None:
        letter = Letter(raw)
        facts |= look_up(letter, http, progress=progress)
        if letter.unsubscribe_url:
            notes.append("the unsubscribe address was not asked: that might unsubscribe somebody")
    if spamassassin:
        found = spam_score(raw)
        if found is None:
            notes.append(NO_FILTER)
        else:
            facts["spamassassin"] = found
            notes.append(f"SpamAssassin: {found[0]:.1f} points ({', '.join(found[1]) or 'no rule'})")
    return Linted(report=preflight.report(raw, context=replace(context, facts=facts)), notes=tuple(notes))


def _paced(addresses: Iterable[str], pause: Callable[[float], None]) -> Iterable[str]:
    asked: dict[str, float] = {}
    for url in list(addresses)[:MOST_ADDRESSES]:
        wait = asked.get(host(url), -PAUSE) + PAUSE - time.monotonic()
        if wait > 0:
            pause(wait)
        asked[host(url)] = time.monotonic()
        yield url


def _head(url: str, http: Http) -> tuple[str, str]:
    try:
        answer = http.request("HEAD", url, headers={"Accept": "*/*"})
    except SendError:
        return _get(url, http)[0]
    if 200 <= answer.status < 300:
        return "ok", ""
    if 300 <= answer.status < 400 or answer.status in _NO_HEAD:
        return _get(url, http)[0]
    return _verdict(answer.status)


def _get(url: str, http: Http) -> tuple[tuple[str, str], Response | None]:
    at = url
    for _ in range(MOST_REDIRECTS + 1):
        try:
            answer = http.request("GET", at, headers={"Accept": "*/*", "Accept-Encoding": "gzip, deflate, br"})
        except SendError as error:
            return ("gone" if "not known" in error.what else "unsure", error.what), None
        if answer.status in (301, 302, 303, 307, 308) and answer.headers.get("location"):
            at = urljoin(at, answer.headers["location"].strip())
            if not at.startswith(("https://", "http://")):
                return ("gone", "it redirects to what is no web address"), None
            continue
        return _verdict(answer.status), answer if answer.status < 300 else None
    return ("gone", f"it redirects more than {MOST_REDIRECTS} times"), None


def _verdict(status: int) -> tuple[str, str]:
    if status < 300:
        return "ok", ""
    return "gone" if status in _GONE else "unsure", f"it answers with status {status}"


def _size(data: bytes) -> tuple[int, int] | None:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
