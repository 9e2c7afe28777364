"""The grave incident of the demonstration: long, still open, and worked on by many."""

from datetime import datetime, timedelta

from tocsin.runtime.demo import acts, outage_deeds, telling
from tocsin.runtime.demo import outage_words as words
from tocsin.runtime.demo.outage_curve import LASTED, share_at
from tocsin.runtime.demo.outage_deeds import Timed
from tocsin.runtime.demo.outage_papers import CALLS
from tocsin.runtime.demo.outage_words import Said
from tocsin.runtime.demo.story import Pen, Story
from tocsin.runtime.demo.troubles import Cause, Trouble


def story(now: datetime) -> Story:
    """The incident as it stands now, with more than two hundred entries."""
    declared = now - timedelta(minutes=LASTED)
    trouble = Trouble(
        "auth-gateway", "Card authorisations failing for EU merchants", Cause.DATABASE
    )
    told = Story(
        trouble=trouble,
        declared_at=declared,
        by=words.FIRST,
        severity=2,
        impact_began=declared - timedelta(minutes=8),
        template="card-payments",
        answers={"Region": "eu-central", "Share of payments that fail": "about one in seven"},
    )
    pen = Pen(told)
    entries: telling.Memory = {}
    for minute, by, act in (
        *outage_deeds.done_by_all(entries),
        *_said(entries),
        *_measured(),
        *_sent_again(),
    ):
        pen.at = declared + timedelta(minutes=minute)
        pen.write(by, act)
    return told


def _said(entries: telling.Memory) -> list[Timed]:
    calls = [Said(minute, words.SUPPORT, f"Call of {who}: {what}.") for minute, who, what in CALLS]
    spoken = (*words.NIGHT, *words.WORKAROUND, *words.DAY, *calls)
    return [(said.minute, said.by, telling.say(said, entries)) for said in spoken]


def _measured() -> list[Timed]:
    """Every seven minutes somebody writes down how many fail."""
    found: list[Timed] = []
    for minute in range(10, LASTED - 2, 7):
        share, rate = share_at(minute), 3100 + (minute * 37) % 640
        failed = round(rate * share / 100)
        text = f"{share:.1f} % of EU authorisations fail: {failed} of {rate} in the last minute."
        by = words.SECOND if minute < 190 else words.FIRST  # noqa: PLR2004 - when the shift ends
        found.append((minute + 0.5, by, acts.write(text)))
    return found


def _sent_again() -> list[Timed]:
    """What had failed is sent again, in batches, once it is safe to."""
    return [
        (
            218.6 + 9 * number,
            words.SECOND,
            acts.write(
                f"Sent again: batch {number} of 14, 1,200 payments, {1187 - 3 * number} accepted, "
                f"{13 + 3 * number} declined for good reasons."
            ),
        )
        for number in range(1, 13)
    ]
