"""Whose a task is, out of the line in which it is written: `Roll back @bob`. Pure.

Names are read as in mentions (rules/mentions.py). Here one that means nobody is refused: a task that
its writer believes to be somebody's must not be nobody's.
"""

from collections.abc import Sequence

from tocsin.features.incidents.rules.mentions import AT, mentioned
from tocsin.features.people.terms import Handle
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused


def taken_apart(line: str, handles: Sequence[Handle]) -> tuple[str, str | None]:
    """What is to be done, and by whom if an `@` says so. Refuses `no_such_person`."""
    at = AT.search(line)
    if at is None:
        return line.strip(), None
    rest = line[at.start() :]
    found = mentioned(rest, handles)
    length = next(
        (_length(rest, handle) for handle in handles if found and handle.id == found[0]), 0
    )
    if not length:
        word = rest.split()[0]
        raise Refused(
            "no_such_person",
            phrase("%(word)s is nobody here, or several: write the whole name.", word=word),
        )
    title = f"{line[: at.start()].strip()} {rest[length:].strip()}"
    return title.strip(), found[0]


def _length(rest: str, handle: Handle) -> int:
    """How long the name is that stands after the `@`, with the `@`."""
    folded = rest.casefold()
    names = [name for name in (*handle.names, handle.short) if name]
    fitting = [name for name in names if folded.startswith(name.casefold(), 1)]
    return 1 + max((len(name) for name in fitting), default=-1)
