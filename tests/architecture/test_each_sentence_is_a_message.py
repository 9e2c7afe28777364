"""What is said of an event is found in other languages by its pattern, as it stands in the source."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from random_events import Maker, kinds_of

from tocsin.features.incidents.sentences import will
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.sentence import Sentence
from tocsin.runtime.features import FEATURES, aggregates

SOURCE = Path(__file__).parents[2] / "src" / "tocsin"
IMPORTED = "tocsin.ledger.sentence"
EACH = 40
SAYS = {name: say for feature in FEATURES for name, say in feature.sentences.items()}
SPELLED = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.IfExp, ast.BoolOp, ast.Starred)
"""What may be words of ours: written so that they are there to be read, only the first of them is."""


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Each call of `say` in the source, and where it stands."""
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text())
        if "tests" not in file.parts and any(map(_imports_say, ast.walk(tree))):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "say":
                    yield f"{file.relative_to(SOURCE)}:{node.lineno}", node


def _imports_say(node: ast.AST) -> bool:
    if not isinstance(node, ast.ImportFrom):
        return False
    return node.module == IMPORTED and "say" in [name.name for name in node.names]


def written(call: ast.Call) -> str:
    """The pattern as the source has it."""
    parts, number = list[str](), 0
    for said in call.args:
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            parts.append(said.value.replace("%", "%%"))
        else:
            parts.append(f"%({number})s")
            number += 1
    return "".join(parts)


def said(sentence: Sentence) -> Iterator[str]:
    """The patterns of a sentence and of those inside, but for what has no word in it."""
    if any(sign.isalpha() for sign in sentence.pattern.replace(")s", "")):
        yield sentence.pattern
    for one in sentence.put_in:
        if isinstance(one, Sentence):
            yield from said(one)


@pytest.mark.parametrize(("place", "call"), [*calls()])
def test_words_of_ours_stand_in_a_sentence_as_they_are_said(place: str, call: ast.Call) -> None:
    spelled = [one for one in call.args if isinstance(one, SPELLED)]
    assert not call.keywords, place
    assert all(isinstance(one, ast.Constant) for one in spelled if not _chooses(one)), place


def _chooses(one: ast.expr) -> bool:
    """Whether it is one whole sentence or another: that is put in, and no word of this one."""
    either = [one.body, one.orelse] if isinstance(one, ast.IfExp) else []
    return bool(either) and all(ast.unparse(it).startswith(("say(", "NOTHING")) for it in either)


@pytest.mark.parametrize("aggregate", aggregates(), ids=lambda one: one.name)
def test_what_is_said_of_an_event_is_written_in_the_source(aggregate: Aggregate[Any, Any]) -> None:
    patterns, maker = {written(call) for _, call in calls()}, Maker(1)
    for kind in kinds_of(aggregate):
        for _ in range(EACH):
            event = maker.event(kind)
            told = [SAYS[aggregate.name](event, "ada")]
            told += [will(event, "INC-1")] if aggregate.name == "incident" else []
            assert {pattern for one in told for pattern in said(one)} <= patterns
