"""Lists of incidents, by page and as a file: whole, by every filter, and only what one may see."""

import csv
import io
import json
from collections.abc import Generator

import pytest
from declaring import INCIDENTS, NOW, declare, work
from door import Client, client
from on_many import bulk, in_two_teams

from tocsin.features.incidents import commands
from tocsin.features.incidents.rules.inert import STARTS
from tocsin.features.incidents.terms import Mode
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.storage.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return in_two_teams(database, SimulatedClock(NOW))


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


@pytest.fixture
def eve(ledger: Ledger) -> Generator[Client]:
    with client(ledger, "eve") as made:
        yield made


def exported(who: Client, query: str = "", format_: str = "jsonl") -> str:
    answer = who.post(f"{INCIDENTS}/exports", json={"query": query, "format": format_})
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    return answer.text


def test_an_export_says_what_it_is_and_holds_what_is_seen(
    ledger: Ledger, ada: Client, eve: Client
) -> None:
    one = declare(ledger, "Cards", severity=1)
    hidden = declare(ledger, "Insider", severity=2, restricted_to=("ada",))
    drill = declare(ledger, "Exercise", mode=Mode.DRILL)
    secret = declare(ledger, "Secret drill", mode=Mode.DRILL, restricted_to=("ada",))
    bulk(ada, "tag", [one], tag="vendor")
    for who, name, seen, left_out in ((ada, "Ada", [one, hidden], 2), (eve, "Eve", [one], 1)):
        head, *rows = [json.loads(line) for line in exported(who).splitlines()]
        assert [row["reference"] for row in rows] == seen
        said = head["head"]
        assert (said["viewer"], said["viewer_id"]) == (name, name.lower())
        assert (said["count"], said["left_out_by_rule"]) == (len(seen), left_out)
        assert said["rule"] == "no drills and no trainings"
        assert said["at"].startswith("2026-11-24T03:12")
        assert len(said["ledger_root"]) == 44
        assert "size" not in said
        assert "seq" not in said
    assert rows[0]["tags"] == ["vendor"]
    trained = [json.loads(line) for line in exported(ada, "view=training").splitlines()[1:]]
    assert {row["reference"] for row in trained} == {drill, secret}


def test_an_export_is_recorded_with_its_query_sealed(ledger: Ledger, eve: Client) -> None:
    declare(ledger, "Insider", restricted_to=("ada",))
    exported(eve, "text=insider", "csv")
    entry = ledger.after(-1, limit=999)[-1]
    assert (entry.kind, entry.by.id) == ("list.exported", "eve")
    assert (entry.event.rows, entry.event.left_out, entry.event.format) == (0, 0, "csv")
    assert entry.event.query == Text("text=insider")
    with ledger.read() as rows:
        line = rows.exec_driver_sql("SELECT line FROM ledger ORDER BY seq DESC LIMIT 1").scalar()
    assert "insider" not in str(line)


def test_cells_of_a_table_calculate_nothing(ledger: Ledger, ada: Client) -> None:
    titles = [f'{start}HYPERLINK("x")' for start in STARTS if start.strip()]
    titles += ['say "hi", twice', "two\nlines", "Grüße 決済"]
    made = {declare(ledger, title, service=title): title for title in titles}
    text = exported(ada, "", "csv")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    formulas = tuple(start for start in STARTS if start != "'")
    assert all(not cell.startswith(formulas) for line in lines for cell in line)
    head = {line[0]: line[1] for line in lines if line[0].startswith("# ")}
    assert head["# count"] == str(len(titles))
    columns = next(line for line in lines if line[0] == "reference")
    rows = [dict(zip(columns, line, strict=True)) for line in lines if line[0] in made]
    for row in rows:
        title = made[row["reference"]]
        said = " ".join(title.split())
        assert row["title"] == (f"'{said}" if said.startswith(STARTS) else said)
        assert row["service"].removeprefix("'") == title
    assert "\r\n" in text


def test_a_list_longer_than_a_piece_is_exported_whole(
    ledger: Ledger, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.features.incidents.rows.exports.PIECE", 3)
    made = {declare(ledger, f"No. {number}", team=f"t{number % 2}") for number in range(10)}
    rows = [json.loads(line) for line in exported(ada, "group=team&sort=newest").splitlines()[1:]]
    assert {row["reference"] for row in rows} == made
    assert len(rows) == 10
    assert [row["team"] for row in rows] == ["t0"] * 5 + ["t1"] * 5


def test_the_api_lists_by_every_filter_and_pages_through_both_halves(
    ledger: Ledger, ada: Client
) -> None:
    open_ones = [declare(ledger, f"Open {n}") for n in range(3)]
    over = [declare(ledger, f"Over {n}") for n in range(3)]
    for reference in over:
        commands.acknowledge(work(ledger), reference)
        commands.resolve(work(ledger), reference)
    for size in (1, 2, 3, 4, 50):
        seen: list[str] = []
        cursor = None
        while True:
            asked = {"limit": size} | ({"cursor": cursor} if cursor else {})
            page = ada.get(f"{INCIDENTS}/", params=asked).json()
            seen += [row["reference"] for row in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert sorted(seen[:3]) == sorted(open_ones)
        assert sorted(seen[3:]) == sorted(over)
    for asked, number in (
        ({"phase": "resolved"}, 3),
        ({"commander": "none"}, 6),
        ({"commander": "me"}, 0),
        ({"mode": "drill"}, 0),
        ({"restricted": "true"}, 0),
        ({"since": "2026-11-25T00:00:00Z"}, 0),
        ({"until": "2026-11-25T00:00:00Z", "open": "true"}, 3),
    ):
        assert len(ada.get(f"{INCIDENTS}/", params=asked).json()["items"]) == number, asked
