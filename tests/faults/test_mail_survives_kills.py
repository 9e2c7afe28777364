"""kill -9 between a mail's last line and our 250: none is lost, and none is there twice."""

import os
import random
import smtplib
import threading
from pathlib import Path

import pytest
from databases import free_port
from mailing import mail
from processes import Organisation, Process, organisation, until

from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.state import Incident
from tocsin.ledger.words import shown
from tocsin.runtime.opening import host_work, open_ledger
from tocsin.runtime.settings import Settings

KILLS, MANY_KILLS = 3, 12
PICTURE = bytes(range(256)) * 1500
SEED = int(os.environ.get("TOCSIN_SEED", "20261130"))


class Mailer(threading.Thread):
    """An MTA: brings each mail again until it is told 250, and then the next."""

    def __init__(self, port: int, to: str) -> None:
        super().__init__(daemon=True)
        self.port, self.to = port, to
        self.stop, self.is_sending = threading.Event(), threading.Event()
        self.acknowledged: list[str] = []
        self.codes: set[int] = set()

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            subject = f"Mail {number}"
            while not self.stop.is_set() and not self.brought(subject):
                self.stop.wait(0.05)  # the server is dead: it is started again by the test
            if not self.stop.is_set():
                self.acknowledged.append(subject)
            number += 1

    def brought(self, subject: str) -> bool:
        message = mail(subject=subject, Message_ID=f"<{subject.replace(' ', '')}@example.net>")
        message.add_attachment(PICTURE, maintype="application", subtype="x", filename="a.bin")
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
                self.is_sending.set()
                client.send_message(message, "bob@example.net", [self.to])
        except smtplib.SMTPResponseException as refused:
            self.codes.add(refused.smtp_code)
            return False
        except (OSError, smtplib.SMTPException):
            return False
        return True


def started(made: Organisation, port: int) -> Process:
    process = made.work()

    def is_greeted() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5):
                return True
        except (OSError, smtplib.SMTPException):
            return False

    until(is_greeted, "nobody takes mail in", seconds=90)
    return process


def killed_again_and_again(made: Organisation, mailer: Mailer, kills: int) -> Process:
    chance = random.Random(SEED)
    process = started(made, mailer.port)
    mailer.start()
    for _ in range(kills):
        mailer.is_sending.clear()
        assert mailer.is_sending.wait(30), "nothing is sent"
        mailer.stop.wait(chance.uniform(0.0, 0.15))  # the moment of the kill is what is drawn
        process.kill()
        made.processes.remove(process)
        process = started(made, mailer.port)
    return process


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("kills", [KILLS, pytest.param(MANY_KILLS, marks=pytest.mark.soak)])
def test_every_mail_is_there_once_through_kills(
    kind: str, kills: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    port = free_port()
    url = "" if kind == "sqlite" else request.getfixturevalue("own_postgresql")
    place = {"TOCSIN_MAIL_IN": f"127.0.0.1:{port}", "TOCSIN_MAIL_IN_DOMAIN": "in.example.org"}
    with organisation(tmp_path, url, **place) as made:
        to = made.run("mail-address", "create", "--person", "admin@example.com").strip()
        mailer = Mailer(port, to)
        process = killed_again_and_again(made, mailer, kills)
        before = len(mailer.acknowledged)
        until(
            lambda: len(mailer.acknowledged) > before + 2, "nothing is taken any more", seconds=90
        )
        mailer.stop.set()
        mailer.join(20)
        process.stop()
        assert mailer.codes <= {421, 451}
        must_be_there_once(kept(Settings(data_folder=tmp_path / "data", database_url=url)), mailer)
        assert process.log is not None
        assert to.partition("+")[2].partition("@")[0] not in process.log.read_text()
        assert "Sound" in made.run("ledger", "verify")
        assert "Equal" in made.run("rebuild", "--check")


def kept(chosen: Settings) -> list[Incident]:
    """Every incident that is kept, read by the program's own commands."""
    ledger = open_ledger(chosen)
    try:
        work = host_work(ledger)
        found = incidents.listed(work, limit=1000)
        return [incidents.one(work, row.reference).incident for row in found]
    finally:
        ledger.database.close()


def must_be_there_once(stored: list[Incident], mailer: Mailer) -> None:
    titles = [shown(one.title) for one in stored]
    assert len(titles) == len(set(titles)), f"twice, seed {SEED}"
    assert set(mailer.acknowledged) <= set(titles), f"lost, seed {SEED}"
    assert len(titles) <= len(mailer.acknowledged) + 1
    for one in stored:
        assert [shown(file.name) for file in one.evidence] == ["mail.eml", "a.bin"]
