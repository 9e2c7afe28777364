"""Files that cannot be scanned have pauses of their own, and keep no other from being scanned."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from filing import Folder

from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.port import Terms
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.outbox.scanning import Verdict
from tocsin.storage.database import Database

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Scanner:
    """A scanner that fails on some files, dies of others, and writes down what it was given."""

    def __init__(self) -> None:
        self.given: list[bytes] = []
        self.is_away = False

    def __call__(self, pieces: Iterator[bytes]) -> Verdict | None:
        body = b"".join(pieces)
        self.given.append(body)
        if body.startswith(b"deadly"):
            raise ZeroDivisionError
        return None if self.is_away or body.startswith(b"bad") else Verdict()


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def folder(ledger: Ledger) -> Folder:
    return Folder(ledger)


def waiting(folder: Folder, clock: SimulatedClock, *bodies: bytes) -> list[str]:
    """Attach files one after another while no scanner can be reached; their ids."""
    away, ids = Terms(scan=lambda _: None), list[str]()
    for body in bodies:
        ids.append(folder.attach(body, away))
        clock.advance(timedelta(seconds=1))
    return ids


def test_files_that_cannot_be_scanned_keep_no_other_from_it(
    ledger: Ledger, folder: Folder, clock: SimulatedClock
) -> None:
    *bad, good = waiting(folder, clock, b"bad 1", b"bad 2", b"bad 3", b"bad 4", b"good")
    assert not evidence.scan_waiting(ledger, Scanner())
    assert folder.standing(good) == "clean"
    assert {folder.standing(id_) for id_ in bad} == {"waiting"}


def test_one_that_cannot_be_scanned_is_tried_later_and_later_and_never_given_up(
    ledger: Ledger, folder: Folder, clock: SimulatedClock
) -> None:
    [id_] = waiting(folder, clock, b"bad")
    scanner, tried_at = Scanner(), list[int]()
    for minute in range(60):
        evidence.scan_waiting(ledger, scanner)
        evidence.scan_waiting(ledger, scanner)
        if len(scanner.given) > len(tried_at):
            tried_at.append(minute)
        clock.advance(MINUTE)
    assert len(scanner.given) == len(tried_at), "never twice in the same minute"
    assert tried_at == [0, 1, 3, 7, 15, 30, 45]
    assert folder.standing(id_) == "waiting"


def test_when_the_scanner_is_back_all_is_scanned_within_a_quarter_of_an_hour(
    ledger: Ledger, folder: Folder, clock: SimulatedClock
) -> None:
    ids = waiting(folder, clock, *(b"good %d" % number for number in range(30)))
    scanner = Scanner()
    scanner.is_away = True
    for _ in range(120):
        while evidence.scan_waiting(ledger, scanner):
            pass
        clock.advance(MINUTE)
    scanner.is_away = False
    for _ in range(15):
        while evidence.scan_waiting(ledger, scanner):
            pass
        clock.advance(MINUTE)
    assert {folder.standing(id_) for id_ in ids} == {"clean"}


def test_what_came_last_is_not_behind_what_failed_often(
    ledger: Ledger, folder: Folder, clock: SimulatedClock
) -> None:
    waiting(folder, clock, b"bad 1", b"bad 2")
    evidence.scan_waiting(ledger, Scanner())
    clock.advance(15 * MINUTE)
    waiting(folder, clock, b"good")
    scanner = Scanner()
    evidence.scan_waiting(ledger, scanner)
    assert scanner.given == [b"good", b"bad 1", b"bad 2"]


def test_one_that_the_scanner_dies_of_stops_no_other(
    ledger: Ledger, folder: Folder, clock: SimulatedClock
) -> None:
    [deadly, good] = waiting(folder, clock, b"deadly", b"good")
    with pytest.raises(ZeroDivisionError):
        evidence.scan_waiting(ledger, Scanner())
    evidence.scan_waiting(ledger, Scanner())
    assert (folder.standing(deadly), folder.standing(good)) == ("waiting", "clean")
