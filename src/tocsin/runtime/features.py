"""The features of Tocsin, bottom to top. A new one is a folder, and a line here."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from tocsin.feature import Feature
from tocsin.features.alerts.feature import FEATURE as ALERTS
from tocsin.features.evidence.feature import FEATURE as EVIDENCE
from tocsin.features.evidence.feature import feature as evidence
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents.feature import FEATURE as INCIDENTS
from tocsin.features.mail_in.feature import FEATURE as MAIL_IN
from tocsin.features.messages.feature import FEATURE as MESSAGES
from tocsin.features.messages.feature import feature as messages
from tocsin.features.mirroring.feature import FEATURE as MIRRORING
from tocsin.features.mirroring.feature import feature as mirroring
from tocsin.features.notices.feature import FEATURE as NOTICES
from tocsin.features.notices.feature import feature as notices
from tocsin.features.paper.feature import FEATURE as PAPER
from tocsin.features.people.feature import FEATURE as PEOPLE
from tocsin.features.playbooks.feature import FEATURE as PLAYBOOKS
from tocsin.features.search.feature import FEATURE as SEARCH
from tocsin.features.silences.feature import FEATURE as SILENCES
from tocsin.features.triage.feature import FEATURE as TRIAGE
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.document import DOCUMENT

FEATURES: Final[Sequence[Feature]] = (
    PEOPLE,
    ALERTS,
    SILENCES,
    PLAYBOOKS,
    INCIDENTS,
    EVIDENCE,
    MAIL_IN,
    MIRRORING,
    TRIAGE,
    SEARCH,
    NOTICES,
    PAPER,
    MESSAGES,
)


def aggregates() -> list[Aggregate[Any, Any]]:
    """Everything that has a history and a row."""
    return [DOCUMENT, *(aggregate for feature in FEATURES for aggregate in feature.aggregates)]


def at_work(
    address: str,
    fetch: Callable[[str], bytes],
    evidence_terms: Terms | None = None,
    *,
    sends_mail: bool = True,
) -> Sequence[Feature]:
    """The features with what their background work must know: the address people use, ways out, terms."""
    known = {
        "notices": notices(address),
        "mirroring": mirroring(fetch),
        "evidence": evidence(evidence_terms or Terms()),
        "messages": messages(address, sends_mail=sends_mail),
    }
    return [known.get(feature.name, feature) for feature in FEATURES]
