"""In which language a page is read, and that what is put into a sentence is said in it, too."""

import json
import re
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations

import pytest
from jinja2 import Environment

from tocsin.foundation.phrase import phrase
from tocsin.web import assets, languages, script_words, speech, times
from tocsin.web.languages import accepted, speaking

GERMAN = {
    "Closed": "Abgeschlossen",
    "false positive": "blinder Alarm",
    "%(what)s at %(time)s": "um %(time)s: %(what)s",
    "One task": "Eine Aufgabe",
    "%(n)s tasks": "%(n)s Aufgaben",
}


class Spoken(NullTranslations):
    """A small catalogue."""

    def gettext(self, message: str) -> str:
        return GERMAN.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch) -> Generator[Environment]:
    def spoken(_: str) -> Spoken:
        return Spoken()

    monkeypatch.setattr(languages, "translations", spoken)
    made = Environment(autoescape=True, extensions=["jinja2.ext.i18n"], finalize=languages.said)
    speech.teach(made)
    with speaking("de"):
        yield made


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("en;q=0.2, DE;q=0.3", "de"),
        ("fr, it", "en"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("fr, *;q=0.5, de;q=0.1", "en"),
        ("de;q=x", "en"),
        ("de;q=nan, en;q=0.1", "en"),
        (";;,,q=1;q", "en"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_would_rather_have(header: str, tag: str) -> None:
    assert accepted(header) == tag


def test_a_language_that_we_do_not_have_and_a_message_without_translation_are_english() -> None:
    with speaking("fr"):
        assert languages.gettext("Closed") == "Closed"
    german = languages.translations("de")
    assert german.gettext("Nobody ever says this.") == "Nobody ever says this."
    assert [german.ngettext("one", "many", n) for n in (0, 1, 2)] == ["many", "one", "many"]
    with speaking("de"):
        assert languages.gettext("") == ""


@pytest.mark.usefixtures("templates")
def test_a_phrase_in_a_phrase_is_said_in_the_same_language() -> None:
    whole = phrase("%(what)s at %(time)s", what=phrase("Closed"), time="12:00")
    assert whole == "Closed at 12:00"
    assert languages.said(whole) == "um 12:00: Abgeschlossen"


def test_a_template_says_what_it_puts_into_a_sentence(templates: Environment) -> None:
    def made(source: str, **values: object) -> str:
        return templates.from_string(source).render(**values)

    closed, hostile = phrase("Closed"), "<b>12:00</b>"
    assert made("{{ x }}", x=closed) == "Abgeschlossen"
    assert made("{{ x|upper }} {{ [x, x]|join(', ') }}", x=closed) == (
        "ABGESCHLOSSEN Abgeschlossen, Abgeschlossen"
    )
    said = made(
        "{% trans what=x, time=t %}{{ what }} at {{ time }}{% endtrans %}", x=closed, t=hostile
    )
    assert said == "um &lt;b&gt;12:00&lt;/b&gt;: Abgeschlossen"
    tasks = "{% trans n=n %}One task{% pluralize %}{{ n }} tasks{% endtrans %}"
    assert [made(tasks, n=n) for n in (1, 3)] == ["Eine Aufgabe", "3 Aufgaben"]


@pytest.mark.usefixtures("templates")
def test_nouns_keep_their_capitals_at_the_beginning_of_a_sentence() -> None:
    assert languages.capitalized(languages.term("false_positive")) == "Blinder Alarm"


def test_in_english_a_capital_is_what_it_always_was() -> None:
    assert languages.capitalized("false Positive") == "False positive"


def test_times_are_said_in_the_language_that_is_spoken() -> None:
    noon = datetime(2026, 5, 24, 12, tzinfo=UTC)
    said = [
        times.lasted(timedelta(seconds=20)),
        times.lasted(timedelta(minutes=33)),
        times.lasted(timedelta(hours=4, minutes=2)),
        times.lasted(timedelta(days=3)),
        times.left(noon, noon - timedelta(minutes=12)),
        times.left(noon, noon + timedelta(minutes=3)),
        times.day(noon, UTC),
    ]
    assert said == ["20 s", "33 min", "4 h 02 m", "3 d", "in 12 min", "3 min over", "24 May 2026"]
    with speaking("de"):
        german = [languages.said(one) for one in said]
    assert german == [
        *("20 s", "33 Min.", "4 Std. 02 Min.", "3 Tg.", "in 12 Min."),
        *("3 Min. überfällig", "24. Mai 2026"),
    ]


def test_every_phrase_of_a_script_is_found_in_it() -> None:
    """One that is no literal would never be translated."""
    calls = re.compile(r"(?<!const )\bphrase\((?!\s*')")
    for script in assets.FOLDER.glob("*.js"):
        assert calls.findall(script.read_text()) == [], script.name
    assert "%(time)s over" in script_words.phrases()


def test_scripts_are_given_words_in_other_languages_only() -> None:
    assert script_words.said("en") == {}
    assert script_words.said("de")["%(n)s min"] == "%(n)s Min."
    assert "%(n)s s" not in script_words.said("de"), "what is the same is not sent"
    assert "</" not in json.dumps(dict(script_words.said("de")))
