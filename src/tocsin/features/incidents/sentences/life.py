"""How the steps of its life read."""

from typing import assert_never

from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    CommanderAppointed,
    Declared,
    Mitigated,
    Reopened,
    Resolved,
)
from tocsin.features.incidents.sentences.reasons import why
from tocsin.ledger.sentence import At, Person, Sentence, say

Step = Declared | Acknowledged | CommanderAppointed | Mitigated | Resolved | Closed | Reopened


def step(event: Step, who: Person) -> Sentence:
    """A step of its life."""
    match event:
        case Declared():
            return _declared(event, who)
        case Acknowledged():
            return say(who, " acknowledged.")
        case CommanderAppointed():
            if Person(event.commander) == who:
                return say(who, " took command.")
            return say(who, " put ", Person(event.commander), " in command.")
        case Mitigated():
            how = " by a workaround" if event.workaround else ""
            return say(who, f" said that the harm is contained{how}.", *why(event.how))
        case Resolved():
            return say(
                who,
                " resolved it; the impact ended at ",
                At(event.impact_ended),
                ".",
                *why(event.how),
            )
        case Closed():
            what = event.actionability.replace("_", " ")
            return say(who, f" closed it as {what}.", *why(event.evidence))
        case Reopened():
            return say(
                who,
                " reopened it; the impact began again at ",
                At(event.impact_began),
                ": ",
                event.reason,
            )
        case _:
            assert_never(event)


def _declared(event: Declared, who: Person) -> Sentence:
    by_rule = f" by the rule {event.rule}" if event.rule else ""
    sort = f"{event.mode} " if event.mode.is_exercise else ""
    what = f" declared a {sort}Sev-{event.severity}{by_rule}: "
    return say(who, what, event.title, *_prepared(event), *why(event.reason))


def _prepared(event: Declared) -> tuple[str, ...]:
    """With which template, where with one."""
    if event.template is None:
        return ()
    return (f", with the template {event.template}, version {event.template_version}.",)
