"""What a browser calls itself, in the words of people. Only shown; nothing is decided by it. Pure."""

from typing import Final

from tocsin.foundation.phrase import phrase

BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In this order: most of them also name those further down."""
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST: Final = 60


def spoken(agent: str) -> str:
    """Such as `Firefox on Linux`; what it says itself where that is not known."""
    browser = next((name for mark, name in BROWSERS if mark in agent), None)
    system = next((name for mark, name in SYSTEMS if mark in agent), None)
    if browser is None:
        return agent[:LONGEST] or phrase("Unknown browser")
    if system is None:
        return browser
    return phrase("%(browser)s on %(system)s", browser=browser, system=system)
