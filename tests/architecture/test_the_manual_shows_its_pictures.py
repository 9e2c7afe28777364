"""The pictures of the manual: each is there, each is shown, and all of them together are small."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = re.compile(r"!\[[^\]]+\]\(images/([^)]+)\)")


def test_every_picture_is_shown_with_words_and_every_one_shown_is_there() -> None:
    shown = SHOWN.findall((DOCS / "screens.md").read_text())
    there = [picture.name for picture in (DOCS / "images").iterdir()]
    assert sorted(shown) == sorted(there)


def test_every_page_is_shown_light_and_dark_on_a_desk_and_on_a_phone() -> None:
    pages = ("01-incidents", "02-incident", "02b-incident-alerts", "03-declare")
    names = {
        f"{page}{small}-{theme}.webp"
        for page in (*pages, "11-phone-paged", "12-first-run")
        for small in ("", "-390")
        for theme in ("light", "dark")
    }
    assert names == {picture.name for picture in (DOCS / "images").iterdir()}


def test_the_pictures_are_small() -> None:
    assert sum(picture.stat().st_size for picture in (DOCS / "images").iterdir()) < 2_500_000
