"""What an administrator types, from an empty folder."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection

from tocsin.access.policy import Role
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.notices.reactors import telling
from tocsin.features.people import commands as people
from tocsin.foundation.refusal import Refused
from tocsin.ledger import follow
from tocsin.ledger.due import Wish
from tocsin.ledger.entry import Entry
from tocsin.ledger.ledger import Ledger
from tocsin.runtime import settings
from tocsin.runtime.main import run
from tocsin.runtime.opening import host_work, open_ledger

PASSWORD: Final = "heron lantern orbit 47"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("TOCSIN_DATA_FOLDER", "TOCSIN_DATABASE_URL", "TOCSIN_KEYS_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_found_verify_export_back_up_and_restore(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init"]) == 0
    assert run(["ledger", "checkpoint"]) == 0
    assert run(["ledger", "verify"]) == 0
    assert run(["ledger", "export", "bundle.zip"]) == 0
    assert run(["backup", "backup.zip"]) == 0
    assert "keys are NOT in it" in capsys.readouterr().out
    for file in ("bundle.zip", "backup.zip"):
        assert (here / file).stat().st_mode & 0o777 == 0o600, "others on the machine read nothing"
    monkeypatch.setenv("TOCSIN_DATA_FOLDER", str(here / "elsewhere"))
    assert run(["restore", "backup.zip"]) == 1, "without the key files there is no restoring"
    assert "cannot be read" in capsys.readouterr().err
    monkeypatch.setenv("TOCSIN_KEYS_FOLDER", str(here / "tocsin-data" / "keys"))
    assert run(["restore", "backup.zip"]) == 0
    assert run(["ledger", "verify"]) == 0
    assert run(["rebuild", "--check"]) == 0


def test_a_session_that_a_backup_brings_back_opens_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init"]) == 0
    with opened() as ledger:
        said = {"email": "ada@example.com", "password": PASSWORD}
        people.add_person(host_work(ledger), name="Ada", role=Role.ADMIN, **said)
        secret = people.sign_in(ledger, people.Attempt(**said))
        assert run(["backup", "backup.zip"]) == 0
        assert people.actor_of_session(ledger, secret).name == "Ada"
    monkeypatch.setenv("TOCSIN_DATA_FOLDER", str(here / "elsewhere"))
    monkeypatch.setenv("TOCSIN_KEYS_FOLDER", str(here / "tocsin-data" / "keys"))
    assert run(["restore", "backup.zip"]) == 0
    assert "Everybody is signed out" in capsys.readouterr().out
    with opened() as ledger, pytest.raises(Refused, match="Sign in first"):
        people.actor_of_session(ledger, secret)
    assert run(["rebuild", "--check"]) == 0


def test_what_background_work_could_not_read_is_named_and_read_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["init"]) == 0
    with opened() as ledger:
        incidents.declare(host_work(ledger), Declaration(title="Cards refused"))
        its = telling("")
        follow.catch_up(ledger, follow.Reactor(its.name, its.kinds, cannot_read))
    assert run(["parked", "ls"]) == 0
    assert f"{its.name}  ZeroDivisionError" in capsys.readouterr().out
    assert run(["parked", "replay"]) == 0
    assert "1 read, 0 parked as before." in capsys.readouterr().out
    assert run(["parked", "ls"]) == 0
    assert capsys.readouterr().out == ""


def cannot_read(_: Entry, __: Connection) -> Sequence[Wish]:
    raise ZeroDivisionError


@contextmanager
def opened() -> Generator[Ledger]:
    """The ledger that the commands work on."""
    ledger = open_ledger(settings.read())
    try:
        yield ledger
    finally:
        ledger.database.close()


def test_what_is_wrong_is_one_sentence_and_a_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ledger", "verify"]) == 1
    assert "run `tocsin init`" in capsys.readouterr().err
    assert run(["no-such-command"]) == 2
    monkeypatch.setenv("TOCSIN_PROT", "8700")
    assert run(["init"]) == 1
    assert capsys.readouterr().err.strip().endswith("TOCSIN_PROT is not a setting of Tocsin.")


def test_nobody_founds_over_an_organisation_that_is_there() -> None:
    assert run(["init"]) == 0
    assert run(["init"]) == 1


def test_a_source_whose_key_leaked_is_retired_by_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["init"]) == 0
    assert run(["source", "create", "prometheus-eu", "--kind", "prometheus"]) == 0
    assert run(["source", "retire", "prometheus-us"]) == 1
    assert "no source prometheus-us" in capsys.readouterr().err
    assert run(["source", "retire", "prometheus-eu"]) == 0
    assert run(["source", "retire", "prometheus-eu"]) == 1


def test_people_and_tokens_are_put_in_audiences_by_what_they_are_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["init"]) == 0
    assert run(["user", "add", "lea@example.com", "--name", "Lea"]) == 0
    assert run(["token", "create", "--name", "lea-laptop", "--role", "responder"]) == 0
    for who in ("lea@example.com", "lea-laptop"):
        assert run(["audience", "admit", "legal", who]) == 0
    assert run(["audience", "dismiss", "security", "lea@example.com"]) == 0
    capsys.readouterr()
    assert run(["audience", "list"]) == 0
    assert capsys.readouterr().out == "legal: Lea, lea-laptop\nsecurity: nobody\n"
    assert run(["audience", "dismiss", "legal", "lea-laptop"]) == 0
    assert run(["audience", "admit", "legal", "nobody@example.com"]) == 1
    assert "no person and no token called nobody@example.com" in capsys.readouterr().err
    assert run(["audience", "admit", "marketing", "lea@example.com"]) == 2
    capsys.readouterr()
    assert run(["audience", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "legal: Lea"
    assert run(["rebuild", "--check"]) == 0
