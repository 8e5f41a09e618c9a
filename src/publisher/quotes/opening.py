"""The opening of a review in whole sentences of its own, for under or instead of a quote: no credits, no furniture."""

from collections.abc import Iterator
from difflib import SequenceMatcher

import regex

from publisher.model import HOLE, Quote, Review
from publisher.quotes.sentences import split
from publisher.text.clean import fold, line
from publisher.text.count import graphemes

LIMIT = 220
LONGEST = 300
"""Graphemes that a single first sentence may have."""
_SHARED = 24
"""Letters in a row that a sentence may not have in common with the quote."""
_LEAST_WORDS = 4
_LABELS = (
    r"director|dir|directed by|cast|starring|stars|with|writers?|written by|screenplay|script|producers?|music"
    r"|produced by|score|cinematography|camera|editor|edited by|running time|runtime|length|duration"
    r"|certificate|cert|rating|rated|release date|released|distributor|genre|year|country|language|out|verdict"
    r"|review(?:ed)? by|words by|text by|by"
    r"|regie|buch|drehbuch|darsteller(?:innen)?|besetzung|mit|kamera|musik|schnitt|verleih|länge|laufzeit|dauer"
    r"|fsk|kinostart|start|land|jahr|produktion"
    r"|r[ée]alisat(?:ion|eur|rice)|de|avec|sc[ée]nario|dur[ée]e|sortie|distribut(?:eur|ion)|pays"
    r"|int[ée]rpretes|direcci[óo]n|reparto|gui[óo]n|duraci[óo]n|estreno|pa[íi]s|m[úu]sica|fotograf[íi]a"
    r"|regia|sceneggiatura|interpreti|attori|con|durata|uscita|distribuzione|musiche|genere|paese"
    r"|regisseur|rolverdeling|met|scenario|speelduur|bioscooprelease"
    r"|realiza[çc][ãa]o|dire[çc][ãa]o|elenco|argumento|dura[çc][ãa]o|estreia"
)
_LABEL = regex.compile(rf"(?:^\W*|[.;|·•/–—]\s*|\s(?=(?-i:\p{{Lu}})))(?:{_LABELS})\s*:\s*\S", regex.I)
_FIGURES = (
    r"\b\d{1,3}\s*(?:min(?:ute[sn]?|uti|utos|uten)?|mins|mn)\b\.?"
    r"|\b\d\s*(?:h|hrs?|hours?|std|heures?|horas?|ore|uur)\b\.?\s*(?:\d{1,2}\s*(?:m(?:in)?s?)?\b\.?)?"
    r"|\b(?:cert(?:ificate)?|rated|fsk|bbfc|mpaa)\.?:?\s*(?:ab\s+)?(?:\d{1,2}A?|U|PG(?:-13)?|R|NC-17|G)\b"
)
_FIGURE = regex.compile(_FIGURES, regex.I)
_LISTED = regex.compile(
    r"(?:now|out|only|opens?|released?|available|showing|in|at|on|uk|us|cinemas?|theat(?:er|re)s|general|release|digital|dvd"
    r"|blu-ray|streaming|from|since|until|and|this|next|nationwide|today|tomorrow|the|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|im|kino|kinos|jetzt|ab|seit|den|dem|der|am|neu|heute|\p{L}+tag|mittwoch"
    r"|au|aux|cin[ée]mas?|en|les|dans|salles?|le|d[eè]s|depuis|sortie|actuellement|maintenant|lundi|mardi|mercredi|jeudi|vendredi"
    r"|cines|salas|ya|ahora|desde|el|de|del|los|estreno|lunes|martes|mi[ée]rcoles|jueves|viernes"
    r"|al|cinema|nelle|sale|dal|ora|adesso|luned[ìi]|marted[ìi]|mercoled[ìi]|gioved[ìi]|venerd[ìi]"
    r"|bioscoop|vanaf|nu|nos|j[áa]|\d+(?:st|nd|rd|th)?|\p{Lu}\p{Ll}+|d[ée]cembre|janvier|f[ée]vrier|mars|avril|mai|juin|juillet"
    r"|ao[ûu]t|septembre|octobre|novembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|drama|film|movie"
    r"|by|von|par|por|di|da|door|van|la|und|et|y|e|of|reviewed|words|text|posted|published|kritik|critique|cr[íi]tica|recensione)",
)
_MADE = regex.compile(
    r"^(?:directed|written|produced|starring|r[ée]alis[ée]|dirigid[ao]|diretto|geregisseerd|regie f[üu]hrt)\b"
    r"(?!.* (?-i:\p{Ll}+ ){3})",
    regex.I,
)
_STARS = regex.compile(
    r"^(?:\W*(?:[★☆⭐✩✭✮✯⯨½]\s*)+|\W*(?:(?:rating|score|verdict|wertung|bewertung|note|nota|voto)\s*[:–—-]\s*)?"
    r"\d{1,3}(?:[.,]\d)?\s*(?:/|out of|von|sur|de|su|van)\s*\d{1,3}"
    r"(?:\s*(?:stars?|sterne|[ée]toiles|estrellas|stelle|sterren|estrelas))?\b"
    r"|\W*(?:rating|grade|wertung|note|nota|voto)\s*[:–—-]\s*[A-F][+-]?(?=\W|$))[\s.:;|·–—-]*",
    regex.I,
)
_ANY_STAR = regex.compile(r"[★☆⭐✩✭✮✯⯨]")
_MORE = regex.compile(
    r"\s*(?:\[?(?:…|\.\.\.)\]?|(?:continue|keep) reading|read (?:more|the full .{1,20}|on)|weiterlesen|lire la suite"
    r"|seguir leyendo|leer m[áa]s|leggi tutto|continua a leggere|lees (?:meer|verder)|leia mais"
    r"|the post .{1,200} (?:first )?appeared .{1,200})[\s→»›.\]]*$",
    regex.I,
)
_ENDED = regex.compile(r"[.!?。！？।؟۔]['\"”’»“)\]]*$")
_CASED = regex.compile(r"\p{Lu}|\p{Ll}")
_WORD = regex.compile(r"[\p{L}\p{M}'’]+")
_SMALL = regex.compile(r"(?<![\p{L}'’])\p{Ll}{2,}")


def opening(review: Review, *, quote: Quote | None = None, limit: int = LIMIT) -> str | None:
    """The first sentences of the first paragraph that is prose, up to `limit` graphemes; None where there is none.

    Never a part of a sentence or of the quote. An excerpt counts as the first paragraph where it is whole sentences.
    """
    said = fold(quote.text) if quote else ""
    paragraphs = [block.text for block in review.blocks if block.kind == "paragraph" and not block.spoiler]
    title = review.film.title if review.film else ""
    for paragraph in (_MORE.sub("", review.excerpt or ""), *paragraphs):
        sentences = list(_prose(paragraph, title))
        if sentences:
            return _fitting(sentences, said, limit)
    return None


def _prose(paragraph: str, title: str) -> Iterator[str]:
    """The sentences of a paragraph behind its credits, up to the first that is none or is cut off."""
    text, begun = line(paragraph), False
    while (bare := _STARS.sub("", text, count=1)) != text:
        text = bare
    for start, end in split(text, title=title):
        sentence = text[start:end]
        if is_prose(sentence):
            begun = True
            yield sentence
        elif begun:
            return


def is_prose(sentence: str) -> bool:
    """Whether a sentence is whole and says something: no credits, byline, date, rating or line of where it is shown."""
    if HOLE in sentence or not _ENDED.search(sentence) or _ANY_STAR.search(sentence) or _LABEL.search(sentence):
        return False
    words = _WORD.findall(_FIGURE.sub("", sentence))
    if _MADE.search(sentence) or all(_LISTED.fullmatch(word.lower()) or _LISTED.fullmatch(word) for word in words):
        return False
    if not _CASED.search(sentence):
        return len("".join(words)) >= 2 * _LEAST_WORDS
    # A row of names is no sentence: it has hardly a word in small letters.
    small = len(_SMALL.findall(sentence))
    return len(words) >= _LEAST_WORDS and small >= 2 and (small >= len(words) / 4 or small >= _LEAST_WORDS)


def _fitting(sentences: list[str], said: str, limit: int) -> str | None:
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}" if text else sentence
        if _repeats(sentence, said) or graphemes(longer) > (limit if text else max(limit, LONGEST)):
            break
        text = longer
    return text or None


def _repeats(sentence: str, said: str) -> bool:
    """Whether a sentence has a good part of the quote in it, or is a part of it."""
    told = fold(sentence)
    if not said or not told:
        return False
    if told in said or said in told:
        return True
    return SequenceMatcher(None, told, said, autojunk=False).find_longest_match().size >= _SHARED
