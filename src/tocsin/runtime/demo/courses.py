"""How incidents go at the made-up company: one story from declaration to closure, by seeded chance."""

from datetime import datetime, timedelta
from typing import Final

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.terms import Mode, NoteKind
from tocsin.runtime.demo import acts, turns
from tocsin.runtime.demo.organisation import TEAMS, team_of
from tocsin.runtime.demo.story import Chance, Pen, Story
from tocsin.runtime.demo.troubles import Trouble
from tocsin.runtime.demo.wording import COURSES, FALSE_ALARMS

NAMED: Final = ("security-on-call", "security-analyst", "compliance-officer", "commander-days")
"""Who sees what is restricted; the administrator of the demonstration does as well."""

SECURITY: Final = next(team for team in TEAMS if team.name == "security")


def begun(trouble: Trouble, at: datetime, severity: int, chance: Chance) -> Pen:
    """A story with its declaration, by whoever is called first."""
    team = team_of(trouble.service)
    unnoticed = chance.minutes(team.minutes_to_acknowledge * 1.5)
    reporter = team.first_line if chance.happens(0.75) else "support-lead"
    began = at - timedelta(minutes=unnoticed)
    return Pen(
        Story(trouble=trouble, declared_at=at, by=reporter, severity=severity, impact_began=began)
    )


def told(trouble: Trouble, at: datetime, severity: int, chance: Chance) -> Story:
    """The usual story: taken in hand, understood, contained, over, closed."""
    pen, course = begun(trouble, at, severity, chance), COURSES[trouble.cause]
    team = team_of(trouble.service)
    turns.take_in_hand(pen, team, chance)
    if severity <= turns.GRAVE:
        turns.lead(pen, team)
    turns.look_into(pen, team, course, chance)
    turns.contain(pen, team, course, chance)
    if severity <= turns.GRAVE:
        turns.count(pen, team, chance)
    turns.end(pen, team, course, chance)
    if chance.happens(0.07):
        turns.come_back(pen, team, course, chance)
    turns.close(pen, team, Actionability.REAL, course.finding, chance)
    return pen.story


def false_alarm(trouble: Trouble, at: datetime, chance: Chance) -> Story:
    """Somebody is called for nothing."""
    pen, team = begun(trouble, at, 3, chance), team_of(trouble.service)
    why = chance.one_of(FALSE_ALARMS)
    turns.take_in_hand(pen, team, chance)
    pen.after(chance.minutes(12)).write(team.first_line, acts.write(why, NoteKind.FINDING))
    pen.after(2).write(team.first_line, acts.resolve("There was nothing to repair."))
    turns.close(pen, team, Actionability.FALSE_POSITIVE, why, chance)
    return pen.story


def drill(trouble: Trouble, at: datetime, chance: Chance) -> Story:
    """An exercise, led by the day's commander."""
    pen, team = begun(trouble, at, 2, chance), team_of(trouble.service)
    course = COURSES[trouble.cause]
    pen.story.mode, pen.story.by = Mode.DRILL, "commander-days"
    pen.after(chance.minutes(3)).write(team.first_line, acts.acknowledge())
    pen.after(1).write("commander-days", acts.appoint("commander-days"))
    pen.after(20).write(team.second_line, acts.follow_runbook(course.runbook, helped=True))
    pen.after(15).write(team.first_line, acts.mitigate(course.mitigation))
    pen.after(20).write("commander-days", acts.resolve("The exercise is over."))
    turns.close(pen, team, Actionability.DRILL, "As planned for this quarter.", chance)
    return pen.story


def kept_among_few(trouble: Trouble, at: datetime, chance: Chance) -> Story:
    """An incident that only the named may see, from its declaration on."""
    pen, course = begun(trouble, at, 2, chance), COURSES[trouble.cause]
    pen.story.by, pen.story.named = "security-on-call", NAMED
    pen.after(chance.minutes(4)).write("security-analyst", acts.acknowledge())
    pen.after(2).write("commander-days", acts.appoint("commander-days"))
    for note in course.notes:
        pen.after(chance.minutes(20)).write("security-analyst", acts.write(note))
    why = "The compliance officer was told and confirmed that personal data may be concerned."
    anchor = acts.state_anchor("awareness", "GDPR", why, minutes_ago=5)
    pen.after(chance.minutes(30)).write("compliance-officer", anchor)
    pen.after(40).write("security-analyst", acts.write(course.finding, NoteKind.FINDING))
    pen.after(15).write("security-on-call", acts.mitigate(course.mitigation))
    pen.after(chance.minutes(240)).write("security-on-call", acts.resolve(course.resolution))
    question = "Is this to be reported?"
    pen.after(60).write("compliance-officer", acts.decide(question, "No: no data was seen", "Yes"))
    turns.close(pen, SECURITY, Actionability.REAL, None, chance)
    return pen.story
