"""Real monitors for tests of the whole way: Prometheus, what it scrapes, Alertmanager, and amtool.

They are Debian's, on free ports of the loopback, with folders of their own, and look every second.
"""

import json
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from alertmanagers import ALERTMANAGER, AMTOOL, PROMETHEUS, running
from databases import free_port
from processes import Client, Organisation, organisation, until

from tocsin.features.triage.terms import DEFAULT_NAME, DEFAULT_RULE

MISSING = (
    "missing: Prometheus and Alertmanager (apt-get install prometheus prometheus-alertmanager)"
)


def must_be_here() -> None:
    """Skip where Debian's packages are not installed."""
    if not (PROMETHEUS.exists() and ALERTMANAGER.exists() and AMTOOL.exists()):
        pytest.skip(MISSING)


@dataclass
class Exporter:
    """What Prometheus scrapes: figures of made-up instances; `cards-1` is one of the service cards."""

    target: str
    errors: dict[str, float] = field(default_factory=dict[str, float])
    """The share of an instance's requests that fail."""

    @property
    def page(self) -> bytes:
        lines = [
            f'error_rate{{service="{name.partition("-")[0]}",instance="{name}"}} {rate}\n'
            for name, rate in self.errors.items()
        ]
        return "".join(lines).encode()


@contextmanager
def exporter() -> Generator[Exporter]:
    """Something to scrape."""
    made = Exporter("")

    class Scraped(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = made.page
            self.send_response(200)
            self.send_header("content-type", "text/plain; version=0.0.4")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Scraped)
    made.target = f"127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


RULES = """
groups:
  - name: services
    rules:
      - alert: HighErrorRate
        expr: error_rate > 0.05
        for: 1s
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.instance }} refuses {{ $value | humanizePercentage }}'}
"""


@contextmanager
def prometheus(
    folder: Path, target: str, alertmanager: str, *, resends: str = "1m"
) -> Generator[None]:
    """A real Prometheus. What fires is over four times `resends` after it was sent last."""
    (folder / "prometheus.yml").write_text(_scraping(target, alertmanager))
    (folder / "rules.yml").write_text(RULES)
    port = free_port()
    command = [
        str(PROMETHEUS),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--rules.alert.resend-delay={resends}",
        "--log.level=warn",
    ]
    with running(command, f"http://127.0.0.1:{port}", folder / "prometheus.log"):
        yield


def _scraping(target: str, alertmanager: str) -> str:
    """Scrape one target; send what fires to an Alertmanager, or to us in its place."""
    there = urlsplit(alertmanager)
    sends = {"path_prefix": there.path or "/", "static_configs": [{"targets": [there.netloc]}]}
    scrapes = {
        "job_name": "services",
        "honor_labels": True,
        "static_configs": [{"targets": [target]}],
    }
    return json.dumps(
        {
            "global": {
                "scrape_interval": "1s",
                "scrape_timeout": "1s",
                "evaluation_interval": "1s",
            },
            "rule_files": ["rules.yml"],
            "scrape_configs": [scrapes],
            "alerting": {"alertmanagers": [sends]},
        }
    )


def amtool(url: str, *words: str) -> str:
    """What Alertmanager's own tool prints, unchanged and unknowing whom it talks to."""
    done = subprocess.run(
        [str(AMTOOL), f"--alertmanager.url={url}", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def listed(url: str, *words: str) -> list[Any]:
    """What amtool lists, in plain values."""
    found: list[Any] = json.loads(amtool(url, *words, "--output=json"))
    return found


@dataclass
class Tocsin:
    """An organisation that is served, and a program that looks at it."""

    organisation: Organisation
    url: str
    client: Client

    def rule(self, **changed: object) -> None:
        """Write the shipped rule with something changed, as an administrator may."""
        admin = Client(self.url, self.organisation.token("admin"))
        rule = {"condition": DEFAULT_RULE.condition} | changed
        status, answer = admin.ask("PUT", f"/api/v1/alert-rules/{DEFAULT_NAME}", rule)
        assert status == 200, answer

    @property
    def incidents(self) -> list[Any]:
        found: list[Any] = self.client.get("/api/v1/incidents?limit=100")["items"]
        return found

    def incidents_of(self, service: str) -> list[Any]:
        return [incident for incident in self.incidents if incident["service"] == service]

    def alerts(self, query: str = "") -> list[Any]:
        found: list[Any] = self.client.get(f"/api/v1/alerts?limit=100&{query}")["items"]
        return found

    def alert(self, id_: str) -> Any:
        return self.client.get(f"/api/v1/alerts/{id_}")

    def incident(self, reference: str) -> Any:
        return self.client.get(f"/api/v1/incidents/{reference}")

    def alerts_of(self, reference: str) -> list[Any]:
        found: list[Any] = self.client.get(f"/api/v1/incidents/{reference}/alerts")["items"]
        return found


@contextmanager
def tocsin(folder: Path) -> Generator[Tocsin]:
    """A new organisation, served."""
    port = free_port()
    with organisation(folder, TOCSIN_PORT=str(port)) as made:
        token = made.token("manager")
        served = made.serve(port)
        yield Tocsin(made, served.url, Client(served.url, token))


def eventually(true: Callable[[], Any], why: str) -> Any:
    """Wait for something that takes a few seconds."""
    return until(true, why)


def single(found: list[Any]) -> Any:
    """The only one, once there is one; two are never right."""
    assert len(found) <= 1, found
    return found[0] if found else None
