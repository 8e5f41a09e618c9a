"""An edition's counts as JSON and in words; light, because every send prints them."""

from publisher.model import Counts

WORDS = {
    "accepted": "accepted",
    "refused": "refused",
    "suppressed": "unsubscribed or bounced",
    "uncertain": "may have arrived",
    "deferred": "put off, will be tried again",
    "todo": "still to do",
    "cancelled": "cancelled",
}


def counts_json(counts: Counts) -> dict[str, int]:
    """The counts of `status --json`; they add up to `intended`."""
    return {"intended": counts.intended, **{name: getattr(counts, name) for name in WORDS}}


def counts_in_words(counts: Counts) -> list[str]:
    """One line a state that anybody is in."""
    if not counts.intended:
        return []
    said = [f"{getattr(counts, name):,} {words}" for name, words in WORDS.items() if getattr(counts, name)]
    return [f"of {counts.intended:,} reader{'s' * (counts.intended != 1)}: {', '.join(said)}"]
