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
    named = {name: value for node in ast.walk(tree) for name, value in _named(node)}
    says = any(isinstance(node, ast.ImportFrom) and _imports_say(node) for node in ast.walk(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and of_terms and _is_of_words(node):
            yield from _terms(node)
        if not isinstance(node, ast.Call):
            continue
        at = {"phrase": 0, "gettext": 0, "Refused": 1}.get(ast.unparse(node.func).split(".")[-1])
        if at is not None and len(node.args) > at:
            yield from _constants(node.args[at], named)
        if says and _is(node.func, "say"):
            yield from _pattern(node)


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What a name stands for in this file, where it is given to it once and for all."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        yield node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
        yield node.target.id, node.value


def _constants(said: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """The words themselves: as they stand there, by their name, or of two choices both."""
    match said:
        case ast.Constant(value=str(words)):
            yield words
        case ast.IfExp():
            yield from _constants(said.body, named)
            yield from _constants(said.orelse, named)
        case ast.Name(id=name) if name in named and not isinstance(named[name], ast.Name):
            yield from _constants(named[name], named)
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
