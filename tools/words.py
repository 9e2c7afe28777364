"""Keeps the catalogues of languages beside the code: every message is in each, and none besides.

python tools/words.py                    take in new messages, let go of those that are said no more
python tools/words.py --with a.po b.po   the same, with translations from these files
python tools/words.py --check            say what is not translated, or not rightly; exit 1 if anything
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from spoken import Message, messages

from tocsin.web.languages import CATALOGUES, ENGLISH, LANGUAGES

PUT_IN: Final = re.compile(r"%\((\w+)\)[sd]")
ELEMENT: Final = re.compile(r"</?\w[^<>]*>|&\w+;")
HEAD: Final = """\
msgid ""
msgstr ""
"Language: {tag}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
"""Without dates and names: the history of the file has them."""

Translations = dict[Message, str | tuple[str, ...]]


def main(words: Sequence[str] | None = None) -> int:
    """Bring every catalogue up to date, or say what is wrong with it."""
    asked = _asked(words)
    wanted, wrong = messages(), 0
    for tag in [tag for tag in LANGUAGES if tag != ENGLISH]:
        if asked.check:
            problems = [*_problems(tag, wanted)]
            print("".join(f"{tag}: {one}\n" for one in problems), end="")
            wrong += len(problems)
        else:
            _write(tag, wanted, asked.fragments)
    return 1 if wrong else 0


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    asked.add_argument("--check", action="store_true")
    asked.add_argument("--with", dest="fragments", nargs="+", type=Path, default=[])
    return asked.parse_args(words)


def _place(tag: str) -> Path:
    return CATALOGUES / f"{tag}.po"


def _read(file: Path, tag: str) -> Catalog:
    if not file.exists():
        return Catalog(locale=tag)
    with file.open("rb") as opened:
        return read_po(opened, locale=tag, abort_invalid=True)


def _said(catalogue: Catalog) -> Iterator[tuple[Message, Any]]:
    """Each message with its translation; of several things, with one of each form."""
    for one in catalogue:
        if one.id:
            yield (tuple(one.id) if one.pluralizable else one.id), one  # type: ignore[misc]


def _translated(catalogue: Catalog) -> Translations:
    return {said: one.string for said, one in _said(catalogue) if _is_whole(one) and not one.fuzzy}


def _is_whole(one: Any) -> bool:  # noqa: ANN401 - a message of Babel's
    return all(one.string) if one.pluralizable else bool(one.string)


def _write(tag: str, wanted: set[Message], fragments: Sequence[Path]) -> None:
    """Write a catalogue anew: the same messages give the same file."""
    known = _translated(_read(_place(tag), tag))
    for fragment in fragments:
        given = _translated(_read(fragment, tag))
        known |= given
        for one in sorted(str(one) for one in given.keys() - wanted):
            print(f"{fragment.name}: nobody says {one}")
    made = Catalog(locale=tag)
    for message in sorted(wanted, key=str):
        made.add(message, known.get(message, ("",) * made.num_plurals if _many(message) else ""))
    kept = BytesIO()
    write_po(kept, made, omit_header=True, no_location=True, sort_output=True, width=0)
    head = HEAD.format(tag=tag, plurals=made.plural_forms)
    _place(tag).write_text(head + kept.getvalue().decode(), "utf-8")


def _many(message: Message) -> bool:
    return isinstance(message, tuple)


def _problems(tag: str, wanted: set[Message]) -> Iterator[str]:
    """What is missing in a catalogue, what is too much, and what is translated wrongly."""
    found = dict(_said(_read(_place(tag), tag)))
    for message in sorted(wanted, key=str):
        one = found.get(message)
        if one is None or not _is_whole(one):
            yield f"missing: {message!r}"
        elif one.fuzzy:
            yield f"fuzzy: {message!r}"
        else:
            yield from (f"{why}: {message!r}" for why in _mistakes(one))
    for message in sorted(found.keys() - wanted, key=str):
        yield f"obsolete: {message!r}"


def _mistakes(one: Any) -> Iterator[str]:  # noqa: ANN401 - a message of Babel's
    """Values, elements and blanks that a translation has not as the message has them."""
    ids = one.id if one.pluralizable else (one.id,)
    for string in one.string if one.pluralizable else (one.string,):
        if not any(_alike(PUT_IN, string, id_) for id_ in ids):
            yield "other values"
        if not any(_alike(ELEMENT, string, id_) for id_ in ids):
            yield "other elements"
        if not any(_edges(string) == _edges(id_) for id_ in ids):
            yield "other blanks at its ends"
        if _has_bare_percent(string) and not _has_bare_percent(ids[0]):
            yield "a bare % (write %%)"


def _alike(what: re.Pattern[str], string: str, id_: str) -> bool:
    return sorted(set(what.findall(string))) == sorted(set(what.findall(id_)))


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _has_bare_percent(text: str) -> bool:
    return "%" in PUT_IN.sub("", text).replace("%%", "")


if __name__ == "__main__":
    sys.exit(main())
