"""The phrases of subjects and preheaders in English; a site's own language replaces them (`templates/words/`). Pure."""

from collections.abc import Mapping

Phrases = Mapping[str, str]

ENGLISH: Phrases = {
    "subject_by": "{film}, reviewed by {critic}",
    "subject_alone": "{film}, reviewed",
    "subject_two": "{film} and {other}, reviewed",
    "subject_pair": "{film} and {other}",
    "subject_and_one": "{film} and one more review",
    "subject_one_more": "{film}, {other} and 1 more review",
    "subject_more": "{film}, {other} and {count} more reviews",
    "subject_lead_more": "{film} and {count} more reviews",
    "preheader_also": "Also this week: {films}",
    "preheader_after": "{quote} Also: {films}",
    "preheader_by": "{quote} — {critic} on {film}",
    "preheader_on": "{quote} — on {film}",
    "preheader_site": "New on the site: {films}",
    "list_last": "{films} and {film}",
    "list_more": "{films} and {count} more",
}


def say(phrases: Phrases, key: str, **values: str) -> str:
    """A phrase with its places filled; in English where the language has none."""
    return phrases.get(key, ENGLISH[key]).format_map(values)
