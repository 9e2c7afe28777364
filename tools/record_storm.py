"""Records the storm that `tocsin demo` replays, from a real Alertmanager on this machine.

    .venv/bin/python tools/record_storm.py src/tocsin/runtime/demo/storm.jsonl.gz

Three hundred alerts of thirty services are posted to Alertmanager's own API, as a Prometheus would
while the main database of a payments company is away. What Alertmanager then sends to its webhook is
kept byte for byte, one JSON object a line: seconds since the first alert was posted, and the body.
Takes about two and a half minutes, for the storm is recorded at its own pace.
"""

import gzip
import json
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tocsin.runtime.demo.organisation import team_of

Alert = dict[str, Any]
Step = tuple[float, Sequence[str], range]

ALERTMANAGER = "prometheus-alertmanager"
CONFIGURATION = """
route:
  receiver: tocsin
  group_by: [service]
  group_wait: 2s
  group_interval: 10s
  repeat_interval: 40s
receivers:
  - name: tocsin
    webhook_configs:
      - url: http://127.0.0.1:{port}/
        send_resolved: true
"""
ROOT = "postgres-main"
WAVES = (
    (0.0, ("postgres-main", "ledger-core", "auth-gateway", "card-switch", "token-vault",
           "payout-engine", "merchant-portal", "checkout-pages", "velocity-limits",
           "identity-provider", "edge-proxy", "message-bus")),
    (6.0, ("webhook-fanout", "acs-proxy", "settlement-batch", "fx-rates", "reporting-api",
           "onboarding-api", "fraud-scoring", "disputes-web", "audit-pipeline")),
    (15.0, ("reconciliation", "kyc-bridge", "sanctions-screening", "chargeback-intake",
            "object-store", "deploy-runner", "hsm-cluster", "secrets-store", "bastion")),
)  # fmt: skip
"""Which services are in trouble so many seconds after the first."""

SYMPTOMS = (
    ("HighErrorRate", "critical", "{service} answers {n} % of its requests with an error"),
    ("NoDatabaseConnection", "critical", "{service} gets no connection to postgres-main"),
    ("RequestsSlow", "critical", "{service} takes {n} s for its 99th percentile"),
    ("QueueGrows", "critical", "{service} has {n} thousand messages waiting"),
    ("HealthCheckFails", "critical", "{service} fails its health check"),
    ("RetriesExhausted", "critical", "{service} has given up {n} calls in a minute"),
    ("WorkersBusy", "warning", "{service} has all its {n} workers busy"),
)
BY_WAVE = (6, 2, 2)
"""So many alerts of a service at first, then seven seconds later, then again."""
RESOLVED_AFTER = 90.0
ENDS_AFTER = 140.0


def alerts_of(service: str, start: str, numbers: range) -> list[Alert]:
    """The alerts of one service: symptoms on its instances."""
    chance = random.Random(service)  # noqa: S311 - only for variety
    found: list[Alert] = []
    for number in range(10):
        name, severity, summary = SYMPTOMS[number % len(SYMPTOMS)]
        found.append({
            "labels": {
                "alertname": name,
                "service": service,
                "team": team_of(service).name,
                "severity": severity,
                "instance": f"{service}-{number // len(SYMPTOMS) + 1}.eu-central:9100",
                "region": "eu-central",
                "environment": "production",
            },
            "annotations": {
                "summary": summary.format(service=service, n=chance.randint(4, 38)),
                "runbook": f"https://runbooks.example.com/{service}/{name}",
            },
            "generatorURL": f"https://prometheus.example.com/graph?g0.expr={name}",
            "startsAt": start,
        })  # fmt: skip
    return [found[number] for number in numbers]


def written(instant: datetime) -> str:
    """An instant as Prometheus writes it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Outage:
    """What Prometheus would say, second by second."""

    def __init__(self) -> None:
        self.firing: dict[str, Alert] = {}

    def posts(self) -> list[Step]:
        """What happens, in order: seconds, and which alerts are posted then."""
        plan: list[Step] = []
        for at, services in WAVES:
            first = 0
            for turn, count in enumerate(BY_WAVE):
                numbers = range(first, first + count)
                first += count
                plan.append((at + 7 * turn, services, numbers))
        return sorted(plan, key=lambda step: step[0])

    def fire(self, services: Sequence[str], numbers: range) -> list[Alert]:
        """Alerts begin."""
        start = written(datetime.now(UTC) - timedelta(seconds=random.uniform(0.2, 1.5)))  # noqa: S311 - as above
        new = [alert for service in services for alert in alerts_of(service, start, numbers)]
        for alert in new:
            self.firing[json.dumps(alert["labels"])] = alert
        return new

    def recover(self, services: Sequence[str]) -> list[Alert]:
        """Everything of these services is over."""
        over = [one for one in self.firing.values() if one["labels"]["service"] in services]
        return [one | {"endsAt": written(datetime.now(UTC))} for one in over]


def post(port: int, alerts: Sequence[Alert]) -> None:
    """Post alerts in batches of 64, as Prometheus does."""
    for at in range(0, len(alerts), 64):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v2/alerts",
            json.dumps(alerts[at : at + 64]).encode(),
            {"content-type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).read()  # noqa: S310 - as above


def sink(began: list[float], kept: list[tuple[float, bytes]]) -> ThreadingHTTPServer:
    """A server that keeps every body with its time."""

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.append((time.monotonic() - began[0], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def started(folder: str, receiver: int) -> tuple[subprocess.Popen[bytes], int]:
    """A fresh Alertmanager, ready."""
    port = free_port()
    configuration = Path(folder, "alertmanager.yml")
    configuration.write_text(CONFIGURATION.format(port=receiver))
    command = [
        ALERTMANAGER, f"--config.file={configuration}", f"--storage.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
        "--web.external-url=https://alertmanager.example.com",
        "--web.route-prefix=/",
    ]  # fmt: skip
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own words
    for _ in range(100):
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=1).read()
            return process, port
        time.sleep(0.1)
    raise SystemExit("Alertmanager does not start.")


def play(port: int, began: list[float]) -> None:
    """Let the outage happen."""
    outage = Outage()
    began[0] = time.monotonic()
    for at, services, numbers in outage.posts():
        until(began, at)
        post(port, outage.fire(services, numbers))
    print(len(outage.firing), "alerts firing")
    until(began, RESOLVED_AFTER)
    for wait, (_, services) in zip((0, 8, 8), reversed(WAVES), strict=True):
        time.sleep(wait)
        post(port, outage.recover(services))
    until(began, ENDS_AFTER)


def until(began: list[float], at: float) -> None:
    """Wait until so many seconds have passed."""
    while (left := began[0] + at - time.monotonic()) > 0:
        time.sleep(min(left, 1.0))


def main(target: str) -> None:
    """Record, and write the file."""
    began, kept = [time.monotonic()], list[tuple[float, bytes]]()
    server = sink(began, kept)
    with tempfile.TemporaryDirectory() as folder:
        process, port = started(folder, server.server_port)
        zero = datetime.now(UTC)
        try:
            play(port, began)
        finally:
            process.terminate()
            process.wait()
    lines = [json.dumps({"recorded_from": written(zero)})]
    lines += [
        json.dumps({"after_seconds": round(at, 3), "body": body.decode()}) for at, body in kept
    ]
    Path(target).write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    print(len(kept), "requests,", Path(target).stat().st_size, "bytes")


if __name__ == "__main__":
    main(sys.argv[1])
