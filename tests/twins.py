"""Two houses in which the same is done: with hostile words, and with them without the signs of HTML.

No page of the one has an element that the other does not have.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from random import Random

from hostile import is_text, words
from open_house import House, open_house
from skeleton import odd, skeleton

ALL = 10_000
TEXTS = [text for text in words(ALL) if is_text(text) and text.strip()]
"""All that is text, and not blank."""

SWITCHED_ON = {"mail_in_domain": "in.example.com"}

Twins = tuple[House, House]


@contextmanager
def twins(folder: Path) -> Generator[Twins]:
    """The house of hostile words, and that of innocent ones. Both do all that can be switched on."""
    mine, theirs = folder / "hostile", folder / "innocent"
    with open_house(mine, **SWITCHED_ON) as house, open_house(theirs, **SWITCHED_ON) as twin:
        yield house, twin


def sample(chance: Random, count: int, longest: int = 5_000) -> list[str]:
    return chance.sample([text for text in TEXTS if len(text) <= longest], count)


def compare_pages(both: Twins, paths: Iterable[tuple[str, str]]) -> None:
    """Pages of the two houses, by their addresses: the same elements, and nothing from elsewhere."""
    for mine, theirs in paths:
        pages = (both[0].client.get(mine), both[1].client.get(theirs))
        assert [page.status_code for page in pages] == [200, 200], (mine, theirs)
        must_be_alike(mine, *(page.text for page in pages))


def must_be_alike(where: str, mine: str, theirs: str) -> None:
    assert odd(mine) == [], (where, odd(mine))
    bones, others = skeleton(mine), skeleton(theirs)
    assert bones == others, (where, bones - others, others - bones)
