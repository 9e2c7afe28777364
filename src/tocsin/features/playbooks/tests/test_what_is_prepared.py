"""Templates and severity criteria: checked before they are written, versioned, chosen by service."""

import pytest

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.playbooks import commands
from tocsin.features.playbooks.rules import choosing
from tocsin.features.playbooks.terms import (
    SHIPPED,
    KeptTemplate,
    Level,
    Runbook,
    SeverityCriteria,
    Template,
)
from tocsin.foundation.clock import system_clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

GATEWAY = Runbook(name="Restart the gateway", url="https://runbooks.example.com/gateway")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), system_clock, origin="test")


def work(ledger: Ledger, role: Role) -> UnitOfWork:
    return UnitOfWork(ledger, holding(role, By(id=role.value, kind="person"), role.value))


def test_each_writing_is_a_version_and_the_same_again_is_none(ledger: Ledger) -> None:
    ada = work(ledger, Role.ADMIN)
    first = Template(services=("cards",), runbooks=(GATEWAY,))
    assert commands.write_template(ada, "cards", first).version == 1
    assert commands.write_template(ada, "cards", first).version == 1
    assert commands.write_template(ada, "cards", Template(services=("cards",))).version == 2
    [kept] = commands.templates(work(ledger, Role.OBSERVER), "Cards")
    assert (kept.name, kept.version) == ("cards", 2)
    commands.retire_template(ada, "cards")
    assert commands.templates(ada) == []
    with pytest.raises(Refused, match="no template cards"):
        commands.template(ada, "cards")
    assert commands.write_template(ada, "cards", first).version == 3


def test_only_who_may_change_the_settings_writes(ledger: Ledger) -> None:
    rex = work(ledger, Role.RESPONDER)
    for deed in (
        lambda: commands.write_template(rex, "cards", Template()),
        lambda: commands.retire_template(rex, "cards"),
        lambda: commands.write_criteria(rex, SHIPPED),
        lambda: commands.ship_criteria(rex),
        lambda: commands.templates(work(ledger, Role.AUDITOR)),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "not_allowed"


@pytest.mark.parametrize(
    "template",
    [
        Template(title="Cards"),
        Template(title="{title} and {title}"),
        Template(title="{title}\nmore"),
        Template(services=("",)),
        Template(services=("cards", "cards")),
        Template(asks=("a" * 201,)),
        Template(first_tasks="a" * 10_001),
        Template(team="two\nlines"),
        *(
            Template(runbooks=(Runbook(name="x", url=url),))
            for url in (
                "http://runbooks.example.com/",
                "javascript:alert(1)",
                "https://",
                "https://user:secret@runbooks.example.com/",
                "https://runbooks.example.com/a b",
                "https://runbooks.example.com:0/",
                "https://[::1",
            )
        ),
    ],
)
def test_what_is_wrong_is_not_written(ledger: Ledger, template: Template) -> None:
    with pytest.raises(Refused) as refused:
        commands.write_template(work(ledger, Role.ADMIN), "cards", template)
    assert refused.value.code == "bad_template"


@pytest.mark.parametrize("name", ["", "Cards", "../cards", "a/b", "-cards", "a" * 61])
def test_a_name_can_stand_in_an_address(ledger: Ledger, name: str) -> None:
    with pytest.raises(Refused, match="small letters"):
        commands.write_template(work(ledger, Role.ADMIN), name, Template())


def test_the_shipped_criteria_hold_until_others_are_written(ledger: Ledger) -> None:
    ada = work(ledger, Role.ADMIN)
    assert commands.criteria(ada) == (SHIPPED, True)
    own = SeverityCriteria(levels=tuple(Level(who=f"Team {n}", what="Bad") for n in range(4)))
    commands.write_criteria(ada, own)
    assert commands.criteria(ada) == (own, False)
    commands.ship_criteria(ada)
    commands.ship_criteria(ada)
    assert commands.criteria(ada) == (SHIPPED, True)
    for wrong in (
        SeverityCriteria(levels=own.levels[:3]),
        SeverityCriteria(levels=(*own.levels[:3], Level(who=" ", what="Bad"))),
        SeverityCriteria(levels=(*own.levels[:3], Level(who="x", what="y", words=("",)))),
    ):
        with pytest.raises(Refused) as refused:
            commands.write_criteria(ada, wrong)
        assert refused.value.code == "bad_criteria"


def test_runbooks_of_the_template_that_was_used_stand_first_and_each_link_once() -> None:
    own = Runbook(name="Own", url="https://runbooks.example.com/own")
    several = [
        KeptTemplate(name="a", version=1, template=Template(services=("x",), runbooks=(GATEWAY,))),
        KeptTemplate(name="b", version=1, template=Template(runbooks=(own, GATEWAY))),
    ]
    assert choosing.runbooks_for(several, "X", "b") == [own, GATEWAY]
    assert choosing.runbooks_for(several, "x", None) == [GATEWAY]
    assert choosing.runbooks_for(several, None, None) == []


def test_a_title_is_dressed_once() -> None:
    dressed = choosing.titled(Template(title="Cards: {title}"), "refused")
    assert dressed == "Cards: refused"
    assert choosing.titled(Template(title="Cards: {title}"), dressed) == dressed
    assert choosing.titled(Template(), "refused") == "refused"
