"""An editor's own pick, and gates of other languages."""

from dataclasses import replace

import pytest

from publisher import quotes
from publisher.errors import QuoteError
from publisher.model import Block, Film, Review

TEXT = (
    "Tin Harbour is a funny, beautifully acted comedy that finds real warmth in the coldest of places. "
    "Mara gets the job after a long winter. "
    "It is a film of rare tenderness that sneak up on you and stays for days."
)
PLAIN = "Mara gets the job after a long winter."


def made(text: str, *, pick: str | None = None, language: str = "en") -> Review:
    return Review(
        id="r",
        source="s",
        headline="Tin Harbour",
        film=Film(title="Tin Harbour"),
        blocks=(Block(kind="paragraph", text=text),),
        language=language,
        pullquote=pick,
    )


def test_an_editors_pick_comes_first_even_where_no_gate_would_let_it() -> None:
    ranking = quotes.rank(made(TEXT, pick=PLAIN))
    assert ranking.quotes[0].text == PLAIN
    assert quotes.is_editors(ranking.quotes[0])
    assert [quote.text for quote in ranking.quotes].count(PLAIN) == 1
    assert len(ranking.quotes) > 1


def test_an_editors_pick_runs_again_although_it_ran_last_week() -> None:
    assert quotes.rank(made(TEXT, pick=PLAIN), avoid={PLAIN}).quotes[0].text == PLAIN


def test_an_editors_pick_may_mend_a_slip_in_brackets() -> None:
    review = made(TEXT, pick="It is a film of rare tenderness that [sneaks] up on you and stays for days.")
    best = quotes.rank(review).quotes[0]
    assert "[sneaks]" in best.text
    quotes.verify(review, best)


def test_a_pick_that_is_not_in_the_review_is_never_shown() -> None:
    review = made(TEXT, pick="The best film ever made, says everybody.")
    with pytest.raises(QuoteError):
        quotes.editors_pick(review)
    assert all(quote.text in TEXT for quote in quotes.rank(review).quotes)


def test_a_quote_stands_where_the_text_before_it_changed_and_not_where_its_own_did() -> None:
    quote = quotes.rank(made(TEXT)).quotes[0]
    assert quotes.stands(made("A new first line. " + TEXT), quote)
    assert not quotes.stands(made(TEXT.replace(quote.text, quote.text.replace("a", "o", 1))), quote)
    assert not quotes.is_editors(quote)


def test_a_quote_with_the_critics_own_brackets_stands() -> None:
    text = "Tin Harbour is a comedy [of sorts] that finds real warmth in the coldest of places."
    quote = quotes.from_text(made(text), text, by_editor=True)
    assert quotes.stands(made(text), replace(quote, score=1.0))


@pytest.mark.parametrize("hidden", ["\x00", "\u202e", "\ufffd", "<b>"])
def test_a_line_with_characters_nobody_sees_is_no_quote(hidden: str) -> None:
    assert not quotes.rank(made(f"Tin Harbour is a funny,{hidden} beautifully acted comedy full of warmth.")).quotes


FOREIGN = {
    "es": (
        "Una película deliciosa, divertida y conmovedora que nunca pierde el ritmo.",
        "Ella llega al pueblo y conoce a un hombre que mata a su marido.",
        "Pero el guion brillante no la deja descansar ni un minuto.",
        "El marido llega al pueblo y descubre que su hermano trabaja con la policía.",
        "Se trata de una obra maestra en la que el asesino es su hermano.",
        "Suscríbete a nuestro boletín para leer más críticas brillantes.",
    ),
    "fr": (
        "Un film délicieux, drôle et émouvant qui ne perd jamais le rythme.",
        "Elle arrive au village et rencontre un homme qui tue son mari.",
        "Mais le scénario brillant ne la laisse jamais souffler une minute.",
        "Le mari arrive au village et découvre que son frère travaille avec la police.",
        "C'est un chef-d'œuvre dans lequel le tueur est son propre frère.",
        "Abonnez-vous à notre lettre pour lire d'autres critiques brillantes.",
    ),
    "de": (
        "Ein köstlicher, witziger und bewegender Film, der nie den Rhythmus verliert.",
        "Sie kommt ins Dorf und trifft einen Mann, der ihren Gatten tötet.",
        "Aber das brillante Drehbuch lässt sie nicht eine Minute ruhen.",
        "Der Ehemann kommt ins Dorf und entdeckt, dass sein Bruder bei der Polizei ist.",
        "Ein Meisterwerk, in dem sich der Bruder als ihr Feind entpuppt.",
        "Abonnieren Sie unseren Newsletter für mehr großartige Kritiken.",
    ),
    "it": (
        "Un film delizioso, divertente e commovente che non perde mai il ritmo.",
        "Lei arriva al villaggio e incontra un uomo che uccide suo marito.",
        "Ma la sceneggiatura brillante non la lascia riposare un minuto.",
        "Il marito arriva al villaggio e scopre che suo fratello lavora con la polizia.",
        "Un capolavoro nel quale l'assassino è proprio suo fratello.",
        "Iscriviti alla nostra newsletter per altre splendide recensioni.",
    ),
}


@pytest.mark.parametrize("language", FOREIGN)
def test_gates_of_other_languages_leave_the_verdict_alone(language: str) -> None:
    verdict = FOREIGN[language][0]
    ranking = quotes.rank(made(" ".join(FOREIGN[language]), language=language), limit=9)
    assert [quote.text for quote in ranking.quotes] == [verdict]
    assert f"no fitted weights for {language}" in ranking.quotes[0].reasons
