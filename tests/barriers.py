"""What keeps people out of a page, as axe finds it."""

from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

READS_COLOURS: Final = r"""(() => {
  const { Color } = axe.commons.color, read = Color.prototype.parseString, known = new Map();
  const plain = number => Number(number).toFixed(9);
  Color.prototype.parseString = function (text) {
    if (!known.has(text)) {
      known.set(text, read.call(new Color(0, 0, 0), text.replace(/-?[\d.]+e-\d+/g, plain)));
    }
    const { r, g, b, alpha } = known.get(text);
    return Object.assign(this, { r, g, b, alpha });
  };
})()"""
"""Axe reads no exponents, and gives up on contrast where the browser says `oklab(.995 -6.6e-11 .0015)`.

It also reads each colour again for each element, which takes longer than all else it does.
"""

LOOK: Final = """async ([rules, within]) => {
  const kinds = { resultTypes: ['violations', 'incomplete'] };
  const found = await axe.run(within, { ...kinds, ...(rules.length ? { runOnly: rules } : {}) });
  const gaveUp = node => [...node.any, ...node.all, ...node.none].some(
    each => each.id === 'error-occurred' || each.data?.messageKey === 'colorParse');
  const broken = found.incomplete.filter(each => each.nodes.some(gaveUp));
  const brief = word => each => [each.id + word, each.nodes.slice(0, 4).map(node => node.target)];
  return [...found.violations.map(brief('')), ...broken.map(brief(', which could not be looked at'))];
}"""

SWITCH: Final = """theme => {
  document.documentElement.dataset.theme = theme;
  const moving = () => document.getAnimations().filter(each => each instanceof CSSTransition);
  for (let each; (each = moving()).length; ) each.forEach(one => one.finish());
}"""

TWO_LOOKS: Final = pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
"""How what opens on a page, or goes wrong on it, is looked at; every page itself is in all four ways."""

EVERY_RULE: Final = ()
ON_COLOURS: Final = ("color-contrast", "link-in-text-block")
"""The rules of axe that look at colours: what all others find is the same in both themes."""


def barriers(page: Page, rules: tuple[str, ...] = EVERY_RULE, within: str = "html") -> list[Any]:
    """Which rules a page breaks, or a part of it, and where; one that axe could not finish counts."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(READS_COLOURS)
    found: list[Any] = page.evaluate(LOOK, [list(rules), within])
    return found


def switch(page: Page, theme: str) -> None:
    """Put a page into a theme as the server does, with no colour still on its way."""
    page.evaluate(SWITCH, theme)
