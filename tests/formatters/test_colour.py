import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import ConfigError
from publisher.formatters.email.colour import (
    AA,
    colours,
    contrast,
    normal,
    readable,
)

accents = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(accents)
def test_every_accent_gives_readable_words_in_both_modes(accent: str) -> None:
    for palette in (colours(accent).light, colours(accent).dark):
        assert contrast(palette.accent, palette.paper) >= AA
        assert contrast(palette.on_button, palette.button) >= AA
        assert contrast(palette.ink, palette.paper) >= AA
        assert contrast(palette.quiet, palette.paper) >= AA
        assert contrast(palette.quiet, palette.tint) >= AA


@given(accents)
def test_a_button_is_dark_with_white_words_so_that_an_inverting_app_leaves_it_alone(accent: str) -> None:
    light = colours(accent).light

    assert light.on_button == "#ffffff"
    assert contrast(light.button, light.paper) >= AA - 0.3


@given(accents)
def test_the_accents_rule_can_be_seen(accent: str) -> None:
    for palette in (colours(accent).light, colours(accent).dark):
        assert contrast(palette.line, palette.paper) >= 1.25


def test_an_accent_that_is_readable_stays_as_it_is() -> None:
    assert colours("#a3262a").light.accent == "#a3262a"
    assert colours("#a3262a").light.button == "#a3262a"


def test_a_pale_accent_keeps_its_rule_and_gets_an_ink_button() -> None:
    yellow = colours("#ffd400").light

    assert yellow.line == "#ffd400"
    assert yellow.button == yellow.ink


def test_a_colour_keeps_its_hue_when_it_is_darkened() -> None:
    red, green, blue = (int(readable("#6699ff", "#fbfaf7")[n : n + 2], 16) for n in (1, 3, 5))

    assert blue > green > red


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#fff") == 21
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_short_and_upper_case_colours_are_spelled_out() -> None:
    assert normal("#ABC") == "#aabbcc"


@pytest.mark.parametrize("wrong", ["red", "#12", "#12345g", "", "#a3262a; } body { display:none"])
def test_what_is_no_colour_is_a_mistake_in_the_configuration(wrong: str) -> None:
    with pytest.raises(ConfigError, match="is not a colour"):
        colours(wrong)
