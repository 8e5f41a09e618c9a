"""Stars drawn as polygons, so that a half is exactly half and no font has to have them."""

import math

from PIL import Image, ImageChops, ImageColor, ImageDraw

_FINE = 8  # drawn this many times larger, then scaled down
_INNER = 0.44  # radius of a star's inner corners
_GAP = 0.22  # of a star's width
_EMPTY = 0.26  # how strong the empty part of a row is drawn


def width(best: int, size: float) -> float:
    """How wide a row of `best` stars of this size is."""
    return size * (best + _GAP * (best - 1))


def draw(image: Image.Image, at: tuple[float, float], *, halves: int, best: int, size: float, fill: str) -> None:
    """A row of `best` stars with `halves` half stars full and the rest faint; `at` is its top left corner."""
    full, row = _row(best, size)
    lit = Image.new("L", row.size)
    edge = (halves // 2) * size * (1 + _GAP) + (size / 2 if halves % 2 else 0)
    lit.paste(255, (0, 0, round(edge * _FINE), row.height))
    strength = ImageChops.lighter(ImageChops.multiply(row, lit), row.point([int(v * _EMPTY) for v in range(256)]))
    mask = strength.resize(full, Image.Resampling.BOX)
    image.paste(Image.new("RGB", mask.size, ImageColor.getrgb(fill)), (round(at[0]), round(at[1])), mask)


def _row(best: int, size: float) -> tuple[tuple[int, int], Image.Image]:
    full = (math.ceil(width(best, size)), math.ceil(size))
    row = Image.new("L", (full[0] * _FINE, full[1] * _FINE))
    canvas = ImageDraw.Draw(row)
    for index in range(best):
        canvas.polygon(_star(index * size * (1 + _GAP) * _FINE, size * _FINE), fill=255)
    return full, row


def _star(left: float, size: float) -> list[tuple[float, float]]:
    outer = size / 2
    centre = (left + outer, size * 0.525)  # a star's middle lies below the middle of its box
    points = []
    for corner in range(10):
        radius = outer * (1.05 if corner % 2 == 0 else _INNER)
        angle = math.pi * (corner / 5 - 0.5)
        points.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)))
    return points
