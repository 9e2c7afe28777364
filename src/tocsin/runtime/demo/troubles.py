"""What goes wrong at the made-up company: titles by service, each with its cause. Data only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Cause(StrEnum):
    """Why something broke."""

    DEPLOY = "deploy"
    CAPACITY = "capacity"
    PARTNER = "partner"
    SETTING = "setting"
    DATABASE = "database"
    CERTIFICATE = "certificate"
    NETWORK = "network"
    ATTACK = "attack"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One way in which a service fails, and how often it does, compared to the others."""

    service: str
    title: str
    cause: Cause
    weight: int = 2


_: Final = Cause

TROUBLES: Final = (
    Trouble("auth-gateway", "Card authorisations failing for EU merchants", _.DATABASE, 4),
    Trouble("auth-gateway", "Authorisations slower than two seconds", _.CAPACITY, 4),
    Trouble("auth-gateway", "One in twenty authorisations answered with a time-out", _.DEPLOY, 3),
    Trouble("card-switch", "Scheme connection flapping in Frankfurt", _.NETWORK, 3),
    Trouble("card-switch", "Declines doubled for one issuer", _.PARTNER, 3),
    Trouble("token-vault", "Card tokens cannot be read in one zone", _.CAPACITY),
    Trouble("token-vault", "Token look-ups slow after key rotation", _.SETTING),
    Trouble("acs-proxy", "3-D Secure challenge page slow on Android", _.PARTNER, 3),
    Trouble("acs-proxy", "3-D Secure challenges rejected: certificate chain", _.CERTIFICATE),
    Trouble("webhook-fanout", "Payment webhooks delayed by twenty minutes", _.CAPACITY, 4),
    Trouble("webhook-fanout", "Refund webhooks delivered twice to some merchants", _.DEPLOY, 2),
    Trouble("settlement-batch", "Settlement file for acquirer B not delivered", _.PARTNER, 4),
    Trouble("settlement-batch", "Nightly settlement runs two hours late", _.DATABASE, 4),
    Trouble("payout-engine", "Payouts to Dutch merchants held back", _.SETTING, 2),
    Trouble("payout-engine", "Payouts queue does not drain", _.DEPLOY, 3),
    Trouble("ledger-core", "Postings wait for locks", _.DATABASE, 3),
    Trouble("ledger-core", "Balances of some accounts a few minutes behind", _.CAPACITY, 2),
    Trouble("fx-rates", "Exchange rates older than fifteen minutes", _.PARTNER, 3),
    Trouble("fx-rates", "Rates for SEK published with a wrong decimal", _.DEPLOY, 1),
    Trouble("reconciliation", "Reconciliation reports unmatched items of acquirer A", _.PARTNER, 3),
    Trouble("reconciliation", "Morning reconciliation has not finished", _.DATABASE, 3),
    Trouble("merchant-portal", "Merchants cannot sign in to the portal", _.DEPLOY, 3),
    Trouble("merchant-portal", "Portal shows yesterday's figures", _.CAPACITY, 2),
    Trouble("onboarding-api", "New merchants stuck at identity check", _.PARTNER, 3),
    Trouble("onboarding-api", "Onboarding refuses Polish company numbers", _.DEPLOY, 2),
    Trouble("kyc-bridge", "KYC vendor callbacks delayed", _.PARTNER, 4),
    Trouble("kyc-bridge", "Identity documents rejected as unreadable", _.SETTING, 1),
    Trouble("reporting-api", "Payout report lacks the fee column", _.DEPLOY, 2),
    Trouble("reporting-api", "Reports take longer than a minute", _.DATABASE, 2),
    Trouble("checkout-pages", "Checkout page blank in one browser version", _.DEPLOY, 2),
    Trouble("checkout-pages", "Wallet button missing for Irish shops", _.SETTING, 1),
    Trouble("fraud-scoring", "Scoring falls back to static rules", _.CAPACITY, 3),
    Trouble("fraud-scoring", "New model blocks regular travellers", _.DEPLOY, 2),
    Trouble("sanctions-screening", "Screening list not refreshed overnight", _.PARTNER, 3),
    Trouble("sanctions-screening", "Screening queue longer than an hour", _.CAPACITY, 2),
    Trouble("disputes-web", "Evidence upload rejects files over 8 MB", _.SETTING, 2),
    Trouble("chargeback-intake", "Chargeback file of scheme cannot be read", _.PARTNER, 2),
    Trouble("velocity-limits", "Limits count refunds as purchases", _.DEPLOY, 1),
    Trouble("velocity-limits", "Limit counters lost after failover", _.NETWORK, 1),
    Trouble("edge-proxy", "Packet loss towards the eastern region", _.NETWORK, 3),
    Trouble("edge-proxy", "Public certificate about to expire", _.CERTIFICATE, 2),
    Trouble("edge-proxy", "Flood of requests from one network", _.ATTACK, 2),
    Trouble("postgres-main", "Replica lag above five minutes", _.DATABASE, 4),
    Trouble("postgres-main", "Connections exhausted on the primary", _.CAPACITY, 3),
    Trouble("message-bus", "Partition without a leader", _.NETWORK, 2),
    Trouble("message-bus", "Consumers rebalance without end", _.DEPLOY, 2),
    Trouble("object-store", "Uploads fail with slow-down answers", _.CAPACITY, 2),
    Trouble("deploy-runner", "Deployments wait for a free runner", _.CAPACITY, 2),
    Trouble("identity-provider", "Staff cannot sign in with security keys", _.SETTING, 2),
    Trouble("hsm-cluster", "One of three security modules offline", _.NETWORK, 2),
    Trouble("secrets-store", "Secrets lease renewals refused", _.CERTIFICATE, 2),
    Trouble("audit-pipeline", "Audit events arrive an hour late", _.CAPACITY, 2),
)

SECRETIVE: Final = (
    Trouble("identity-provider", "Privileged session from an unmanaged device", _.ATTACK),
    Trouble("bastion", "Password spraying against the bastion", _.ATTACK),
    Trouble("merchant-portal", "Merchant saw another merchant's export", _.DEPLOY),
    Trouble("token-vault", "Access to card tokens outside of change window", _.SETTING),
    Trouble("audit-pipeline", "Contractor account still active after leaving", _.SETTING),
)
"""What only the named may see."""

DRILLS: Final = (
    Trouble("postgres-main", "Drill: fail over the main database", _.DATABASE),
    Trouble("edge-proxy", "Drill: lose the Frankfurt region", _.NETWORK),
    Trouble("hsm-cluster", "Drill: restore keys from the safe", _.SETTING),
    Trouble("merchant-portal", "Drill: ransom note on the portal", _.ATTACK),
    Trouble("settlement-batch", "Drill: settle by hand", _.PARTNER),
)
