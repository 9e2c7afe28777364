"""The foot of every page says of the ledger what is known of it, and no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tocsin.access.policy import ALLOWED, Role
from tocsin.web.page import TEMPLATES
from tocsin.web.viewer import Viewer
from tocsin.web.watch import Watch

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WELL = Watch(witnesses=3, matched=3, at=datetime(2026, 11, 24, 3, tzinfo=UTC))


def foot(watch: Watch | None) -> str:
    may = ALLOWED[Role.OBSERVER]
    viewer = Viewer(person="ada", name="Ada L", role="observer", may=may, now=NOW, watch=watch)
    given: dict[str, Any] = {
        "active": "",
        "theme": "",
        "here": "/",
        "language": "en",
        "script_words": {},
    }
    html = TEMPLATES.get_template("base.html").render(viewer=viewer, **given)
    return html.partition('<footer class="watch"')[2].partition("</footer>")[0]


def test_it_says_what_the_ledger_matches_and_since_when() -> None:
    text = foot(WELL)
    assert "Ledger matches 3 outside checkpoints, last <time" in text
    assert ">03:00</time>; rows agree" in text
    assert "alarm" not in text


@pytest.mark.parametrize(
    ("watch", "words"),
    [
        (Watch(), "No outside witness: integrity rests on this machine"),
        (replace(WELL, witnesses=0), "No outside witness: integrity rests on this machine"),
        (replace(WELL, rows_ok=False), "Rows and ledger disagree"),
        (replace(WELL, lines_ok=False), "The ledger was changed"),
        (replace(WELL, at=None), "Rows and ledger were not compared lately"),
        (replace(WELL, at=NOW - timedelta(hours=37)), "Rows and ledger were not compared lately"),
    ],
)
def test_what_has_to_be_looked_at_stands_there_as_an_alarm(watch: Watch, words: str) -> None:
    text = foot(watch)
    assert 'class="alarm"' in text
    assert words in text
    assert "rows agree" not in text


def test_where_nothing_is_known_nothing_is_said() -> None:
    text = foot(None)
    assert "alarm" not in text
    assert "agree" not in text
