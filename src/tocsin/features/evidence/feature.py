"""What the files of incidents bring to Tocsin."""

from functools import partial

from tocsin.feature import Feature, Job
from tocsin.features.evidence import api, commands, web
from tocsin.ledger.ledger import Ledger
from tocsin.outbox.scanning import Scan

SCAN_SECONDS = 30.0
DROP_SECONDS = 600.0


def feature(scan: Scan | None) -> Feature:
    """The feature, knowing what scans files for viruses, if anything does."""
    jobs = [Job(name="drop files", every_seconds=DROP_SECONDS, run=commands.drop_unfinished)]
    if scan is not None:
        jobs.append(Job(name="scan files", every_seconds=SCAN_SECONDS, run=partial(_scan, scan)))
    return Feature(name="evidence", routers=[api.ROUTER, web.ROUTER], jobs=jobs)


def _scan(scan: Scan, ledger: Ledger) -> bool:
    commands.scan_waiting(ledger, scan)
    return False


FEATURE = feature(None)
