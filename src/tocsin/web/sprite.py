"""The icons of a page: one sprite of exactly those symbols that the page uses, inlined.

Icons are lucide's (`icons/`, ISC licence); the marks of severity and state (`marks/`) are our own.
"""

import re
from pathlib import Path
from typing import Final

from markupsafe import Markup

ICONS: Final = Path(__file__).parent / "icons"
MARKS: Final = Path(__file__).parent / "marks"
PLACE: Final = "<!-- icons -->"
BOX: Final = re.compile(r'viewBox="([^"]+)"')
USED: Final = re.compile(r'href="#((?:i|g)-[a-z0-9-]+)"')


def _symbol(name: str, file: Path) -> str:
    head, inner = file.read_text().split("<svg", 1)[1].split(">", 1)
    box = BOX.search(head)
    assert box is not None, f"{file} has no viewBox"
    drawn = " ".join(inner.rsplit("</svg>", 1)[0].split())
    return f'<symbol id="{name}" viewBox="{box.group(1)}">{drawn}</symbol>'


SYMBOLS: Final = {
    f"i-{file.stem}": _symbol(f"i-{file.stem}", file) for file in ICONS.glob("*.svg")
} | {file.stem: _symbol(file.stem, file) for file in MARKS.glob("*.svg")}


def icon(name: str, size: str = "") -> Markup:
    """An icon, hidden from screen readers: text stands beside it. `size` is empty, `sm` or `lg`."""
    assert f"i-{name}" in SYMBOLS, f"there is no icon {name} in {ICONS}"
    kind = f"icon {size}".strip()
    return Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(kind, name)


def with_icons(html: str) -> str:
    """The page, its sprite put where the template left room for it."""
    symbols = "".join(SYMBOLS[name] for name in sorted(set(USED.findall(html))))
    sprite = f'<svg id="icons" class="vh" width="0" height="0" aria-hidden="true">{symbols}</svg>'
    return html.replace(PLACE, sprite, 1)
