"""What a form to declare says, field by field: as a declaration, and as it is shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.commands import Declaration, Ending
from tocsin.features.incidents.rules.titles import LONGEST_TITLE
from tocsin.features.incidents.terms import Basis, Mode
from tocsin.features.playbooks.rules.checking import MOST_QUESTIONS
from tocsin.features.playbooks.rules.choosing import for_service
from tocsin.features.playbooks.terms import KeptTemplate
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import text
from tocsin.web.times import read_form_time
from tocsin.web.viewer import Viewer

NO_TEMPLATE: Final = "-"
"""Chosen by hand; an empty field is the template for the service."""
CHOICES: Final = (Mode.LIVE, Mode.DRILL, Mode.TRAINING)
NAMES: Final = (
    "title",
    "severity",
    "service",
    "template",
    "mode",
    "restricted",
    "over",
    "began",
    "ended",
    "how",
    "closes",
)
QUESTIONS: Final = tuple(range(1, MOST_QUESTIONS + 1))
FIELDS: Final = {
    "title_missing": "title",
    "title_too_long": "title",
    "no_such_severity": "severity",
    "no_such_template": "template",
    "no_such_question": "template",
    "in_the_future": "began",
    "bad_time": "began",
    "began_missing": "began",
    "ended_in_the_future": "ended",
    "ends_before_it_began": "ended",
}
"""Beside which field a refusal is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form to declare, as somebody sent it; `templates` are those in use."""

    viewer: Viewer
    fields: Mapping[str, Any]
    templates: Sequence[KeptTemplate]

    @property
    def is_over(self) -> bool:
        """Whether it is said to be over already."""
        return bool(text(self.fields, "over") or text(self.fields, "ended"))

    @property
    def template(self) -> str | None:
        """The name of the template: as chosen, else the first for the service."""
        chosen = text(self.fields, "template")
        if chosen:
            return None if chosen == NO_TEMPLATE else chosen
        fitting = for_service(self.templates, text(self.fields, "service"))
        return fitting[0].name if fitting else None

    def declaration(self) -> Declaration:
        """Everything but how it ended and what was asked: enough to look ahead with."""
        return Declaration(
            title=text(self.fields, "title")[:LONGEST_TITLE],
            severity=_severity(text(self.fields, "severity")),
            mode=_mode(text(self.fields, "mode")),
            service=text(self.fields, "service")[:200] or None,
            restricted_to=(self.viewer.person,) if text(self.fields, "restricted") else None,
            template=self.template,
        )

    def ending(self) -> Ending | None:
        """How it ended, where it is over. Refuses `bad_time`."""
        ended = read_form_time(text(self.fields, "ended"), self.viewer.tz)
        if not self.is_over:
            return None
        closes = text(self.fields, "closes")
        return Ending(
            impact_ended=ended,
            how=text(self.fields, "how") or None,
            actionability=Actionability(closes) if closes in set(Actionability) else None,
        )

    def answers(self) -> dict[str, str]:
        """What was answered, by question."""
        given = {
            n: (text(self.fields, f"question-{n}"), text(self.fields, f"answer-{n}"))
            for n in QUESTIONS
        }
        return {question: answer for question, answer in given.values() if question and answer}

    def written(self) -> dict[str, Any]:
        """The fields as they are shown again."""
        kept: dict[str, Any] = {name: text(self.fields, name) for name in NAMES}
        return kept | {"mode": _mode(kept["mode"]).value, "answers": self.answers()}


def full(form: Form) -> Declaration:
    """The whole declaration. Refuses `bad_time`."""
    said = form.declaration()
    began = read_form_time(text(form.fields, "began"), form.viewer.tz)
    return Declaration(
        title=text(form.fields, "title"),
        severity=said.severity,
        mode=said.mode,
        impact_began=began,
        impact_basis=Basis.ESTIMATED,
        service=said.service,
        restricted_to=said.restricted_to,
        template=said.template,
        answers=form.answers(),
    )


def beside(refused: Refused | None) -> dict[str, str]:
    """What is wrong, by the field that it is shown beside."""
    nothing = dict.fromkeys((*FIELDS.values(), "form"), "")
    if refused is None:
        return nothing
    return nothing | {FIELDS.get(refused.code, "form"): refused.reason}


def _severity(written: str) -> int | None:
    return int(written) if written in ("1", "2", "3", "4") else None


def _mode(written: str) -> Mode:
    return Mode(written) if written in CHOICES else Mode.LIVE
