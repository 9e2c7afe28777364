"""A sentence on a page is one message with its parts put in, and nothing in it is ever markup."""

from datetime import UTC, datetime

from tocsin.foundation.phrase import phrase
from tocsin.ledger.sentence import NOTHING, At, Link, Person, Value, listed, say
from tocsin.ledger.words import ERASED, Text
from tocsin.web.telling import told
from tocsin.web.viewer import Viewer

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
VIEWER = Viewer(person="ada", name="Ada", role="responder", may=frozenset())


def test_what_is_put_in_is_shown_by_its_kind() -> None:
    said = say(
        Person("ada"), " saw ", Link("incident", "INC-1"), " at ", At(NOON), ": ", Text("<b>")
    )
    assert said.pattern == "%(0)s saw %(1)s at %(2)s: %(3)s"
    assert told(said, {"ada": "Ada & Co"}, VIEWER) == (
        '<b>Ada &amp; Co</b> saw <a href="/incidents/INC-1">INC-1</a> at '
        '<time datetime="2026-11-24T12:00:00+00:00">2026-11-24 12:00:00 UTC</time>: &lt;b&gt;'
    )


def test_signs_that_mean_something_to_patterns_and_pages_stay_what_they_are() -> None:
    said = say("100 % of <b> ", Value("%(0)s & 5 %"), " in ", phrase("the %(what)s", what="<i>"))
    assert said.pattern == "100 %% of <b> %(0)s in %(1)s"
    assert told(said, {}, VIEWER) == "100 % of &lt;b&gt; %(0)s &amp; 5 % in the &lt;i&gt;"


def test_an_addition_is_a_message_of_its_own_and_may_be_missing() -> None:
    more = say(" because ", Text("so"))
    assert say("It is closed.", more).pattern == say("It is closed.", NOTHING).pattern
    assert told(say("It is closed.", more), {}, VIEWER) == "It is closed. because so"
    assert told(say("It is closed.", NOTHING), {}, VIEWER) == "It is closed."


def test_several_stand_with_commas_and_what_was_erased_is_shown_to_be() -> None:
    said = told(say("Told: ", listed([Text("a"), ERASED]), "."), {}, VIEWER)
    assert said.startswith('Told: a, <span class="tag" title="The words were erased on request">')
    assert said.endswith("erased</span>.")
