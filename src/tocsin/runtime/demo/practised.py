"""A training that was held, and an incident that was recorded only when it was over."""

from datetime import datetime, timedelta

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.commands import Ending
from tocsin.features.incidents.terms import ChangeRole, Mode, NoteKind, RoleName
from tocsin.runtime.demo import acts, sharing, telling
from tocsin.runtime.demo.outage_words import Said
from tocsin.runtime.demo.story import Pen, Story
from tocsin.runtime.demo.troubles import Cause, Trouble


def stories(now: datetime) -> list[Story]:
    """Both."""
    return [_training(now), _in_retrospect(now)]


def _training(now: datetime) -> Story:
    """Newcomers practise with the day's commander: nothing of it is real."""
    trouble = Trouble("auth-gateway", "Training: half of the cards are refused", Cause.SETTING)
    at = (now - timedelta(days=9)).replace(hour=9, minute=0)
    pen = Pen(
        Story(
            trouble=trouble,
            declared_at=at,
            by="commander-days",
            severity=2,
            impact_began=at,
            mode=Mode.TRAINING,
            template="card-payments",
        )
    )
    jobs: sharing.Memory = {}
    entries: telling.Memory = {}
    commander = RoleName.COMMANDER
    pen.after(4).write("merchants-on-call", acts.acknowledge())
    pen.after(2).write("merchants-on-call", sharing.take(commander))
    pen.after(5).write(
        "fraud-analyst", sharing.add(jobs, "look", "Find out which cards", "fraud-analyst")
    )
    said = Said(
        11, "fraud-analyst", "Only cards of one issuer. @Merchants on-call, you lead: what now?"
    )
    pen.after(6).write("fraud-analyst", telling.say(said, entries))
    pen.after(3).write("fraud-analyst", sharing.settle(jobs, "look"))
    pen.after(8).write("merchants-on-call", sharing.offer(commander, "fraud-analyst", "Your turn."))
    pen.after(2).write("fraud-analyst", sharing.accept(commander))
    pen.after(12).write("fraud-analyst", acts.mitigate("Told the issuer; their setting is back."))
    pen.after(10).write("fraud-analyst", acts.resolve("The training is over."))
    learnt = "We asked for a status update after 40 minutes only. Set the next one at once."
    pen.after(15).write("commander-days", acts.write(learnt, NoteKind.FINDING))
    pen.after(30).write("commander-days", acts.close(Actionability.DRILL, "As planned."))
    return pen.story


def _in_retrospect(now: datetime) -> Story:
    """Nobody noticed while it lasted: the reconciliation found it two days later."""
    trouble = Trouble("fx-rates", "Rates for CZK frozen for three hours", Cause.PARTNER)
    at = (now - timedelta(days=4)).replace(hour=8, minute=40)
    began = (at - timedelta(days=2)).replace(hour=1, minute=10)
    ended = began + timedelta(hours=3, minutes=5)
    how = "The partner's feed came back by itself; 214 payouts were corrected."
    pen = Pen(
        Story(
            trouble=trouble,
            declared_at=at,
            by="settlement-second-line",
            severity=3,
            impact_began=began,
            over=Ending(impact_ended=ended, how=how),
        )
    )
    found = "The check compared the age of the file, not of the rates in it."
    pen.after(12).write("settlement-second-line", acts.write(found, NoteKind.FINDING))
    cause = telling.mark_change("fx-partner-feed-v3", ChangeRole.CAUSE, "Announced, not read")
    pen.after(3).write("settlement-second-line", cause)
    pen.after(240).write("settlement-second-line", acts.close(Actionability.REAL, found))
    return pen.story
