"""The page to declare on, without script: what is known, prepared and foreseen, and who sees what."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.access.policy import Role
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.terms import Mode, Phase
from tocsin.features.notices import commands as notices
from tocsin.features.notices.terms import Happening
from tocsin.features.people import commands as people
from tocsin.features.playbooks import commands as playbooks
from tocsin.features.playbooks.terms import Runbook, Template
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.front import Front
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

PASSWORD = "heron lantern orbit 47"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RUNBOOK = Runbook(name="Restart the gateway", url="https://runbooks.example.com/gateway")
CARDS = Template(
    services=("cards",),
    title="Cards: {title}",
    severity=2,
    first_tasks="Tell support",
    runbooks=(RUNBOOK,),
    asks=("Region",),
)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), SimulatedClock(NOON), origin="test")


@pytest.fixture
def app(ledger: Ledger) -> Front:
    return make_app(ledger, Settings(fallback_note="Ring the brass bell."))


class Browser:
    """Somebody's browser without script: it sends the form it was shown."""

    def __init__(self, ledger: Ledger, app: Front, name: str, role: Role) -> None:
        email = f"{name}@example.com"
        host = host_work(ledger)
        people.add_person(host, email=email, name=name, role=role, password=PASSWORD)
        secret = people.sign_in(ledger, people.Attempt(email=email, password=PASSWORD))
        self.client: TestClient[Any] = TestClient(app)
        self.client.cookies.set(session.NAME, secret)
        self.work = UnitOfWork(ledger, people.actor_of_session(ledger, secret).actor)
        answer = self.client.get("/account")
        self.csrf = re.findall(r'name="csrf" value="([^"]+)"', answer.text)[0]

    def read(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, address: str, **fields: str) -> Any:
        data = fields | {"csrf": self.csrf}
        return self.client.post(address, data=data, follow_redirects=False)

    def declared(self, **fields: str) -> Any:
        answer = self.send("/declare", **fields)
        assert answer.status_code == 303, answer.text
        reference = answer.headers["location"].rpartition("/")[2]
        return commands.one(self.work, reference).incident


@pytest.fixture
def ada(ledger: Ledger, app: Front) -> Browser:
    return Browser(ledger, app, "ada", Role.ADMIN)


@pytest.fixture
def rex(ledger: Ledger, app: Front) -> Browser:
    return Browser(ledger, app, "rex", Role.RESPONDER)


def test_one_line_is_enough(rex: Browser) -> None:
    it = rex.declared(title="Cards refused")
    assert (it.severity, it.mode, it.template) == (3, Mode.LIVE, None)


def test_checking_shows_and_declares_nothing(ada: Browser, rex: Browser, ledger: Ledger) -> None:
    playbooks.write_template(ada.work, "cards", CARDS)
    same = commands.declare(ada.work, Declaration(title="Card payments failing", service="cards"))
    before = len(ledger.after(-1, limit=9999))
    answer = rex.send("/declare", check="check", title="card payments failing", service="cards")
    assert answer.status_code == 200
    for words in (
        same.incident.reference,
        "Same service, cards",
        "Join instead",
        "Sev-2 is suggested",
        "With the template <strong>cards</strong>",
        "Restart the gateway",
        "Region",
        "Nobody is paged",
        "Nobody outside is told",
        "Ring the brass bell.",
        'value="card payments failing"',
    ):
        assert words in answer.text, words
    assert len(ledger.after(-1, limit=9999)) == before


def test_the_template_of_the_service_is_used_unless_another_is_chosen(
    ada: Browser, rex: Browser
) -> None:
    playbooks.write_template(ada.work, "cards", CARDS)
    answered = {"question-1": "Region", "answer-1": "EU"}
    it = rex.declared(title="refused", service="cards", **answered)
    assert (it.template, it.template_version, it.severity) == ("cards", 1, 2)
    assert len(it.tasks) == 1
    page = rex.read(f"/incidents/{it.reference}")
    assert "Region: EU" in page
    assert RUNBOOK.url in page
    assert RUNBOOK.url in rex.read(f"/page/{it.reference}")
    assert rex.declared(title="x", service="cards", template="-").template is None
    assert rex.declared(title="x", template="cards").service == "cards"
    wrong = rex.send("/declare", title="x", template="nothing")
    assert (wrong.status_code, "There is no template nothing" in wrong.text) == (400, True)


def test_runbooks_are_shown_for_a_service_however_it_was_declared(
    ada: Browser, rex: Browser
) -> None:
    it = rex.declared(title="refused", service="Cards")
    assert RUNBOOK.url not in rex.read(f"/incidents/{it.reference}")
    playbooks.write_template(ada.work, "cards", CARDS)
    assert RUNBOOK.url in rex.read(f"/incidents/{it.reference}")


def test_the_criteria_stand_beside_each_severity_as_they_were_written(
    ada: Browser, rex: Browser
) -> None:
    fields = {f"{name}-{n}": f"{name} {n}" for n in range(1, 5) for name in ("who", "what")}
    refused = ada.send("/settings/severities", **fields | {"who-2": ""})
    assert (refused.status_code, "What Sev-2 means" in refused.text) == (400, True)
    sent = ada.send("/settings/severities", **fields | {"words-1": "on fire, gone"})
    assert sent.status_code == 303
    page = rex.read("/declare?title=It+is+on+fire")
    assert "what 1" in page
    assert "Sev-1 is suggested: “on fire” speaks for Sev-1" in page
    assert " checked" not in page.partition('<div class="pick">')[2].partition("</fieldset>")[0]
    it = rex.declared(title="x")
    assert "who 1" in rex.read(f"/incidents/{it.reference}")
    assert ada.send("/settings/severities/shipped").status_code == 303
    assert "A core product is down" in rex.read("/declare")


def test_templates_are_written_edited_and_retired_by_who_may(ada: Browser, rex: Browser) -> None:
    fields = {
        "name": "cards",
        "services": "cards, pos",
        "title": "{title}",
        "runbooks": "Restart https://runbooks.example.com/r\nhttps://runbooks.example.com/bare",
        "asks": "Region\nCustomer",
        "severity": "1",
    }
    wrong = ada.send("/settings/templates", **fields | {"runbooks": "x http://plain.example.com/"})
    assert wrong.status_code == 400
    assert "begins with https://" in wrong.text
    assert "http://plain.example.com/" in wrong.text
    assert ada.send("/settings/templates", **fields).status_code == 303
    kept = playbooks.template(rex.work, "cards").template
    assert kept.services == ("cards", "pos")
    assert [(one.name, one.url) for one in kept.runbooks] == [
        ("Restart", "https://runbooks.example.com/r"),
        ("https://runbooks.example.com/bare", "https://runbooks.example.com/bare"),
    ]
    assert "Region\nCustomer" in ada.read("/settings/templates?edit=cards")
    assert "Write a template" not in rex.read("/settings/templates")
    assert rex.send("/settings/templates", **fields).status_code == 403
    assert rex.send("/settings/templates/cards/retire").status_code == 403
    assert ada.send("/settings/templates/cards/retire").status_code == 303
    assert ada.client.get("/settings/templates?edit=cards").status_code == 404


def test_joining_instead_leads_to_the_incident_that_is_there(ada: Browser, rex: Browser) -> None:
    it = ada.declared(title="Cards refused")
    answer = rex.send("/declare/join", join=it.reference, title="cards refused")
    assert answer.headers["location"] == f"/incidents/{it.reference}#write"
    assert rex.work.actor.person in commands.one(ada.work, it.reference).incident.engaged
    assert rex.send("/declare/join", join="INC-2026-9999").status_code == 404


def test_what_may_not_be_seen_is_neither_known_nor_foreseen(
    ada: Browser, rex: Browser, app: Front
) -> None:
    named = (ada.work.actor.person or "",)
    said = Declaration(title="Privileged session stolen", restricted_to=named)
    secret = commands.declare(ada.work, said).incident.reference
    notices.add_mail_list(ada.work, "ops", ["ops@example.com"])
    notices.add_webhook(ada.work, "status page", "https://hooks.example.com/hidden-path")
    fields = {"check": "check", "title": "privileged session stolen"}
    assert secret in ada.send("/declare", **fields).text
    page = rex.send("/declare", **fields).text + rex.send("/declare/ahead", **fields).text
    assert secret not in page
    assert "No open or recent incident is like it" in page
    assert "ops is told by mail" in page
    assert "status page is told by webhook" in page
    assert "ops@example.com" not in page
    assert "hidden-path" not in page
    assert "Restricted" not in page
    observer = Browser(rex.work.ledger, app, "olga", Role.OBSERVER)
    for address in ("/declare", "/declare/ahead", "/declare/join"):
        assert observer.send(address, **fields, join=secret).status_code in (403, 404)


def test_what_will_happen_follows_severity_mode_and_who_may_see_it(ada: Browser) -> None:
    notices.add_mail_list(ada.work, "worst", ["a@example.com"], minimum_severity=1)
    resolved = [Happening.RESOLVED]
    notices.add_mail_list(ada.work, "later", ["b@example.com"], happenings=resolved)
    kind = SourceKind.ALERTMANAGER
    alerts.create_source(ada.work, name="am-eu", kind=kind, peer_url="https://am.example.com")

    def ahead(**fields: str) -> str:
        text: str = ada.send("/declare/ahead", title="x", **fields).text
        return text.partition('id="will"')[2]

    assert "worst is told by mail" in ahead(severity="1")
    assert "later is told" not in ahead(severity="1")
    assert "Nobody outside is told: no subscriber wants it" in ahead(severity="2")
    assert "once it is acknowledged, at am-eu" in ahead(severity="2")
    for mode in ("drill", "training"):
        said = ahead(severity="1", mode=mode)
        assert f"Nobody outside is told: it is {mode}, not live" in said
        assert f"Nothing is silenced at a monitor: it is {mode}" in said
        assert mode.upper() in said
    assert "Nobody outside is told: it is restricted" in ahead(severity="1", restricted="yes")
    assert "it is retrospective, not live" in ahead(severity="1", over="over")


def test_what_is_over_is_told_to_nobody_and_may_be_closed_at_once(
    ada: Browser, ledger: Ledger
) -> None:
    wrong = ada.send("/declare", title="x", over="over", how="Ran it again")
    assert wrong.status_code == 400
    assert "Say when the harm began" in wrong.text
    assert "Ran it again" in wrong.text
    before = len(ledger.after(-1, limit=9999))
    it = ada.declared(
        title="Batch was late",
        over="over",
        began="2026-11-24T09:00",
        ended="2026-11-24T10:00",
        how="Ran it again",
        closes="real",
    )
    assert (it.phase, it.mode) == (Phase.CLOSED, Mode.RETROSPECTIVE)
    assert len(ledger.after(-1, limit=9999)) == before + 4


def test_markup_in_what_is_typed_and_prepared_stays_text(ada: Browser) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    fields = {"name": "hostile", "services": hostile, "title": f"{hostile} {{title}}"}
    asked = {"asks": hostile, "first_tasks": hostile, "team": hostile}
    runbooks = {"runbooks": f"{hostile} https://x.example.com/"}
    assert ada.send("/settings/templates", **fields, **asked, **runbooks).status_code == 303
    page = ada.send("/declare", check="check", title=hostile, template="hostile").text
    it = ada.declared(title=hostile, template="hostile")
    page += ada.read("/settings/templates?edit=hostile") + ada.read(f"/incidents/{it.reference}")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
