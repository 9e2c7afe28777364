"""What a responder types works against the API alone, says one sentence when it cannot, and is quick."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from databases import free_port
from typing_in import Typed, an_api, typing_at

HEAVY = {"sqlalchemy", "litestar", "uvicorn", "pydantic", "alembic", "cryptography"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with an_api(tmp_path_factory.mktemp("cli")) as address:
        yield address


@pytest.fixture
def typed(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    return typing_at(url, monkeypatch, capsys)


def declared(typed: Typed, title: str = "Cards refused") -> str:
    code, reference, _ = typed("declare", title, "--severity", "2", "--service", "cards")
    assert code == 0
    return reference


def test_an_incident_is_worked_from_a_terminal(typed: Typed) -> None:
    reference = declared(typed)
    steps = [
        (("ack", reference), f"{reference} is investigating."),
        (("note", reference, "It is the pool."), f"{reference} is investigating."),
        (("mitigate", reference, "Failed over", "--workaround"), f"{reference} is mitigated."),
        (("resolve", reference, "Pool enlarged"), f"{reference} is resolved."),
        (("close", reference, "--actionability", "real"), f"{reference} is closed."),
        (("reopen", reference, "It is back"), f"{reference} is investigating."),
    ]
    for words, said in steps:
        assert typed(*words) == (0, said, "")
    code, shown, _ = typed("show", reference)
    assert code == 0
    assert shown.splitlines()[0] == f"{reference}  Sev-2  investigating  Cards refused"
    assert "ada wrote a note: It is the pool." in shown


def test_the_list_is_plain_where_a_program_reads(typed: Typed) -> None:
    reference = declared(typed, "Tab\there and \x1b[31mred")
    code, listed, _ = typed("ls")
    assert code == 0
    line = next(line for line in listed.splitlines() if line.startswith(reference))
    fields = line.split("\t")
    assert fields[1:4] == ["2", "reported", "cards"]
    assert fields[-1] == "Tab here and [31mred"
    as_json = json.loads(typed("ls", "--json")[1])
    assert reference in [it["reference"] for it in as_json]
    shown = json.loads(typed("show", reference, "--json")[1])
    assert shown["timeline"][0]["kind"] == "incident.declared"


def test_files_are_attached_one_after_another_and_listed(typed: Typed, tmp_path: Path) -> None:
    reference = declared(typed)
    files = [tmp_path / name for name in ("pool.log", "other.log")]
    for file in files:
        file.write_bytes(file.name.encode() * 100_000)
    words = ("--class", "confidential", "--description", "The pool's log")
    code, said, err = typed("attach", reference, *map(str, files), *words)
    assert (code, err) == (0, "")
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert said.splitlines() == [
        f"{digest}  {file.name}" for digest, file in zip(digests, files, strict=True)
    ]
    shown = typed("show", reference)[1]
    assert "file: pool.log (confidential, unscanned, 800 kB)" in shown
    assert "ada attached pool.log (file, 800 kB, confidential). The pool's log" in shown
    as_json = json.loads(typed("show", reference, "--json")[1])
    assert [file["sha256"] for file in as_json["attachments"]] == digests
    assert "cannot be read" in typed("attach", reference, str(tmp_path / "missing"))[2]
    assert typed("attach", reference)[2] == "Name a file to attach."
    large = tmp_path / "large.bin"
    with large.open("wb") as opened:
        opened.truncate(25_000_001)
    assert typed("attach", reference, str(large))[2] == "A file may have 25000000 bytes at most."


def test_the_file_of_an_incident_is_saved_as_a_pdf_and_never_over_another(
    typed: Typed, tmp_path: Path
) -> None:
    reference, target = declared(typed), tmp_path / "file.pdf"
    assert typed("paper", reference, "--output", str(target)) == (0, str(target), "")
    assert target.read_bytes().startswith(b"%PDF-")
    before = target.stat()
    again = typed("paper", reference, "--output", str(target), "--zone", "Europe/Berlin")
    assert again == (1, "", f"{target} is there already. Name another.")
    assert target.stat() == before
    missing = tmp_path / "other.pdf"
    said = typed("paper", "INC-2026-9999", "--output", str(missing))
    assert said == (1, "", "There is no incident INC-2026-9999.")
    assert not missing.exists()
    elsewhere = str(tmp_path / "no" / "such.pdf")
    assert "cannot be written" in typed("paper", reference, "--output", elsewhere)[2]


def test_what_is_over_is_listed_with_all(typed: Typed) -> None:
    reference = declared(typed)
    typed("ack", reference)
    typed("resolve", reference)
    assert reference not in typed("ls")[1]
    assert reference in typed("ls", "--all")[1]


def test_refusals_are_one_sentence_and_code_1(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = declared(typed)
    refused = {
        ("ack", "INC-2026-9999"): "There is no incident INC-2026-9999.",
        ("show", "../../healthz"): "There is no",
        ("close", reference): "Resolve it first.",
        ("reopen", reference, " "): "Say why",
        (
            "resolve",
            reference,
            "--impact-ended",
            "yesterday",
        ): "impact_ended: Input should be a valid",
    }
    for words, sentence in refused.items():
        code, out, err = typed(*words)
        assert (code, out) == (1, "")
        assert sentence in err
        assert "\n" not in err
    monkeypatch.setenv("TOCSIN_TOKEN", "nobody")
    assert typed("ls") == (1, "", "Send a token.")
    monkeypatch.setenv("TOCSIN_TOKEN", "")
    assert "TOCSIN_TOKEN" in typed("ls")[2]
    monkeypatch.setenv("TOCSIN_TOKEN", "ada")
    monkeypatch.setenv("TOCSIN_URL", f"http://127.0.0.1:{free_port()}")
    assert "No answer from" in typed("ls")[2]
    monkeypatch.setenv("TOCSIN_URL", "nonsense")
    assert typed("ls")[0] == 1


@pytest.mark.parametrize(
    "words", [["declare"], ["declare", "x", "--severity", "9"], ["ack"], ["ls", "--no-such"]]
)
def test_wrong_usage_is_code_2(typed: Typed, words: list[str]) -> None:
    code, out, err = typed(*words)
    assert (code, out) == (2, "")
    assert err


def test_a_command_imports_neither_database_nor_server() -> None:
    source = Path(__file__).parents[2] / "src"
    program = (
        "import sys; from tocsin.runtime.main import run; run(['ls']);"
        f"print([name for name in {sorted(HEAVY)} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(source), "TOCSIN_TOKEN": "x", "TOCSIN_URL": "http://127.0.0.1:1"},
        check=True,
    )
    assert done.stdout.strip() == "[]"
    assert "No answer" in done.stderr


def test_what_is_not_real_says_so_wherever_it_is_printed(typed: Typed) -> None:
    code, said, _ = typed("declare", "Lose a data centre", "--training", "--severity", "1")
    reference, mark = said.split()
    assert (code, mark) == (0, "[TRAINING]")
    assert typed("ack", reference) == (0, f"{reference} is investigating. [TRAINING]", "")
    assert "[TRAINING] Lose a data centre" in typed("show", reference)[1].splitlines()[0]
    assert reference not in typed("ls", "--all")[1]
    [line] = [one for one in typed("ls", "--mode", "training")[1].splitlines() if reference in one]
    assert line.endswith("[TRAINING] Lose a data centre")


def test_what_is_over_is_declared_in_one_command(typed: Typed) -> None:
    began, ended = "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"
    code, out, said = typed("declare", "Batch was late", "--over", "--ended", ended)
    assert (code, out, said) == (1, "", "Say when the harm began.")
    words = ("--began", began, "--ended", ended, "--how", "Ran it again", "--close-as", "real")
    made = json.loads(typed("declare", "Batch was late", "--over", *words, "--json")[1])
    assert (made["mode"], made["phase"]) == ("retrospective", "closed")
    assert [(one["began"], one["ended"]) for one in made["impacts"]] == [(began, ended)]


def test_looking_ahead_declares_nothing_and_says_what_is_known(typed: Typed) -> None:
    reference = declared(typed, "Card payments refused everywhere")
    before = typed("ls")[1]
    code, said, _ = typed(
        "declare", "card payments refused everywhere", "--service", "cards", "--preview"
    )
    assert code == 0
    assert f"probably the same: {reference}" in said
    assert "Same service, cards" in said
    assert "- Nobody is paged: there is no paging here" in said
    assert typed("ls")[1] == before
    code, _, wrong = typed("declare", "x", "--template", "nothing-like-it")
    assert (code, wrong) == (1, "There is no template nothing-like-it.")
