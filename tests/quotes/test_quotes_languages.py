"""Reviews in other languages: what is told by script, by word lists, and by features that need no English."""

import pytest

from publisher import quotes
from publisher.quotes.language import language_of

REVIEWS = {
    "hi": (
        "लहरें",
        (
            "मुंबई में रहने वाला राजू एक दिन अपने गाँव लौटता है और उसे एक पुरानी चिट्ठी मिलती है।\n\n"
            "यह फिल्म अपनी सादगी और ईमानदारी के कारण दिल को छू जाती है। संगीत कहानी को आगे बढ़ाता है।"
        ),
        "यह फिल्म अपनी सादगी और ईमानदारी के कारण दिल को छू जाती है।",
    ),
    "ja": (
        "潮の記憶",
        (
            "東京で働く健二は、父の死をきっかけに故郷の港町へ戻る。\n\n"
            "この映画は静かな語り口の中に深い悲しみと希望を同時に描き出す、今年最も美しい作品のひとつである。港には船が並んでいる。"
        ),
        "この映画は静かな語り口の中に深い悲しみと希望を同時に描き出す、今年最も美しい作品のひとつである。",
    ),
    "pt": (
        "Maré",
        (
            "O pescador João regressa à aldeia e descobre que o irmão morreu.\n\n"
            "Maré é um filme comovente e subtil, com uma fotografia de rara beleza. Ele nunca perde o norte. "
            "Mas falta-lhe ritmo. Subscreva a nossa newsletter para mais."
        ),
        "Maré é um filme comovente e subtil, com uma fotografia de rara beleza.",
    ),
    "nl": (
        "Getij",
        (
            "Jan komt terug naar het dorp en ontdekt dat zijn vader is gestorven.\n\n"
            "Getij is een ontroerende en subtiele film die nergens sentimenteel wordt. Hij is uitstekend. "
            "Maar het tempo is traag. Lees meer op onze site."
        ),
        "Getij is een ontroerende en subtiele film die nergens sentimenteel wordt.",
    ),
    "es": (
        "Marea",
        (
            "Juan llega al pueblo y descubre que su padre murió en 1987 (dicen).\n\n"
            "Marea es una película conmovedora y sutil que nunca cae en lo previsible. Él está magnífico. "
            "Pero le falta ritmo. El puerto amanece a las cuatro con sus barcos."
        ),
        "Marea es una película conmovedora y sutil que nunca cae en lo previsible.",
    ),
}


@pytest.mark.parametrize("language", REVIEWS)
def test_the_line_that_judges_the_film_comes_first(language: str) -> None:
    title, text, best = REVIEWS[language]
    assert language_of(None, text) == language
    assert quotes.rank(quotes.review_from_plain(title, text)).quotes[0].text == best


@pytest.mark.parametrize("language", ["pt", "nl"])
def test_starts_that_point_back_connectives_and_calls_to_action_are_held_back(language: str) -> None:
    title, text, _ = REVIEWS[language]
    shown = [quote.text for quote in quotes.rank(quotes.review_from_plain(title, text), limit=20).quotes]
    assert not any(line.startswith(("Ele", "Mas", "Subscreva", "Hij", "Maar", "Lees")) for line in shown)


@pytest.mark.parametrize("language", REVIEWS)
def test_no_line_of_a_language_without_fitted_weights_is_sure(language: str) -> None:
    title, text, _ = REVIEWS[language]
    assert quotes.pick(quotes.review_from_plain(title, text), automatic=True) is None


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("ko", "이 영화는 올해 가장 아름다운 작품이다. 배우들의 연기가 훌륭하다.", "ko"),
        (None, "이 영화는 올해 가장 아름다운 작품이다. 배우들의 연기가 훌륭하다.", "ko"),
        ("mr", "हा चित्रपट खूप सुंदर आहे आणि संगीत अप्रतिम आहे.", "mr"),
        ("en", "この映画は今年最も美しい作品のひとつである。", "ja"),
    ],
)
def test_a_script_tells_its_language_and_a_source_may_name_a_sister(
    declared: str | None, text: str, language: str
) -> None:
    assert language_of(declared, text) == language
