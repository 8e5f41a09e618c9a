"""The language of a text, by its commonest small words; None for short or mixed text."""

import re
from collections import Counter

_WORDS = {
    "en": "the of and to is that it in a with as for this but on are be by his her from has an not who was",
    "de": "der die das und ist nicht ein eine mit den von zu im sich auf dem des es auch als wie für aber",
    "fr": "le la les des et est une un dans que qui pour pas sur du ce il elle avec au plus sont mais",
    "es": "el la los las de y que es en una un por con para su se no lo del más como pero al sus",
    "it": "il la di che è e un una per non con del della sono gli i le si da nel più come anche ma",
    "pt": "o a os as de que e é um uma do da em não para com por se mais como dos mas ao na no",
    "nl": "de het een en van is dat niet met voor die op zijn er te aan ook als maar om bij door wordt",
    "sv": "och att det som en är på av för med den till inte ett har de om men sig så hon han från",
    "da": "og at det som en er på af for med den til ikke et har de om men sig så hun han fra",
    "nb": "og at det som en er på av for med den til ikke et har de om men seg så hun han fra ble",
    "pl": "i w nie na się z jest że to do jak o co ale za po od przez tym jego jej są",
    "fi": "ja on ei että se hän kun niin mutta joka ovat myös kuin oli sen tai vain mitä hänen",
    "tr": "ve bir bu da de için ile çok ama gibi daha olarak ne kadar sonra film olan",
}
_SMALL = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_ENOUGH = 2400
"""Characters of a text that show its language."""
_TOKEN = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str | None:
    """The two-letter code of the language that `text` is plainly written in.

    At least thirty words, a fifth of them small words of that language, and clearly more than of the next one.
    """
    words = Counter(_TOKEN.findall(text[:_ENOUGH].casefold()))
    if words.total() < 30:
        return None
    counts = sorted(
        ((sum(words[w] for w in words.keys() & small), language) for language, small in _SMALL.items()), reverse=True
    )
    (best, language), (second, _) = counts[0], counts[1]
    return language if best >= words.total() / 5 and best >= second * 1.15 else None


def tag(raw: str | None) -> str | None:
    """A language tag as a source states it (en-GB, de_AT), in BCP 47's usual case; None when it is none."""
    parts = (raw or "").strip().replace("_", "-").split("-")
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]) or not all(re.fullmatch(r"[A-Za-z0-9]{2,8}", p) for p in parts[1:]):
        return None
    rest = [p.upper() if len(p) == 2 else p.title() if len(p) == 4 else p for p in parts[1:3]]
    return "-".join([parts[0].lower(), *rest])
