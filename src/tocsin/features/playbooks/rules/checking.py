"""What must be true of a template and of severity criteria before they are written. Pure."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from tocsin.features.playbooks.rules.choosing import tasks_of
from tocsin.features.playbooks.rules.severities import SEVERITIES, must_be_a_severity
from tocsin.features.playbooks.terms import SAID, SeverityCriteria, Template
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONGEST_LINE: Final = 200
LONGEST_TITLE: Final = 200
LONGEST_TASKS: Final = 10_000
LONGEST_TASK: Final = 500
MOST_TASKS: Final = 50
LONGEST_URL: Final = 2000
MOST_SERVICES: Final = 200
MOST_RUNBOOKS: Final = 50
MOST_QUESTIONS: Final = 20
MOST_WORDS: Final = 50


def check_name(name: str) -> None:
    """Refuse `bad_template` where a name could not stand in an address."""
    if NAME.fullmatch(name) is None:
        raise _bad("A template's name has small letters, digits and hyphens, at most 60.")


def check_template(template: Template) -> None:
    """Refuse `bad_template` with what is wrong, or `no_such_severity`."""
    _must_be_lines(phrase("A service"), template.services, MOST_SERVICES)
    _must_be_lines(phrase("A question"), template.asks, MOST_QUESTIONS)
    _must_be_lines(phrase("A team"), [] if template.team is None else [template.team], 1)
    if template.title.count(SAID) != 1 or len(template.title) > LONGEST_TITLE:
        raise _bad(phrase("A title has %(said)s once, where the typed line stands.", said=SAID))
    if "\n" in template.title:
        raise _bad("A title is one line.")
    if template.severity is not None:
        must_be_a_severity(template.severity)
    if len(template.first_tasks) > LONGEST_TASKS:
        raise _bad(
            phrase(
                "First tasks have at most %(most)s characters.",
                most=LONGEST_TASKS,
            )
        )
    if len(tasks_of(template)) > MOST_TASKS:
        raise _bad(phrase("There are at most %(most)s first tasks.", most=MOST_TASKS))
    if any(len(task) > LONGEST_TASK for task in tasks_of(template)):
        raise _bad(phrase("A first task has at most %(most)s characters.", most=LONGEST_TASK))
    _must_be_lines(
        phrase("A runbook's name"), [one.name for one in template.runbooks], MOST_RUNBOOKS
    )
    for runbook in template.runbooks:
        _must_be_https(runbook.url)


def check_criteria(criteria: SeverityCriteria) -> None:
    """Refuse `bad_criteria` with what is wrong."""
    if len(criteria.levels) != len(SEVERITIES):
        raise Refused("bad_criteria", "There is one entry for each severity, from Sev-1 to Sev-4.")
    for severity, level in enumerate(criteria.levels, 1):
        lines = (level.who, level.what, *level.words)
        if not all(line.strip() and len(line) <= LONGEST_LINE for line in lines):
            sentence = phrase(
                "What Sev-%(severity)s means is said in lines of at most %(most)s.",
                severity=severity,
                most=LONGEST_LINE,
            )
            raise Refused("bad_criteria", sentence)
        if len(level.words) > MOST_WORDS:
            raise Refused(
                "bad_criteria",
                phrase("At most %(most)s words speak for a severity.", most=MOST_WORDS),
            )


def _must_be_https(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    is_plain = url.isprintable() and not any(sign.isspace() for sign in url)
    if parts.scheme != "https" or not parts.hostname or port == 0 or not is_plain:
        raise _bad("A runbook's address begins with https:// and names a host.")
    if parts.username or parts.password or len(url) > LONGEST_URL:
        raise _bad("A runbook's address holds no password, and is not overlong.")


def _must_be_lines(what: str, lines: Iterable[str], most: int) -> None:
    said = list(lines)
    if len(said) > most or len(set(said)) < len(said):
        raise _bad(
            phrase("%(what)s is said once, and at most %(most)s are named.", what=what, most=most)
        )
    for line in said:
        if not line.strip() or len(line) > LONGEST_LINE or not line.isprintable():
            raise _bad(
                phrase(
                    "%(what)s is one line of at most %(most)s characters.",
                    what=what,
                    most=LONGEST_LINE,
                )
            )


def _bad(sentence: str) -> Refused:
    return Refused("bad_template", sentence)
