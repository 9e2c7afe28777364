"""What can be asked of what is prepared: list it, write it, take it out of use."""

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.playbooks import rows
from tocsin.features.playbooks.rows import CRITERIA, ONLY, TEMPLATES
from tocsin.features.playbooks.rules import checking
from tocsin.features.playbooks.rules.choosing import for_service
from tocsin.features.playbooks.terms import KeptTemplate, SeverityCriteria, Template
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused


def templates(work: UnitOfWork, service: str | None = None) -> list[KeptTemplate]:
    """The templates in use, by name; with a service, those that name it."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = rows.templates(look.rows)
    return found if service is None else for_service(found, service)


def template(work: UnitOfWork, name: str) -> KeptTemplate:
    """One template in use. Refuses `unknown_template`."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = rows.template(look.rows, name)
    if found is None:
        raise unknown(name)
    return found


def write_template(work: UnitOfWork, name: str, template: Template) -> KeptTemplate:
    """Write a template, or a new version of one; the same again changes nothing."""
    checking.check_name(name)
    with work.change(Permission.MANAGE_SETTINGS) as change:
        TEMPLATES.write(change.change, name, template)
        kept = rows.template(change.rows, name)
    assert kept is not None, "what was just written is in use"
    return kept


def retire_template(work: UnitOfWork, name: str) -> None:
    """Take a template out of use. Refuses `unknown_template`."""
    with work.change(Permission.MANAGE_SETTINGS) as change:
        if TEMPLATES.read(change.rows, name) is None:
            raise unknown(name)
        TEMPLATES.retire(change.change, name)


def criteria(work: UnitOfWork) -> tuple[SeverityCriteria, bool]:
    """What the severities mean, and whether that is as shipped."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        written = CRITERIA.read(look.rows, ONLY)
        return rows.criteria(look.rows), written is None


def write_criteria(work: UnitOfWork, criteria: SeverityCriteria) -> None:
    """Say what the severities mean from now on; what holds already stays. Refuses `bad_criteria`."""
    with work.change(Permission.MANAGE_SETTINGS) as change:
        if criteria != rows.criteria(change.rows):
            CRITERIA.write(change.change, ONLY, criteria)


def ship_criteria(work: UnitOfWork) -> None:
    """Let the shipped criteria hold again; where they do already, nothing changes."""
    with work.change(Permission.MANAGE_SETTINGS) as change:
        if CRITERIA.read(change.rows, ONLY) is not None:
            CRITERIA.retire(change.change, ONLY)


def unknown(name: str) -> Refused:
    """A template that is not there, or not any more."""
    return Refused("unknown_template", phrase("There is no template %(name)s.", name=name))
