"""A film still as part of a card: any picture made safe, then blurred, darkened or tinted. Hostile input welcome."""

import math
import struct
from io import BytesIO

from PIL import Image, ImageChops, ImageFilter, ImageOps

from publisher.formatters.email import colour

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")
_MOST_PIXELS = 40_000_000
_MOST_BYTES = 30_000_000
# What Pillow's decoders raise for files that lie about themselves.
_BROKEN = (OSError, ValueError, SyntaxError, struct.error, EOFError, LookupError, TypeError, ArithmeticError)
_FOCUS = (0.5, 0.4)  # faces stand above the middle of a frame
_SMALL = 4  # what will be blurred is handled at this fraction of its size
_EXPOSURE = 0.8  # how much of a still's own light its shadows keep behind the words


class Unusable(ValueError):
    """The picture cannot be shown; the text says why in words for an editor."""


def sharp(data: bytes, size: tuple[int, int]) -> Image.Image:
    """The picture upright in RGB, cropped to fill `size`; raises Unusable."""
    picture = upright(data, least=max(size))
    try:
        return ImageOps.fit(picture, size, centering=_FOCUS)
    except _BROKEN as error:
        raise Unusable("it is broken or not a picture") from error


def upright(data: bytes, *, least: int = 2000) -> Image.Image:
    """The picture upright in RGB, read no larger than `least` pixels a side needs; raises Unusable."""
    if len(data) > _MOST_BYTES:
        raise Unusable(f"it has {len(data) // 1_000_000} MB")
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            pixels = picture.width * picture.height
            if pixels <= _MOST_PIXELS:
                picture.draft("RGB", (least, least))
                return _flat(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as error:
        raise Unusable("it is far too large") from error
    except _BROKEN as error:
        raise Unusable("it is broken or not a picture") from error
    raise Unusable(f"it has {pixels // 1_000_000} million pixels")


def night(data: bytes, size: tuple[int, int], *, words: tuple[str, ...], ratio: float) -> Image.Image:
    """The picture blurred and darkened so that every colour of `words` has the contrast `ratio` on all of it.

    A film-like curve on the strongest channel keeps hues and shadows and holds the lights below the value that the
    contrast allows, so that a lamp or a sun does not turn the rest black. Raises Unusable.
    """
    most = _grey(min((colour.luminance(word) + 0.05) / ratio - 0.05 for word in words))
    soft = _soft(data, size, radius=1 / 130)
    red, green, blue = soft.split()
    light = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    share = light.point([int(255 * most * (1 - math.exp(-_EXPOSURE * v / most)) / max(v, 1)) for v in range(256)])
    dark = ImageChops.multiply(soft, Image.merge("RGB", (share, share, share)))
    return dark.resize(size, Image.Resampling.BILINEAR)


def tinted(data: bytes, size: tuple[int, int], *, ground: str, ink: str) -> Image.Image:
    """The picture in one colour, from `ground` away from `ink`, so that it never comes nearer to the words.

    Raises Unusable.
    """
    grey = ImageOps.autocontrast(_soft(data, size, radius=1 / 160).convert("L"), cutoff=1)
    light = colour.luminance(ink) > colour.luminance(ground)
    far = _towards(ground, 0.0 if light else 1.0, share=0.42)
    toned = ImageOps.colorize(grey, far, ground) if light else ImageOps.colorize(grey, ground, far)
    return toned.resize(size, Image.Resampling.BILINEAR)


def _soft(data: bytes, size: tuple[int, int], *, radius: float) -> Image.Image:
    """The picture at a fraction of `size` and blurred by `radius` of its longer side."""
    small = (max(1, -(-size[0] // _SMALL)), max(1, -(-size[1] // _SMALL)))
    return sharp(data, small).filter(ImageFilter.GaussianBlur(max(small) * radius))


def _grey(luminance: float) -> int:
    """The highest channel value whose grey is no brighter than a relative luminance."""
    return max((v for v in range(1, 256) if colour.luminance(f"#{v:02x}{v:02x}{v:02x}") <= luminance), default=1)


def _towards(ground: str, end: float, *, share: float) -> tuple[int, int, int]:
    red, green, blue = (round(255 * (part + (end - part) * share)) for part in colour.channels(ground))
    return red, green, blue


def _flat(picture: Image.Image) -> Image.Image:
    """The picture in RGB; what is transparent becomes black."""
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        flat = Image.new("RGB", rgba.size)
        flat.paste(rgba, mask=rgba.getchannel("A"))
        return flat
    return picture.convert("RGB")
