"""Finds every message that pages say, where it stands: in templates, in Python and in scripts.

In Python these are the first words of `phrase` and `gettext`, the sentence of a `Refused`, what is
constant in a `say` of the ledger (everything else is put in by its number), and the words that the
domain stores (`false_positive`), which pages read with blanks.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from jinja2.ext import babel_extract

from tocsin.web import script_words

SOURCE: Final = Path(__file__).parent.parent / "src" / "tocsin"
HOW: Final = {
    "newstyle_gettext": "true",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
"""As pages read templates."""

UNREAD: Final = ("tests", "demo", "cli", "integrations")
"""What never comes on a page of ours: tests, made-up words, terminals, and what others are told."""
OF_TERMINALS: Final = "cli.py"
OF_TERMS: Final = ("terms.py", "policy.py")
"""Files whose kinds of words the domain stores."""
SENTENCES: Final = "tocsin.ledger.sentence"

Named = dict[str, list[ast.expr]]
Message = str | tuple[str, str]
"""A message, or one for one thing and one for several."""


def messages() -> set[Message]:
    """Every message. One that is said of several things is not found again as that of one."""
    found = set[Message]()
    for template in sorted(SOURCE.rglob("templates/**/*.html")):
        found |= {*_in_template(template)}
    for file in sorted(SOURCE.rglob("*.py")):
        found |= {*_in_python(file)} if _is_read(file) else set()
    found |= {*script_words.phrases()}
    of_several = {one[0] for one in found if isinstance(one, tuple)}
    return {one for one in found if one and one not in of_several}


def _in_template(template: Path) -> Iterator[Message]:
    with template.open("rb") as opened:
        for _, called, said, _ in babel_extract(opened, ("_", "gettext", "ngettext"), (), HOW):
            words = [one for one in ([said] if isinstance(said, str) else said or ()) if one]
            if called == "ngettext" and len(words) > 1:
                yield words[0], words[1]
            elif words:
                yield words[0]


def _is_read(file: Path) -> bool:
    is_for_others = {*UNREAD} & {*file.relative_to(SOURCE).parts}
    return not is_for_others and not file.name.endswith(OF_TERMINALS)


def _in_python(file: Path) -> Iterator[str]:
    tree, of_terms = ast.parse(file.read_text("utf-8")), file.name in OF_TERMS
    named, takers = _named(tree), _takers(tree)
    says = any(isinstance(node, ast.ImportFrom) and _imports_say(node) for node in ast.walk(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and of_terms and _is_of_words(node):
            yield from _terms(node)
        if not isinstance(node, ast.Call):
            continue
        if (said := _taken(node, takers)) is not None:
            yield from _constants(said, named)
        if says and _is(node.func, "say"):
            yield from _pattern(node)


def glued() -> Iterator[str]:
    """Where a message is put together before it is looked up: in no catalogue would it be found."""
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        named, takers = _named(tree), _takers(tree)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for said in (_taken(call, takers) for call in calls if _is_read(file)):
            choices = named.get(said.id, []) if isinstance(said, ast.Name) else [said]
            if any(isinstance(one, ast.JoinedStr) for one in choices):
                yield file.relative_to(SOURCE).as_posix()


def _named(tree: ast.Module) -> Named:
    """What names stand for in a file, wherever they are given to it."""
    found: Named = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.setdefault(name, []).append(value)
            case _:
                pass
    return found


def _takers(tree: ast.Module) -> dict[str, int]:
    """Who takes a message, and as which argument: also a function that only hands it on."""
    found, known = {"phrase": 0, "gettext": 0, "Refused": 1}, 0
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    while len(found) > known:
        known = len(found)
        for function in functions:
            given = [one.arg for one in function.args.args]
            for node in ast.walk(function):
                said = _taken(node, found) if isinstance(node, ast.Call) else None
                if isinstance(said, ast.Name) and said.id in given:
                    found.setdefault(function.name, given.index(said.id))
    return found


def _taken(call: ast.Call, takers: dict[str, int]) -> ast.expr | None:
    """The argument that is a message, of a call of who takes one."""
    at = takers.get(ast.unparse(call.func).split(".")[-1])
    return call.args[at] if at is not None and len(call.args) > at else None


def _constants(said: ast.expr, named: Named) -> Iterator[str]:
    """The words themselves: as they stand there, by their name, or of two choices both."""
    match said:
        case ast.Constant(value=str(words)):
            yield words
        case ast.IfExp():
            yield from _constants(said.body, named)
            yield from _constants(said.orelse, named)
        case ast.Name(id=name):
            for one in named.get(name, []):
                if not isinstance(one, ast.Name):
                    yield from _constants(one, named)
        case _:
            return


def _pattern(call: ast.Call) -> Iterator[str]:
    """What a sentence of the ledger is looked up by, where it has a word in it."""
    made, number, has_words = "", 0, False
    for part in call.args:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            made += part.value.replace("%", "%%")
            has_words |= any(sign.isalpha() for sign in part.value)
        else:
            made += f"%({number})s"
            number += 1
    if has_words:
        yield made


def _terms(kind: ast.ClassDef) -> Iterator[str]:
    for one in kind.body:
        value = cast("Any", getattr(one, "value", None))
        if isinstance(one, ast.Assign) and isinstance(value, ast.Constant):
            word = str(value.value).replace("_", " ")
            if word.isascii() and word[:1].isalpha():
                yield word


def _imports_say(node: ast.ImportFrom) -> bool:
    return node.module == SENTENCES and "say" in [one.name for one in node.names]


def _is_of_words(kind: ast.ClassDef) -> bool:
    return any(_is(base, "StrEnum") for base in kind.bases)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
