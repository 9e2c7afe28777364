"""How a notice reads: the subject and text of a mail, and the body of a webhook. Pure.

`TEMPLATE` and `VERSION` name this wording in the record; whoever changes it raises the version.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tocsin.features.incidents.terms import Mode
from tocsin.features.notices.terms import Happening
from tocsin.foundation.clock import written

TEMPLATE: Final = "incident notice"
VERSION: Final = 1
SUBJECT_LENGTH: Final = 180

SAID: Final = {
    Happening.DECLARED: "declared",
    Happening.ACKNOWLEDGED: "acknowledged",
    Happening.SEVERITY_CHANGED: "severity changed",
    Happening.STATUS_UPDATE: "status update",
    Happening.MITIGATED: "mitigated",
    Happening.RESOLVED: "resolved",
    Happening.CLOSED: "closed",
    Happening.REOPENED: "reopened",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told: what happened, when, and the incident as it stood when this was written."""

    incident: str
    version: int
    happening: Happening
    at: datetime
    reference: str
    title: str
    severity: int
    phase: str
    mode: Mode
    url: str
    words: str | None = None


def subject(notice: Notice) -> str:
    """The subject of a mail: one line, and what is not live says so first."""
    mark = "" if notice.mode is Mode.LIVE else f"[{notice.mode.upper()}] "
    said = SAID[notice.happening]
    line = f"{mark}{notice.reference} Sev-{notice.severity} {said}: {notice.title}"
    return " ".join(line.split())[:SUBJECT_LENGTH]


def text(notice: Notice) -> str:
    """The text of a mail."""
    lines = [
        f"{notice.reference}: {notice.title}",
        "",
        f"{SAID[notice.happening].capitalize()} at {notice.at:%Y-%m-%d %H:%M:%S} UTC.",
        f"Severity: Sev-{notice.severity}. It is {notice.phase}.",
    ]
    if notice.mode is not Mode.LIVE:
        lines.append(f"This is not live: {notice.mode}.")
    if notice.words:
        lines += ["", notice.words]
    return "\n".join([*lines, "", notice.url, ""])


def payload(notice: Notice) -> dict[str, Any]:
    """The body of a webhook."""
    return {
        "type": f"incident.{notice.happening}",
        "id": event_id(notice),
        "occurred_at": written(notice.at),
        "incident": {
            "reference": notice.reference,
            "title": notice.title,
            "severity": notice.severity,
            "phase": notice.phase,
            "mode": notice.mode.value,
            "url": notice.url,
        },
        "text": notice.words,
    }


def event_id(notice: Notice) -> str:
    """Names what happened, the same for every receiver and telling nothing of how much happened."""
    named = f"{notice.incident}:{notice.version}".encode()
    return "evt_" + hashlib.sha256(named).hexdigest()[:26]


def message_id(notice: Notice) -> str:
    """The id of a mail; the first about an incident is the root of the thread."""
    if notice.happening is Happening.DECLARED:
        return thread_id(notice.incident)
    return f"<{event_id(notice)}@tocsin.invalid>"


def thread_id(incident: str) -> str:
    """The id of the mail that all others about an incident answer to."""
    return f"<incident-{incident}@tocsin.invalid>"
