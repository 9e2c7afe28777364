"""What Tocsin tells a Prometheus about itself. No label names a record, a person or a source's key."""

from typing import Final

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select

from tocsin.features.triage.rows import latency
from tocsin.ledger.due import DUE
from tocsin.ledger.ledger import Ledger

REQUESTS: Final = Counter(
    "tocsin_requests", "Requests answered, the intake's apart.", ["door", "method", "status"]
)
SECONDS: Final = Histogram(
    "tocsin_request_seconds",
    "Time to answer a request.",
    ["door"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
DUE_ROWS: Final = Gauge("tocsin_due", "Calls and timers, by state.", ["state"])
LATE: Final = Gauge("tocsin_due_late_seconds", "How long the oldest waiting one has been due.")
LATENCY: Final = Gauge(
    "tocsin_alert_to_incident_seconds",
    "From the first signal to the incident that a rule opened, over the last day.",
    ["quantile"],
)
WRITERS: Final = Gauge("tocsin_writers_waiting", "Who waits for a turn to write in this process.")


def exposed(ledger: Ledger) -> bytes:
    """The metrics as text, with what is counted in the database counted now."""
    with ledger.read() as rows:
        counted = rows.execute(select(DUE.c.state, func.count()).group_by(DUE.c.state)).all()
        waiting = DUE.c.state == "waiting"
        oldest = rows.scalar(select(DUE.c.due_at).where(waiting).order_by(DUE.c.due_at).limit(1))
        measured = latency(rows, ledger.clock())
    LATENCY.clear()
    if measured is not None:
        LATENCY.labels("0.5").set(measured.p50_seconds)
        LATENCY.labels("0.95").set(measured.p95_seconds)
    DUE_ROWS.clear()
    for state, count in counted:
        DUE_ROWS.labels(state).set(count)
    late = 0.0 if oldest is None else (ledger.clock() - oldest).total_seconds()
    LATE.set(max(0.0, late))
    WRITERS.set(ledger.database.waiting_writers)
    return generate_latest(REGISTRY)
