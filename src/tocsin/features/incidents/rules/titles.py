"""What a title is: one line that says what is wrong, short enough for a list and a subject. Pure."""

from typing import Final

from tocsin.features.playbooks.rules import checking
from tocsin.foundation.one_line import is_seen, one_line
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

LONGEST_TITLE: Final = 200
LONGEST_TASK: Final = checking.LONGEST_TASK


def title_of(written: str) -> str:
    """The title that somebody wrote, as one line. Refuses `title_missing`, `title_too_long`."""
    title = one_line(written)
    if not is_seen(title):
        raise Refused("title_missing", "Say in one line what is wrong.")
    if len(title) > LONGEST_TITLE:
        raise Refused(
            "title_too_long",
            phrase(
                "A title has %(most)s characters at most, this one %(length)s. "
                "Say the rest on the timeline.",
                most=LONGEST_TITLE,
                length=len(title),
            ),
        )
    return title


def task_of(written: str) -> str:
    """What is to be done, as one line. Refuses `task_missing`, `task_too_long`."""
    task = one_line(written)
    if not is_seen(task):
        raise Refused("task_missing", "Say in one line what is to be done.")
    if len(task) > LONGEST_TASK:
        sentence = phrase(
            "A task has %(most)s characters at most, this one %(length)s.",
            most=LONGEST_TASK,
            length=len(task),
        )
        raise Refused("task_too_long", sentence)
    return task
