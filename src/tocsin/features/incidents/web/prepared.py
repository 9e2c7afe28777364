"""What was prepared for the service of an incident: its runbooks, and what the severities mean."""

from dataclasses import dataclass

from tocsin.access.work import Look
from tocsin.features.incidents.state import Incident
from tocsin.features.playbooks import rows
from tocsin.features.playbooks.rules.choosing import runbooks_for
from tocsin.features.playbooks.terms import Runbook, SeverityCriteria


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The runbooks of an incident's template and service, and the severity criteria in use."""

    runbooks: list[Runbook]
    criteria: SeverityCriteria

    @property
    def severities(self) -> list[tuple[int, str, str]]:
        """Each severity with who is called and what is then so."""
        return [(n, one.who, one.what) for n, one in enumerate(self.criteria.levels, 1)]


def prepared(look: Look, incident: Incident) -> Prepared:
    """What was prepared, as it is written now."""
    templates = rows.templates(look.rows)
    return Prepared(
        runbooks=runbooks_for(templates, incident.service, incident.template),
        criteria=rows.criteria(look.rows),
    )
