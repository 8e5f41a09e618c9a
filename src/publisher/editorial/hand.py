"""What an editor's single actions make of her hand in a draft. Pure: a hand in, a hand out."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Literal

from publisher.editorial.edition import Hand

Words = Literal["subject", "preheader", "note"]


def reordered(hand: Hand, order: Sequence[str]) -> Hand:
    """The reviews in this order; those that it does not name (left out, or new since it was seen) come after."""
    named = tuple(dict.fromkeys(order))
    return replace(hand, order=(*named, *(other for other in hand.order if other not in named)))


def moved(hand: Hand, shown: Sequence[str], review: str, by: int) -> Hand:
    """One review `by` places later (earlier when negative) among those that are shown; never beyond either end."""
    order = list(shown)
    place = order.index(review) if review in order else len(order)
    others = [other for other in order if other != review]
    others.insert(min(max(place + by, 0), len(others)), review)
    return reordered(hand, others)


def led_by(hand: Hand, shown: Sequence[str], review: str) -> Hand:
    """The edition opens with this review."""
    return reordered(hand, [review, *(other for other in shown if other != review)])


def without(hand: Hand, review: str) -> Hand:
    """The edition without this review; its place and its quote are kept for when it comes back."""
    return hand if review in hand.excluded else replace(hand, excluded=(*hand.excluded, review))


def again_with(hand: Hand, review: str) -> Hand:
    """A review that was left out is in again."""
    return replace(hand, excluded=tuple(other for other in hand.excluded if other != review))


def quoting(hand: Hand, review: str, text: str | None) -> Hand:
    """The editor's own line for a review, or with None the automatic one."""
    picks = {name: pick for name, pick in hand.picks.items() if name != review}
    return replace(hand, picks={**picks, review: text} if text is not None else picks)


def worded(hand: Hand, name: Words, text: str) -> Hand:
    """Subject, preheader or note in the editor's words; empty ones give the automatic subject and preheader back."""
    value = text.strip() or None
    if name == "subject":
        return replace(hand, subject=value)
    return replace(hand, preheader=value) if name == "preheader" else replace(hand, note=value)


def laid_out(hand: Hand, layout: str | None) -> Hand:
    """In this layout, or with None in the newsletter's."""
    return replace(hand, layout=layout)


def taken_back(now: Hand, *, before: Hand, after: Hand) -> Hand:
    """A hand with one step undone: only what that step changed, so that what came after it elsewhere stays."""
    touched: Collection[str] = [f.name for f in fields(Hand) if getattr(before, f.name) != getattr(after, f.name)]
    return replace(now, **{name: getattr(before, name) for name in touched})
