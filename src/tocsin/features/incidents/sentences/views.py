"""How what happened to a saved view reads."""

from typing import assert_never

from tocsin.features.incidents.events.views import ViewDeleted, ViewEvent, ViewRenamed, ViewSaved
from tocsin.features.incidents.terms import ViewAudience
from tocsin.foundation.phrase import Phrase, phrase
from tocsin.ledger.sentence import Person, Sentence, say


def of_view(event: ViewEvent, actor: str) -> Sentence:
    """Say what happened to a saved view."""
    who = Person(actor)
    match event:
        case ViewSaved():
            return say(who, " saved the view ", event.name, " for ", _whom(event), ".")
        case ViewRenamed():
            return say(who, " named a view ", event.name, ".")
        case ViewDeleted():
            return say(who, " deleted a view.")
        case _:
            assert_never(event)


def _whom(event: ViewSaved) -> Phrase:
    match event.audience:
        case ViewAudience.PRIVATE:
            return phrase("themselves")
        case ViewAudience.TEAM:
            return phrase("the team %(team)s", team=event.team)
        case ViewAudience.EVERYBODY:
            return phrase("everybody")
        case _:
            assert_never(event.audience)
