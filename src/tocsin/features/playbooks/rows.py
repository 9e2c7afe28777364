"""What is prepared, as documents. Nothing else of playbooks is kept."""

from typing import Final

from sqlalchemy import Connection

from tocsin.features.playbooks.rules.checking import check_criteria, check_template
from tocsin.features.playbooks.terms import SHIPPED, KeptTemplate, SeverityCriteria, Template
from tocsin.ledger.document import DOCUMENT, DocumentKind

TEMPLATES: Final = DocumentKind("incident template", Template, check_template)
CRITERIA: Final = DocumentKind("severity criteria", SeverityCriteria, check_criteria)
ONLY: Final = "organisation"
"""The one name of severity criteria."""


def templates(rows: Connection) -> list[KeptTemplate]:
    """The templates in use, by name."""
    return [
        KeptTemplate(name=name, version=_version(rows, name), template=template)
        for name, template in TEMPLATES.all(rows).items()
    ]


def template(rows: Connection, name: str) -> KeptTemplate | None:
    """The template in use under a name, or None."""
    found = TEMPLATES.read(rows, name)
    if found is None:
        return None
    return KeptTemplate(name=name, version=_version(rows, name), template=found)


def criteria(rows: Connection) -> SeverityCriteria:
    """What the severities mean: as the organisation wrote it, else as shipped."""
    return CRITERIA.read(rows, ONLY) or SHIPPED


def _version(rows: Connection, name: str) -> int:
    found = DOCUMENT.read(rows, TEMPLATES.key(name))
    assert found is not None, "a template that is in use has a document"
    return found[0].edition
