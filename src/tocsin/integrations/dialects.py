"""All that the intake can read, put together: one line for the runtime."""

from typing import Any, Final

import msgspec

from tocsin.features.alerts.port import Delivery, Dialect, Dialects, Translate
from tocsin.features.alerts.terms import SourceKind
from tocsin.foundation.identifiers import new_id
from tocsin.integrations.alertmanager import received, webhook
from tocsin.integrations.generic import translation as generic
from tocsin.integrations.pagerduty import answers
from tocsin.integrations.pagerduty import translation as pagerduty

PROBLEM: Final = "application/problem+json"


def _accepted(delivery: Delivery) -> bytes:
    return msgspec.json.encode({"signals": len(delivery.signals)})


def _problem(reason: str) -> bytes:
    said: dict[str, Any] = {
        "type": "urn:tocsin:problem:bad_signal",
        "title": "Bad signal",
        "status": 400,
        "code": "bad_signal",
        "detail": reason,
    }
    return msgspec.json.encode(said)


def _ours(translate: Translate) -> Dialect:
    return Dialect(
        translate=translate,
        accepted_status=200,
        accepted=_accepted,
        refused=_problem,
        refused_type=PROBLEM,
    )


def _change_accepted(_: Delivery) -> bytes:
    return answers.change_accepted()


EVENTS: Final = Dialect(
    translate=pagerduty.alerting(new_id),
    accepted_status=202,
    accepted=answers.accepted,
    refused=answers.refused,
)
CHANGES: Final = Dialect(
    translate=pagerduty.changing(new_id),
    accepted_status=202,
    accepted=_change_accepted,
    refused=answers.refused,
)

DIALECTS: Final = Dialects(
    posted=received.POSTED,
    by_kind={
        SourceKind.ALERTMANAGER: _ours(webhook.translate),
        SourceKind.GENERIC: _ours(generic.translate),
        SourceKind.PAGERDUTY: EVENTS,
    },
    events=EVENTS,
    changes=CHANGES,
    routing_key=pagerduty.routing_key,
)
