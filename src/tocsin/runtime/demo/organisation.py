"""The made-up company, as plain data: teams, services with owners, and people named after their roles.

No person or company of these names exists; every address is of example.com (RFC 2606).
"""

from dataclasses import dataclass
from typing import Final

from tocsin.access.policy import Role
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.triage.terms import SENDERS_GROUP, AlertRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, and how it works: who is called, when things break there, and how fast it is.

    `busiest_hour` is in UTC; `minutes_to_acknowledge` and `minutes_to_mitigate` are medians by day.
    """

    name: str
    title: str
    first_line: str
    second_line: str
    busiest_hour: int
    minutes_to_acknowledge: float
    minutes_to_mitigate: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, by the key that the rest of the demonstration calls them."""

    key: str
    name: str
    role: Role
    team: str | None = None
    zone: str = "Europe/Berlin"

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.key}@example.com"


ADMIN: Final = Person("administrator", "Administrator", Role.ADMIN, zone="UTC")

TEAMS: Final = (
    Team(
        name="payments",
        title="Payments",
        first_line="payments-on-call",
        second_line="payments-second-line",
        busiest_hour=17,
        minutes_to_acknowledge=3,
        minutes_to_mitigate=28,
    ),
    Team(
        name="settlement",
        title="Settlement and ledger",
        first_line="settlement-on-call",
        second_line="settlement-second-line",
        busiest_hour=3,
        minutes_to_acknowledge=9,
        minutes_to_mitigate=75,
    ),
    Team(
        name="merchants",
        title="Merchants",
        first_line="merchants-on-call",
        second_line="support-lead",
        busiest_hour=10,
        minutes_to_acknowledge=14,
        minutes_to_mitigate=110,
    ),
    Team(
        name="risk",
        title="Risk and disputes",
        first_line="risk-on-call",
        second_line="fraud-analyst",
        busiest_hour=14,
        minutes_to_acknowledge=7,
        minutes_to_mitigate=60,
    ),
    Team(
        name="platform",
        title="Platform",
        first_line="platform-on-call",
        second_line="database-engineer",
        busiest_hour=13,
        minutes_to_acknowledge=4,
        minutes_to_mitigate=41,
    ),
    Team(
        name="security",
        title="Security",
        first_line="security-on-call",
        second_line="security-analyst",
        busiest_hour=21,
        minutes_to_acknowledge=6,
        minutes_to_mitigate=130,
    ),
)

PEOPLE: Final = (
    Person("commander-days", "Incident commander, days", Role.MANAGER),
    Person("commander-nights", "Incident commander, nights", Role.MANAGER, zone="America/New_York"),
    Person("payments-on-call", "Payments on-call", Role.RESPONDER, "payments"),
    Person("payments-second-line", "Payments second line", Role.RESPONDER, "payments"),
    Person("settlement-on-call", "Settlement on-call", Role.RESPONDER, "settlement"),
    Person("settlement-second-line", "Settlement second line", Role.RESPONDER, "settlement"),
    Person("merchants-on-call", "Merchants on-call", Role.RESPONDER, "merchants", "Europe/Lisbon"),
    Person("support-lead", "Support lead", Role.RESPONDER, "merchants", "Europe/Lisbon"),
    Person("risk-on-call", "Risk on-call", Role.RESPONDER, "risk", "Europe/Paris"),
    Person("fraud-analyst", "Fraud analyst", Role.RESPONDER, "risk", "Europe/Paris"),
    Person("platform-on-call", "Platform on-call", Role.RESPONDER, "platform"),
    Person("database-engineer", "Database engineer", Role.RESPONDER, "platform"),
    Person("security-on-call", "Security on-call", Role.MANAGER, "security"),
    Person("security-analyst", "Security analyst", Role.RESPONDER, "security"),
    Person("communications-lead", "Communications lead", Role.RESPONDER),
    Person("compliance-officer", "Compliance officer", Role.MANAGER),
    Person("executive-observer", "Executive observer", Role.OBSERVER),
    Person("internal-auditor", "Internal auditor", Role.AUDITOR),
)

SERVICES: Final = {
    "auth-gateway": "payments",
    "card-switch": "payments",
    "token-vault": "payments",
    "acs-proxy": "payments",
    "webhook-fanout": "payments",
    "settlement-batch": "settlement",
    "payout-engine": "settlement",
    "ledger-core": "settlement",
    "fx-rates": "settlement",
    "reconciliation": "settlement",
    "merchant-portal": "merchants",
    "onboarding-api": "merchants",
    "kyc-bridge": "merchants",
    "reporting-api": "merchants",
    "checkout-pages": "merchants",
    "fraud-scoring": "risk",
    "sanctions-screening": "risk",
    "disputes-web": "risk",
    "chargeback-intake": "risk",
    "velocity-limits": "risk",
    "edge-proxy": "platform",
    "postgres-main": "platform",
    "message-bus": "platform",
    "object-store": "platform",
    "deploy-runner": "platform",
    "identity-provider": "security",
    "hsm-cluster": "security",
    "secrets-store": "security",
    "audit-pipeline": "security",
    "bastion": "security",
}
"""Every service with the team that owns it."""

MONITORS: Final = {
    "prometheus-eu": SourceKind.ALERTMANAGER,
    "partner-status": SourceKind.GENERIC,
    "legacy-paging": SourceKind.PAGERDUTY,
}
"""The sources of the company; the storm comes through the first."""

RULE_NAME: Final = "by-region"
RULE: Final = AlertRule(
    condition='alert.severity in ["critical", "page"]',
    severity_by_word={"page": 1, "critical": 2},
    group_by=("environment+region", "service", SENDERS_GROUP),
    title="Critical alerts: {{group}}",
)
"""What fails together in a region has one cause, so the company lets it be one incident."""


def team_of(service: str) -> Team:
    """The team that owns a service."""
    return next(team for team in TEAMS if team.name == SERVICES[service])
