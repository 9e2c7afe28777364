"""How a sentence of the ledger reads on a page: its typed parts as safe HTML.

Text that people wrote is shown as text, with its line breaks; nothing in it is ever markup.
"""

from collections.abc import Mapping
from typing import assert_never

from markupsafe import Markup, escape

from tocsin.ledger.sentence import At, Link, Part, Person, Plain, Said, Sentence
from tocsin.ledger.words import Erased, Text, Words
from tocsin.web.times import full_time, machine_time
from tocsin.web.viewer import Viewer

ERASED = Markup('<span class="tag" title="The words were erased on request">erased</span>')
PLACES = {"incident": "/incidents/", "alert": "/alerts/"}
ELSEWHERE = ("https://", "http://")


def told(sentence: Sentence, names: Mapping[str, str], viewer: Viewer) -> Markup:
    """A sentence as HTML: people by name, instants in the viewer's zone, records as links."""
    return Markup("").join(_part(part, names, viewer) for part in sentence)


def _part(part: Part, names: Mapping[str, str], viewer: Viewer) -> Markup:
    match part:
        case Plain(text):
            return escape(text)
        case Said(words):
            return written(words)
        case Person(id):
            return Markup("<b>{}</b>").format(name_of(id, names))
        case At(instant):
            shown = full_time(instant, viewer.tz)
            return Markup('<time datetime="{}">{}</time>').format(machine_time(instant), shown)
        case Link(kind, id):
            return linked(kind, id)
        case _:
            assert_never(part)


def name_of(id: str, names: Mapping[str, str]) -> str:
    """What to call whoever did something; the id of a token or host whose name is not known."""
    return names.get(id) or ("Tocsin" if id == "tocsin" else id)


def written(words: Words | None) -> Markup:
    """Words as they were written, their lines kept; erased ones are shown to be erased."""
    match words:
        case None:
            return Markup("")
        case Text(value=value):
            return Markup("<br>").join(value.splitlines())
        case Erased():
            return ERASED
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
