"""What the files of incidents bring to Tocsin."""

from functools import partial

from tocsin.feature import Feature, Job
from tocsin.features.evidence import commands
from tocsin.features.evidence.port import Terms

SCAN_SECONDS = 30.0
DROP_SECONDS = 600.0
NOTE_SECONDS = 60.0


def feature(terms: Terms) -> Feature:
    """The feature, knowing what scans files for viruses, if anything does, and where the keys are."""
    jobs = [Job(name="drop files", every_seconds=DROP_SECONDS, run=commands.drop_unfinished)]
    if terms.scan is not None:
        run = partial(commands.scan_waiting, scan=terms.scan)
        jobs.append(Job(name="scan files", every_seconds=SCAN_SECONDS, run=run))
    if terms.keys_folder is not None:
        jobs.append(_noting(commands.Notes(terms.keys_folder)))
    return Feature(
        name="evidence",
        doors=["api:ROUTER", "web:ROUTER"],
        jobs=jobs,
    )


def _noting(notes: commands.Notes) -> Job:
    """Every machine notes beside its own keys what was withdrawn, on whichever that was."""
    name, run = "note withdrawals", notes.catch_up
    return Job(name=name, every_seconds=NOTE_SECONDS, run=run, is_for_every_process=True)


FEATURE = feature(Terms())
