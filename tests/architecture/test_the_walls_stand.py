"""No function over 40 lines, no file over 400: the walls of STYLE.md."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [*(ROOT / "src").rglob("*.py"), *(ROOT / "verify" / "src").rglob("*.py")]


def test_no_file_is_over_400_lines() -> None:
    assert [path.name for path in FILES if path.read_text().count("\n") > 400] == []


def test_no_function_is_over_40_lines() -> None:
    long = [
        f"{path.name}:{node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= 40
    ]
    assert long == []
