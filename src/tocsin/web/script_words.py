"""The words that scripts say: found in the scripts themselves, and given to a page in its language."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from tocsin.web import assets, languages

SAID: Final = re.compile(r"\bphrase\(\s*'((?:[^'\\]|\\.)+)'")
"""A phrase in a script is one literal in single quotes, with values named as `%(name)s`."""


@cache
def phrases() -> tuple[str, ...]:
    """Every phrase of the scripts, in English."""
    scripts = sorted(assets.FOLDER.glob("*.js"))
    found = [one for script in scripts for one in SAID.findall(script.read_text("utf-8"))]
    return tuple(sorted({one.replace("\\'", "'") for one in found}))


def said(language: str) -> Mapping[str, str]:
    """Each phrase that is another one in a language; none in English."""
    spoken = languages.translations(language)
    if spoken is languages.PLAIN:
        return {}
    pairs = ((one, spoken.gettext(one)) for one in phrases())
    return {one: other for one, other in pairs if one != other}
