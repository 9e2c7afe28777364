"""What triage brings to Tocsin."""

from typing import Final

from tocsin.feature import Feature, Job
from tocsin.features.triage import sentences
from tocsin.features.triage.commands.sweep import sweep

FEATURE: Final = Feature(
    name="triage",
    doors=["api:ROUTER", "web:ROUTER"],
    jobs=[Job(name="triage.sweep", every_seconds=0.5, run=sweep)],
    sentences={"document": sentences.sentence},
)
