"""Only markup renders, cleans, and vouches for HTML."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("workspace", "plans", "visits", "forums", "groups", "collab", "live", "files", "sockets", "prepared")
FORBIDDEN = {
    "*.py": re.compile(
        r"\bmark_safe\b|\bSafeString\((?!\"\"\))|^\s*(?:import|from)\s+(?:markdown|nh3)\b", re.MULTILINE
    ),
    # A field's help text is written by us, and Django's own template for fields has the same.
    "*.html": re.compile(r"(?<!help_text)\s*\|\s*safe\b|autoescape\s+off"),
}


def vouching(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)}: {found[0].strip()}"
        for pattern, forbidden in FORBIDDEN.items()
        for path in sorted(folder.rglob(pattern))
        for found in forbidden.finditer(path.read_text(encoding="utf-8"))
    ]


def test_no_other_room_renders_markdown_or_vouches_for_html() -> None:
    assert {room: found for room in ROOMS if (found := vouching(ROOT / room))} == {}


def test_a_planted_violation_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from markdown import Markdown\nx = mark_safe(y)\n")
    (tmp_path / "b.html").write_text("{{ x|safe }}{% autoescape off %}")
    assert vouching(tmp_path) == ["a.py: from markdown", "a.py: mark_safe", "b.html: |safe", "b.html: autoescape off"]
