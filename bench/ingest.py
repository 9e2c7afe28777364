"""How fast alerts are taken, beside a real Alertmanager on the same machine and with the same bodies.

    python bench/ingest.py [--databases sqlite,postgresql] [--batches 1,10,100] [--rounds 5] [--secs 2]

Tocsin answers after its data is on disk; Alertmanager keeps alerts in memory. Both are run in turns. The
last line is the ratio of alerts a second (median of the rounds) for each database and batch size.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from running import Served, database_url, harness, say, send_once, serving

from tocsin.features.alerts.rows import news
from tocsin.storage.database import Database

WARM_SECONDS = 120


def known_series(tool: Path, served: Served) -> None:
    """Post every series and let the rules look at them: what is measured is a storm that goes on."""
    send_once(tool, served)
    database = Database(database_url(served.organisation))
    deadline = time.monotonic() + WARM_SECONDS
    while time.monotonic() < deadline:
        with database.read() as rows:
            if not news(rows, 1):
                break
        time.sleep(0.5)
    database.close()


def compared(tool: Path, database: str, asked: argparse.Namespace) -> str | None:
    """Run the harness on one database; answers its last line."""
    with serving(database) as served:
        if served is None:
            return None
        if not asked.unique:
            known_series(tool, served)
        command = [
            sys.executable,
            str(tool / "ratio.py"),
            "--candidate",
            f"{served.process.url}/api/v2/alerts",
            "--candidate-pid",
            str(served.process.pid),
            "--header",
            f"Authorization: Bearer {served.key}",
            "--label",
            f"tocsin on {database}",
            *("--batches", asked.batches, "--rounds", str(asked.rounds)),
            *("--secs", str(asked.secs), "--warm", str(asked.warm), "--unique", str(asked.unique)),
        ]
        last = ""
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            for line in running.stdout:
                last = line.strip()
                say(last)
        return last.removeprefix("ratio ") if running.returncode == 0 else None


def main() -> None:
    """Compare on every database asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--batches", default="1,10,100")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--secs", type=float, default=2)
    parser.add_argument("--warm", type=float, default=1)
    parser.add_argument("--unique", type=float, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-harness-") as folder:
        tool = harness(Path(folder))
        results = {name: compared(tool, name, asked) for name in asked.databases.split(",")}
    ratios = "; ".join(f"{name} {said or 'failed or skipped'}" for name, said in results.items())
    say(f"ratio to Alertmanager: {ratios}")


if __name__ == "__main__":
    main()
