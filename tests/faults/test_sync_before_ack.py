"""No sender is answered before the disk has what it sent: read off the system calls of the server."""

import http.client
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from processes import Process, organisation, until

ACKS = 200
SYNC = re.compile(r"fdatasync\(\d+\)\s+= 0|<\.\.\. fdatasync resumed>.*= 0")
CALLS = "trace=fdatasync,fsync,read,recvfrom,write,writev,sendto,sendmsg"


@pytest.fixture
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("missing: strace (apt-get install strace)")
    return found


def post(port: int, path: str, names: list[str]) -> int:
    alerts = [{"labels": {"alertname": name}, "endsAt": "2036-01-01T00:00:00Z"} for name in names]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"content-type": "application/json"}
    connection.request("POST", path, json.dumps(alerts).encode(), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def traced(strace: str, process: Process, log: Path) -> "subprocess.Popen[bytes]":
    command = [strace, "-f", "-s", "24", "-e", CALLS, "-o", str(log), "-p", str(process.pid)]
    watching = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert watching.stderr is not None
    assert b"attached" in watching.stderr.readline()
    return watching


def unsynced(lines: list[str]) -> tuple[int, list[int]]:
    """How many requests were acknowledged, and which of them without a sync since they were read."""
    acks, missing, is_synced = 0, list[int](), True
    for line in lines:
        if '"POST /am/' in line:
            is_synced = False
        elif SYNC.search(line):
            is_synced = True
        elif '"HTTP/1.1 200' in line:
            acks += 1
            if not is_synced:
                missing.append(acks)
    return acks, missing


@pytest.mark.timeout(180)
@pytest.mark.parametrize("what", ["new", "repeated"])
def test_every_acknowledgement_comes_after_a_sync(tmp_path: Path, strace: str, what: str) -> None:
    log = tmp_path / "calls"
    with organisation(tmp_path) as made:
        path = urlsplit(made.source("prometheus", "prometheus")).path + "/api/v2/alerts"
        process = made.serve()
        port = int(urlsplit(process.url).port or 0)
        assert post(port, path, ["warm"]) == 200
        watching = traced(strace, process, log)
        for number in range(ACKS):
            assert post(port, path, [f"new-{number}" if what == "new" else "warm"]) == 200
        until(lambda: log.read_text().count('"HTTP/1.1 200') >= ACKS, why="not all calls were seen")
        watching.terminate()
        watching.communicate()
        acks, missing = unsynced(log.read_text().splitlines())
    assert acks >= ACKS
    assert missing == []
