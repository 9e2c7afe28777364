"""What triage brings to Tocsin."""

from typing import Final

from tocsin.feature import Feature, Job
from tocsin.features.triage import sentences
from tocsin.features.triage.api import ROUTER as API
from tocsin.features.triage.commands.sweep import sweep
from tocsin.features.triage.web import ROUTER as PAGES

FEATURE: Final = Feature(
    name="triage",
    routers=[API, PAGES],
    jobs=[Job(name="triage.sweep", every_seconds=0.5, run=sweep)],
    sentences={"document": sentences.sentence},
)
