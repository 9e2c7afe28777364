"""What an incident is, as sections of its paper: facts, life, people, harm, tasks, changes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import chain

from tocsin.features.incidents.rules.clocks import ClockOf, next_clock
from tocsin.features.incidents.sentences import amount
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import RoleName
from tocsin.features.paper.rules.plain import label, line, moment, name_of, words
from tocsin.features.paper.terms import Fact, Section, table

PERSON, INSTANT = 3, 4
"""Shares of the width that a name and an instant take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An incident, who is called what, the zone of whoever reads, and the moment."""

    incident: Incident
    called: Mapping[str, str]
    alike: Mapping[str, tuple[str, str]]
    zone: tzinfo
    now: datetime

    def who(self, id_: str | None) -> str:
        """A name, or that there is nobody."""
        return name_of(id_, self.called) if id_ else "nobody"

    def at(self, instant: datetime | None, otherwise: str = "") -> str:
        """An instant as this reader reads it."""
        return moment(instant, self.zone) if instant else otherwise


def sections(known: Known) -> tuple[Section, ...]:
    """The sections that the state of an incident fills, in order."""
    parts = (_facts, _situation, _instants, _anchors, _roles, _impact, _figures, _tasks, _changes)
    return tuple(part(known) for part in parts)


def _facts(known: Known) -> Section:
    it = known.incident
    named = [known.who(one) for one in sorted(it.restricted_to or ())]
    facts: list[Fact] = [
        ("Severity", f"Sev-{it.severity}"),
        ("State", label(it.phase)),
        ("Sort", label(it.mode)),
        ("Service", line(it.service or "not stated")),
        ("Team", line(it.team or "not stated")),
        ("Declared by", known.who(it.declared_by)),
        ("Incident commander", known.who(it.commander)),
        ("Reopened", f"{it.reopened} times" if it.reopened != 1 else "once"),
        ("Alerts", str(len(it.alerts))),
        ("Visible to", "everybody who may see incidents" if not named else ", ".join(named)),
    ]
    facts += [("By rule", line(it.rule))] if it.rule else []
    facts += [("Judged", label(it.actionability))] if it.actionability else []
    facts += [("Tags", ", ".join(words(tag.name) for tag in it.tags))] if it.tags else []
    alike = "; ".join(line(f"{name} {title}") for name, title in sorted(known.alike.values()))
    return Section(
        heading="Facts", facts=(*facts, *([("Perhaps the same as", alike)] if alike else []))
    )


def _situation(known: Known) -> Section:
    said = known.incident.situation
    if said is None:
        return Section(heading="Situation", remarks=("Nobody has stated it.",))
    parts = {
        "What is happening": words(said.happening),
        "What we believe": words(said.belief),
        "What happens next": words(said.next_steps),
        "Next update at": known.at(said.next_update_at),
        "Stated by": f"{known.who(said.by)}, {known.at(said.at)}",
    }
    return Section(
        heading="Situation", facts=tuple((name, part) for name, part in parts.items() if part)
    )


def _instants(known: Known) -> Section:
    it = known.incident
    first = min((period.began for period in it.impacts), default=None)
    ended = [period.ended for period in it.impacts if period.ended is not None]
    last = max(ended) if it.impacts and len(ended) == len(it.impacts) else None
    return Section(
        heading="Instants",
        facts=(
            ("Harm began", known.at(first, "not stated")),
            ("Declared", known.at(it.declared_at)),
            ("Acknowledged", _by(known, it.acknowledged_at, it.acknowledged_by)),
            ("Mitigated", known.at(it.mitigated_at, "not yet")),
            ("Harm ended", known.at(last, "not yet")),
            ("Resolved", known.at(it.resolved_at, "not yet")),
            ("Closed", known.at(it.closed_at, "not yet")),
            *_clock(known),
        ),
    )


def _clock(known: Known) -> tuple[Fact, ...]:
    """What runs out next, where something does."""
    clock = next_clock(known.incident)
    if clock is None:
        return ()
    what = "an update was promised" if clock.of is ClockOf.UPDATE else "a task is due"
    over = ", and it is over" if clock.at < known.now else ""
    return (("Runs out next", f"{known.at(clock.at)}: {what}{over}"),)


def _by(known: Known, instant: datetime | None, who: str | None) -> str:
    return f"{known.at(instant)}, by {known.who(who)}" if instant else "not yet"


def _anchors(known: Known) -> Section:
    rows = [
        (label(one.anchor), line(one.regime or "any"), known.at(one.instant), known.who(one.by))
        for one in known.incident.anchors
    ]
    columns = (("Anchor", 3), ("Regime", 2), ("Instant", INSTANT), ("Stated by", PERSON))
    return table("Anchors: the instants that regimes count from", columns, rows)


def _roles(known: Known) -> Section:
    it = known.incident
    since = {held.role: held.since for held in it.holders}
    since |= {RoleName.COMMANDER: it.commander_since} if it.commander_since else {}
    held = [
        (label(role), known.who(holder), f"since {known.at(since.get(role), 'the beginning')}")
        for role in RoleName
        if (holder := it.holder_of(role))
    ]
    asked = [
        (label(one.role), known.who(one.person), f"asked {known.at(one.at)} by {known.who(one.by)}")
        for one in it.offers
    ]
    worked = [
        ("Responder", known.who(one.person), _span(known, one.since, one.stood_down_at))
        for one in it.responders
    ]
    columns = (("Role", 2), ("Who", PERSON), ("When", 5))
    return table("Roles", columns, [*held, *asked, *worked])


def _span(known: Known, began: datetime, ended: datetime | None) -> str:
    return f"{known.at(began)} to {known.at(ended, 'now')}"


def _impact(known: Known) -> Section:
    rows = [
        (
            label(one.degree) + (", planned" if one.planned else ""),
            line(" ".join(part for part in (one.service, one.region) if part)),
            _span(known, one.began, one.ended),
            label(one.basis),
        )
        for one in known.incident.impacts
    ]
    columns = (("Harm", 2), ("Of what", 2), ("From, to", 5), ("Basis", 2))
    return table("Impact: periods of harm", columns, rows)


def _figures(known: Known) -> Section:
    rows = [
        (label(one.fact.name), line(amount(one.fact)), known.at(one.at), line(one.source))
        for one in known.incident.facts
    ]
    columns = (("Figure", 3), ("Amount", 3), ("As of", INSTANT), ("Source", 3))
    return table("Impact: figures", columns, rows)


def _tasks(known: Known) -> Section:
    it = known.incident
    settled = [task for task in it.tasks if not task.is_open]
    rows = [
        (
            words(task.title),
            known.who(task.owner),
            known.at(task.due, "no time"),
            label(task.state) + (f", {known.at(task.settled_at)}" if task.settled_at else ""),
        )
        for task in chain(it.open_tasks, settled)
    ]
    columns = (("Task", 5), ("Whose", PERSON), ("Due", PERSON), ("State", INSTANT))
    return table("Tasks", columns, rows)


def _changes(known: Known) -> Section:
    rows = [
        (line(one.change), label(one.role), known.at(one.at), known.who(one.by))
        for one in known.incident.changes
    ]
    columns = (("Change", 5), ("Part", 2), ("Marked", INSTANT), ("By", PERSON))
    return table("Changes", columns, rows)
