"""A rule that nobody has seen fail is a hope. Each one is shown to catch a planted offence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

OFFENCES = {
    "storeys": ("foundation/refusal.py", "import tocsin.ledger.ledger"),
    "rooms": ("features/incidents/events.py", "import tocsin.features.incidents.commands"),
    "pure": ("features/incidents/lifecycle.py", "import random"),
    "driver": ("features/incidents/commands.py", "import sqlalchemy"),
    "framework": ("access/policy.py", "import litestar"),
    "features": ("features/people/__init__.py", "import tocsin.features.incidents"),
    "durable": ("features/incidents/commands.py", "import dbos"),
    "knots": ("ledger/words.py", "import tocsin.ledger.ledger"),
}


def broken(copy: Path, contract: str | None = None) -> int:
    chosen = [] if contract is None else ["--contract", contract]
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", *chosen]
    environment = {"PYTHONPATH": str(copy / "src"), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=copy, capture_output=True, env=environment, check=False)
    return done.returncode


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_code_as_it_is_keeps_every_rule(copy: Path) -> None:
    assert broken(copy) == 0


@pytest.mark.parametrize("contract", OFFENCES)
def test_an_offence_is_caught(copy: Path, contract: str) -> None:
    module, offence = OFFENCES[contract]
    path = copy / "src" / "tocsin" / module
    path.parent.mkdir(exist_ok=True)
    before = path.read_text() if path.exists() else ""
    path.write_text(f"{offence}\n{before}")
    assert broken(copy, contract) == 1
