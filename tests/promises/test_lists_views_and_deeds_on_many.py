"""Views, deeds on several incidents and exports: each row for itself, and only what one may see."""

import csv
import io
import json
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from door import Client, client
from random_events import Maker

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import BulkWish, Declaration
from tocsin.features.incidents.events import Acknowledged, CommanderAppointed
from tocsin.features.incidents.events.bulk import RowHandled
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.rules.inert import STARTS
from tocsin.features.incidents.terms import BulkDeed, Mode
from tocsin.features.people.events import Added, MemberJoined, TeamCreated, TeamEvent
from tocsin.features.people.rows import PERSON, TEAM
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.storage.database import Database

ROOT = "/api/v1/incidents"
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    made = found(database, keys.make(), clock, origin="test")
    with made.change(By(id="host", kind="host")) as change:
        for name in ("ada", "bea", "eve", "olga"):
            words = {"email": Text(f"{name}@example.com"), "name": Text(name.title())}
            change.record(PERSON, name, [Added(role=Role.MANAGER, **words)])
        for team, member in (("payments", "bea"), ("security", "eve")):
            created = TeamCreated(name=team, title=Text(team.title()))
            events: list[TeamEvent] = [created, MemberJoined(person=member)]
            change.record(TEAM, team, events)
    return made


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


@pytest.fixture
def eve(ledger: Ledger) -> Generator[Client]:
    with client(ledger, "eve") as made:
        yield made


def work(ledger: Ledger, name: str = "ada", role: Role = Role.MANAGER) -> UnitOfWork:
    return UnitOfWork(ledger, holding(role, By(id=name, kind="person"), name))


def declare(ledger: Ledger, title: str, **said: Any) -> str:
    return commands.declare(work(ledger), Declaration(title=title, **said)).incident.reference


def bulk(who: Client, deed: str, references: list[str], key: str | None = None, **said: Any) -> Any:
    headers = {} if key is None else {"idempotency-key": key}
    body = {"deed": deed, "references": references} | said
    answer = who.post(f"{ROOT}/bulk", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcomes(answer: Any) -> list[str]:
    return [row["code"] or row["outcome"] for row in answer["results"]]


def shown(who: Client, reference: str) -> dict[str, Any]:
    return dict(who.get(f"{ROOT}/{reference}").json())


def tags(who: Client) -> dict[str, list[str]]:
    return {row["reference"]: row["tags"] for row in who.get(f"{ROOT}/").json()["items"]}


# deeds on several incidents


def test_a_preview_says_what_happens_to_each_and_nothing_happens(
    ledger: Ledger, ada: Client
) -> None:
    one, other = declare(ledger, "Cards"), declare(ledger, "Payouts")
    commands.acknowledge(work(ledger), other)
    over = declare(ledger, "Over")
    commands.acknowledge(work(ledger), over)
    commands.resolve(work(ledger), over)
    everything = [one, other, over, "INC-2026-9999"]
    tried = bulk(ada, "acknowledge", everything, dry_run=True)
    assert tried["id"] is None
    assert outcomes(tried) == ["changed", "unchanged", "already_resolved", "unknown_incident"]
    assert tried["results"][0]["text"] == "It is acknowledged."
    assert tried["can_be_undone"] is False
    assert shown(ada, one)["phase"] == "reported"
    assert outcomes(bulk(ada, "acknowledge", everything)) == outcomes(tried)


def test_a_refused_row_stops_no_other_and_each_is_a_change_of_its_own(
    ledger: Ledger, ada: Client
) -> None:
    one, two, three = (declare(ledger, f"No. {n}") for n in range(3))
    for reference in (one, three):
        commands.acknowledge(work(ledger), reference)
        commands.resolve(work(ledger), reference)
    done = bulk(ada, "close", [one, two, three], actionability="informational")
    assert outcomes(done) == ["changed", "not_resolved", "changed"]
    assert done["results"][1]["text"] == "This incident is reported. Resolve it first."
    assert [shown(ada, each)["phase"] for each in (one, two, three)] == [
        "closed",
        "reported",
        "closed",
    ]
    assert shown(ada, one)["actionability"] == "informational"


def test_the_same_request_sent_again_does_nothing_more(ledger: Ledger, ada: Client) -> None:
    several = [declare(ledger, f"No. {n}") for n in range(3)]
    first = bulk(ada, "acknowledge", several, key="once")
    size = len(ledger.after(-1, limit=10_000))
    assert bulk(ada, "acknowledge", several, key="once") == first
    assert len(ledger.after(-1, limit=10_000)) == size
    again = ada.post(
        f"{ROOT}/bulk",
        json={"deed": "tag", "tag": "x", "references": several},
        headers={"idempotency-key": "once"},
    )
    assert again.json()["code"] == "idempotency_key_reused"


def test_what_broke_off_halfway_is_finished_by_sending_it_again(
    ledger: Ledger, ada: Client
) -> None:
    several = [declare(ledger, f"No. {n}") for n in range(3)]
    record = INCIDENT.evolve
    seen: list[object] = []

    def broken(state: Any, event: Any, on: Any) -> Any:
        seen.append(event)
        if isinstance(event, Acknowledged) and len(seen) == 2:
            raise RuntimeError("the process dies")
        return record(state, event, on)

    object.__setattr__(INCIDENT, "evolve", broken)
    try:
        body = {"deed": "acknowledge", "references": several}
        headers = {"idempotency-key": "once"}
        assert ada.post(f"{ROOT}/bulk", json=body, headers=headers).status_code == 500
    finally:
        object.__setattr__(INCIDENT, "evolve", record)
    assert [shown(ada, each)["phase"] for each in several] == [
        "investigating",
        "reported",
        "reported",
    ]
    assert outcomes(bulk(ada, "acknowledge", several, key="once")) == ["changed"] * 3
    acknowledged = [entry for entry in ledger.after(-1) if isinstance(entry.event, Acknowledged)]
    assert len(acknowledged) == 3


def test_tags_are_put_on_found_by_and_undone_together(ledger: Ledger, ada: Client) -> None:
    one, two = declare(ledger, "Cards"), declare(ledger, "Payouts")
    bulk(ada, "tag", [one], tag="old")
    done = bulk(ada, "tag", [one, two], tag=" #Vendor-X ")
    assert tags(ada) == {one: ["old", "vendor-x"], two: ["vendor-x"]}
    found_by = ada.get(f"{ROOT}/", params={"tag": "Vendor-X"}).json()["items"]
    assert {row["reference"] for row in found_by} == {one, two}
    undone = ada.delete(f"{ROOT}/bulk/{done['id']}").json()
    assert [row["undone"] for row in undone["results"]] == [True, True]
    assert tags(ada) == {one: ["old"], two: []}
    assert ada.delete(f"{ROOT}/bulk/{done['id']}").json() == undone
    off = bulk(ada, "untag", [one, two], tag="old")
    assert outcomes(off) == ["changed", "unchanged"]
    ada.delete(f"{ROOT}/bulk/{off['id']}")
    assert tags(ada) == {one: ["old"], two: []}


def test_undoing_gives_command_back_unless_somebody_else_has_it_by_now(
    ledger: Ledger, ada: Client
) -> None:
    nobody, bea, later = (declare(ledger, f"No. {n}") for n in range(3))
    commands.appoint(work(ledger), bea, commander="bea")
    done = bulk(ada, "assign", [nobody, bea, later], commander="eve")
    commands.appoint(work(ledger), later, commander="olga")
    undone = ada.delete(f"{ROOT}/bulk/{done['id']}").json()
    assert outcomes(undone) == ["changed", "changed", "changed_meanwhile"]
    assert [row["undone"] for row in undone["results"]] == [True, True, False]
    leads = [shown(ada, each)["commander"] for each in (nobody, bea, later)]
    assert [one and one["id"] for one in leads] == [None, "bea", "olga"]
    given = [e for e in ledger.after(-1, limit=999) if isinstance(e.event, CommanderAppointed)]
    assert len(given) == 6


def test_nobody_is_put_in_command_of_what_they_may_not_see(ledger: Ledger, ada: Client) -> None:
    plain = declare(ledger, "Cards")
    hidden = declare(ledger, "Insider", restricted_to=("ada",))
    for dry_run in (True, False):
        done = bulk(ada, "assign", [plain, hidden], commander="eve", dry_run=dry_run)
        assert outcomes(done) == ["changed", "person_may_not_see"]


def test_undoing_lasts_a_minute_and_some_things_cannot_be_undone(
    ledger: Ledger, ada: Client, clock: SimulatedClock
) -> None:
    one = declare(ledger, "Cards")
    done = bulk(ada, "tag", [one], tag="x")
    clock.advance(timedelta(seconds=61))
    assert ada.delete(f"{ROOT}/bulk/{done['id']}").json()["code"] == "too_late_to_undo"
    seen = bulk(ada, "acknowledge", [one])
    assert seen["can_be_undone"] is False
    assert ada.delete(f"{ROOT}/bulk/{seen['id']}").json()["code"] == "cannot_be_undone"
    assert tags(ada) == {one: ["x"]}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"deed": "tag", "tag": "two words"}, "bad_tag"),
        ({"deed": "tag"}, "tag_missing"),
        ({"deed": "assign", "commander": "nobody"}, "no_such_person"),
        ({"deed": "close"}, "actionability_missing"),
        ({"deed": "merge", "other": "INC-2026-9999"}, "unknown_incident"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_holds_for_no_row_is_refused_as_a_whole(
    ledger: Ledger, ada: Client, said: dict[str, Any], code: str, *, dry_run: bool
) -> None:
    one = declare(ledger, "Cards")
    body = {"references": [one], "dry_run": dry_run} | said
    assert ada.post(f"{ROOT}/bulk", json=body).json()["code"] == code
    assert shown(ada, one)["phase"] == "reported"


def test_a_mark_of_likeness_tells_nobody_of_an_incident_they_may_not_see(
    ledger: Ledger, ada: Client, eve: Client
) -> None:
    one, two = declare(ledger, "Cards"), declare(ledger, "Payouts")
    hidden = declare(ledger, "Insider", restricted_to=("ada",))
    done = bulk(ada, "merge", [one, hidden, two], other=two.lower())
    assert outcomes(done) == ["changed", "changed", "the_same_incident"]
    assert outcomes(bulk(ada, "merge", [one], other=hidden)) == ["other_restricted"]
    body = {"deed": "merge", "references": [one], "other": hidden}
    assert eve.post(f"{ROOT}/bulk", json=body).json()["code"] == "unknown_incident"
    told = [row["text"] for row in ada.get(f"{ROOT}/{one}/timeline").json()["items"]]
    assert told[-1] == "Ada marked it as perhaps the same as another incident."


def test_deeds_of_others_and_on_what_is_restricted_are_unknown(
    ledger: Ledger, ada: Client, eve: Client
) -> None:
    hidden = declare(ledger, "Insider", restricted_to=("ada",))
    done = bulk(ada, "acknowledge", [hidden])
    for method, path in (("GET", done["id"]), ("DELETE", done["id"]), ("GET", "nothing")):
        answer = eve.request(method, f"{ROOT}/bulk/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_bulk")
    for dry_run in (True, False):
        there = bulk(eve, "acknowledge", [hidden], dry_run=dry_run)["results"][0]
        never = bulk(eve, "acknowledge", ["INC-2026-9999"], dry_run=dry_run)["results"][0]
        assert (there["code"], there["text"].replace(hidden, "X")) == (
            never["code"],
            never["text"].replace("INC-2026-9999", "X"),
        )
    kept = [e.event for e in ledger.after(-1, limit=999) if isinstance(e.event, RowHandled)]
    assert [event.incident for event in kept if event.refusal] == [None, None]


def test_whoever_may_only_look_does_nothing_to_many(ledger: Ledger) -> None:
    one = declare(ledger, "Cards")
    with client(ledger, "olga") as olga:
        for dry_run in (True, False):
            body = {"deed": "acknowledge", "references": [one], "dry_run": dry_run}
            assert olga.post(f"{ROOT}/bulk", json=body).status_code == 403


def test_erased_tags_are_no_tags_and_the_rest_stays() -> None:
    from tocsin.features.incidents.events import Declared, TagAdded  # noqa: PLC0415 - only here
    from tocsin.features.incidents.evolution import evolve  # noqa: PLC0415 - only here
    from tocsin.features.incidents.rows.tags import names_of  # noqa: PLC0415 - only here
    from tocsin.ledger.entry import Recorded  # noqa: PLC0415 - only here
    from tocsin.ledger.words import ERASED  # noqa: PLC0415 - only here

    on = Recorded(seq=1, at=NOW, by=By(id="ada", kind="person"))
    state = evolve(None, Maker(1).event(Declared), on)
    for tag in (Text("a"), ERASED):
        state = evolve(state, TagAdded(tag=tag), on)
    assert names_of(state) == ("a",)


# saved views


def names_seen(who: Client) -> list[str]:
    return sorted(view["name"] for view in who.get(f"{ROOT}/views").json()["items"])


def save(who: Client, name: str, **said: Any) -> Any:
    return who.post(f"{ROOT}/views", json={"name": name} | said)


def test_a_view_is_seen_by_those_it_was_saved_for(ledger: Ledger, ada: Client, eve: Client) -> None:
    with client(ledger, "bea") as bea:
        mine = save(bea, "Mine", query="view=mine&severity=1&sort=need").json()
        assert mine["query"] == "view=mine&severity=1"
        save(bea, "Ours", audience="team", team="payments")
        save(bea, "All", audience="everybody")
        assert names_seen(bea) == ["All", "Mine", "Ours"]
        assert names_seen(eve) == names_seen(ada) == ["All"]
        for method, body in (("PATCH", {"name": "X"}), ("DELETE", None)):
            answer = eve.request(method, f"{ROOT}/views/{mine['id']}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_view")
        assert save(bea, "Theirs", audience="team", team="security").status_code == 403
        assert save(bea, "None", audience="team", team="x").json()["code"] == "no_such_team"
        assert save(bea, "None", audience="team").json()["code"] == "team_missing"
        assert save(bea, " ").json()["code"] == "name_missing"
        assert save(bea, "Odd", query="severity=9").json()["code"] == "no_such_filter"
        assert bea.patch(f"{ROOT}/views/{mine['id']}", json={"name": "My own"}).is_success
        assert names_seen(bea) == ["All", "My own", "Ours"]
        assert bea.delete(f"{ROOT}/views/{mine['id']}").status_code == 204
        assert names_seen(bea) == ["All", "Ours"]
        assert bea.delete(f"{ROOT}/views/{mine['id']}").status_code == 404


def test_only_whoever_saved_a_shared_view_or_an_admin_deletes_it(
    ledger: Ledger, ada: Client, eve: Client
) -> None:
    shared = save(ada, "All", audience="everybody").json()["id"]
    assert eve.delete(f"{ROOT}/views/{shared}").status_code == 403
    private = save(ada, "Mine").json()["id"]
    admin = work(ledger, "root", Role.ADMIN)
    commands.delete_view(admin, shared)
    with pytest.raises(Exception, match="There is no view"):
        commands.delete_view(admin, private)
    assert names_seen(ada) == ["Mine"]


def test_whoever_may_only_look_keeps_views_for_themselves_alone(ledger: Ledger) -> None:
    with client(ledger, "olga") as olga:
        assert save(olga, "Mine").is_success
        assert save(olga, "All", audience="everybody").status_code == 403


# exports


def exported(who: Client, query: str = "", format_: str = "jsonl") -> str:
    answer = who.post(f"{ROOT}/exports", json={"query": query, "format": format_})
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


# the list over the API


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
            page = ada.get(f"{ROOT}/", params=asked).json()
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
        assert len(ada.get(f"{ROOT}/", params=asked).json()["items"]) == number, asked


def kinds(ledger: Ledger, reference: str) -> list[str]:
    return [entry.kind for entry in commands.timeline(work(ledger), reference)[1]]


def test_done_by_hand_and_by_many_is_the_same_in_the_record(ledger: Ledger) -> None:
    one, two = declare(ledger, "Cards"), declare(ledger, "Payouts")
    commands.acknowledge(work(ledger), one)
    wish = BulkWish(deed=BulkDeed.ACKNOWLEDGE, references=(two,))
    commands.carry_out(work(ledger), wish)
    assert kinds(ledger, one) == kinds(ledger, two)
