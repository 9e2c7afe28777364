"""The reference misses nothing: no setting, event, refusal, address, command or metric."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tocsin.access.policy import ALLOWED, Permission, Role

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"

WRITTEN = {
    "events.md": re.compile(r"@event\(\s*\"([a-z_.]+)\""),
    "refusals.md": re.compile(r"Refused\(\s*\"([a-z_]+)\""),
    "metrics.md": re.compile(r"(?:Counter|Gauge|Histogram)\(\s*\"([a-z_]+)\""),
    "api.md": re.compile(r"@(?:get|post|put|delete)\(\s*\"([a-z_./0-9-]{2,})\""),
}
"""How the source writes what each page must know, read without the tool that makes the pages."""

TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


def sources() -> Iterator[str]:
    for file in (ROOT / "src").rglob("*.py"):
        if "tests" not in file.parts:
            yield file.read_text()


def tool(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/reference.py", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_reference_is_what_the_code_says_today() -> None:
    done = tool("--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", WRITTEN)
def test_nothing_that_the_source_writes_is_missing(page: str) -> None:
    said = (REFERENCE / page).read_text()
    found = {name for text in sources() for name in WRITTEN[page].findall(text)}
    assert found
    assert {name for name in found if name not in said} == set()


def test_every_page_of_the_reference_is_made_by_the_tool() -> None:
    for page in REFERENCE.glob("*.md"):
        assert "Made from the code" in page.read_text(), page.name


def test_the_table_of_who_may_do_what_is_the_policy() -> None:
    page = (ROOT / "docs" / "explanation" / "access.md").read_text()
    for permission in Permission:
        holders = [permission in ALLOWED[role] for role in Role]
        cells = " | ".join("yes" if holds else "–" for holds in holders)
        assert not any(holders) or f"| {permission} | {cells} |" in page


def test_every_promise_that_the_curriculum_names_is_a_test() -> None:
    promises = re.findall(r"`(test_\w+)`", (ROOT / "docs" / "curriculum.md").read_text())
    kept = {name for file in ROOT.rglob("test_*.py") for name in TEST.findall(file.read_text())}
    assert set(promises) - kept == set()


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))
def test_every_link_in_the_documentation_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_first_page_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 150
