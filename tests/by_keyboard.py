"""Somebody who has a keyboard and a screen reader: they press keys, and are told what has the focus."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import FileChooser, Page
from processes import until

TWICE: Final = 32
"""The size of plain text of somebody who set it to 200 % (CSS pixels; a browser begins with 16)."""
NOWHERE: Final = "RootWebArea"

VISIBLE = """() => {
  const held = document.activeElement;
  const near = [held, held.nextElementSibling, held.closest('label'), held.closest('tr, .composer, .q')];
  const marked = near.filter(Boolean).some(each => {
    const look = getComputedStyle(each);
    return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
  });
  const labelled = held.closest('label') ?? held, box = labelled.getBoundingClientRect();
  const across = box.right > 0 && box.left < innerWidth;
  const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && across;
  return { marked, inside, what: held.outerHTML.slice(0, 160) };
}"""


@dataclass(frozen=True, slots=True)
class Spot:
    """What a screen reader says of a place: its role, its name, and the states that it is in."""

    role: str
    name: str
    states: frozenset[str] = frozenset()


class Hands:
    """Keys are counted as they are pressed; the letters of what is written are not."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0
        self.choosers: list[FileChooser] = []
        page.on("filechooser", self._asked)
        self._reader = page.context.new_cdp_session(page)
        self._reader.send("Accessibility.enable")
        self._reader.send("Page.setFontSizes", {"fontSizes": {"standard": TWICE, "fixed": 26}})

    def _asked(self, chooser: FileChooser) -> None:
        self.choosers.append(chooser)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)

    def spots(self) -> Iterator[Spot]:
        """Everything that is read, from top to bottom."""
        for node in self._reader.send("Accessibility.getFullAXTree")["nodes"]:
            if not node.get("ignored"):
                yield _spot(node)

    def where(self) -> Spot:
        """What has the focus. `NOWHERE` is its role where nothing but the page itself has."""
        held = [spot for spot in self.spots() if "focused" in spot.states]
        return held[-1] if held else Spot(NOWHERE, "")

    def comes_to(self, role: str, name: str) -> None:
        """The focus is, or soon will be, on what has this role and a name that begins so."""
        until(lambda: self._is_at(role, name), f"not at {role} {name}: {self.where()}", seconds=30)
        self.sees_where()

    def goes_to(self, role: str, name: str, key: str = "Tab", at_most: int = 12) -> None:
        """Go on until one is there, and see where one is at every stop."""
        for _ in range(at_most):
            if self._is_at(role, name):
                return
            self.press(key)
            self.sees_where()
        assert self._is_at(role, name), (
            f"not at {role} {name} after {at_most} stops: {self.where()}"
        )

    def hears(self, words: str, role: str = "") -> None:
        """What is read has these words, or soon will have."""

        def is_read() -> bool:
            return any(words in one.name and role in ("", one.role) for one in self.spots())

        until(is_read, f"nobody is told: {words}", seconds=30)

    def is_somewhere(self) -> None:
        """The focus was not thrown back to the top of the page."""
        until(lambda: self.where().role != NOWHERE, "the focus is lost", seconds=20)
        self.sees_where()

    def sees_where(self) -> None:
        """What has the focus is marked, and within the window."""
        until(self._is_marked, f"not to be seen: {self.page.evaluate(VISIBLE)}", seconds=5)

    def _is_marked(self) -> bool:
        found: dict[str, Any] = self.page.evaluate(VISIBLE)
        return bool(found["marked"] and found["inside"])

    def _is_at(self, role: str, name: str) -> bool:
        spot = self.where()
        return spot.role == role and spot.name.startswith(name)


def _spot(node: dict[str, Any]) -> Spot:
    states = {
        one["name"] for one in node.get("properties", ()) if one["value"].get("value") is True
    }
    role, name = (node.get(part, {}).get("value", "") for part in ("role", "name"))
    return Spot(str(role), str(name), frozenset(states))
