"""All that the studio shows of an edition, as files: for those who cannot open it, and for looking back."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from publisher import preflight
from publisher.formatters.email.files import open_templates
from publisher.model import Progress
from publisher.newsroom.editions.desk import Shown
from publisher.newsroom.editions.devtools import found as chromium
from publisher.newsroom.editions.preview import write_preview
from publisher.newsroom.editions.sample import context_of
from publisher.newsroom.editions.screenshot import Shot, screenshots
from publisher.newsroom.files import write_file
from publisher.preflight import Letter
from publisher.web.studio import inbox, page, posts, source
from publisher.web.studio.files import WIDTHS
from publisher.web.studio.frame import whole_page
from publisher.web.studio.session import Studio
from publisher.web.studio.view import SCHEMES, View

FOLDER = "views"
NO_PICTURES = "no pictures of the views: they need Chromium, install the package chromium"


def export(
    studio: Studio,
    view: View,
    folder: Path,
    *,
    views: bool = True,
    tell: Callable[[str], None],
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write the message, its page and its text into a folder, and all else that is shown into `views/`; give the paths.

    Pictures of the views are drawn where Chromium is installed; `tell` hears where there is no Chromium.
    """
    shown = studio.shown(view)
    if shown.broken is not None:
        raise shown.broken
    assert shown.made is not None
    written = write_preview(studio.app, shown.made, folder, http=studio.http)
    if not views:
        return written
    drawn: list[tuple[View, Path]] = []
    if chromium() is None:
        tell(NO_PICTURES)
    else:
        drawn = list(_pictures(studio, view, folder / FOLDER, progress))
    words = tuple(_words(studio, view, shown, folder / FOLDER, drawn))
    return (*written, *words, *(path for _, path in drawn), *_posts(studio, shown, folder / FOLDER))


def sights(view: View) -> tuple[View, ...]:
    """The views that are drawn: every width in every colour scheme, and two without pictures."""
    seen = [replace(view, width=width, scheme=scheme) for scheme in SCHEMES for width in WIDTHS]
    return (*seen, *(replace(view, width=width, images="off") for width in ("desktop", "phone")))


def name_of(view: View) -> str:
    """What a drawn view is called."""
    return f"{view.width}-{view.scheme}{'' if view.images == 'on' else '-no-pictures'}"


def _pictures(studio: Studio, view: View, folder: Path, progress: Progress | None) -> Iterator[tuple[View, Path]]:
    wanted = sights(view)
    shots = (Shot(page=whole_page(studio, each), width=WIDTHS[each.width]) for each in wanted)
    for number, (each, data) in enumerate(zip(wanted, screenshots(shots), strict=True), 1):
        if progress:
            progress("drawing", number, len(wanted))
        yield each, write_file(folder / f"{name_of(each)}.png", data)


def _words(
    studio: Studio, view: View, shown: Shown, folder: Path, drawn: Iterable[tuple[View, Path]]
) -> Iterator[Path]:
    """Headers, parts, source, inboxes and findings, and the page that shows them all."""
    message = page.message_of(studio, view, shown)
    assert message is not None
    assert shown.made is not None
    letter = Letter(message.data)
    newsletter = studio.app.newsletter(shown.newsletter)
    edition = shown.made.edition
    rows = inbox.rows(sender=newsletter.sender, subject=edition.subject, preheader=edition.preheader)
    report = preflight.report(message.data, context=context_of(studio.app, newsletter, shown.key))
    yield write_file(folder / "headers.txt", _lines(f"{name}: {value}" for name, value in source.headers(letter)))
    yield write_file(folder / "parts.txt", _lines(_part(part) for part in source.parts(letter)))
    yield write_file(folder / "source.txt", letter.html.encode(errors="replace"))
    yield write_file(folder / "inbox.txt", _lines(line for row in rows for line in _inbox(row)))
    yield write_file(folder / "findings.json", json.dumps(report.as_json(), indent=2, ensure_ascii=False).encode())
    context = {
        "newsletter": newsletter,
        "key": shown.key,
        "stem": shown.key.replace("/", "-"),
        "edition": edition,
        "rows": rows,
        "report": report,
        "meters": source.meters(letter),
        "drawn": [(name_of(each), path.name, WIDTHS[each.width]) for each, path in drawn],
    }
    yield write_file(folder / "index.html", open_templates(None).render("studio/export.html.j2", context).encode())


def _posts(studio: Studio, shown: Shown, folder: Path) -> Iterator[Path]:
    """Every post with its counter, and its card beside it."""
    items = shown.made.edition.items if shown.made else ()
    for number, item in enumerate(items, 1):
        for made in posts.made(item.review, config=studio.app.config, still=studio.picture(item.review)):
            stem = f"{number}-{made.channel}"
            said = [made.post.text, "", f"{made.post.length} of {made.post.limit}", *made.post.problems]
            yield write_file(folder / "posts" / f"{stem}.txt", _lines(said))
            if made.card:
                yield write_file(folder / "posts" / f"{stem}.jpg", made.card.data)


def _part(part: source.MimePart) -> str:
    said = " ".join(filter(None, (part.type, part.charset, part.encoding)))
    return f"{'  ' * part.depth}{said}{f', {part.bytes:,} bytes' if part.bytes else ''}"


def _inbox(row: inbox.InboxRow) -> tuple[str, str]:
    return (f"{row.client.name}: {row.sender} | {row.subject} | {row.preheader}", f"  {row.words}")


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode(errors="replace")
