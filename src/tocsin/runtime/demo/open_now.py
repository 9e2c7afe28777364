"""The incidents that are still open when the demonstration begins, each in another phase."""

from datetime import datetime, timedelta

from tocsin.features.incidents.terms import ChangeRole, ImpactFact, NoteKind
from tocsin.runtime.demo import acts, outage, sharing, telling
from tocsin.runtime.demo.courses import NAMED
from tocsin.runtime.demo.story import Pen, Story
from tocsin.runtime.demo.troubles import Cause, Trouble
from tocsin.runtime.demo.wording import COURSES, STATUS_UPDATES


def stories(now: datetime) -> list[Story]:
    """The open incidents, as they stand now."""
    return [
        outage.story(now),
        _settlement_file(now),
        _slow_challenges(now),
        _missing_column(now),
        _unmanaged_device(now),
        _refunds_twice(now),
    ]


def _begun(trouble: Trouble, now: datetime, minutes_ago: float, severity: int, by: str) -> Pen:
    at = now - timedelta(minutes=minutes_ago)
    began = at - timedelta(minutes=6)
    return Pen(Story(trouble=trouble, declared_at=at, by=by, severity=severity, impact_began=began))


def _settlement_file(now: datetime) -> Story:
    """Grave, led, and being looked into."""
    trouble = Trouble(
        "settlement-batch", "Settlement file for acquirer B not delivered", Cause.PARTNER
    )
    pen, course = _begun(trouble, now, 96, 2, "settlement-on-call"), COURSES[Cause.PARTNER]
    commander = "commander-days"
    pen.after(7).write("settlement-on-call", acts.acknowledge())
    pen.after(3).write(commander, acts.appoint(commander))
    update = acts.write(STATUS_UPDATES[0], NoteKind.STATUS_UPDATE)
    pen.after(6).write("communications-lead", update)
    for note in course.notes:
        pen.after(14).write("settlement-second-line", acts.write(note))
    merchants = ImpactFact(name="clients_affected", unit="clients", low=180.0, high=260.0)
    pen.after(9).write("support-lead", acts.state_fact(merchants))
    question = "Send the file by the second channel?"
    pen.after(4).write(commander, acts.decide(question, "Yes, once it is signed again", "Wait"))
    situation = telling.state_situation(
        "The settlement file for acquirer B is late; some 200 merchants are paid a day later.",
        "The partner's drop is full. Ours is whole, signed and waiting.",
        "Sign it again, send it by the second channel, and confirm that it was taken.",
        60,
    )
    pen.after(2).write(commander, situation)
    jobs: sharing.Memory = {}
    sign = sharing.add(jobs, "sign", "Sign the file again", "settlement-second-line", 15)
    pen.after(1).write(commander, sign)
    pen.after(1).write(commander, sharing.add(jobs, "ask", "Ask acquirer B for their cut-off"))
    return pen.story


def _slow_challenges(now: datetime) -> Story:
    """Contained, and being watched."""
    trouble = Trouble("acs-proxy", "3-D Secure challenge page slow on Android", Cause.PARTNER)
    pen = _begun(trouble, now, 310, 3, "payments-on-call")
    pen.after(2).write("payments-on-call", acts.acknowledge())
    pen.after(25).write("payments-second-line", acts.write("Only one browser engine is slow."))
    around = "Challenges of that engine go to the older page."
    pen.after(35).write("payments-second-line", acts.go_around(around))
    pen.after(6).write("payments-on-call", acts.mitigate(around, workaround=True))
    return pen.story


def _missing_column(now: datetime) -> Story:
    """Small, and in hand since yesterday."""
    trouble = Trouble("reporting-api", "Payout report lacks the fee column", Cause.DEPLOY)
    pen = _begun(trouble, now, 1270, 4, "support-lead")
    pen.after(45).write("merchants-on-call", acts.acknowledge())
    cause = telling.mark_change("reporting-api-412", ChangeRole.CAUSE)
    pen.after(60).write("merchants-on-call", cause)
    found = "The column was dropped with the new export library; a fix is in review."
    pen.after(20).write("merchants-on-call", acts.write(found, NoteKind.FINDING))
    return pen.story


def _unmanaged_device(now: datetime) -> Story:
    """Only a few may know."""
    trouble = Trouble(
        "identity-provider", "Privileged session from an unmanaged device", Cause.ATTACK
    )
    pen = _begun(trouble, now, 178, 2, "security-on-call")
    pen.story.named = NAMED
    pen.after(4).write("security-analyst", acts.acknowledge())
    pen.after(5).write("commander-days", acts.appoint("commander-days"))
    pen.after(30).write("security-analyst", acts.write("Session ended; the device is known."))
    why = "The compliance officer was told by telephone."
    aware = acts.state_anchor("awareness", "GDPR", why, minutes_ago=8)
    pen.after(20).write("compliance-officer", aware)
    return pen.story


def _refunds_twice(now: datetime) -> Story:
    """Just reported: nobody has taken it in hand."""
    trouble = Trouble(
        "webhook-fanout", "Refund webhooks delivered twice to three merchants", Cause.DEPLOY
    )
    pen = _begun(trouble, now, 9, 3, "support-lead")
    pen.after(2).write("support-lead", acts.write("Two of them ask whether they must pay back."))
    return pen.story
