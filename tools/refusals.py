"""Finds every refusal code in the source, by reading it: for the reference, and for nothing else."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tocsin.access.status import status_of
from tocsin.api.problem import OF_FRAMEWORK, SENTENCES
from tocsin.features.alerts.intake.request import OWN
from tocsin.features.incidents.lifecycle import OVER
from tocsin.features.incidents.rules.eligibility import Obstacle
from tocsin.runtime.features import aggregates

SOURCE: Final = Path(__file__).parent.parent / "src" / "tocsin"

AGGREGATES: Final = sorted(aggregate.name for aggregate in aggregates())
MADE_OF: Final[Mapping[str, Sequence[str]]] = {
    "unknown_{aggregate.name}": [f"unknown_{name}" for name in AGGREGATES],
    "already_{incident.phase}": sorted(f"already_{phase}" for phase in OVER),
    "task_{task.state}": ["task_done", "task_dropped"],
    "{name}_missing": [f"{name}_missing" for name in ("anchor", "name", "question", "text", "why")],
}
"""What codes that are put together in the source can become. A new pattern needs a line here."""

OF_A_VALUE: Final[Mapping[str, Sequence[str]]] = {
    "found.value": sorted(one.value for one in Obstacle),
}
"""What codes that are the value of an enumeration can be."""

OF_THE_CODE: Final = ("aggregate.name", "term(incident.phase)", "term(task.state)")
"""What stands in a sentence as it stands in the code."""

PASSED_ON: Final = ("str(problem['code'])", "found['code']")
"""Where the client hands on what a server refused."""

ELSEWHERE: Final[Mapping[str, tuple[int, str]]] = {
    "fault": (500, "Something went wrong on our side. Nothing you sent was kept in the log."),
    "bad_request": (
        400,
        "The request cannot be read. `errors` names each field that is not right.",
    ),
    "bad_signal": (400, "What a monitor sent cannot be read. It is kept as a dead letter."),
} | {code: (status, SENTENCES.get(code, "")) for status, code in OF_FRAMEWORK.items()}
"""Codes of problems that are no refusals of the domain."""

ON_THE_MACHINE: Final = ("cli", "runtime", "ledger/backup", "ledger/key", "ledger/ledger")
ON_THE_MACHINE_TOO: Final = ("ledger/tables", "ledger/proof", "storage/migrating", "storage/schema")
DOORS: Final = "runtime/doors"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code, where its sentence was found first, and the sentence."""

    code: str
    reason: str
    is_of_commands: bool

    @property
    def shown_status(self) -> str:
        """The HTTP status, or a word where no door can answer it."""
        if self.code == "changed_meanwhile":
            return "409, or 412 with If-Match"
        if self.is_of_commands:
            return "command"
        own = OWN.get(self.code) or ELSEWHERE.get(self.code, (None, ""))[0]
        return str(own or status_of(self.code))


def refusals() -> list[Refusal]:
    """Every code, in order."""
    reasons: dict[str, str] = {code: said for code, (_, said) in ELSEWHERE.items()}
    places: dict[str, set[bool]] = defaultdict(set)
    for place, call, within in _calls():
        for code in _codes(call.args[0], within):
            reasons[code] = reasons.get(code) or _sentence(call.args[1], code, within)
            places[code].add(_is_of_commands(place))
    return [
        Refusal(code, reasons[code], code not in ELSEWHERE and all(places[code]))
        for code in sorted(reasons)
    ]


def _is_of_commands(place: str) -> bool:
    on_machine = place.startswith((*ON_THE_MACHINE, *ON_THE_MACHINE_TOO))
    return on_machine and not place.startswith(DOORS)


def _calls() -> Iterator[tuple[str, ast.Call, Sequence[ast.AST]]]:
    """Every `Refused(code, …)`, with its file and what it stands in, the innermost first."""
    for file in sorted(SOURCE.rglob("*.py")):
        if "tests" not in file.parts:
            place = file.relative_to(SOURCE).as_posix()
            tree = ast.parse(file.read_text())
            yield from ((place, call, within) for call, within in _within(tree, [tree]))


def _within(
    tree: ast.AST, scopes: Sequence[ast.AST]
) -> Iterator[tuple[ast.Call, Sequence[ast.AST]]]:
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Call(func=ast.Name(id="Refused"), args=[_, *_]):
                yield node, scopes
            case _:
                pass
        inner = [node, *scopes] if isinstance(node, ast.FunctionDef) else scopes
        yield from _within(node, inner)


def _codes(said: ast.expr, within: Sequence[ast.AST]) -> Sequence[str]:
    """The codes that an expression can be. Fails where it cannot tell: then the reference would lie."""
    match said:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.JoinedStr():
            return MADE_OF[ast.unparse(said)[2:-1]]
        case ast.Name(id=name):
            return [code for value in _values(name, within) for code in _choices(value, within)]
        case ast.Attribute() if (spelled := ast.unparse(said)) in OF_A_VALUE:
            return OF_A_VALUE[spelled]
        case _ if ast.unparse(said) in PASSED_ON:
            return []
        case _:
            raise ValueError(f"no code can be read from {ast.unparse(said)}")


def _choices(said: ast.expr, within: Sequence[ast.AST]) -> Iterator[str]:
    either = [said.body, said.orelse] if isinstance(said, ast.IfExp) else [said]
    yield from (code for one in either for code in _codes(one, within))


def _sentence(said: ast.expr, code: str, within: Sequence[ast.AST]) -> str:
    """The words of a refusal, followed to where they were written; `…` for what differs."""
    match said:
        case ast.Constant(value=str(sentence)):
            return sentence
        case ast.JoinedStr(values=parts):
            return "".join(_part(part, code) for part in parts)
        case ast.Call(func=ast.Name(id="phrase"), args=[ast.Constant(value=str(pattern))]):
            values = {str(one.arg): _value(one.value, code) for one in said.keywords}
            return pattern % values if values else pattern
        case ast.Name(id=name):
            return next((_sentence(one, code, within) for one in _values(name, within)), "")
        case _:
            return ""


def _part(part: ast.expr, code: str) -> str:
    match part:
        case ast.Constant(value=str(written)):
            return written
        case ast.FormattedValue(value=value):
            return _value(value, code)
        case _:
            return "…"


def _value(value: ast.expr, code: str) -> str:
    if ast.unparse(value) in OF_THE_CODE:
        return code.partition("_")[2].replace("_", " ")
    return "…"


def _values(name: str, within: Sequence[ast.AST]) -> Iterator[ast.expr]:
    """What is assigned to a name, the innermost first."""
    for scope in within:
        for node in ast.walk(scope):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    yield value
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if (
                    target == name
                ):
                    yield value
                case _:
                    pass
