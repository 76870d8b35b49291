"""Every pair of tokens that carries text keeps WCAG AA's contrast, in light and dark and in each group's colour."""

import re
from math import cos, radians, sin
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "workspace/static/workspace/tokens.css"
SOURCE = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.DOTALL)
ACCENTS = ["", "green", "petrol", "terracotta", "indigo", "plum"]

TEXT = 4.5
SHAPE = 3.0
PAIRS = [
    *[(ink, paper, TEXT) for ink in ("ink", "ink-soft", "ink-faint") for paper in ("desk", "paper", "sheet")],
    *[("accent", paper, TEXT) for paper in ("desk", "paper", "sheet", "accent-soft")],
    ("accent-hover", "sheet", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("ink", "accent-soft", TEXT),
    ("ink-soft", "accent-soft", TEXT),
    ("paper", "ink", TEXT),
    *[(state, paper, TEXT) for state in ("good", "warn", "bad") for paper in ("paper", "sheet", f"{state}-soft")],
    *[("ink", f"{state}-soft", TEXT) for state in ("good", "warn", "bad")],
    *[("focus", paper, SHAPE) for paper in ("desk", "paper", "sheet")],
    *[("line-strong", paper, SHAPE) for paper in ("paper", "sheet")],
]


STYLES = sorted(Path(TOKENS).resolve().parents[3].glob("*/static/*/*.css"))
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")


def pairs_in_the_styles() -> dict[tuple[str, str], str]:
    """Each pair of tokens that one rule sets as text and as what lies under it, with where that is."""
    found = {}
    for path in STYLES:
        for selector, body in RULE.findall(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)):
            text = re.search(r"(?<![\w-])color:\s*var\(--([\w-]+)\)", body)
            under = re.search(r"(?<![\w-])background(?:-color)?:\s*var\(--([\w-]+)\)", body)
            if text and under:
                found[text[1], under[1]] = f"{path.parent.name}/{path.name}: {selector.strip()}"
    return found


def block(selector: str) -> dict[str, str]:
    """The custom properties of every rule with exactly this selector, the later over the earlier."""
    found: dict[str, str] = {}
    for body in re.findall(r"(?<![\w\])\]])" + re.escape(selector) + r"\s*\{([^{}]*)\}", SOURCE):
        found |= dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))
    return found


def themed(theme: str, accent: str) -> dict[str, str]:
    values = block(":root")
    if theme == "dark":
        values |= block(':root[data-theme="dark"]')
    if accent:
        values |= block(f".accent-{accent}") | block('[class*="accent-"]')
    return values


def number(text: str, values: dict[str, str]) -> float:
    text = text.strip()
    if product := re.fullmatch(r"calc\((.+) \* (.+)\)", text):
        return number(product[1], values) * number(product[2], values)
    if name := re.fullmatch(r"var\(--([\w-]+)\)", text):
        return number(values[name[1]], values)
    return float(text)


def arguments(text: str) -> list[str]:
    return re.findall(r"calc\([^()]*(?:\([^()]*\)[^()]*)*\)|var\([^()]*\)|[\d.]+", text)


def luminance(name: str, values: dict[str, str]) -> float:
    text = values[name]
    if other := re.fullmatch(r"var\(--([\w-]+)\)", text):
        return luminance(other[1], values)
    lightness, chroma, hue = (number(each, values) for each in arguments(text.removeprefix("oklch(")[:-1])[:3])
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short
    red, green, blue = (min(max(each, 0.0), 1.0) for each in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, values: dict[str, str]) -> float:
    lighter, darker = sorted((luminance(one, values), luminance(other, values)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_reader_of_tokens_knows_black_from_white() -> None:
    values = {"black": "oklch(0 0 0)", "white": "oklch(1 0 0)"}
    assert contrast("black", "white", values) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_keeps_its_contrast(theme: str, accent: str) -> None:
    values = themed(theme, accent)
    measured = {(text, paper): contrast(text, paper, values) for text, paper, _ in PAIRS}
    assert {pair: round(measured[pair[:2]], 2) for pair in PAIRS if measured[pair[:2]] < pair[2]} == {}


def test_the_system_s_dark_theme_is_the_chosen_one() -> None:
    assert block(':root:not([data-theme="light"])') == block(':root[data-theme="dark"]')
    assert block(':root[data-theme="dark"]') != {}


def test_every_pair_that_a_rule_of_any_room_sets_is_one_that_is_measured() -> None:
    found = pairs_in_the_styles()
    assert len(found) > 10
    measured = {(text, under) for text, under, _contrast in PAIRS}
    ours = themed("light", "green")
    assert {pair: where for pair, where in found.items() if set(pair) <= set(ours) and pair not in measured} == {}
