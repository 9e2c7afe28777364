"""What alerts bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature, Job
from tocsin.features.alerts import reactors, sentences
from tocsin.features.alerts.rows import SOURCE

FEATURE: Final = Feature(
    name="alerts",
    aggregates=[SOURCE],
    doors=["api:ROUTER"],
    jobs=[
        Job(name="alerts.fold", every_seconds=1.0, run=reactors.fold),
        Job(name="alerts.expire", every_seconds=1.0, run=reactors.expire),
    ],
    sentences={
        "source": sentences.of_source,
        "alert": sentences.of_alert,
        "signals": sentences.of_signals,
    },
)
