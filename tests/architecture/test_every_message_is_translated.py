"""Every message of ours has a translation in every language, with the same values and elements."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_message_is_translated_and_none_besides() -> None:
    command = [sys.executable, "tools/words.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
