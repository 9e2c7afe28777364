"""A language that nobody speaks: English in other letters, so that what is not translated stands out.

Whatever a page says in Latin letters while this is spoken has not been looked up in a catalogue.
"""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from typing import Final

from selectolax.lexbor import LexborNode
from skeleton import elements

LATIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
OTHER: Final = "абцдефгхийклмнопярстувщхызАБЦДЕФГХИЙКЛМНОПЯРСТУВЩХЫЗ"
LETTERS: Final = str.maketrans(LATIN, OTHER)
KEPT: Final = re.compile(r"%\(\w+\)[sd]|%%|<[^>]*>|&#?\w+;")
"""What stays in a message as it is: values, elements, and signs by their names."""

READ: Final = ("aria-label", "title", "placeholder", "alt", "data-command", "aria-description",
               "aria-roledescription", "aria-valuetext")  # fmt: skip
"""Attributes that people read or hear."""
SAID_IN: Final = re.compile(rf'\b({"|".join(READ)})="([^"]*)"')
UNREAD: Final = frozenset({"script", "style", "kbd", "code", "pre", "template", "textarea", "svg"})
"""Elements whose text is no word of ours: keys, commands, words of people. Templates are opened."""


def _other(text: str) -> str:
    return text.translate(LETTERS)


def _kept(found: str) -> str:
    return SAID_IN.sub(lambda said: f'{said[1]}="{in_other_letters(said[2])}"', found)


def in_other_letters(message: str) -> str:
    """A message with every letter another, and all that a translator keeps kept."""
    made, at = "", 0
    for found in KEPT.finditer(message):
        made += _other(message[at : found.start()]) + _kept(found[0])
        at = found.end()
    return made + _other(message[at:])


class OtherLetters(NullTranslations):
    """Says every message in other letters."""

    def gettext(self, message: str) -> str:
        return in_other_letters(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return in_other_letters(msgid1 if n == 1 else msgid2)


NO_WORDS: Final = re.compile(
    r"Sev-\d|Sev-|INC-\d{4}-\d{4}|RES-\w+-\d+|\b(UTC|CET|CEST)\b|\b[0-9a-z]{26}\b"
    r"|Tocsin|Prometheus|Alertmanager|PagerDuty|(chat|log) excerpt(\.txt)?|\S+@\S+|https?://\S+"
    r"|\b(SHA-256|PDF|CSV|JSON( Lines)?|CEL|DORA|NIS2|QR|EUR|HTTP|API)\b"
    r"|\b\w+\.(txt|csv|png|pdf|log)\b|/[\w/.-]+|Alert \d+"
)
"""What is the same in every language: names of things, references, addresses, file names, zones."""
WORD: Final = re.compile(r"[A-Za-z]{2,}")
"""A single letter is a key, or the beginning of a name."""


def left(html: str, *known: str) -> list[str]:
    """What a page says in Latin letters, each with where; `known` are words that people wrote."""
    theirs = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in known) or r"(?!)")
    found = dict[str, None]()
    for where, text in _read(html):
        rest = NO_WORDS.sub(" ", theirs.sub(" ", text))
        if WORD.search(rest):
            found[f"{where}: {' '.join(text.split())[:150]}"] = None
    return [*found]


def _read(html: str) -> Iterator[tuple[str, str]]:
    """Every text that people read on a page, and where it stands; codes are set in type of their own."""
    for node in elements(html):
        if _is_english(node) or "mono" in str(node.attributes.get("class")):
            continue
        for name in READ:
            if said := node.attributes.get(name):
                yield f"{_place(node)} {name}", said
        kind = node.attributes.get("type")
        if node.tag == "input" and kind in ("submit", "button", "reset"):
            yield f"{_place(node)} value", str(node.attributes.get("value") or "")
        if node.tag not in UNREAD and not _is_of_names(node):
            yield from ((_place(node), text) for text in _own_texts(node))


def _own_texts(node: LexborNode) -> Iterator[str]:
    child = node.child
    while child is not None:
        if child.tag == "-text" and (text := child.text_content):
            yield text
        child = child.next


def _is_of_names(node: LexborNode) -> bool:
    """Whether an element is one of a choice of zones or languages, which are names."""
    above = node.parent
    while above is not None and above.tag != "select":
        above = above.parent
    return above is not None and above.attributes.get("name") in ("zone", "language")


def _is_english(node: LexborNode) -> bool:
    """Whether an element says of itself that it is in English, as what is printed does."""
    above: LexborNode | None = node
    while above is not None and above.tag != "html":
        if above.attributes.get("lang") == "en":
            return True
        above = above.parent
    return False


def _place(node: LexborNode) -> str:
    parts, at = list[str](), node
    while at is not None and len(parts) < 3:
        name = at.attributes.get("id") or at.attributes.get("class") or ""
        parts.append(f"{at.tag}{'.' + name.split()[0] if name else ''}")
        at = at.parent  # type: ignore[assignment]
    return " ".join(reversed(parts))
