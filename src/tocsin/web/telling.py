"""How a sentence of the ledger reads on a page: its typed parts as safe HTML.

Text that people wrote is shown as text, with its line breaks; nothing in it is ever markup.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import assert_never

from markupsafe import Markup, escape

from tocsin.foundation.phrase import Phrase, phrase
from tocsin.ledger.sentence import At, Link, Part, Person, Plain, Said, Sentence, Value
from tocsin.ledger.words import Erased, Text, Words
from tocsin.web.languages import ENGLISH, translations
from tocsin.web.times import full_time, machine_time
from tocsin.web.viewer import Viewer

ERASED = Markup('<span class="tag" title="{}">{}</span>')
WHY_ERASED, AS_ERASED = phrase("The words were erased on request"), phrase("erased")
PLACES = {"incident": "/incidents/", "alert": "/alerts/"}
ELSEWHERE = ("https://", "http://")


def told(sentence: Sentence, names: Mapping[str, str], viewer: Viewer) -> Markup:
    """A sentence in the viewer's language as HTML: people by name, records as links."""
    return _Telling(names, viewer.tz, viewer.language).whole(sentence)


@dataclass(frozen=True, slots=True)
class _Telling:
    """How sentences are told to one viewer."""

    names: Mapping[str, str]
    zone: tzinfo
    language: str

    def whole(self, sentence: Sentence) -> Markup:
        """The pattern as it is in that language, with the parts put in where it wants them."""
        put_in = {str(at): self._part(part) for at, part in enumerate(sentence.put_in)}
        pattern = sentence.pattern
        return escape(self._gettext(pattern) if pattern else pattern) % put_in

    def _part(self, part: Part | Sentence) -> Markup:
        match part:
            case Sentence():
                return self.whole(part)
            case Value(text):
                return escape(text.said(self._gettext) if isinstance(text, Phrase) else text)
            case Plain(text):
                return escape(text)
            case Said(words):
                return written(words, self.language)
            case Person(id):
                return Markup("<b>{}</b>").format(name_of(id, self.names))
            case At(instant):
                shown = full_time(instant, self.zone)
                return Markup('<time datetime="{}">{}</time>').format(machine_time(instant), shown)
            case Link(kind, id):
                return linked(kind, id)
            case _:
                assert_never(part)

    def _gettext(self, message: str) -> str:
        return translations(self.language).gettext(message)


def name_of(id: str, names: Mapping[str, str]) -> str:
    """What to call whoever did something; the id of a token or host whose name is not known."""
    return names.get(id) or ("Tocsin" if id == "tocsin" else id)


def written(words: Words | None, language: str = ENGLISH) -> Markup:
    """Words as they were written, their lines kept; erased ones are shown to be erased."""
    match words:
        case None:
            return Markup("")
        case Text(value=value):
            return Markup("<br>").join(value.splitlines())
        case Erased():
            gettext = translations(language).gettext
            return ERASED.format(gettext(WHY_ERASED), gettext(AS_ERASED))
        case _:
            assert_never(words)


def linked(kind: str, id: str) -> Markup:
    """A record of ours as a link; what is named by its address elsewhere as one that tells it nothing."""
    if kind == "change" and id.startswith(ELSEWHERE):
        return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(id, id)
    place = PLACES.get(kind)
    if place is None:
        return Markup("<code>{}</code>").format(id)
    return Markup('<a href="{}{}">{}</a>').format(place, id, id)
