"""What is kept is known without the doors: commands on the machine load neither pages nor API."""

import subprocess
import sys

KNOWN = """
from tocsin.runtime.opening import found_ledger
from tocsin.ledger.event import kinds
from tocsin.storage.columns import METADATA
import sys

def names():
    return {kind.name for kind in kinds()}

assert "litestar" not in sys.modules, "the framework is loaded"
tables, known = {*METADATA.tables}, names()
from tocsin.runtime.features import FEATURES
loaded = [router.path for feature in FEATURES for router in feature.routers]
assert loaded, "nothing was loaded"
print({*METADATA.tables} - tables, names() - known)
"""


def test_every_table_and_event_is_known_before_the_doors_are_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KNOWN], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "set() set()"
