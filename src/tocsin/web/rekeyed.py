"""A page for somebody who changed its keys: what says a key says theirs.

Templates name keys as they are shipped. Words that people wrote are escaped, so none is taken for markup.
"""

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import escape

SHORTCUT: Final = re.compile(r'aria-keyshortcuts="(.)"(?:( title="[^"]*\()\1\)")?')
CAP: Final = re.compile(r"(<kbd[^>]*>(?:Shift )?)(.)(</kbd>)")


def rekeyed(html: str, keys: Mapping[str, str]) -> str:
    """The page with these keys in the place of those shipped."""
    if not keys:
        return html
    return CAP.sub(
        lambda found: _cap(found, keys), SHORTCUT.sub(lambda f: _shortcut(f, keys), html)
    )


def _shortcut(found: re.Match[str], keys: Mapping[str, str]) -> str:
    key = escape(keys.get(found[1], found[1]))
    title = "" if found[2] is None else f'{found[2]}{key})"'
    return f'aria-keyshortcuts="{key}"{title}'


def _cap(found: re.Match[str], keys: Mapping[str, str]) -> str:
    return f"{found[1]}{escape(keys.get(found[2], found[2]))}{found[3]}"
