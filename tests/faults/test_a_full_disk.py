"""A full disk stops writing and nothing else: 507, reading goes on, and it recovers unaided."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from processes import GIVE_UP_SECONDS, Client, Process, alert, organisation, until

SMALL = "64m"
MANY = 100


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    if os.getuid() != 0:
        pytest.skip("missing: the right to mount a small disk (run as root)")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Take what is left of the disk."""
    stuffing = disk / "stuffing"
    with stuffing.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return stuffing


def send(process: Process, path: str, names: list[str]) -> tuple[int, str | None]:
    body = json.dumps([alert(name) for name in names]).encode()
    request = urllib.request.Request(
        f"{process.url}{path}", body, {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=GIVE_UP_SECONDS) as answer:
            return answer.status, None
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("retry-after")


@pytest.mark.timeout(600)
def test_a_full_disk_is_said_and_got_over(small_disk: Path) -> None:
    with organisation(small_disk) as made:
        path = urlsplit(made.source("prometheus", "prometheus")).path + "/api/v2/alerts"
        token = made.token("responder")
        process = made.serve()
        client = Client(process.url, token)
        reference = client.post("/api/v1/incidents", {"title": "Before"})["reference"]
        assert send(process, path, ["before"])[0] == 200
        stuffing = fill(small_disk)
        kept = refused_at_last(process, path)
        declared = declared_until_refused(client)
        assert client.get(f"/api/v1/incidents/{reference}")["title"] == "Before"
        stuffing.unlink()
        until(lambda: send(process, path, ["after"])[0] == 200, why="no recovery")
        client.post("/api/v1/incidents", {"title": "After"})
        titles = {item["title"] for item in client.get("/api/v1/incidents?limit=200")["items"]}
        assert titles >= {"Before", "After"}
        assert titles & {f"Full {number}" for number in range(MANY)} == declared
        seen = names_of(client)
        assert kept | {"before", "after"} <= seen
        process.stop()
        assert "Sound" in made.run("ledger", "verify")


def refused_at_last(process: Process, path: str) -> set[str]:
    """Send until the disk is full; what was acknowledged on the way."""
    kept: set[str] = set()
    for number in range(200):
        names = [f"full-{number}-{nth}" for nth in range(50)]
        status, retry_after = send(process, path, names)
        if status == 507:
            assert retry_after is not None
            assert int(retry_after) > 0
            return kept
        assert status == 200
        kept |= set(names)
    raise AssertionError("the disk was never full")


def declared_until_refused(client: Client) -> set[str]:
    """Declare until that is refused too: what is smaller may still find a place."""
    declared: set[str] = set()
    for number in range(MANY):
        title = f"Full {number}"
        status, answer = client.ask("POST", "/api/v1/incidents", {"title": title})
        if status == 507:
            assert answer["code"] == "disk_full"
            return declared
        assert status == 201, answer
        declared.add(title)
    raise AssertionError("declaring was never refused")


def names_of(client: Client) -> set[str]:
    names: set[str] = set()
    cursor = ""
    while True:
        page = client.get(f"/api/v1/alerts?limit=200{cursor}")
        names |= {item["labels"]["alertname"] for item in page["items"]}
        if not page["next"]:
            return names
        cursor = f"&cursor={page['next']}"
