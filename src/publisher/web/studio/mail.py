"""An email's HTML made fit for the frame in the middle: its colour scheme chosen, its pictures local. Pure.

The scheme is chosen in the email's own style sheets rather than in the browser, so that each of the three looks the
same in every browser. Forced dark turns the colours as preflight judges them.
"""

import html
import re
from collections.abc import Callable, Mapping

from publisher.preflight import colours

# What a mail client lets an email do: no script, form or frame, nothing from anywhere but our own pictures.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)

_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.IGNORECASE | re.DOTALL)
_PREFERS = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light|no-preference)\s*\)", re.IGNORECASE)
_SCHEME = re.compile(r"(?<![\w-])(?:supported-)?color-schemes?\s*:\s*[^;}\"']+", re.IGNORECASE)
_META = re.compile(r'<meta\s+name="(?:supported-)?color-schemes?"[^>]*>', re.IGNORECASE)
_INLINE = re.compile(r"""(\sstyle=)("[^"]*"|'[^']*')""", re.IGNORECASE)
_BGCOLOR = re.compile(r"""(\sbgcolor=)["']?(#?\w+)["']?""", re.IGNORECASE)
_DECLARATION = re.compile(
    r"(?<![\w-])((?:background|border|outline)(?:-[a-z]+)*|color)(\s*:\s*)([^;{}]+)", re.IGNORECASE
)
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(?:white|black)\b", re.IGNORECASE)
_TRUE, _FALSE = "(min-width:0)", "(max-width:0)"


def in_scheme(page: str, scheme: str) -> str:
    """The page as a client draws it in `light`, in its own `dark`, or `forced` dark by a client of its own accord."""
    page = _META.sub("", page)
    page = _STYLE.sub(lambda found: found[1] + _choose(found[2], dark=scheme == "dark") + found[3], page)
    page = _INLINE.sub(lambda found: found[1] + _SCHEME.sub("", found[2]), page)
    if scheme == "forced":
        page = _turned(page)
    ground = {"light": "#ffffff", "dark": "#121212"}.get(scheme, str(colours.CANVAS_DARK))
    words = "#000000" if scheme == "light" else "#ffffff"
    kind = "light" if scheme == "light" else "dark"
    canvas = f"<style>:root{{color-scheme:only {kind};background:{ground};color:{words}}}</style>"
    return _into_head(page, canvas)


def _choose(css: str, *, dark: bool) -> str:
    css = _SCHEME.sub("", css)
    return _PREFERS.sub(lambda found: _TRUE if (found[1].lower() == "dark") is dark else _FALSE, css)


def _turned(page: str) -> str:
    """Every colour as a forced dark mode turns it: grounds and borders that are light, words that are dark."""
    page = _STYLE.sub(lambda found: found[1] + _turn_all(found[2]) + found[3], page)
    page = _INLINE.sub(lambda found: found[1] + _turn_all(found[2]), page)
    return _BGCOLOR.sub(lambda found: f'{found[1]}"{_turn(found[2], colours.turned_ground)}"', page)


def _turn_all(css: str) -> str:
    def declaration(found: re.Match[str]) -> str:
        turned = colours.turned_words if found[1].lower() == "color" else colours.turned_ground
        return found[1] + found[2] + _COLOUR.sub(lambda colour: _turn(colour[0], turned), found[3])

    return _DECLARATION.sub(declaration, css)


def _turn(text: str, turned: Callable[[colours.Colour], colours.Colour]) -> str:
    colour = colours.parse(text)
    return str(turned(colour)) if colour is not None and colour.alpha == 1 else text


def with_pictures(page: str, places: Mapping[str, str]) -> str:
    """The page with pictures shown from these places, by the address that the email gives them."""
    for address, place in places.items():
        page = page.replace(f'"{html.escape(address)}"', f'"{place}"').replace(f'"{address}"', f'"{place}"')
    return page


def framed(page: str) -> str:
    """The page with links that lead nowhere from inside the frame, which has no window to open."""
    return _into_head(page, '<base target="_blank">')


def _into_head(page: str, piece: str) -> str:
    head, mark, rest = page.partition("</head>")
    return f"{head}{piece}{mark}{rest}" if mark else piece + page
