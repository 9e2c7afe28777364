"""Who is in an audience finds what is for it wherever entries are found, and others find all the rest."""

import re
from collections.abc import Generator

import pytest
from audiences import INCIDENTS, WORD, House, Somebody, entries_of, house_with_audiences, write_all
from serving import served
from typing_in import typing_at

from tocsin.access.policy import Audience
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.ledger.words import Text
from tocsin.runtime.app import make_app
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database


@pytest.fixture
def house(database: Database) -> Generator[House]:
    with house_with_audiences(database) as made:
        yield made


def test_those_it_is_for_find_it_wherever_an_entry_is_found(house: House) -> None:
    reference = house.declare()
    write_all(house, reference)
    for path in (
        f"{INCIDENTS}/{reference}/timeline",
        f"{INCIDENTS}/{reference}/timeline?show=findings",
        f"{INCIDENTS}/{reference}/timeline?show=decisions",
        f"{INCIDENTS}/{reference}/timeline?show=key-moments",
        f"/api/v1/search?q={WORD[:6]}",
        f"/search?q={WORD[:6]}",
        f"/incidents/{reference}",
        f"/incidents/{reference}?show=people",
        f"/incidents/{reference}?at=legal-1",
        f"/incidents/{reference}?correct=legal-1",
    ):
        assert WORD in house.lea.get(path).text, path
    page = house.lea.get(f"/incidents/{reference}").text
    assert "Legal only" in page
    assert 'name="audience"' in page
    assert 'name="audience"' not in house.eve.get(f"/incidents/{reference}").text
    found = house.lea.get("/api/v1/search", q=WORD).json()["items"]
    assert [one["incident"]["reference"] for one in found] == [reference]
    assert {entry["audience"] for entry in entries_of(house.lea, reference)} == {None, "legal"}
    assert "reads what is for legal only" in house.lea.get("/account").text


def test_what_others_see_is_numbered_through(house: House) -> None:
    reference = house.declare()
    for nth in range(120):
        who, audience = (house.eve, None) if nth % 3 else (house.lea, Audience.LEGAL)
        said = Noted(kind=NoteKind.NOTE, text=Text(f"entry {nth}"), audience=audience)
        name = commands.note(who.work, reference, said).name
        assert name.startswith("legal-") is (audience is not None)
    names = re.compile(r'id="entry-([a-z0-9-]+)"')
    address, seen = f"/incidents/{reference}", list[str]()
    while address:
        page = house.eve.get(address).text
        seen += names.findall(page)
        earlier = re.search(r'href="([^"]*before=[^"]*)"', page)
        address = earlier.group(1) if earlier else ""
    assert seen == [str(number) for number in range(81, 0, -1)]
    assert '<span class="n">81</span>' in page
    assert '<span class="n">121</span>' in house.lea.get(f"/incidents/{reference}").text
    whole: list[str] = []
    path: dict[str, str] = {"limit": "7"}
    while True:
        got = house.lea.get(f"{INCIDENTS}/{reference}/timeline", **path).json()
        whole += [entry["text"] for entry in got["items"]]
        if got["next"] is None:
            break
        path["cursor"] = got["next"]
    assert len(whole) == 121


def test_search_gives_everybody_the_newest_that_they_may_read(house: House) -> None:
    reference = house.declare()
    eve, lea = house.eve, house.lea

    def excerpt(who: Somebody, q: str) -> list[str]:
        found = who.get("/api/v1/search", q=q).json()["items"]
        return ["".join(piece["text"] for piece in one["excerpt"]) for one in found]

    lea.post(f"{INCIDENTS}/{reference}/notes", text="The pool, first", audience="legal")
    assert (excerpt(eve, "pool"), excerpt(lea, "pool")) == ([], ["The pool, first"])
    eve.post(f"{INCIDENTS}/{reference}/notes", text="The pool, second")
    assert (excerpt(eve, "pool"), excerpt(lea, "pool")) == (["The pool, second"],) * 2
    lea.post(f"{INCIDENTS}/{reference}/notes", text="The pool, third", audience="legal")
    assert (excerpt(eve, "pool"), excerpt(lea, "pool")) == (
        ["The pool, second"],
        ["The pool, third"],
    )
    assert len(excerpt(eve, "cards -third")) == 1
    assert excerpt(lea, "cards -third") == []


def test_it_is_written_and_read_from_a_terminal(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = house.declare()
    with served(make_app(house.ledger, Settings())) as url:
        typed = typing_at(url, monkeypatch, capsys)
        monkeypatch.setenv("TOCSIN_TOKEN", house.lea.token)
        assert typed("note", reference, WORD, "--audience", "legal")[0] == 0
        assert f"lea wrote a note: {WORD} [legal only]" in typed("show", reference)[1]
        assert WORD in typed("search", WORD)[1]
        assert typed("note", reference, "x", "--audience", "security")[0] == 1
        monkeypatch.setenv("TOCSIN_TOKEN", house.eve.token)
        assert WORD not in typed("show", reference)[1]
        assert WORD not in typed("show", reference, "--json")[1]
        assert typed("search", WORD)[1].count(reference) == 0
        code, _, err = typed("note", reference, "x", "--audience", "legal")
        assert (code, "not among those who read for legal only" in err) == (1, True)
