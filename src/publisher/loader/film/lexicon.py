"""The packaged words that tell films from other things."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("publisher.loader.film").joinpath("lexicon.toml").read_text("utf-8"))


def words(name: str) -> frozenset[str]:
    """A set of words; where some hold spaces, commas stand between them."""
    text = " ".join(_tables()["words"][name].split())
    return frozenset(text.split(", ") if ", " in text else text.split())


def phrases(name: str) -> str:
    """Patterns with bars between, as one text."""
    return _tables()["phrases"][name].strip()


def pattern(name: str) -> re.Pattern[str]:
    """A pattern over small and capital letters alike."""
    return re.compile(_tables()["patterns"][name], re.IGNORECASE)
