"""The port to CEL: conditions over one alert, checked when they are saved, bounded when they run.

The only module that knows the library. A condition sees one alert and nothing else; it can neither
loop without end nor put text together.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cel_expr_python import cel

from tocsin.features.triage.terms import AlertFacts
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

LONGEST: Final = 1000
"""Characters of a condition."""

_WITHOUT_PLUS: Final = 'name: tocsin\nstdlib:\n  exclude_functions:\n    - name: "_+_"\n'
_TEXT: Final = cel.Type.STRING
_MAP: Final = cel.Type.Map(_TEXT, _TEXT)
_ENVIRONMENT: Final = cel.NewEnv(
    config=cel.NewEnvConfigFromYaml(_WITHOUT_PLUS),
    variables={
        "alert.title": _TEXT,
        "alert.severity": _TEXT,
        "alert.service": _TEXT,
        "alert.team": _TEXT,
        "alert.source": _TEXT,
        "alert.kind": _TEXT,
        "alert.labels": _MAP,
        "alert.annotations": _MAP,
    },
)
_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_KEY: Final = re.compile(r'Key not found in map : "(.*)"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a condition holds for an alert, and why it could not be told, where it could not."""

    holds: bool
    trouble: str | None = None


class Condition:
    """A condition that was checked: it can be asked about any alert."""

    def __init__(self, text: str) -> None:
        """Compile a condition. Refuses `bad_rule` in a sentence, with a caret under the place."""
        if len(text) > LONGEST:
            raise Refused(
                "bad_rule", phrase("A condition has at most %(most)s characters.", most=LONGEST)
            )
        self.text = text
        try:
            self._compiled = _ENVIRONMENT.compile(text)
        except RuntimeError as error:
            raise Refused("bad_rule", _sentence(text, str(error))) from None
        if self._compiled.return_type() != cel.Type.BOOL:
            kind = self._compiled.return_type().name().lower()
            raise Refused(
                "bad_rule",
                phrase("A condition must be true or false; this one is a %(kind)s.", kind=kind),
            )

    def holds_for(self, alert: AlertFacts) -> Answer:
        """Ask the condition about an alert. What cannot be told does not hold, and is said."""
        try:
            value = self._compiled.eval(data=_seen(alert))
        except RuntimeError as error:
            return Answer(holds=False, trouble=_trouble(str(error)))
        if value.type() != cel.Type.BOOL:
            return Answer(holds=False, trouble=_trouble(str(value.value())))
        return Answer(holds=value.value() is True)


@lru_cache(maxsize=256)
def condition(text: str) -> Condition:
    """A checked condition, kept for the next time."""
    return Condition(text)


def _seen(alert: AlertFacts) -> dict[str, Any]:
    return {
        "alert.title": alert.title,
        "alert.severity": alert.severity or "",
        "alert.service": alert.service or "",
        "alert.team": alert.team or "",
        "alert.source": alert.source,
        "alert.kind": alert.kind,
        "alert.labels": alert.labels,
        "alert.annotations": alert.annotations,
    }


def _sentence(text: str, error: str) -> str:
    found = _PLACE.search(error)
    if found is None or found[1] == "-1":
        return phrase("The condition cannot be read: it is nested too deeply.")
    line, column = int(found[1]), int(found[2])
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1]
    what = _reworded(found[3].removesuffix(" [INVALID_ARGUMENT]"))
    place = f"\n{shown}\n{' ' * (column - 1)}^"
    where = phrase(
        "Line %(line)s, column %(column)s: %(what)s.", line=line, column=column, what=what
    )
    return phrase("%(sentence)s%(place)s", sentence=where, place=place)


def _reworded(what: str) -> str:
    if "'_+_'" in what:
        return phrase("a condition compares, it does not put text together with +")
    if what.startswith("Syntax error"):
        why = what.split(" expecting ", maxsplit=1)[0].lower()
        return phrase("this is not a condition yet: %(why)s", why=why)
    name = re.match(r"undeclared reference to '([^']*)'", what)
    return phrase("there is no %(name)s", name=name[1]) if name else what


def _trouble(error: str) -> str:
    key = _KEY.search(error)
    if key is not None:
        return phrase("the alert has no “%(key)s”", key=key[1])
    if "budget" in error:
        return phrase("the condition takes too many steps")
    return error.partition(": ")[2].removesuffix(" [INTERNAL]") or error
