"""The studio's actions by name: each takes a desk and the fields of a form, and says what it did."""

from collections.abc import Callable, Mapping
from typing import cast

from publisher.editorial import hand as hands
from publisher.errors import Held, UsageError
from publisher.newsroom.pool.reviewing import NOTHING
from publisher.newsroom.sources.collect import collect
from publisher.web.studio.asking import Asked
from publisher.web.studio.page import LABELS, field_values
from publisher.web.studio.postactions import post


def reorder(asked: Asked) -> str:
    """The reviews in the order that was dragged."""
    order = [name for name in asked.form.get("order", "").split(",") if name in asked.order]
    asked.desk.change("order", lambda hand: hands.reordered(hand, order))
    return "The order is changed."


def move(asked: Asked) -> str:
    """One review earlier or later."""
    by = -1 if asked.form.get("by") == "-1" else 1
    asked.desk.change("order", lambda hand: hands.moved(hand, asked.order, asked.review, by))
    place = (
        min(max(asked.order.index(asked.review) + by, 0), len(asked.order) - 1) if asked.review in asked.order else 0
    )
    return f"{asked.name}: now {place + 1} of {len(asked.order)}."


def lead(asked: Asked) -> str:
    """The edition opens with this review."""
    asked.desk.change("lead", lambda hand: hands.led_by(hand, asked.order, asked.review))
    return f"{asked.name} leads."


def feature(asked: Asked) -> str:
    """A piece that was only linked becomes an item."""
    asked.desk.change("feature", lambda hand: hands.reordered(hand, [*asked.order, asked.review]))
    return f"{asked.name} is among the reviews."


def exclude(asked: Asked) -> str:
    """Leave a review out of this edition."""
    asked.desk.change("leaving out", lambda hand: hands.without(hand, asked.review))
    return f"{asked.name} is left out of this edition."


def include(asked: Asked) -> str:
    """Put a review back that was left out."""
    asked.desk.change("putting back", lambda hand: hands.again_with(hand, asked.review))
    return f"{asked.name} is back."


def quote(asked: Asked) -> str:
    """Take this line as the review's quote."""
    found = asked.desk.quote(asked.review, asked.form.get("quote", ""))
    return f"Quote: “{found.text}”"


def unquote(asked: Asked) -> str:
    """Let the quote be picked by itself again."""
    asked.desk.change("quote", lambda hand: hands.quoting(hand, asked.review, None))
    return "The quote is picked by itself again."


def words(asked: Asked) -> str:
    """Subject, preheader or note in the editor's words."""
    name, value, was = (asked.form.get(part, "").replace("\r\n", "\n") for part in ("field", "value", "was"))
    if name not in ("subject", "preheader", "note"):
        raise UsageError(f"“{name}” cannot be worded")
    asked.desk.word(cast("hands.Words", name), value, was=was)
    return f"The {name} is saved."


def layout(asked: Asked) -> str:
    """Choose the layout of this edition."""
    chosen = asked.form.get("layout", "") or None
    asked.desk.change("layout", lambda hand: hands.laid_out(hand, chosen))
    return f"Layout: {chosen or 'as the newsletter has it'}."


def correct(asked: Asked) -> str:
    """Correct fields of a review: what was changed in the form, and nothing else."""
    now = field_values(asked.desk.review(asked.review))
    changes = {}
    for name in LABELS:
        typed = asked.form.get(name)
        if typed is not None and typed.strip() != now[name].strip():
            changes[name] = typed.strip() or NOTHING
    for name, value in changes.items():
        try:
            asked.desk.correct(asked.review, {name: value})
        except UsageError as error:
            raise UsageError(error.what, where=LABELS[name], do=error.do) from error
    listed = ", ".join(LABELS[name].lower() for name in changes)
    return f"Corrected for good: {listed}." if changes else "Nothing was changed."


def uncorrect(asked: Asked) -> str:
    """Give a field back to its source."""
    name = asked.form.get("field", "")
    asked.desk.correct(asked.review, {name: ""})
    return f"{LABELS.get(name, name)}: as the source says it."


def undo(asked: Asked) -> str:
    """Take the last step back."""
    step = asked.desk.undo()
    return f"Taken back: {step}." if step else "There is nothing to take back."


def redo(asked: Asked) -> str:
    """Make the step again that was taken back."""
    step = asked.desk.redo()
    return f"Made again: {step}." if step else "There is nothing to make again."


def approve(asked: Asked) -> str:
    """Approve exactly what this window shows."""
    if asked.shown.broken is not None:
        raise Held("what you see is the last edition that could be made", do="repair what is broken, then approve")
    made = asked.desk.approve(asked.form.get("hash", ""))
    if made.errors:
        return f"Approved, but {len(made.errors)} errors will still hold it back."
    return "Approved. What you see is what is sent."


def reopen(asked: Asked) -> str:
    """Take the approval back."""
    asked.desk.reopen()
    return "The approval is taken back: it is a draft again."


def test(asked: Asked) -> str:
    """Send a test of what is shown."""
    to = [part for part in asked.form.get("to", "").replace(";", ",").replace(" ", ",").split(",") if part]
    proof = asked.desk.send_test(to)
    failed = "".join(f" Not to {address}: {why}." for address, why in proof.failed)
    return f"A test went to {', '.join(proof.sent)}.{failed} Nothing is marked as sent."


def fetch(asked: Asked) -> str:
    """Ask the sources for what is new."""
    reports = collect(asked.studio.app)
    failed = [report.name for report in reports if report.state == "error"]
    return "Fetched." + (f" Could not be read: {', '.join(failed)}." if failed else "")


def pictures(asked: Asked) -> str:
    """Fetch the pictures that are not on this machine."""
    wanted = asked.studio.missing(asked.shown)
    asked.studio.fetch_pictures(wanted)
    return f"Fetching {len(wanted)} picture{'' if len(wanted) == 1 else 's'}." if wanted else "Every picture is here."


ACTIONS: Mapping[str, Callable[[Asked], str]] = {
    act.__name__: act
    for act in (
        reorder, move, lead, feature, exclude, include, quote, unquote, words, layout, correct, uncorrect, undo, redo,
        approve, reopen, test, fetch, post, pictures,
    )
}  # fmt: skip
