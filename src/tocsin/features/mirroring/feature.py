"""What mirroring brings to Tocsin. Its job needs a way to the outside, which the runtime gives."""

from dataclasses import replace
from typing import Final

from tocsin.feature import Feature, Job, Purpose
from tocsin.features.mirroring import rows, sentences
from tocsin.features.mirroring.commands import answers
from tocsin.features.mirroring.commands.asking import LIFT, SILENCE
from tocsin.features.mirroring.commands.foreseeing import foresee
from tocsin.features.mirroring.commands.settling import settle
from tocsin.features.mirroring.commands.watching import Fetch, watch
from tocsin.features.mirroring.reactors import REACTOR, SETTLE, may_lift, may_silence

EVERY_SECONDS: Final = 10.0
"""So often each peer is asked for its silences."""

FEATURE: Final = Feature(
    name="mirroring",
    aggregates=[rows.MIRRORING, rows.PEER_SILENCE],
    reactors=[REACTOR],
    purposes=[
        Purpose(name=SILENCE, may_be_said=may_silence, told=answers.silenced),
        Purpose(name=LIFT, may_be_said=may_lift, told=answers.lifted),
    ],
    timers={SETTLE: settle},
    foresees=foresee,
    sentences={
        "mirroring": sentences.sentence,
        "peer_silence": sentences.peer_sentence,
        "peer": sentences.recovery_sentence,
    },
)


def feature(fetch: Fetch) -> Feature:
    """The feature with its job, which reads what peers say through `fetch`."""
    job = Job(
        name="mirroring.watch",
        every_seconds=EVERY_SECONDS,
        run=lambda ledger: watch(ledger, fetch),
    )
    return replace(FEATURE, jobs=[job])
