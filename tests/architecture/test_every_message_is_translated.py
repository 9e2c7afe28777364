"""Every message of ours has a translation in every language, with the same values and elements."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OFF_PAGES = ("ledger/", "runtime/", "storage/", "features/silences/api/")
"""What is said on the machine itself, and to tools of an Alertmanager, word for word as that says it."""

GLUED = "import sys; sys.path[:0] = ['tools']; from spoken import glued; print(*glued(), sep='\\n')"


def test_every_message_is_translated_and_none_besides() -> None:
    command = [sys.executable, "tools/words.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_message_of_a_page_is_put_together_before_it_is_looked_up() -> None:
    command = [sys.executable, "-c", GLUED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    places = done.stdout.split()
    assert places, "there are some elsewhere: they must be found"
    assert [one for one in places if not one.startswith(OFF_PAGES)] == []
