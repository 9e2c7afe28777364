"""`amtool` works against us as against Alertmanager; the shapes are those that were recorded there."""

import json
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from alertmanagers import AMTOOL, MISSING, add_alert, asked, served, source_work

from tocsin.features.silences import rows
from tocsin.features.silences.api import ROUTERS
from tocsin.foundation.clock import system_clock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

WEB = {"alertname": "HighErrorRate", "service": "web", "severity": "warning", "instance": "w1"}
CARDS = {"alertname": "InstanceDown", "service": "cards", "severity": "critical"}
SAID = ["--author=ops", "--comment=maintenance window CHG-1", "--duration=1h"]


@pytest.fixture
def ledger(database: Database) -> Ledger:
    ledger = found(database, keys.make(), system_clock, origin="test")
    add_alert(ledger, WEB, key="86ad01836f44329c")
    add_alert(ledger, CARDS, key="disk/db1")
    return ledger


@pytest.fixture
def url(ledger: Ledger) -> Generator[str]:
    with served(ROUTERS, source_work(ledger)) as address:
        yield address


def amtool(url: str, *words: str) -> str:
    if not AMTOOL.exists():
        pytest.skip(MISSING)
    command = [str(AMTOOL), f"--alertmanager.url={url}", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(url: str, **said: Any) -> tuple[int, Any]:
    with pytest.raises(HTTPError) as error:
        asked(url, **said)
    with error.value as reply:
        return reply.code, json.loads(reply.read())


def said(**changed: object) -> dict[str, object]:
    return {
        "matchers": [{"name": "service", "value": "web", "isRegex": False}],
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2999-01-01T00:00:00Z",
        "createdBy": "ops",
        "comment": "CHG-1",
    } | changed


def shape(value: Any) -> Any:
    """The fields and their types, without what they hold."""
    match value:
        case dict():
            free = {"labels", "annotations"} & value.keys()
            return {name: "free" if name in free else shape(inner) for name, inner in value.items()}
        case list():
            return [shape(value[0])] if value else []
        case _:
            return type(value).__name__


def test_amtool_lists_alerts_adds_a_silence_finds_it_and_ends_it(url: str, ledger: Ledger) -> None:
    listed = json.loads(amtool(url, "alert", "query", "-o", "json"))
    assert {alert["labels"]["alertname"] for alert in listed} == {"HighErrorRate", "InstanceDown"}
    made = amtool(url, "silence", "add", "service=~we.", "alertname=HighErrorRate", *SAID).strip()
    (silence,) = json.loads(amtool(url, "silence", "query", "-o", "json"))
    assert (silence["id"], silence["createdBy"]) == (made, "ops")
    assert silence["status"] == {"state": "active"}
    with ledger.read() as look:
        active = rows.active(look, ledger.clock())
    assert [kept.id for kept in rows.matching(active, WEB)] == [made]
    assert rows.matching(active, CARDS) == []
    left = json.loads(amtool(url, "alert", "query", "-o", "json"))
    assert [alert["labels"]["service"] for alert in left] == ["cards"]
    silenced = json.loads(amtool(url, "alert", "query", "--silenced", "-o", "json"))
    assert silenced[0]["status"] == {"inhibitedBy": [], "silencedBy": [made], "state": "suppressed"}
    amtool(url, "silence", "expire", made)
    assert json.loads(amtool(url, "silence", "query", "-o", "json")) == []
    (over,) = json.loads(amtool(url, "silence", "query", "--expired", "-o", "json"))
    assert over["id"] == made
    assert len(json.loads(amtool(url, "alert", "query", "-o", "json"))) == 2


def test_amtool_finds_alerts_by_matchers_and_shows_the_configuration(url: str) -> None:
    found_ = json.loads(amtool(url, "alert", "query", "severity=~crit.*", "-o", "json"))
    assert [alert["labels"]["service"] for alert in found_] == ["cards"]
    assert "receiver: tocsin" in amtool(url, "config", "show")


def test_amtool_changes_a_silence(url: str) -> None:
    made = amtool(url, "silence", "add", "service=web", *SAID).strip()
    before = asked(f"{url}/api/v2/silence/{made}")
    amtool(url, "silence", "update", "--duration=5h", made)
    after = asked(f"{url}/api/v2/silence/{made}")
    assert after["endsAt"] > before["endsAt"]
    assert after["startsAt"] == before["startsAt"]


@pytest.mark.parametrize("name", ["alerts", "alerts/groups", "silences", "receivers", "status"])
def test_every_answer_has_the_recorded_shape(url: str, shared: Path, name: str) -> None:
    asked(f"{url}/api/v2/silences", method="POST", body=said())
    recorded = shared / "captures/alertmanager" / f"api_v2_{name.replace('/', '_')}.json"
    theirs, ours = json.loads(recorded.read_text()), asked(f"{url}/api/v2/{name}")
    if name == "alerts":
        silenced = [one for one in theirs if one["status"]["silencedBy"]]
        assert shape(silenced[0]) == shape(next(one for one in ours if one["status"]["silencedBy"]))
        theirs = [one for one in theirs if one["status"]["state"] == "active"]
        ours = [one for one in ours if one["status"]["state"] == "active"]
    assert shape(theirs) == shape(ours)


def test_what_two_sources_tell_of_the_same_labels_is_one_alert(url: str, ledger: Ledger) -> None:
    add_alert(ledger, WEB, key="86ad01836f44329c", source="prom1")
    assert len(asked(f"{url}/api/v2/alerts")) == 2


def test_a_key_that_is_no_fingerprint_is_shown_as_one(url: str) -> None:
    for alert in asked(f"{url}/api/v2/alerts"):
        assert len(alert["fingerprint"]) == 16
        assert int(alert["fingerprint"], 16)


def test_what_is_asked_wrongly_is_refused_as_upstream(url: str) -> None:
    silences = f"{url}/api/v2/silences"
    assert refused(f"{url}/api/v2/alerts?filter=" + quote("a~b"))[0] == 400
    assert refused(f"{url}/api/v2/alerts?active=maybe")[1]["code"] == 601
    assert refused(f"{url}/api/v2/alerts?receiver=(")[0] == 400
    past = refused(silences, method="POST", body=said(endsAt="2026-01-02T00:00:00Z"))
    assert past == (400, "end time can't be in the past")
    status, answer = refused(silences, method="POST", body=said(comment=""))
    assert (status, answer["code"]) == (422, 602)
    assert "comment" in answer["message"]
    without = said()
    del without["matchers"]
    assert refused(silences, method="POST", body=without)[0] == 422
    assert refused(silences, method="POST", body="x")[0] == 422
    unknown = "00000000-0000-4000-8000-000000000000"
    assert refused(f"{url}/api/v2/silence/{unknown}")[0] == 404
    assert refused(f"{url}/api/v2/silence/{unknown}", method="DELETE")[0] == 404
    assert refused(silences, method="POST", body=said(id=unknown))[0] == 404
    assert refused(f"{url}/api/v2/silence/x")[0] == 422


def test_another_silence_takes_the_place_of_one_whose_matchers_change(url: str) -> None:
    silences = f"{url}/api/v2/silences"
    first = asked(silences, method="POST", body=said())["silenceID"]
    other = [{"name": "service", "value": "cards", "isRegex": False, "isEqual": True}]
    second = asked(silences, method="POST", body=said(id=first, matchers=other))["silenceID"]
    assert first != second
    states = {one["id"]: one["status"]["state"] for one in asked(silences)}
    assert states == {first: "expired", second: "active"}


def test_it_says_that_it_is_there(url: str) -> None:
    for path in ("/-/healthy", "/-/ready"):
        with urlopen(url + path, timeout=5) as reply:
            assert reply.read() == b"OK"
