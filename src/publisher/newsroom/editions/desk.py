"""An edition on the editor's desk: looked at, changed step by step with undo, tested, approved.

A slot's or one-off edition keeps its hand in the store; a look at the newest N keeps it here, a look at another time
has none of its own. Looking stores nothing: the draft is stored with the first change, by `show(keep=True)`.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from publisher import quotes
from publisher.editorial import hand as hands
from publisher.editorial.edition import Hand
from publisher.errors import Held, PublisherError, UsageError
from publisher.model import EditionState, Quote, Review
from publisher.newsroom.app import App
from publisher.newsroom.editions import compose as composing
from publisher.newsroom.editions import drafts, editing
from publisher.newsroom.editions.coming import Coming, coming
from publisher.newsroom.editions.drafts import Composed
from publisher.newsroom.editions.proof import Proof, send_proof
from publisher.newsroom.pool import reviewing
from publisher.store import editions, events
from publisher.store.editions import StoredEdition
from publisher.store.pool import reviews as pool

STEPS = 200
CHANGEABLE = (EditionState.DRAFT, EditionState.HELD, EditionState.MISSED, EditionState.SKIPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What lies on the desk: the edition as it last could be made, and why it cannot be made now, if so."""

    newsletter: str
    key: str
    stored: StoredEdition | None
    hand: Hand
    made: Composed | None
    broken: PublisherError | None = None
    look: bool = False
    ahead: bool = False

    @property
    def changeable(self) -> bool:
        """Whether the editor may still change the edition."""
        if self.look:
            return not self.ahead
        stored = self.stored
        if stored is None:
            return self.made is not None
        return bool(stored.kind != "letter" and stored.state in CHANGEABLE and stored.frozen is None)

    @property
    def hash(self) -> str:
        """What the email is known by; empty where there is none."""
        return self.made.email.content_hash if self.made and self.made.email else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One change that can be taken back: of the hand, or of what is said of a review."""

    what: str
    before: Hand | None = None
    after: Hand | None = None
    review: str = ""
    was: Mapping[str, Any] | None = None
    became: Mapping[str, Any] | None = None


class Desk:
    """One edition and the steps that were made on it here; windows and threads may share it."""

    def __init__(self, app: App, target: str, *, at: datetime | None = None, last: int | None = None) -> None:
        self.app = app
        self.target = target
        self.at = at
        self.last = last
        self.undone: list[Step] = []
        self.done: list[Step] = []
        self._loose = Hand()
        self._good: Composed | None = None
        self._lock = threading.RLock()

    @property
    def ahead(self) -> bool:
        """Whether the coming edition is looked at as of another time."""
        return self.at is not None and self.last is None and self.target in self.app.config.newsletters

    def show(self, *, keep: bool = False) -> Shown:
        """Make the edition as it stands now; where that fails, the reason stands beside the last good one.

        `keep` stores it as the draft, which only a change may do.
        """
        with self._lock:
            broken = None
            try:
                self._good = self._make(keep=keep)
            except PublisherError as error:
                if self._good is None and not self._known():
                    raise
                broken = error
            return self._shown(broken)

    def _known(self) -> bool:
        """Whether the target names a newsletter or a stored edition."""
        return self.target in self.app.config.newsletters or self._stored(self.target) is not None

    def _make(self, *, keep: bool) -> Composed:
        if self.target in self.app.config.newsletters:
            app = self._then()
            if self.last is not None:
                return composing.compose(app, self.target, last=self.last, hand=self._loose)
            kept: composing.Purpose = "draft" if keep and not self.ahead else "look"
            return composing.compose_slot(app, app.newsletter(self.target), self._place(), purpose=kept)
        stored = editing.stored_edition(self.app, self.target)
        newsletter = self.app.newsletter(stored.newsletter)
        if stored.kind != "letter" and stored.state in CHANGEABLE and stored.frozen is None:
            return composing.remake(self.app, newsletter, stored, purpose="draft" if keep else "look")
        return drafts.load(self.app, stored)

    def _shown(self, broken: PublisherError | None) -> Shown:
        key = self._good.edition.key if self._good else self._key()
        stored = self._stored(key)
        look = self.last is not None or self.ahead
        if self._good is None and stored is not None and not look:
            self._good = drafts.load(self.app, stored)
        hand = self._loose if self.last is not None or stored is None else Hand.from_record(stored.hand)
        newsletter = stored.newsletter if stored and not look else self._newsletter()
        return Shown(
            newsletter=newsletter,
            key=key,
            stored=stored,
            hand=hand,
            made=self._good,
            broken=broken,
            look=look,
            ahead=self.ahead,
        )

    def _then(self) -> App:
        """The publisher as of the time that is looked at: what is held until before it is free by then."""
        at = self.at
        return self.app if at is None else replace(self.app, now=lambda: at)

    def _place(self) -> Coming:
        return coming(self.app, self.app.newsletter(self.target), self.at or self.app.now())

    def _newsletter(self) -> str:
        return self.target if self.target in self.app.config.newsletters else self.target.partition("/")[0]

    def _key(self) -> str:
        if self.target in self.app.config.newsletters:
            return self._place().key
        return self.target

    def _stored(self, key: str) -> StoredEdition | None:
        with self.app.store.read() as db:
            return editions.get(db, key)

    # Changes

    def change(self, what: str, make: Callable[[Hand], Hand]) -> None:
        """Change the hand in one transaction, so that two windows lose nothing; `what` names the step for undo."""
        with self._lock:
            before, after = self._write(make)
            if before != after:
                self.done = [*self.done, Step(what=what, before=before, after=after)][-STEPS:]
                self.undone = []

    def _write(self, make: Callable[[Hand], Hand]) -> tuple[Hand, Hand]:
        if self.last is not None:
            before, self._loose = self._loose, make(self._loose)
            return before, self._loose
        if self.ahead:
            raise UsageError("a look at another time changes nothing", do="go back to now, then change it")
        key = self._key()
        with self.app.store.write() as db:
            stored = editions.get(db, key)
            if stored is None:
                raise UsageError(f"there is no edition “{key}”", do="compose it first")
            if stored.kind == "letter":
                raise UsageError(f"{key} is a letter and stays as it was written")
            before = Hand.from_record(stored.hand)
            after = make(before)
            if after != before:
                editions.set_hand(db, key, after.to_record(), self.app.now())
        return before, after

    def word(self, name: hands.Words, text: str, *, was: str) -> None:
        """Set subject, preheader or note; `was` is what the editor saw when she began.

        Where another window has changed the words meanwhile, nothing is changed and `Held` is raised.
        """
        now = self._worded(name)
        if text.strip() == now.strip():
            return
        if was.strip() != now.strip():
            raise Held(f"the {name} was changed meanwhile to “{now[:200]}”", do="look at both, then save again")
        self.change(name, lambda hand: hands.worded(hand, name, text))

    def _worded(self, name: hands.Words) -> str:
        shown = self.show()
        own = getattr(shown.hand, name)
        if name == "note" or own is not None or shown.made is None:
            return own or ""
        return str(getattr(shown.made.edition, name))

    def quote(self, review_id: str, text: str) -> Quote:
        """Take this line of a review as its quote; `QuoteError` when it is not the review's, word for word."""
        found = self.check(review_id, text)
        self.change("quote", lambda hand: hands.quoting(hand, review_id, found.text))
        return found

    def check(self, review_id: str, text: str) -> Quote:
        """The quote that a typed line means; stores nothing."""
        return quotes.from_text(self.review(review_id), text, by_editor=True)

    def review(self, review_id: str) -> Review:
        """A review as the editor wants it."""
        return reviewing.found(self.app, review_id).review

    def correct(self, review_id: str, changes: Mapping[str, str]) -> None:
        """Override fields of a review for good: in this edition and wherever else it is shown."""
        with self._lock:
            was = reviewing.found(self.app, review_id).overrides
            became = reviewing.correct(self.app, review_id, changes).overrides
            if was != became:
                step = Step(what="correction", review=review_id, was=was, became=became)
                self.done, self.undone = [*self.done, step][-STEPS:], []

    def undo(self) -> str:
        """Take the last step back; its name, empty when there is none."""
        with self._lock:
            if not self.done:
                return ""
            step = self.done[-1]
            self._apply(step, back=True)
            self.done, self.undone = self.done[:-1], [*self.undone, step]
            return step.what

    def redo(self) -> str:
        """Make the step again that was taken back last; its name, empty when there is none."""
        with self._lock:
            if not self.undone:
                return ""
            step = self.undone[-1]
            self._apply(step, back=False)
            self.done, self.undone = [*self.done, step], self.undone[:-1]
            return step.what

    def _apply(self, step: Step, *, back: bool) -> None:
        if step.before is not None and step.after is not None:
            before, after = (step.before, step.after) if back else (step.after, step.before)
            self._write(lambda now: hands.taken_back(now, before=before, after=after))
            return
        said = step.was if back else step.became
        with self.app.store.write() as db:
            pool.set_overrides(db, step.review, dict(said or {}))

    # What an edition comes to

    def approve(self, content_hash: str) -> Composed:
        """Approve exactly what was looked at; anything else is `Held`."""
        if self.last is not None or self.ahead:
            raise Held(
                "a look at the newest or at another time is no edition",
                do=f"open the draft: publisher preview {self.target}",
            )
        return editing.approve(self.app, self._key(), content_hash=content_hash)

    def reopen(self) -> None:
        """Take the approval back: the edition is a draft again."""
        key = self._key()
        with self.app.store.write() as db:
            editions.reopen(db, key, self.app.now())
            events.record(db, "edition-reopened", key, {}, self.app.now())

    def send_test(self, to: list[str]) -> Proof:
        """Mail what is shown to these addresses; freezes and marks nothing."""
        shown = self.show()
        if shown.broken is not None:
            raise shown.broken
        if shown.made is None or shown.made.email is None:
            raise UsageError("there is nothing to send yet")
        if not to:
            raise UsageError("a test needs an address", do="type one, or set [editor] email")
        newsletter = self.app.newsletter(shown.newsletter)
        return send_proof(self.app, newsletter, key=shown.key, email=shown.made.email, to=to)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """Something that can be laid on the desk: a newsletter's coming edition, or one by its key."""

    target: str
    name: str
    state: str


def openings(app: App, *, most: int = 12) -> tuple[Opening, ...]:
    """The newsletters, then the latest editions."""
    with app.store.read() as db:
        known = editions.list_(db, limit=most)
    coming_ones = [
        Opening(target=letter.name, name=letter.title or letter.name, state="next")
        for letter in app.config.newsletters.values()
    ]
    latest = [
        Opening(target=each.key, name=each.key, state=each.state.value)
        for each in known
        if each.newsletter in app.config.newsletters
    ]
    return (*coming_ones, *latest)


def left_out(shown: Shown, app: App) -> tuple[Review, ...]:
    """The reviews that the editor left out of this edition."""
    with app.store.read() as db:
        found = pool.get_all(db, shown.hand.excluded)
    return tuple(found[name].review for name in shown.hand.excluded if name in found)
