"""Fonts for drawing: the packaged Source family first, then whatever font of this machine has the character."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from unicodedata import bidirectional

import regex
from PIL import Image, ImageDraw, ImageFont

from publisher.formatters.cards.cmap import characters
from publisher.text import graphemes

Face = Literal["serif", "serif-strong", "serif-italic", "sans", "sans-strong"]

_FILES: dict[Face, tuple[str, str]] = {
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "serif-strong": ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    "serif-italic": ("font_source_serif_pro", "SourceSerifPro-It.ttf"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "sans-strong": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
}
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_SUFFIXES = (".ttf", ".otf", ".ttc")
# Asked in this order before all others; weights and styles that would look odd among the text come last of all.
_PREFERRED = (
    "NotoSerif-Regular", "DejaVuSerif", "NotoSerifCJK-Regular", "NotoSansCJK-Regular", "NotoSans-Regular", "DejaVuSans",
    "NotoEmoji-Regular", "NotoEmoji", "Symbola", "NotoSansSymbols2-Regular", "NotoSansSymbols-Regular",
)  # fmt: skip
_ODD = regex.compile(r"(?i)bold|black|light|thin|italic|oblique|condensed|narrow|mono|medium|heavy")
# Nothing is drawn for these when no font has them: joiners, selectors, tags, soft hyphens, spaces.
_SILENT = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}]")
_LOOSE_SPACE = regex.compile(r"\s+(?=[.,;:!?…”’)\]])")
_SHOWN_AS_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\uFE0F")
_BITMAP_SIZE = 109  # the only size of Noto Color Emoji's bitmaps


@dataclass(frozen=True, slots=True)
class FontRun:
    """A stretch of text that one font draws."""

    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class Typeface:
    """One of the packaged faces with its fallbacks behind it."""

    face: Face

    def runs(self, text: str) -> tuple[FontRun, ...]:
        """The text cut where the font changes; characters that no font has are left out."""
        return _runs(self.face, text)

    def width(self, text: str, size: float) -> float:
        """How far a text advances, in pixels."""
        return _width(self.face, text, size)

    def draw(
        self, image: Image.Image, at: tuple[float, float], text: str, *, size: float, fill: str, spacing: float = 0
    ) -> float:
        """Draw a text with its baseline's left end at `at`; gives the x behind it. `spacing` is added per character."""
        x, y = at
        for run in self.runs(text):
            for piece in graphemes.split(run.text) if spacing else (run.text,):
                x += _draw(image, (x, y), FontRun(piece, run.path), size, fill) + spacing
        return x

    def cap_height(self, size: float) -> float:
        """The height of a capital letter above the baseline."""
        return -_font(self.path, size).getbbox("H", anchor="ls")[1]

    @property
    def path(self) -> Path:
        """The face's own file."""
        return _packaged(self.face)


def missing(text: str) -> tuple[str, ...]:
    """The characters that no font on this machine can draw, in order of their first use."""
    lost: dict[str, None] = {}
    for piece in graphemes.split(text):
        if _font_for("serif", piece) is None:
            lost.setdefault(piece)
    return tuple(lost)


def drawable(text: str) -> str:
    """The text without the characters that no font has, and without the gaps that they leave."""
    lost = set(missing(text))
    if not lost:
        return text
    kept = "".join(piece for piece in graphemes.split(text) if piece not in lost)
    return _LOOSE_SPACE.sub("", " ".join(kept.split()))


def is_rtl(text: str) -> bool:
    """Whether a text is written from right to left: its first letter is of such a script."""
    strong = (bidirectional(c) for c in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)


@lru_cache(maxsize=512)
def _runs(face: Face, text: str) -> tuple[FontRun, ...]:
    """Runs in the order in which they are drawn; from right to left, a font keeps the spaces and marks it has."""
    rtl = is_rtl(text)
    runs: list[FontRun] = []
    for piece in graphemes.split(text):
        if rtl and runs and _has(runs[-1].path, piece):
            path: Path | None = runs[-1].path
        else:
            path = _rtl_font(face, text, piece) if rtl else _font_for(face, piece)
        if path is None:
            continue
        if runs and runs[-1].path == path:
            runs[-1] = FontRun(runs[-1].text + piece, path)
        else:
            runs.append(FontRun(piece, path))
    return tuple(reversed(runs)) if rtl else tuple(runs)


def _rtl_font(face: Face, text: str, piece: str) -> Path | None:
    """The font of the text's first letter where it has this piece, too: a line of one font keeps its order."""
    letter = next(c for c in text if bidirectional(c) in ("R", "AL"))
    path = _font_for(face, letter)
    return path if path is not None and _has(path, piece) else _font_for(face, piece)


def _has(path: Path, piece: str) -> bool:
    return {ord(c) for c in _SILENT.sub("", piece)} <= characters(path)


@lru_cache(maxsize=4096)
def _font_for(face: Face, piece: str) -> Path | None:
    """The first font of the chain that has every visible character of a grapheme."""
    chain = [*_emoji_fonts(), *_chain(face)] if _is_emoji(piece) else _chain(face)
    return next((path for path in chain if _has(path, piece)), None)


def _is_emoji(piece: str) -> bool:
    """Whether a grapheme asks to be shown as an emoji, not as text."""
    return bool(_SHOWN_AS_EMOJI.search(piece)) and bool(graphemes.EMOJI.fullmatch(piece))


@cache
def _emoji_fonts() -> Sequence[Path]:
    return [path for path in _installed() if "emoji" in path.stem.lower()]


def _chain(face: Face) -> Iterator[Path]:
    yield _packaged(face)
    yield from _installed()


@cache
def _packaged(face: Face) -> Path:
    package, name = _FILES[face]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(spec.submodule_search_locations[0]) / "files" / name


@cache
def _installed() -> Sequence[Path]:
    """The machine's fonts, the preferred ones first, each name once."""
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for where, folders, names in os.walk(Path(folder).expanduser()):
            folders.sort()
            for name in sorted(names):
                if name.lower().endswith(_SUFFIXES):
                    found.setdefault(Path(name).stem, Path(where, name))
    order = {name: place for place, name in enumerate(_PREFERRED)}
    return sorted(found.values(), key=lambda p: (order.get(p.stem, len(order)), bool(_ODD.search(p.stem)), p.name))


@lru_cache(maxsize=128)
def _font(path: Path, size: float) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(str(path), size)
    except OSError:  # a font of bitmaps knows its own size only
        return ImageFont.truetype(str(path), _BITMAP_SIZE)


@lru_cache(maxsize=2048)
def _width(face: Face, text: str, size: float) -> float:
    return sum(_length(run, size) for run in _runs(face, text))


def _length(run: FontRun, size: float) -> float:
    font = _font(run.path, size)
    return font.getlength(run.text) * (size / font.size)


def _draw(image: Image.Image, at: tuple[float, float], run: FontRun, size: float, fill: str) -> float:
    font = _font(run.path, size)
    if font.size == size:
        ImageDraw.Draw(image).text(at, run.text, font=font, fill=fill, anchor="ls")
        return font.getlength(run.text)
    return _draw_bitmap(image, at, run, size, font)


def _draw_bitmap(
    image: Image.Image, at: tuple[float, float], run: FontRun, size: float, font: ImageFont.FreeTypeFont
) -> float:
    """Colour emoji exist as bitmaps of one size: drawn there and scaled."""
    scale = size / font.size
    left, top, right, bottom = font.getbbox(run.text, anchor="ls")
    picture = Image.new("RGBA", (max(1, round(right - left)), max(1, round(bottom - top))))
    ImageDraw.Draw(picture).text((-left, -top), run.text, font=font, embedded_color=True, anchor="ls")
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    place = (round(at[0] + left * scale), round(at[1] + top * scale))
    image.paste(small, place, small)
    return font.getlength(run.text) * scale
