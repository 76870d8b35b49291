"""Pictures for the demo's visits, drawn when the demo is loaded: flat landscapes in the colours of the season."""

import io
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 1600, 1200
# Drawn twice as large and made smaller, so that edges are smooth.
SCALE = 2


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A sky from top to horizon, hills from the back to the front, and what stands in the foreground."""

    name: str
    sky: tuple[Colour, Colour]
    sun: Colour
    hills: tuple[Colour, ...]
    foreground: str
    accent: Colour


SCENES = {
    scene.name: scene
    for scene in (
        Scene(
            name="hop-garden",
            sky=((138, 178, 201), (236, 226, 200)),
            sun=(252, 240, 205),
            hills=((148, 173, 158), (110, 148, 112), (72, 118, 74)),
            foreground="poles",
            accent=(58, 92, 52),
        ),
        Scene(
            name="drying-hall",
            sky=((214, 196, 166), (242, 229, 204)),
            sun=(255, 248, 226),
            hills=((203, 176, 136), (176, 140, 96)),
            foreground="crates",
            accent=(158, 84, 52),
        ),
        Scene(
            name="evening-orchard",
            sky=((96, 118, 158), (240, 186, 140)),
            sun=(255, 222, 160),
            hills=((122, 130, 148), (92, 112, 100), (62, 88, 60)),
            foreground="trees",
            accent=(186, 62, 46),
        ),
        Scene(
            name="paprika-field",
            sky=((150, 190, 214), (244, 232, 206)),
            sun=(255, 246, 214),
            hills=((168, 184, 150), (136, 158, 96), (104, 126, 66)),
            foreground="rows",
            accent=(190, 52, 40),
        ),
        Scene(
            name="market-hall",
            sky=((226, 214, 196), (246, 238, 222)),
            sun=(255, 250, 236),
            hills=((196, 188, 170),),
            foreground="crates",
            accent=(198, 142, 44),
        ),
    )
}


def picture(name: str) -> io.BytesIO:
    """The scene of this name as a JPEG; the same each time."""
    scene = SCENES[name]
    dice = random.Random(name)  # noqa: S311 - a picture, not a secret
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    image = Image.linear_gradient("L").resize((width, height))
    image = Image.composite(
        Image.new("RGB", image.size, scene.sky[1]), Image.new("RGB", image.size, scene.sky[0]), image
    )
    draw = ImageDraw.Draw(image)
    _sun(draw, scene, dice)
    for depth, colour in enumerate(scene.hills):
        _hill(draw, colour, 0.46 + 0.13 * depth, dice)
    _FOREGROUNDS[scene.foreground](draw, scene, dice)
    stream = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(stream, "JPEG", quality=88)
    stream.name = f"{name}.jpg"
    stream.seek(0)
    return stream


def _at(x: float, y: float) -> tuple[float, float]:
    """A place given as shares of the picture's width and height."""
    return x * WIDTH * SCALE, y * HEIGHT * SCALE


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _sun(draw: ImageDraw.ImageDraw, scene: Scene, dice: random.Random) -> None:
    x, y = _at(dice.uniform(0.2, 0.8), dice.uniform(0.16, 0.28))
    radius = 0.055 * WIDTH * SCALE
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), scene.sun)


def _hill(draw: ImageDraw.ImageDraw, colour: Colour, horizon: float, dice: random.Random) -> None:
    phase, swing = dice.uniform(0, 6), dice.uniform(0.02, 0.06)
    line = [
        _at(step / 60, horizon + swing * math.sin(phase + step / 9) + swing / 2 * math.sin(phase * 2 + step / 4))
        for step in range(61)
    ]
    draw.polygon([*line, _at(1, 1), _at(0, 1)], colour)


def _poles(draw: ImageDraw.ImageDraw, scene: Scene, dice: random.Random) -> None:
    for step in range(11):
        x = step / 10
        foot, top = 0.98 - 0.02 * abs(step - 5), 0.3 + 0.05 * abs(step - 5)
        draw.line([_at(x, foot), _at(0.5 + (x - 0.5) * 0.86, top)], (92, 78, 62), 14 * SCALE)
        for _leaf in range(70):
            share = dice.uniform(0.02, 1)
            x_leaf = x + (0.5 + (x - 0.5) * 0.86 - x) * share + dice.uniform(-0.022, 0.022)
            x_at, y_at = _at(x_leaf, foot + (top - foot) * share)
            size = dice.uniform(9, 24) * SCALE
            shade = _mixed(scene.accent, (158, 188, 96), dice.uniform(0, 0.75))
            draw.ellipse((x_at - size, y_at - size * 1.3, x_at + size, y_at + size * 1.3), shade)


def _crates(draw: ImageDraw.ImageDraw, scene: Scene, dice: random.Random) -> None:
    for row in range(4):
        for column in range(7):
            x, y = -0.04 + column * 0.155 + 0.03 * (row % 2), 0.5 + row * 0.135
            draw.rectangle((*_at(x, y), *_at(x + 0.14, y + 0.115)), _mixed((150, 112, 70), (198, 164, 116), row / 4))
            for slat in (0.036, 0.076):
                draw.line([_at(x, y + slat), _at(x + 0.14, y + slat)], (112, 82, 52), 5 * SCALE)
            for _fruit in range(9):
                x_at, y_at = _at(x + dice.uniform(0.016, 0.124), y - dice.uniform(0, 0.012))
                size = dice.uniform(15, 25) * SCALE
                shade = _mixed(scene.accent, (240, 206, 120), dice.uniform(0, 0.5))
                draw.ellipse((x_at - size, y_at - size, x_at + size, y_at + size), shade)


def _trees(draw: ImageDraw.ImageDraw, scene: Scene, dice: random.Random) -> None:
    for depth, count in ((0, 9), (1, 6), (2, 4)):
        for tree in range(count):
            x = (tree + dice.uniform(0.25, 0.75)) / count
            foot, size = 0.66 + 0.15 * depth, (62 + 62 * depth) * SCALE
            x_at, y_at = _at(x, foot)
            draw.rectangle((x_at - size / 9, y_at - size, x_at + size / 9, y_at + size / 3), (82, 62, 48))
            shade = _mixed((70, 100, 62), (120, 138, 72), dice.random() * 0.6)
            draw.ellipse((x_at - size, y_at - size * 2.2, x_at + size, y_at - size / 3), shade)
            for _apple in range(9):
                x_apple = x_at + dice.uniform(-0.7, 0.7) * size
                y_apple = y_at + dice.uniform(-1.9, -0.7) * size
                radius = size / 13
                draw.ellipse((x_apple - radius, y_apple - radius, x_apple + radius, y_apple + radius), scene.accent)


def _rows(draw: ImageDraw.ImageDraw, scene: Scene, dice: random.Random) -> None:
    for row in range(-9, 10):
        draw.line([_at(0.5 + row * 0.03, 0.62), _at(0.5 + row * 0.22, 1.02)], (124, 96, 62), 16 * SCALE)
        for step in range(26):
            share = (step / 26) ** 1.4
            x_at, y_at = _at(0.5 + row * (0.03 + 0.19 * share), 0.63 + 0.39 * share)
            size = (8 + 44 * share) * SCALE
            draw.ellipse((x_at - size, y_at - size * 1.1, x_at + size, y_at + size / 2), (84, 122, 58))
            for _fruit in range(3):
                x_fruit, y_fruit = x_at + dice.uniform(-0.7, 0.7) * size, y_at + dice.uniform(-0.7, 0.3) * size
                draw.ellipse(
                    (x_fruit - size / 7, y_fruit - size / 3, x_fruit + size / 7, y_fruit + size / 4), scene.accent
                )


_FOREGROUNDS = {"poles": _poles, "crates": _crates, "trees": _trees, "rows": _rows}
