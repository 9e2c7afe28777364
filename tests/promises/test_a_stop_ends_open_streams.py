"""A process that is told to stop does not wait for those who only listen."""

import signal
from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest
from processes import Organisation


@pytest.fixture
def organisation(tmp_path: Path) -> Generator[Organisation]:
    made = Organisation(tmp_path)
    made.found()
    yield made
    made.stop()


def test_streams_end_and_the_process_goes_at_once(organisation: Organisation) -> None:
    process, token = organisation.serve(), organisation.token()
    headers = {"authorization": f"Bearer {token}"}
    url = f"{process.url}/api/v1/stream"
    with httpx2.stream("GET", url, headers=headers, timeout=30, trust_env=False) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 2000"
        process.running.send_signal(signal.SIGTERM)
        rest = [line for line in lines if line]
        assert set(rest) <= {"event: beat", "data: {}"}, "it ends whole, not broken off"
    assert process.running.wait(20) == 0
    assert process.log is not None
    assert "graceful shutdown exceeded" not in process.log.read_text()
