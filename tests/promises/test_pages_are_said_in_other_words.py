"""Every word of ours on every page is looked up in the catalogue of who reads it.

Pages are read in a language of other letters, over an organisation whose people write in others too:
whatever is left in Latin letters has not been marked for translation. A failure
lists what is left, and where.
"""

import logging
import re
from collections.abc import Callable, Generator
from typing import Any, Final

import pytest
from open_house import House, open_house
from other_words import OtherLetters, left
from skeleton import Form, forms

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import (
    BulkWish,
    Declaration,
    Ending,
    Situated,
    ViewWish,
    roles,
    tasks,
)
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import (
    BulkDeed,
    ChangeRole,
    Mode,
    NoteKind,
    RoleName,
    TaskState,
    ViewAudience,
)
from tocsin.ledger.words import Text
from tocsin.web import languages, session, telling

KNOWN: Final = (
    "Ada", "Bea", "Cy", "A", "B", "C", "AD", "BE", "CY", "crew", "The crew", "prepared", "tests",
    "prom", "generic", "alertmanager", "cfg-8841", "shop-eu", "payments", "by-service", "Hook",
    "Crew", "name", "x", "Cards refused", "Call the bank", "Who is on it?", "unknown",
    "card-payments", "auth-gateway", "cards", "{title}", "default", "alertname", "sender's group",
    "alert name", "service", "test", "image/png", "page=1, critical=2", "slow", "late", "workaround",
    "down", "failing", "outage", "unavailable", "cosmetic", "typo", "all customers", "breach",
    "everything is down", "data loss", "sev:9", 'alert.severity == "critical" && alert.service != ""',
)  # fmt: skip
"""Names that are not in other letters, because something refuses those or another test gives them."""


def furnished(house: House) -> dict[str, str]:
    """Let something of every kind happen; answers what stands in braces in an address."""
    known = {
        "grave": grave(house),
        "new": house.declare("Αργή σελίδα", severity=2),
        "closed": house.incident("closed")["reference"],
        "training": house.declare("Άσκηση", mode=Mode.TRAINING),
        "restricted": house.declare("Κρυφό", restricted_to=(house.people["Ada"],)),
        "retrospective": retrospective(house),
    }
    storm = house.incident("investigating", ("alert", "task", "role", "attachment"))
    known |= {"storm": storm["reference"], "alert": storm["alert"], "text": storm["attachment"]}
    known["table"] = attached(house, known["grave"], "πίνακας.csv", b"a,b\n1,2\n")
    known["image"] = attached(house, known["grave"], "εικόνα.png", PIXEL)
    tag = BulkWish(deed=BulkDeed.TAG, references=(known["new"], known["grave"]), tag="ετικέτα")
    known["bulk"] = commands.carry_out(house.work(), tag)
    view = ViewWish(name="Όψη", query="severity=1", audience=ViewAudience.EVERYBODY)
    commands.save_view(house.work(), view)
    house.api(
        "PUT", "/api/v1/templates/card-payments", {"asks": ["Ποιος;"], "first_tasks": "Κλήση"}
    )
    return known


EARLIER: Final = "2026-11-24T11:00:00Z"
PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def attached(house: House, reference: str, name: str, body: bytes) -> str:
    """A file of an incident, its id."""
    path = f"/api/v1/incidents/{reference}/attachments"
    headers = {"authorization": f"Bearer {house.token}"}
    made = house.client.post(path, params={"name": name}, content=body, headers=headers)
    assert made.status_code < 300, made.text
    return str(made.json()["id"])


def grave(house: House) -> str:
    """A grave incident, in which much is said and done."""
    ada, bea, cy = house.work("Ada"), house.work("Bea"), house.work("Cy")
    said = Declaration(title="Πληρωμές", severity=1, service="shop-eu", rule="κανόνας")
    one = commands.declare(UnitOfWork(house.ledger, TOCSIN), said).incident.reference
    deeds: tuple[Callable[[], object], ...] = (
        lambda: commands.acknowledge(cy, one),
        lambda: commands.appoint(ada, one, commander=house.people["Ada"]),
        lambda: commands.change_severity(cy, one, severity=2, reason="Λόγος"),
        lambda: commands.change_severity(cy, one, severity=1, reason="Λόγος"),
        lambda: roles.offer_role(ada, one, role=RoleName.SCRIBE, person=house.people["Cy"]),
        lambda: roles.decline_role(cy, one, role=RoleName.SCRIBE, reason="Όχι"),
        lambda: roles.offer_role(ada, one, role=RoleName.DEPUTY, person=house.people["Bea"]),
        lambda: roles.accept_role(bea, one, role=RoleName.DEPUTY),
        lambda: roles.offer_role(bea, one, role=RoleName.SCRIBE, person=house.people["Ada"]),
        lambda: roles.engage(cy, one),
        lambda: roles.follow(bea, one),
        lambda: tasks.add_task(ada, one, title="Κλήση", owner=house.people["Cy"]),
        lambda: tasks.add_task(ada, one, title="Έλεγχος"),
        lambda: tasks.settle_task(
            ada, one, task=task_of(house, one), state=TaskState.DROPPED, reason="Όχι"
        ),
        lambda: tasks.add_task(ada, one, title="Άλλο", due=house.clock()),
        *(
            (lambda kind=kind: commands.note(cy, one, Noted(kind=kind, text=Text("Λέξεις @Bea"))))
            for kind in NoteKind
            if kind is not NoteKind.DECISION
        ),
        lambda: commands.mark_change(
            ada, one, change="cfg-8841", role=ChangeRole.CAUSE, note="Όχι"
        ),
        lambda: commands.state_situation(
            ada, one, Situated(happening="Πώς", next_update_at=house.clock())
        ),
    )
    for deed in deeds:
        house.later(70)
        deed()
    for path, body in STATEMENTS.items():
        house.later(70)
        answer = house.api("POST", f"/api/v1/incidents/{one}/{path}", body)
        assert answer.status_code < 300, (path, answer.text)
    entries = house.api("GET", f"/api/v1/incidents/{one}/timeline", limit=200).json()["items"]
    for entry in [each["id"] for each in entries if each["kind"] == "incident.noted"][:2]:
        house.api("PUT", f"/api/v1/incidents/{one}/timeline/{entry}/key-moment", {})
    return one


STATEMENTS: Final[dict[str, dict[str, object]]] = {
    "decisions": {"question": "Τι;", "choice": "Αυτό", "authority": "Αρχή", "alternatives": ["Άλλο"]},
    "excerpts": {"text": "Λέξεις", "kind": "chat"},
    "impact-facts": {"name": "πελάτες", "unit": "πελάτες", "value": 12, "occurred_at": EARLIER,
                     "source": "Πηγή"},
    "impact-periods": {"service": "shop-eu", "degree": "degraded", "began": EARLIER},
    "anchors": {"anchor": "awareness", "regime": "DORA", "instant": EARLIER, "why": "Λόγος"},
}  # fmt: skip


def task_of(house: House, reference: str) -> str:
    return commands.one(house.work(), reference).incident.tasks[-1].id


def retrospective(house: House) -> str:
    house.later()
    said = Declaration(title="Παλιό", impact_began=house.clock())
    over = Ending(how="Μόνο", actionability=Actionability.REAL, evidence="Λόγος")
    return commands.declare(house.work(), said, over).incident.reference


Furnished = tuple[House, dict[str, str]]


@pytest.fixture(scope="module", autouse=True)
def speaking() -> Generator[None]:
    """Everybody who reads a page reads it in other letters."""
    logging.disable(logging.INFO)
    with pytest.MonkeyPatch.context() as patch:
        for module in (languages, telling):
            patch.setattr(module, "translations", lambda _: OtherLetters(), raising=False)
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def furnace(tmp_path_factory: pytest.TempPathFactory) -> Generator[Furnished]:
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, mail_in_domain="in.example.com") as house:
        house.client.headers["accept-language"] = "de"
        yield house, furnished(house)


PAGES: Final = {
    "/": ("/",),
    "/account": ("/account",),
    "/account/mail": ("/account/mail",),
    "/account/messages": ("/account/messages",),
    "/alerts": ("/alerts", "/alerts?view=every", "/alerts?q=ωω"),
    "/alerts/rules": ("/alerts/rules",),
    "/alerts/{alert}": ("/alerts/{alert}",),
    "/declare": ("/declare", "/declare?title=Όλα&service=shop-eu", "/declare?mode=training"),
    "/incidents": (
        "/incidents",
        "/incidents?view=over",
        "/incidents?view=training",
        "/incidents?view=mine",
        "/incidents?group=team&density=compact",
        "/incidents?text=ωω",
        "/incidents?severity=1&phase=reported&tag=ετικέτα",
    ),
    "/incidents/bulk": tuple(
        f"/incidents/bulk?deed={deed}&row={{new}}&row={{grave}}" for deed in BulkDeed
    ),
    "/incidents/bulk/{bulk}": ("/incidents/bulk/{bulk}",),
    "/incidents/views": ("/incidents/views?text=ωω",),
    "/incidents/{reference}": (
        "/incidents/{grave}",
        "/incidents/{grave}?show=decisions",
        "/incidents/{grave}?show=key-moments",
        "/incidents/{grave}?at=30",
        "/incidents/{storm}",
        "/incidents/{new}",
        "/incidents/{closed}",
        "/incidents/{training}",
        "/incidents/{retrospective}",
        "/incidents/{restricted}",
        "/incidents/INC-2026-9999",
    ),
    "/incidents/{reference}/alerts": ("/incidents/{storm}/alerts", "/incidents/{new}/alerts"),
    "/incidents/{reference}/evidence/{attachment}": (
        "/incidents/{grave}/evidence/{image}",
        "/incidents/{storm}/evidence/{text}",
        "/incidents/{grave}/evidence/{table}",
    ),
    "/incidents/{reference}/mail": ("/incidents/{grave}/mail",),
    "/incidents/{reference}/paper": ("/incidents/{grave}/paper", "/incidents/{training}/paper"),
    "/incidents/{reference}/told": ("/incidents/{grave}/told",),
    "/messages/off/{token}": ("/messages/off/cut",),
    "/page/{reference}": ("/page/{new}", "/page/{grave}"),
    "/search": ("/search", "/search?q=Πληρωμές", "/search?q=ωω", "/search?q=sev:9"),
    "/settings/severities": ("/settings/severities",),
    "/settings/templates": ("/settings/templates", "/settings/templates?edit=card-payments"),
    "/sign-in": ("/sign-in",),
    "/tasks": ("/tasks", "/tasks?view=everybody", "/tasks?view=done"),
    "nowhere": ("/nothing/like/it",),
}
"""Addresses of every page by its route; what stands in braces is looked up in the organisation."""


@pytest.mark.parametrize("route", PAGES)
def test_a_page_has_no_word_that_is_not_looked_up(furnace: Furnished, route: str) -> None:
    house, known = furnace
    said = list[str]()
    for path in PAGES[route]:
        place = path.format(**known)
        answer = house.client.get(place)
        said += [f"{place} {one}" for one in left(answer.text, *KNOWN)]
    told(said)


def told(said: list[str]) -> None:
    """Fail with all that is left, one a line."""
    if said:
        pytest.fail("not looked up:\n" + "\n".join(said), pytrace=False)


def test_whoever_is_not_signed_in_is_asked_to_in_their_words(furnace: Furnished) -> None:
    house, _ = furnace
    kept = house.client.cookies.get(session.NAME)
    house.client.cookies.clear()
    try:
        pages = [house.client.get("/sign-in"), house.client.get("/messages/off/cut")]
        form = {"email": "nobody@example.com", "password": "wrong"}
        pages.append(house.client.post("/sign-in", data=form))
    finally:
        house.client.cookies.set(session.NAME, str(kept))
    told([one for page in pages for one in left(page.text, *KNOWN)])


def sendings(form: Form) -> Generator[dict[str, str]]:
    """A form as it stands, without words, and with words in the place of those it has."""
    yield dict(form.sent)
    yield dict(form.sent) | dict.fromkeys(form.words, "")
    yield dict(form.sent) | dict.fromkeys(form.words, "Λέξεις")


ENDS: Final = re.compile(r"/(sign-out|theme|account/(sessions|password)|incidents/export)")
"""Forms that end the session under test, or answer no page."""


def test_what_forms_answer_has_no_word_that_is_not_looked_up(furnace: Furnished) -> None:
    house, known = furnace
    said, seen = dict[str, None](), set[tuple[object, ...]]()
    for place in [path.format(**known) for paths in PAGES.values() for path in paths]:
        for form in forms(house.client.get(place).text):
            shape = (
                form.method,
                re.sub(r"(INC|RES)-[^/]+|[0-9a-z]{26}", "x", form.action),
                form.words,
            )
            if form.method == "get" or ENDS.search(form.action) or shape in seen:
                continue
            seen.add(shape)
            for body in sendings(form):
                answer = posted(house, form.action or place, body)
                for one in left(answer.text, *KNOWN) if is_page(answer) else ():
                    said[f"{form.action} {one}"] = None
    told([*said])


def posted(house: House, place: str, body: dict[str, str]) -> Any:
    house.later()
    if "once" in body:
        house.count += 1
        body["once"] = f"once-{house.count:016}"
    return house.client.post(place, data=body, follow_redirects=True)


def is_page(answer: Any) -> bool:
    return "html" in str(answer.headers.get("content-type", ""))
