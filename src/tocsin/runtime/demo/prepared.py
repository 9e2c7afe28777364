"""What the company has prepared: templates with runbooks, and lists kept under a name. Data only."""

from typing import Final

from tocsin.features.incidents.commands import ViewWish
from tocsin.features.incidents.terms import ViewAudience
from tocsin.features.playbooks.terms import Runbook, Template

AT: Final = "https://runbooks.example.com"


def _runbook(name: str, place: str) -> Runbook:
    return Runbook(name=name, url=f"{AT}/{place}")


TEMPLATES: Final = {
    "card-payments": Template(
        services=("auth-gateway", "card-switch", "token-vault", "acs-proxy"),
        team="payments",
        first_tasks="Send three canary payments\nAsk the merchant desk who is hit",
        runbooks=(
            _runbook("Authorisations fail", "authorisations-fail"),
            _runbook("Let small payments through by stand-in", "stand-in"),
            _runbook("Switch to the second acquirer", "second-acquirer"),
        ),
        asks=("Region", "Share of payments that fail"),
    ),
    "settlement-late": Template(
        services=("settlement-batch", "payout-engine"),
        severity=2,
        team="settlement",
        first_tasks="Find the last file that was taken\nCall the acquirer's desk",
        runbooks=(
            _runbook("A settlement file is late", "settlement-late"),
            _runbook("Settle by hand", "settle-by-hand"),
        ),
        asks=("Which acquirer", "Cut-off today"),
    ),
    "database": Template(
        services=("postgres-main", "ledger-core", "reconciliation"),
        title="Database: {title}",
        team="platform",
        first_tasks="Look for long transactions\nLook at the replicas' lag",
        runbooks=(
            _runbook("Locks and long transactions", "database-locks"),
            _runbook("Fail over the main database", "fail-over"),
        ),
    ),
    "partner-away": Template(
        services=("kyc-bridge", "fx-rates", "sanctions-screening"),
        severity=3,
        first_tasks="Read the partner's status page\nSpread out retries",
        runbooks=(_runbook("A partner is away", "partner-is-away"),),
        asks=("Which partner", "Their ticket"),
    ),
    "edge": Template(
        services=("edge-proxy", "checkout-pages"),
        team="platform",
        runbooks=(
            _runbook("Drain a zone", "drain-a-zone"),
            _runbook("Renew a certificate", "renew-a-certificate"),
            _runbook("Hostile traffic", "hostile-traffic"),
        ),
    ),
    "suspicious-access": Template(
        services=("identity-provider", "bastion", "secrets-store"),
        severity=2,
        team="security",
        first_tasks="Restrict the incident\nEnd the session in question\nTell the compliance officer",
        runbooks=(_runbook("Suspicious access", "suspicious-access"),),
        asks=("Account", "Seen by"),
    ),
}
"""Templates by name."""

_Wish: Final = ViewWish
VIEWS: Final = (
    ("administrator", _Wish(name="Grave", query="severity=1&group=service")),
    ("administrator", _Wish(name="Without a commander", query="commander=none")),
    (
        "platform-on-call",
        _Wish(
            name="Platform, last 30 days",
            query="view=over&team=platform&since=30d",
            audience=ViewAudience.TEAM,
            team="platform",
        ),
    ),
    (
        "payments-on-call",
        _Wish(
            name="Payments, open",
            query="team=payments",
            audience=ViewAudience.TEAM,
            team="payments",
        ),
    ),
    (
        "commander-days",
        _Wish(
            name="For the morning round",
            query="group=team&density=compact",
            audience=ViewAudience.EVERYBODY,
        ),
    ),
)
"""Who keeps which list, and for whom."""
