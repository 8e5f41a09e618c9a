"""Draw the stills of the sample films into samples/images: the same bytes each time.

python tools/draw_stills.py [FOLDER]
"""

import math
import random
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (1280, 720)
SCALE = 2
WIDTH, HEIGHT = SIZE[0] * SCALE, SIZE[1] * SCALE
QUALITY = 80

Colour = tuple[int, int, int]
Stop = tuple[float, str]


def main(folder: Path) -> None:
    """Write every still."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in STILLS:
        path = folder / f"{name}.jpg"
        picture(name).save(path, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        print(f"{path}  {path.stat().st_size // 1024} KB")


def picture(name: str) -> Image.Image:
    """One still."""
    dice = random.Random(name)  # noqa: S311 - the same stars each time
    return finish(STILLS[name](dice), dice)


def train(dice: random.Random) -> Image.Image:
    """A lit train on a viaduct over an estuary at dusk."""
    horizon = int(HEIGHT * 0.64)
    picture = sky(
        [(0, "#101a33"), (0.3, "#2c3560"), (0.48, "#8a4f6b"), (0.58, "#e08a52"), (0.64, "#f7cf86"), (1, "#f7cf86")]
    )
    glow(picture, (int(WIDTH * 0.7), horizon), int(HEIGHT * 0.75), "#ffd28a", 0.5)
    hills(picture, dice, horizon, HEIGHT * 0.09, "#5a3d5f", 0.8)
    hills(picture, dice, horizon, HEIGHT * 0.045, "#33284b", 1.9)
    water = (
        picture.crop((0, 0, WIDTH, horizon))
        .transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        .resize((WIDTH, HEIGHT - horizon))
    )
    picture.paste(
        ImageChops.multiply(water.filter(ImageFilter.GaussianBlur(14)), plain("#9297b4", water.size)), (0, horizon)
    )
    deck = int(HEIGHT * 0.52)
    lights = Image.new("RGB", picture.size)
    pen, lamp = ImageDraw.Draw(picture), ImageDraw.Draw(lights)
    arches(pen, deck, horizon)
    carriages(pen, lamp, deck)
    reflection = lights.crop((0, 2 * deck - horizon - 60, WIDTH, deck)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    streaks = Image.new("RGB", picture.size)
    streaks.paste(reflection.resize((WIDTH, int(reflection.height * 2.2))), (0, horizon + 24))
    picture = ImageChops.screen(picture, dim(streaks.filter(ImageFilter.BoxBlur(9)), 0.75))
    picture = ImageChops.screen(picture, dim(lights.filter(ImageFilter.GaussianBlur(26)), 0.9))
    ripples(picture, dice, horizon)
    return picture


def arches(pen: ImageDraw.ImageDraw, deck: int, horizon: int) -> None:
    """A low viaduct, dark against the light."""
    dark = "#17142a"
    pen.rectangle((0, deck, WIDTH, deck + 26), fill=dark)
    for left in range(-60, WIDTH, 208):
        pen.rectangle((left, deck, left + 34, horizon + 10), fill=dark)
        pen.pieslice((left - 20, deck - 60, left + 54, deck + 90), 0, 180, fill=dark)


def carriages(pen: ImageDraw.ImageDraw, lamp: ImageDraw.ImageDraw, deck: int) -> None:
    """Four carriages with every window lit."""
    for number in range(4):
        left = int(WIDTH * 0.12) + number * 372
        pen.rounded_rectangle((left, deck - 92, left + 360, deck - 6), 22, fill="#221c38")
        for window in range(9):
            box = (left + 22 + window * 36, deck - 72, left + 46 + window * 36, deck - 40)
            pen.rectangle(box, fill="#ffe2a0")
            lamp.rectangle(box, fill="#ffc860")
    nose = int(WIDTH * 0.12) + 4 * 372
    pen.polygon(
        [(nose - 12, deck - 92), (nose + 62, deck - 44), (nose + 66, deck - 6), (nose - 12, deck - 6)], fill="#221c38"
    )
    lamp.ellipse((nose + 44, deck - 34, nose + 66, deck - 14), fill="#fff2cc")


def shore(dice: random.Random) -> Image.Image:
    """Power lines and stars above a black shore, with the first green of a northern night."""
    picture = sky(
        [(0, "#04080f"), (0.35, "#07182a"), (0.6, "#0d3a45"), (0.72, "#2b7a6a"), (0.78, "#b6d7a2"), (1, "#b6d7a2")]
    )
    curtain = Image.new("RGB", picture.size)
    pen = ImageDraw.Draw(curtain)
    for step in range(0, WIDTH, 8):
        top = HEIGHT * (0.16 + 0.1 * math.sin(step / 310) + 0.05 * math.sin(step / 97))
        strength = 0.25 + 0.75 * abs(math.sin(step / 420 + 1)) * (0.6 + 0.4 * math.sin(step / 61))
        pen.rectangle(
            (step, top, step + 8, top + HEIGHT * 0.36),
            fill=(int(20 * strength), int(130 * strength), int(90 * strength)),
        )
    fade = Image.linear_gradient("L").resize(picture.size)
    curtain = Image.composite(Image.new("RGB", picture.size), curtain, fade).filter(ImageFilter.GaussianBlur(60))
    picture = ImageChops.screen(picture, curtain)
    stars(picture, dice, 420, HEIGHT * 0.62)
    hills(picture, dice, int(HEIGHT * 0.79), HEIGHT * 0.07, "#0b2129", 1.1)
    tide = picture.crop((0, int(HEIGHT * 0.52), WIDTH, int(HEIGHT * 0.78))).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    picture.paste(
        ImageChops.multiply(tide, plain("#7d97a0", tide.size)).filter(ImageFilter.BoxBlur(8)), (0, int(HEIGHT * 0.78))
    )
    ripples(picture, dice, int(HEIGHT * 0.78))
    pylons(picture)
    hills(picture, dice, int(HEIGHT * 1.03), HEIGHT * 0.16, "#02060a", 0.6)
    return picture


def pylons(picture: Image.Image) -> None:
    """A row of poles that walks out of the frame, each pair joined by sagging wires."""
    pen = ImageDraw.Draw(picture)
    tops: list[tuple[float, float, float]] = []
    for number in range(6):
        size = HEIGHT * 0.74 * 0.66**number
        x, foot = WIDTH * (0.13 + 0.86 * (1 - 0.62**number)), HEIGHT * (0.98 - 0.19 * (1 - 0.6**number))
        pen.line((x, foot, x, foot - size), fill="#02060a", width=max(3, int(size / 46)))
        pen.line(
            (x - size * 0.13, foot - size * 0.9, x + size * 0.13, foot - size * 0.9),
            fill="#02060a",
            width=max(2, int(size / 60)),
        )
        tops.append((x, foot - size * 0.9, size * 0.13))
    for (x0, y0, arm0), (x1, y1, arm1) in pairwise(tops):
        for side in (-1, 0, 1):
            wire(pen, (x0 + side * arm0, y0), (x1 + side * arm1, y1), (y1 - y0) * 0.2 + 26)
    for side in (-1, 0, 1):
        wire(pen, (-60, tops[0][1] - 150), (tops[0][0] + side * tops[0][2], tops[0][1]), 60)


def wire(pen: ImageDraw.ImageDraw, start: tuple[float, float], end: tuple[float, float], sag: float) -> None:
    """A wire between two points, as a parabola."""
    points = []
    for step in range(33):
        t = step / 32
        points.append((start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t + sag * 4 * t * (1 - t)))
    pen.line(points, fill="#02060a", width=4, joint="curve")


def orchard(dice: random.Random) -> Image.Image:
    """Rows of pale trees under a violet sky, and fruit like blown glass."""
    horizon = int(HEIGHT * 0.56)
    picture = sky(
        [(0, "#3a2456"), (0.25, "#6d4a84"), (0.45, "#c58fa6"), (0.56, "#f6d9c4"), (0.57, "#8fa07c"), (1, "#27371f")]
    )
    glow(picture, (int(WIDTH * 0.5), int(HEIGHT * 0.34)), int(HEIGHT * 0.5), "#fff1dc", 0.75)
    ImageDraw.Draw(picture).ellipse(around(WIDTH * 0.5, HEIGHT * 0.34, HEIGHT * 0.085), fill="#fff8ec")
    hills(picture, dice, horizon + 6, HEIGHT * 0.05, "#a98398", 1.0)
    for row in range(7, 0, -1):
        depth = 1 / row
        for side in (-1, 1):
            for lane in range(3):
                x = WIDTH / 2 + side * (0.16 + 0.3 * lane) * WIDTH * depth * 1.5
                tree(picture, dice, x, horizon + HEIGHT * 0.5 * depth, HEIGHT * 0.62 * depth, depth)
    boughs(picture)
    for x, y, radius in FRUIT:
        picture = apple(picture, WIDTH * x, HEIGHT * y, HEIGHT * radius)
    return picture


FRUIT = [
    (0.17, 0.36, 0.062),
    (0.27, 0.24, 0.036),
    (0.07, 0.27, 0.042),
    (0.83, 0.33, 0.075),
    (0.725, 0.2, 0.04),
    (0.94, 0.22, 0.05),
]


def boughs(picture: Image.Image) -> None:
    """Two boughs that reach in from above, with a stalk down to each fruit."""
    pen = ImageDraw.Draw(picture)
    dark = "#23142c"
    for side in (-1, 1):
        edge = 0 if side < 0 else WIDTH
        points = [
            (edge, HEIGHT * 0.1),
            (edge - side * WIDTH * 0.1, HEIGHT * 0.12),
            (edge - side * WIDTH * 0.2, HEIGHT * 0.09),
        ]
        points += [(edge - side * WIDTH * 0.29, HEIGHT * 0.12), (edge - side * WIDTH * 0.35, HEIGHT * 0.08)]
        for number, (start, end) in enumerate(pairwise(points)):
            pen.line((*start, *end), fill=dark, width=34 - 8 * number)
            pen.ellipse(around(*end, 17 - 4 * number), fill=dark)
            pen.line((*end, end[0] - side * 70, end[1] - 80), fill=dark, width=10)
    for x, y, radius in FRUIT:
        pen.line((WIDTH * x, HEIGHT * 0.1, WIDTH * x + 6, HEIGHT * (y - radius) + 8), fill=dark, width=7)


def tree(picture: Image.Image, dice: random.Random, x: float, foot: float, size: float, depth: float) -> None:
    """A bare, pale tree; nearer ones are darker."""
    pen = ImageDraw.Draw(picture)
    shade = mix("#e9d5dc", "#4b3a4e", min(1.0, depth * 1.15))

    def branch(start: tuple[float, float], angle: float, length: float, width: float, left: int) -> None:
        end = (start[0] + math.sin(angle) * length, start[1] - math.cos(angle) * length)
        pen.line((*start, *end), fill=shade, width=max(1, int(width)))
        if left:
            for turn in (-0.52, 0.08, 0.55):
                branch(
                    end,
                    angle + turn + dice.uniform(-0.18, 0.18),
                    length * dice.uniform(0.62, 0.76),
                    width * 0.62,
                    left - 1,
                )

    branch((x, foot), dice.uniform(-0.08, 0.08), size * 0.3, size * 0.045, 4)


def apple(picture: Image.Image, x: float, y: float, radius: float) -> Image.Image:
    """A glass apple: the world upside down in it, a rim, a highlight and a pip."""
    box = whole(around(x, y, radius))
    wide = picture.crop(whole(around(x, y, radius * 2.4))).transpose(Image.Transpose.ROTATE_180)
    inside = wide.resize((box[2] - box[0], box[3] - box[1])).filter(ImageFilter.GaussianBlur(3))
    inside = ImageChops.screen(inside, plain("#2a2636", inside.size))
    mask = Image.new("L", inside.size)
    ImageDraw.Draw(mask).ellipse((2, 2, inside.width - 2, inside.height - 2), fill=235)
    picture.paste(inside, box[:2], mask.filter(ImageFilter.GaussianBlur(1.5)))
    shine = Image.new("RGB", picture.size)
    pen = ImageDraw.Draw(shine)
    pen.ellipse(around(x, y, radius), outline="#b9a6bd", width=max(3, int(radius / 16)))
    pen.ellipse(around(x - radius * 0.36, y - radius * 0.4, radius * 0.2), fill="#ffffff")
    pen.arc(around(x, y, radius * 0.86), 20, 80, fill="#f3dccb", width=max(3, int(radius / 10)))
    picture = ImageChops.screen(picture, shine.filter(ImageFilter.GaussianBlur(radius / 22)))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((x - radius * 0.07, y - radius * 0.02, x + radius * 0.07, y + radius * 0.24), fill="#2b1a2c")
    return picture


def lighthouse(dice: random.Random) -> Image.Image:
    """A small boat on the beam of a lighthouse."""
    picture = sky([(0, "#0a1230"), (0.5, "#16275a"), (0.72, "#2d4a86"), (1, "#2d4a86")])
    stars(picture, dice, 230, HEIGHT * 0.6)
    lamp = (WIDTH * 0.81, HEIGHT * 0.3)
    ray(picture, lamp, [(-200, HEIGHT * 0.46), (-200, HEIGHT * 0.9)], reach=1.0)
    ray(picture, lamp, [(WIDTH * 1.2, HEIGHT * 0.13), (WIDTH * 1.2, HEIGHT * 0.25)], reach=0.5)
    rock(picture, dice)
    tower(picture, lamp)
    glow(picture, (int(lamp[0]), int(lamp[1])), int(HEIGHT * 0.34), "#ffedb0", 0.9)
    tones = ["#35548f", "#2a447c", "#213768", "#182a54", "#101d3e"]
    for number, tone in enumerate(tones):
        if number == 2:
            boat(picture, WIDTH * 0.3, HEIGHT * 0.785, HEIGHT * 0.075)
        wave(picture, dice, HEIGHT * (0.7 + 0.065 * number), tone, number)
    return picture


def ray(picture: Image.Image, lamp: tuple[float, float], end: list[tuple[float, float]], *, reach: float) -> None:
    """Warm light from the lamp to two far points, weaker with the distance."""
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).polygon([lamp, *end], fill=255)
    radius = int(WIDTH * reach)
    fall = ImageChops.invert(Image.radial_gradient("L")).resize((2 * radius, 2 * radius))
    fade = Image.new("L", picture.size)
    fade.paste(fall, (int(lamp[0]) - radius, int(lamp[1]) - radius))
    mask = ImageChops.multiply(mask.filter(ImageFilter.GaussianBlur(14)), fade).point(
        [int(v * 0.8) for v in range(256)]
    )
    picture.paste(plain("#ffe09a", picture.size), (0, 0), mask)


def rock(picture: Image.Image, dice: random.Random) -> None:
    """The island under the tower."""
    points = [(WIDTH * 0.62, HEIGHT)]
    for step in range(13):
        t = step / 12
        rise = math.sin(math.pi * t) ** 0.6
        points.append((WIDTH * (0.62 + 0.38 * t), HEIGHT * (0.8 - 0.14 * rise) + dice.uniform(-14, 14)))
    ImageDraw.Draw(picture).polygon([*points, (WIDTH, HEIGHT)], fill="#0c1430")


def tower(picture: Image.Image, lamp: tuple[float, float]) -> None:
    """A striped tower with a lit lantern room."""
    pen = ImageDraw.Draw(picture)
    x, top = lamp
    foot, half = HEIGHT * 0.71, HEIGHT * 0.06
    for stripe in range(5):
        upper, lower = (top + 44 + (foot - top - 44) * part / 5 for part in (stripe, stripe + 1))
        a, b = (half * (0.62 + 0.38 * (y - top) / (foot - top)) for y in (upper, lower))
        pen.polygon(
            [(x - a, upper), (x + a, upper), (x + b, lower), (x - b, lower)],
            fill="#f3ead9" if stripe % 2 else "#b3352f",
        )
    pen.rectangle((x - half * 0.8, top + 34, x + half * 0.8, top + 48), fill="#0c1430")
    pen.rectangle((x - half * 0.46, top - 38, x + half * 0.46, top + 36), fill="#fff3c4")
    pen.polygon([(x - half * 0.66, top - 38), (x + half * 0.66, top - 38), (x, top - 104)], fill="#b3352f")
    pen.rectangle((x - 13, foot - 150, x + 13, foot - 110), fill="#f7d774")


def boat(picture: Image.Image, x: float, y: float, size: float) -> None:
    """One small boat with one small lamp."""
    pen = ImageDraw.Draw(picture)
    pen.polygon(
        [
            (x - size, y - size * 0.3),
            (x + size, y - size * 0.3),
            (x + size * 0.7, y + size * 0.3),
            (x - size * 0.66, y + size * 0.3),
        ],
        fill="#5e2b2a",
    )
    pen.line((x, y - size * 0.3, x, y - size * 2.3), fill="#2b1b22", width=9)
    pen.polygon([(x + 8, y - size * 2.2), (x + 8, y - size * 0.5), (x + size * 1.05, y - size * 0.5)], fill="#f6ead0")
    pen.polygon([(x - 8, y - size * 1.9), (x - 8, y - size * 0.5), (x - size * 0.7, y - size * 0.5)], fill="#e2cfa8")
    glow(picture, (int(x - size * 0.8), int(y - size * 0.5)), int(size * 1.4), "#ffd58a", 0.9)


def wave(picture: Image.Image, dice: random.Random, level: float, tone: str, number: int) -> None:
    """One band of sea, as cut from paper, with a lighter edge."""
    phase, pace = dice.uniform(0, 6), 210 + 60 * number
    edge = [
        (x, level + 20 * math.sin(x / pace + phase) + 8 * math.sin(x / 61 + phase)) for x in range(-10, WIDTH + 20, 10)
    ]
    pen = ImageDraw.Draw(picture)
    pen.polygon([*edge, (WIDTH + 20, HEIGHT), (-10, HEIGHT)], fill=tone)
    pen.line(edge, fill=mix(tone, "#dbe6ff", 0.32), width=5)


def curtain(dice: random.Random) -> Image.Image:
    """Red curtains and a single footlight on an empty stage."""
    column = Image.new("RGB", (WIDTH, 1))
    phase = dice.uniform(0, 6)
    for x in range(WIDTH):
        fold = 0.5 + 0.5 * math.sin(x / 58 + 1.1 * math.sin(x / 243 + phase) + phase)
        tone = 0.16 + 0.84 * fold**1.7
        column.putpixel((x, 0), (int(150 * tone + 8), int(18 * tone + 2), int(24 * tone + 5)))
    floor = int(HEIGHT * 0.78)
    picture = column.resize((WIDTH, HEIGHT))
    parting = ImageDraw.Draw(picture)
    parting.polygon(
        [(WIDTH * 0.485, floor), (WIDTH * 0.497, 0), (WIDTH * 0.503, 0), (WIDTH * 0.525, floor)], fill="#0c0304"
    )
    shade = sky(
        [(0, "#141010"), (0.35, "#8d8080"), (0.78, "#ffffff"), (0.781, "#c9a37a"), (0.86, "#7a5333"), (1, "#2a180d")]
    )
    boards = plain("#b98a58", (WIDTH, HEIGHT - floor))
    pen = ImageDraw.Draw(boards)
    for line in range(-18, 19):
        pen.line((WIDTH / 2 + line * 74, 0, WIDTH / 2 + line * 210, HEIGHT - floor), fill="#6b4524", width=5)
    picture.paste(boards, (0, floor))
    picture = ImageChops.multiply(picture, shade)
    hem = ImageDraw.Draw(picture)
    hem.rectangle((0, floor - 26, WIDTH, floor - 14), fill="#c99a3c")
    for x in range(0, WIDTH, 20):
        hem.line((x, floor - 14, x, floor + 8), fill="#b07f2c", width=9)
    spot = Image.new("L", picture.size, 60)
    ImageDraw.Draw(spot).polygon([(WIDTH * 0.5, HEIGHT * 0.98), (WIDTH * 0.2, -300), (WIDTH * 0.8, -300)], fill=255)
    spot = spot.filter(ImageFilter.GaussianBlur(110))
    picture = Image.composite(picture.point([min(255, int(v * 1.5)) for v in range(256)] * 3), dim(picture, 0.55), spot)
    glow(picture, (int(WIDTH * 0.5), int(HEIGHT * 0.9)), int(HEIGHT * 0.5), "#ffcf86", 0.9)
    shell = ImageDraw.Draw(picture)
    shell.pieslice(around(WIDTH * 0.5, HEIGHT * 0.955, 118), 180, 360, fill="#120a07")
    shell.arc(around(WIDTH * 0.5, HEIGHT * 0.955, 118), 192, 348, fill="#ffe2a8", width=9)
    for rib in (-0.5, 0, 0.5):
        tip = (WIDTH * 0.5 + 108 * math.sin(rib * 1.6), HEIGHT * 0.955 - 108 * math.cos(rib * 1.6))
        shell.line((WIDTH * 0.5, HEIGHT * 0.955, *tip), fill="#5a3a1d", width=5)
    return picture


STILLS: dict[str, Callable[[random.Random], Image.Image]] = {
    "ninety-minutes-to-aberystwyth": train,
    "low-tide-high-voltage": shore,
    "glass-orchard": orchard,
    "a-lighthouse-for-otto": lighthouse,
    "the-understudys-wife": curtain,
}


def sky(stops: Sequence[Stop]) -> Image.Image:
    """A picture of one vertical gradient."""
    column = Image.new("RGB", (1, HEIGHT))
    for y in range(HEIGHT):
        t = y / HEIGHT
        (t0, c0), (t1, c1) = next(
            (pair for pair in pairwise(stops) if pair[0][0] <= t <= pair[1][0]),
            (stops[-1], stops[-1]),
        )
        column.putpixel((0, y), mix(c0, c1, (t - t0) / (t1 - t0) if t1 > t0 else 0))
    return column.resize((WIDTH, HEIGHT))


def glow(picture: Image.Image, centre: tuple[int, int], radius: int, colour: str, strength: float) -> None:
    """Add light that falls off from a point."""
    ball = ImageChops.invert(Image.radial_gradient("L")).resize((2 * radius, 2 * radius))
    ball = ball.point([int(max(0, v - 110) * strength * 255 / 145 * (v / 255)) for v in range(256)])
    light = Image.new("RGB", picture.size)
    light.paste(plain(colour, ball.size), (centre[0] - radius, centre[1] - radius), ball)
    picture.paste(ImageChops.screen(picture, light))


def hills(picture: Image.Image, dice: random.Random, base: float, height: float, colour: str, pace: float) -> None:
    """A ridge of hills that stands on `base`."""
    phases = [dice.uniform(0, 6) for _ in range(3)]
    edge = []
    for x in range(-10, WIDTH + 20, 10):
        ridge = sum(math.sin(x * pace * k / 520 + phase) / k for k, phase in enumerate(phases, 1)) / 1.8
        edge.append((x, base - height * (0.55 + 0.45 * ridge)))
    ImageDraw.Draw(picture).polygon([*edge, (WIDTH + 20, base), (-10, base)], fill=colour)


def stars(picture: Image.Image, dice: random.Random, count: int, bottom: float) -> None:
    """Stars, a few of them bright."""
    pen = ImageDraw.Draw(picture)
    for _ in range(count):
        x, y, bright = dice.uniform(0, WIDTH), dice.uniform(0, bottom) ** 1.0, dice.random() ** 3
        tone = int((70 + 185 * bright) * (1 - 0.6 * y / bottom))
        pen.ellipse(around(x, y, 1.4 + 2.4 * bright), fill=(tone, tone, min(255, tone + 12)))


def ripples(picture: Image.Image, dice: random.Random, top: int) -> None:
    """Short level strokes of light and dark on water, longer towards us."""
    marks = Image.new("L", picture.size, 128)
    pen = ImageDraw.Draw(marks)
    for _ in range(700):
        t = dice.random() ** 1.6
        y, x, length = top + (HEIGHT - top) * t, dice.uniform(-100, WIDTH), 14 + 130 * t * dice.random()
        pen.line((x, y, x + length, y), fill=128 + dice.choice((-38, 34)), width=int(2 + 5 * t))
    marks = marks.filter(ImageFilter.GaussianBlur(2))
    picture.paste(ImageChops.overlay(picture, Image.merge("RGB", (marks, marks, marks))))


def finish(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Down to size, with darker corners and a little grain."""
    small = picture.resize(SIZE, Image.Resampling.LANCZOS)
    vignette = ImageChops.invert(Image.radial_gradient("L")).resize(SIZE).point([min(255, 120 + v) for v in range(256)])
    small = ImageChops.multiply(small, Image.merge("RGB", (vignette,) * 3))
    grain = Image.frombytes("L", SIZE, dice.randbytes(SIZE[0] * SIZE[1])).point(
        [118 + v * 20 // 255 for v in range(256)]
    )
    grain = grain.filter(ImageFilter.GaussianBlur(0.8))
    return ImageChops.overlay(small, Image.merge("RGB", (grain, grain, grain)))


def around(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """The box of a circle."""
    return (x - radius, y - radius, x + radius, y + radius)


def whole(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """A box in whole pixels."""
    return (int(box[0]), int(box[1]), int(box[2]), int(box[3]))


def plain(colour: str, size: tuple[int, int]) -> Image.Image:
    """One colour everywhere."""
    return Image.new("RGB", size, colour)


def dim(picture: Image.Image, strength: float) -> Image.Image:
    """The same light, weaker."""
    return picture.point([int(v * strength) for v in range(256)] * 3)


def mix(first: str, second: str, share: float) -> Colour:
    """A colour between two."""
    a, b = (tuple(int(text[n : n + 2], 16) for n in (1, 3, 5)) for text in (first, second))
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "samples" / "images")
