"""Whatever is written, wherever it can be written: it is read back, and is never more than words.

Fields are found by the API's own description and by the forms of the pages: a new one is in at once.
Every house is built twice, once with the hostile words and once with the same words without the signs
that mean something in HTML: no page of the one has an element that the other does not have.
"""

import csv
import io
import json
import logging
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hostile import ATTACKS, SEED, innocent, is_text, words
from open_house import House, open_house
from skeleton import Form, forms, odd
from twins import ALL, SWITCHED_ON, Twins, compare_pages, must_be_alike, sample, twins
from worded_fields import FRAMES, Answered, Field, Fields, attempt, tried_in
from worded_fields import INNOCENT as PLAIN

from tocsin.features.evidence.rules.names import harmless
from tocsin.foundation.one_line import one_line

REFERS = re.compile("unknown_|no_such_|token_is_nobody|bad_|nobody_named|name_taken|mail_in_off")
"""How a field refuses plain words that names something else: a person, an entry, a tag."""
UNSAID = {
    "/api/v1/people password",
    "/api/v1/incidents/exports query",
    "/api/v1/incidents/views query",
    "without /api/v1/incidents/{reference}/alerts alerts",
    "without /api/v1/incidents/{reference}/restriction reason",
    "/api/v1/alert-rules/trial rule condition",
    "/api/v1/alert-rules/trial rule severity_by_word {key}",
    "/api/v1/alert-rules/trial rule title",
}
"""Taken and never shown by the API: a secret, a question, a trial, what is not there, what is hidden."""
ASKED_BEFOREHAND = "/api/v1/incidents/preview"


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    """The client under test logs every request; here are thousands."""
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


def strings(value: Any) -> Iterator[str]:
    """Every string in an answer."""
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield key
                yield from strings(inner)
        case list() | tuple():
            for inner in value:
                yield from strings(inner)
        case _:
            return


def forms_of(text: str) -> set[str]:
    """A text as it may be read back: as it was, without blanks around it, or as the manual says."""
    return {text, text.strip(), one_line(text), text.strip().lower(), harmless(text)}


def read_back(fields: Fields, house: House, done: Answered, text: str) -> bool:
    """Whether the API says the words again: of the incident that they were said of, or anywhere.

    What it does not say (evidence, a reason in a record) is looked for in the record itself.
    """
    if "reference" in done.known:
        one = f"/api/v1/incidents/{done.known['reference']}"
        paths = [one, f"{one}/timeline", f"{one}/tasks", f"{one}/roles"]
    else:
        paths = lists(fields.description["paths"])
    answers = [done.answer.json() if done.answer.content else None]
    if said_in(answers, text):
        return True
    if said_in([house.api("GET", path).json() for path in paths], text):
        return True
    return said_in([recorded(house, done.before), kept_files(house, done)], text)


def said_in(answers: list[Any], text: str) -> bool:
    said = "\n\0".join(one for answer in answers for one in strings(answer))
    return any(form in said for form in forms_of(text))


def recorded(house: House, after: int) -> list[str]:
    """Every word of the record after an entry."""
    events = [msgspec.to_builtins(entry.event) for entry in house.ledger.after(after)]
    return [*strings(events)]


def kept_files(house: House, done: Answered) -> list[str]:
    """What the files of an incident hold and how they are called."""
    if "reference" not in done.known:
        return []
    place = f"/api/v1/incidents/{done.known['reference']}/attachments"
    items = house.api("GET", place).json().get("items", [])
    return [*strings(items), *(house.api("GET", f"{place}/{one['id']}").text for one in items)]


def lists(described: dict[str, Any]) -> list[str]:
    """Every list that the API shows without being told of what."""
    silent = ("/api/v1/stream", "/api/v1/search")
    return [path for path, item in described.items()
            if "get" in item and "{" not in path and path not in silent]  # fmt: skip


def framed(one: Field, text: str) -> list[str]:
    """The words alone, and in the form that the field wants where it wants one."""
    frame = FRAMES.get(one.name)
    return [text] if frame is None else [frame.replace("{}", text), text]


def must_be_clear(answer: Any, why: object) -> None:
    """Done, or refused as the sender's mistake, with a code and a sentence."""
    assert answer.status_code < 500, (why, answer.text)
    if answer.status_code >= 400:
        problem = answer.json()
        assert problem["code"], why
        assert problem["detail"], why
        assert problem["status"] == answer.status_code, why


Plan = dict[Field, tuple[str, str] | str]
"""For each field the state in which it takes plain words, and the frame for them; or why it does not."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fields, Plan]:
    """Every field of the API, tried with plain words."""
    logging.disable(logging.INFO)
    with open_house(tmp_path_factory.mktemp("plan"), **SWITCHED_ON) as house:
        fields = Fields(house.client.get("/api/v1/openapi.json").json())
        return fields, {one: takes(fields, house, one) for one in fields.all()}


def takes(fields: Fields, house: House, one: Field) -> tuple[str, str] | str:
    found: tuple[str, str] | str = ""
    for state in tried_in(one):
        plain = f"Plain-4711-{house.count}"
        for text in framed(one, plain):
            done = attempt(fields, house, one, text, state)
            if done.status >= 300:
                found = found or str(done.answer.json()["code"])
                continue
            found = state, ("{}" if text == plain else FRAMES[one.name])
            if one.name in UNSAID or read_back(fields, house, done, text):
                return found
        if isinstance(found, str) and REFERS.match(found):
            return found
    return found


def said_in_twins(
    fields: Fields, both: Twins, one: Field, said: tuple[str, str, str]
) -> str | None:
    """Say words in both houses; answers why they were not read back, if they were not."""
    state, frame, text = said
    written = frame.replace("{}", text)
    done = attempt(fields, both[0], one, written, state)
    must_be_clear(done.answer, (one.name, text))
    if done.status >= 300:
        attempt(fields, both[1], one, written, state)
        return None
    twin = text if one.place[-1] == "query" else innocent(text)  # there `&` parts filters
    other = attempt(fields, both[1], one, frame.replace("{}", twin), state)
    assert other.status < 300, (one.name, text, other.answer.text)
    is_kept = one.name in UNSAID or one.path.startswith(ASKED_BEFOREHAND)
    return None if is_kept or read_back(fields, both[0], done, written) else f"{one.name}: {text!a}"


LISTS = (
    "/incidents", "/incidents?view=mine", "/incidents?view=over", "/incidents/views", "/tasks",
    "/alerts", "/alerts?view=every", "/alerts/rules", "/settings/templates", "/settings/severities",
    "/account", "/declare", "/search?q=plain", "/search?q=script", "/incidents/bulk?deed=tag",
)  # fmt: skip


def every_field(tmp_path: Path, plan: tuple[Fields, Plan], count: int, seed: int) -> None:
    """So many words in every field of the API, and then every page compared."""
    chance, (fields, ways) = Random(seed), plan
    with twins(tmp_path) as both:
        lost, seen = list[str](), list[tuple[str, str]]()
        for one, how in ways.items():
            if isinstance(how, str):
                assert REFERS.match(how), f"{one.name} takes no plain words: {how}"
                [text] = sample(chance, 1)
                done = attempt(fields, both[0], one, text, "reported")
                must_be_clear(done.answer, one.name)
                attempt(fields, both[1], one, PLAIN, "reported")
                continue
            for text in sample(chance, count, 150):
                lost += [why for why in [said_in_twins(fields, both, one, (*how, text))] if why]
            if "{reference}" in one.path and "restriction" not in one.path:
                seen.append((f"/incidents/{both[0].newest}", f"/incidents/{both[1].newest}"))
        assert lost == [], "\n".join(lost)
        compare_pages(both, [*seen, *((path, path) for path in LISTS)])


def test_every_field_of_the_api_takes_words_as_words_or_refuses_them(
    tmp_path: Path, plan: tuple[Fields, Plan]
) -> None:
    print(f"seed {SEED}")
    assert sum(not isinstance(how, str) for how in plan[1].values()) >= 80
    every_field(tmp_path, plan, 1, SEED)


DOORS = ("/declare", "/account", "/settings/templates", "/settings/severities", "/alerts/rules",
         "/incidents", "/incidents/views?name=mine", "/tasks", "/search", "/alerts")  # fmt: skip
"""Pages with forms that are about no incident."""


def places(house: House) -> list[str]:
    """Pages with forms, of an organisation with an incident in every state, a file, an alert, a view."""
    found = [*DOORS]
    for state in ("reported", "investigating", "resolved", "closed"):
        known = house.incident(state, ("alert", "task", "role", "attachment"))
        at = f"/incidents/{known['reference']}"
        found += [at, f"{at}/evidence/{known['attachment']}", f"/alerts/{known['alert']}"]
        found += [f"/incidents/bulk?deed={deed}&row={known['reference']}" for deed in BULK]
    house.named(("view",))
    return found


BULK = ("tag", "close", "merge", "assign")


def shape(form: Form) -> tuple[str, str, tuple[str, ...]]:
    """What makes two forms the same form, on whatever page they stand."""
    return form.method, re.sub(r"/(INC-[^/]+|[0-9a-z]{26})", "/x", form.action), form.words


def sent(house: House, where: str, form: Form, field: str, text: str) -> Any:
    """Send a form as it stands, but for the words in one field; empty ones get some where they must."""
    house.later()
    fields = {name: value or "Plain words" for name, value in form.sent if name in form.words}
    fields = dict(form.sent) | fields | {field: text}
    if "once" in fields:
        house.count += 1
        fields["once"] = f"once-{house.count:016}"
    action = form.action or where
    if form.method == "get":
        return house.client.get(action.partition("?")[0], params=fields)
    return house.client.post(action, data=fields)


def every_form(tmp_path: Path, count: int, seed: int) -> int:
    """So many words in every field of every form of the pages; answers how many fields there are."""
    chance, known = Random(seed), set[tuple[object, str]]()
    with twins(tmp_path) as both:
        for mine, theirs in zip(places(both[0]), places(both[1]), strict=True):
            pages = [both[0].client.get(mine), both[1].client.get(theirs)]
            assert [page.status_code for page in pages] == [200, 200], mine
            pairs = [*zip(forms(pages[0].text), forms(pages[1].text), strict=True)]
            for form, other in pairs:
                for field in form.words:
                    if (shape(form), field) in known:
                        continue
                    known.add((shape(form), field))
                    for text in sample(chance, count):
                        answer = sent(both[0], mine, form, field, text)
                        twin = sent(both[1], theirs, other, field, innocent(text))
                        where = (form.action, field, ascii(text))
                        assert answer.status_code < 500, where
                        assert answer.status_code == twin.status_code, where
                        if "html" in answer.headers.get("content-type", ""):
                            must_be_alike(str(where), answer.text, twin.text)
    return len(known)


def test_every_field_of_every_form_takes_words_as_words_or_refuses_them(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    assert every_form(tmp_path, 1, SEED) >= 50


def test_what_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    with open_house(tmp_path / "house") as house:
        for text in [text for text in words(ALL) if not is_text(text)]:
            body = json.dumps({"title": text}).encode()
            answer = house.api("POST", "/api/v1/incidents", body)
            must_be_clear(answer, ascii(text))
            assert answer.status_code == 400, ascii(text)


@pytest.mark.parametrize("count", [35, pytest.param(60, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kind", ["generic", "alertmanager", "pagerduty"])
def test_monitors_of_every_kind_may_send_hostile_words(
    tmp_path: Path, kind: str, count: int
) -> None:
    chance = Random(SEED)
    with open_house(tmp_path / "house") as house:
        send = house.sender(kind)
        for text in sample(chance, count):
            answer = send(text)
            assert answer.status_code in (200, 202, 400, 413), (answer.status_code, ascii(text))
        house.settle()
        shown = house.api("GET", "/api/v1/alerts", limit=200).json()["items"]
        assert len(shown) > 20
        for one in shown:
            assert one["title"].isprintable() or not set(one["title"]) & set("\x1b\r\n\x07\x9b")
            page = house.client.get(f"/alerts/{one['id']}")
            assert page.status_code == 200
            assert odd(page.text) == [], ascii(one["title"])


@pytest.mark.parametrize("count", [50, pytest.param(150, marks=pytest.mark.soak)])
def test_lists_that_are_taken_away_are_inert_and_whole(tmp_path: Path, count: int) -> None:
    """What a spreadsheet would calculate stands behind an apostrophe; taking that away gives it back."""
    chance = Random(SEED)
    titles = [*ATTACKS["formula"], *sample(chance, count, 150)]
    with open_house(tmp_path / "house") as house:
        said = dict[str, str]()
        for title in titles:
            body = {"title": title, "service": title[:200]}
            answer = house.api("POST", "/api/v1/incidents", body)
            must_be_clear(answer, ascii(title))
            if answer.status_code == 201:
                said[answer.json()["reference"]] = one_line(title)
        asked = {"query": "view=open", "format": "csv"}
        whole = house.api("POST", "/api/v1/incidents/exports", asked)
        cells = [row for row in csv.reader(io.StringIO(whole.text, newline="")) if row]
        for row in cells:
            for cell in row:
                assert not cell.startswith(
                    ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20")
                )
        found = {row[0]: row[1].removeprefix("'") for row in cells if row[0] in said}
        assert found == said
        lines = house.api("POST", "/api/v1/incidents/exports", asked | {"format": "jsonl"}).text
        kept = [json.loads(line) for line in lines.strip("\n").split("\n")]
        assert {one["reference"]: one["title"] for one in kept if "reference" in one} == said


@pytest.mark.parametrize("count", [5, pytest.param(50, marks=pytest.mark.soak)])
def test_addresses_and_searches_take_words_as_words(tmp_path: Path, count: int) -> None:
    chance = Random(SEED)
    with twins(tmp_path) as both:
        for house in both:
            house.declare("Plain words of the pool")
        for text in sample(chance, count, 300):
            for path, name in (("/search", "q"), ("/incidents", "text"), ("/alerts", "text")):
                answers = [both[0].client.get(path, params={name: text})]
                answers.append(both[1].client.get(path, params={name: innocent(text)}))
                assert answers[0].status_code < 500, (path, ascii(text))
                assert odd(answers[0].text) == [], (path, ascii(text))
                if answers[0].status_code == answers[1].status_code == 200:
                    must_be_alike(f"{path} {text!a}", *(one.text for one in answers))
            assert both[0].client.get("/search/found", params={"q": text}).status_code < 500
            assert both[0].api("GET", "/api/v1/search", q=text).status_code < 500


@pytest.mark.soak
def test_every_field_takes_many_more_of_them(tmp_path: Path, plan: tuple[Fields, Plan]) -> None:
    """Four words in each field, of another seed each time it is run."""
    seed = Random().randrange(1 << 32)
    print(f"seed {seed}")
    every_field(tmp_path / "fields", plan, 4, seed)
    every_form(tmp_path / "forms", 6, seed)
