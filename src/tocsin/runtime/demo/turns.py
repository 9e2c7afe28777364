"""The turns that a story takes, from being taken in hand to being closed, by seeded chance."""

from datetime import datetime, timedelta
from typing import Final

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.terms import Basis, ChangeRole, ImpactFact, NoteKind
from tocsin.runtime.demo import acts, telling
from tocsin.runtime.demo.organisation import Team
from tocsin.runtime.demo.story import Chance, Pen
from tocsin.runtime.demo.wording import REOPENINGS, SEVERITY_REASONS, STATUS_UPDATES, Course

DAY: Final = range(6, 19)
"""The hours (UTC) that the commander of the day leads in."""

GRAVE: Final = 2
"""Sev-1 and Sev-2 get a commander, status updates and figures."""


def commander_at(instant: datetime) -> str:
    """Who leads at this hour."""
    return "commander-days" if instant.hour in DAY else "commander-nights"


def take_in_hand(pen: Pen, team: Team, chance: Chance) -> None:
    """Whoever is called first takes it in hand, later by night."""
    by_night = 1.0 if pen.at.hour in DAY else 2.3
    minutes = chance.minutes(team.minutes_to_acknowledge * by_night)
    pen.after(minutes).write(team.first_line, acts.acknowledge())


def lead(pen: Pen, team: Team) -> None:
    """A commander leads, and the public is told."""
    commander = commander_at(pen.at)
    pen.after(2).write(commander, acts.appoint(commander))
    pen.after(4).write("communications-lead", acts.write(STATUS_UPDATES[0], NoteKind.STATUS_UPDATE))
    pen.after(1).write(team.second_line, acts.write("Joined. Looking at the dashboards."))


def look_into(pen: Pen, team: Team, course: Course, chance: Chance) -> None:
    """They look for the cause, and may find it."""
    pen.after(chance.minutes(5)).write(team.first_line, acts.write(chance.one_of(course.notes)))
    if chance.happens(0.12):
        new = 2 if pen.story.severity != GRAVE else chance.one_of((1, 3))
        change = acts.change_severity(new, SEVERITY_REASONS[new])
        pen.after(chance.minutes(6)).write(commander_at(pen.at), change)
    if chance.happens(0.35):
        tried = acts.follow_runbook(course.runbook, helped=chance.happens(0.7))
        pen.after(chance.minutes(8)).write(team.first_line, tried)
    if chance.happens(0.6):
        found = acts.write(course.finding, NoteKind.FINDING)
        pen.after(chance.minutes(10)).write(team.second_line, found)
    if course.change is not None and chance.happens(0.5):
        named = f"{pen.story.trouble.service}-{course.change}-{pen.at:%Y-%m-%d}"
        cause = telling.mark_change(named, ChangeRole.CAUSE)
        pen.after(1).write(team.second_line, cause)


def contain(pen: Pen, team: Team, course: Course, chance: Chance) -> None:
    """They contain the harm, by decision where it is grave."""
    if pen.story.severity <= GRAVE:
        commander = commander_at(pen.at)
        question = "Contain now, or wait until the cause is known?"
        decision = acts.decide(question, "Contain now", "Wait for the cause")
        pen.after(3).write(commander, decision)
        update = acts.write(STATUS_UPDATES[1], NoteKind.STATUS_UPDATE)
        pen.after(2).write("communications-lead", update)
    is_around = chance.happens(0.15)
    if is_around:
        around = acts.go_around("Traffic goes to the second region by hand.")
        pen.after(chance.minutes(5)).write(team.first_line, around)
    contained = acts.mitigate(course.mitigation, workaround=is_around)
    pen.after(chance.minutes(team.minutes_to_mitigate)).write(team.first_line, contained)


def count(pen: Pen, team: Team, chance: Chance) -> None:
    """The figures that severity and reports rest on."""
    story = pen.story
    lasted = (pen.at - story.impact_began).total_seconds() / 60
    outage = acts.state_outage(story.trouble.service, from_minutes_ago=lasted, minutes=lasted)
    pen.write(team.second_line, outage)
    clients = chance.random.randrange(40, 4000, 10)
    fact = ImpactFact(name="clients_affected", unit="clients", value=float(clients))
    pen.after(4).write("support-lead", acts.state_fact(fact))
    failed, whole = chance.random.randrange(900, 60_000), chance.random.randrange(90_000, 900_000)
    share = ImpactFact(
        name="transactions_affected_pct_number",
        unit="percent",
        value=round(100 * failed / whole, 2),
        numerator=float(failed),
        denominator=float(whole),
        service=story.trouble.service,
        region=acts.REGION,
        is_estimate=False,
    )
    pen.after(3).write(team.second_line, acts.state_fact(share, basis=Basis.MEASURED))
    if story.severity == 1:
        _classify(pen, chance)


def _classify(pen: Pen, chance: Chance) -> None:
    cost = ImpactFact(
        name="gross_cost_eur",
        unit="EUR",
        low=float(chance.random.randrange(10_000, 80_000, 1000)),
        high=float(chance.random.randrange(90_000, 400_000, 1000)),
        currency="EUR",
        money_kind="direct",
    )
    pen.after(5).write("compliance-officer", acts.state_fact(cost))
    why = "The compliance officer was told on the bridge."
    aware = acts.state_anchor("awareness", "DORA", why, minutes_ago=20)
    pen.after(2).write("compliance-officer", aware)
    why = "Clients affected and duration are above the thresholds."
    classified = acts.state_anchor("classification", "DORA", why, minutes_ago=0)
    pen.after(4).write("compliance-officer", classified)


def end(pen: Pen, team: Team, course: Course, chance: Chance) -> None:
    """The harm is over."""
    if pen.story.severity <= GRAVE:
        update = acts.write(STATUS_UPDATES[2], NoteKind.STATUS_UPDATE)
        pen.after(3).write("communications-lead", update)
    ended = chance.minutes(4, 0.2) if chance.happens(0.4) else None
    over = acts.resolve(course.resolution, ended_minutes_ago=ended)
    pen.after(15 + chance.minutes(25)).write(team.first_line, over)


def come_back(pen: Pen, team: Team, course: Course, chance: Chance) -> None:
    """The harm comes back, and is dealt with once more."""
    pen.after(chance.minutes(150))
    pen.write(team.first_line, acts.reopen(chance.one_of(REOPENINGS)))
    pen.after(chance.minutes(20)).write(team.second_line, acts.mitigate(course.mitigation))
    pen.after(chance.minutes(60)).write(team.second_line, acts.resolve(course.resolution))


def close(pen: Pen, team: Team, found: Actionability, evidence: str | None, chance: Chance) -> None:
    """One to five days later, in the morning."""
    days = chance.random.randrange(1, 6)
    morning = (pen.at + timedelta(days=days)).replace(hour=8, minute=0)
    pen.at = morning + timedelta(minutes=chance.minutes(50))
    pen.write(team.second_line, acts.close(found, evidence))
