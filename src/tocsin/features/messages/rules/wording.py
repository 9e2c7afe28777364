"""How a mail to a person reads. Pure.

Of a restricted incident a mail says only that there is something, and where: mail servers are not among
those who were named to it. `TEMPLATE` and `VERSION` name this wording in the record; whoever changes it
raises the version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, assert_never

from tocsin.features.incidents.state import Incident
from tocsin.features.messages.terms import Concern
from tocsin.foundation.phrase import phrase
from tocsin.ledger.sentence import At, Link, Part, Person, Plain, Said, Sentence, Value
from tocsin.ledger.words import shown
from tocsin.web.times import full_time

TEMPLATE: Final = "message to a person"
VERSION: Final = 1
SUBJECT_LENGTH: Final = 180
MOST_SAID: Final = 2000
"""So many signs of what happened stand in a mail; the rest is behind the link."""

WHY: Final = {
    Concern.MENTIONED: phrase("you are mentioned"),
    Concern.ASKED: phrase("you are asked for"),
    Concern.TASK: phrase("a task is yours"),
    Concern.FOLLOWED: phrase("you follow it"),
    Concern.TEAM: phrase("it is your team's"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing a person is told: the incident as it is, and what happened as a sentence."""

    concern: Concern
    incident: Incident
    at: datetime
    said: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How somebody reads a mail: their zone, what people are called, and where Tocsin is.

    `off` is the address that turns off what the mail is for.
    """

    zone: tzinfo
    called: Mapping[str, str]
    address: str
    off: str


def subject(told: Sequence[Told]) -> str:
    """One line: what happened, or how much."""
    if len(told) > 1:
        references = list(dict.fromkeys(one.incident.reference for one in told))
        more = f" and {len(references) - 1} more" if len(references) > 1 else ""
        return f"{len(told)} things happened: {references[0]}{more}"
    [one] = told
    line = f"{one.incident.reference} Sev-{one.incident.severity} {WHY[one.concern]}"
    title = "" if _is_closed(one) else f": {shown(one.incident.title)}"
    return " ".join(f"{line}{title}".split())[:SUBJECT_LENGTH]


def text(told: Sequence[Told], reading: Reading) -> str:
    """The text: each incident once, with what happened in it, oldest first."""
    lines: list[str] = []
    for reference in dict.fromkeys(one.incident.reference for one in told):
        its = [one for one in told if one.incident.reference == reference]
        lines += _of_one(its, reading)
    concerns = dict.fromkeys(one.concern for one in told)
    because = ", ".join(WHY[concern] for concern in concerns)
    return "\n".join(
        [
            *lines,
            "-- ",
            f"You get this because {because}.",
            f"Choose what reaches you: {reading.address}/account/messages",
            f"No more of this: {reading.off}",
            "",
        ]
    )


def _of_one(told: Sequence[Told], reading: Reading) -> list[str]:
    incident, link = told[0].incident, f"{reading.address}/incidents/{told[0].incident.reference}"
    if _is_closed(told[0]):
        head = f"{incident.reference}: a restricted incident. What happened stands behind the link."
        return [head, *(f"- {WHY[one.concern].capitalize()}." for one in told), "", link, ""]
    standing = f"Sev-{incident.severity}. It is {incident.phase.value}."
    happened = [f"{full_time(one.at, reading.zone)}: {_line(one.said, reading)}" for one in told]
    title = " ".join(shown(incident.title).split())
    return [f"{incident.reference}: {title}", standing, "", *happened, "", link, ""]


def _is_closed(told: Told) -> bool:
    return told.incident.restricted_to is not None


def _line(said: Sentence, reading: Reading) -> str:
    whole = "".join(_part(part, reading) for part in said)
    return whole if len(whole) <= MOST_SAID else f"{whole[:MOST_SAID]} …"


def _part(part: Part, reading: Reading) -> str:
    match part:
        case Plain(text=plain) | Value(text=plain):
            return plain
        case Said(words=words):
            return shown(words)
        case Person(id=id_):
            return reading.called.get(id_) or ("Tocsin" if id_ == "tocsin" else id_)
        case At(instant=instant):
            return full_time(instant, reading.zone)
        case Link(id=id_):
            return id_
        case _:
            assert_never(part)
