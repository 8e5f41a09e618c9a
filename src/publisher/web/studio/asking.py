"""What one action of the studio is about: a desk, the edition as it was shown, and the fields of a form."""

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.newsroom.editions.desk import Desk, Shown
from publisher.web.studio.session import Studio

Form = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One action: where it happens and with what."""

    studio: Studio
    desk: Desk
    shown: Shown
    form: Form

    @property
    def review(self) -> str:
        """The review that the action is about."""
        return self.form.get("review", "")

    @property
    def order(self) -> tuple[str, ...]:
        """The reviews of the edition as they stand."""
        return tuple(item.review.id for item in self.shown.made.edition.items) if self.shown.made else ()

    @property
    def name(self) -> str:
        """What to call the review."""
        found = self.desk.review(self.review)
        return found.film.title if found.film else found.headline
