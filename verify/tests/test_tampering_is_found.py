"""Whatever is done to a bundle is found; the bundles here are built without Tocsin."""

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin_verify.finding import Verdict
from tocsin_verify.main import USAGE, main
from tocsin_verify.tree import Growing, leaf_hash

ORIGIN = "test.example/ledger"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SALT = b"s" * 16


def vkey(signer: Ed25519PrivateKey) -> str:
    key = b"\x01" + signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    name = hashlib.sha256(ORIGIN.encode() + b"\n" + key).digest()[:4]
    return f"{ORIGIN}+{name.hex()}+{base64.b64encode(key).decode()}"


def note(lines: list[bytes], signer: Ed25519PrivateKey = SIGNER) -> str:
    tree = Growing()
    for line in lines:
        tree.add(leaf_hash(line))
    root = base64.b64encode(tree.root).decode()
    body = f"{ORIGIN}\n{len(lines)}\n{root}\nat 2026-11-24T00:00:00.000000Z clock system offset unknown\n"
    name = bytes.fromhex(vkey(signer).split("+")[1])
    signature = base64.b64encode(name + signer.sign(body.encode())).decode()
    return f"{body}\n— {ORIGIN} {signature}\n"


def line(seq: int, **more: object) -> bytes:
    digest = hashlib.sha256(SALT + b"words").hexdigest()
    entry = {
        "seq": seq,
        "at": f"2026-11-24T00:00:{seq % 60:02}.000000Z",
        "kind": "a.happened",
        "shape": 1,
    }
    entry |= {"on": f"a:{seq}", "version": 1, "by": {"id": "ada", "kind": "person"}, "facts": {}}
    return json.dumps(entry | {"words": {"text": digest}} | more, separators=(",", ":")).encode()


@dataclass
class Made:
    lines: list[bytes]
    leaves: list[bytes]
    notes: list[str]
    words: list[dict[str, object]] = field(default_factory=list)

    @classmethod
    def of(cls, lines: list[bytes]) -> "Made":
        words: list[dict[str, object]] = [
            {"seq": seq, "name": "text", "salt": base64.b64encode(SALT).decode(), "text": "words"}
            for seq in range(len(lines))
        ]
        half = lines[: len(lines) // 2]
        return cls(lines, [leaf_hash(one) for one in lines], [note(half), note(lines)], words)

    def write(self, path: Path, size: int | None = None) -> Path:
        front = {"format": "tocsin-bundle/1", "origin": ORIGIN, "first": 0, "filter": None}
        front |= {"size": len(self.lines) if size is None else size, "keys": [vkey(SIGNER)]}
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("bundle.json", json.dumps(front))
            file.writestr("lines.jsonl", b"".join(one + b"\n" for one in self.lines))
            file.writestr("leaves.bin", b"".join(self.leaves))
            file.writestr("words.jsonl", "".join(json.dumps(one) + "\n" for one in self.words))
            for number, text in enumerate(self.notes):
                file.writestr(f"checkpoints/{number:08}.note", text)
        return path


@pytest.fixture
def sound() -> Made:
    return Made.of([line(seq) for seq in range(60)])


def verdict(path: Path, *more: str) -> int:
    return main([str(path), "--key", vkey(SIGNER), *more])


def test_what_was_not_touched_is_sound(sound: Made, tmp_path: Path) -> None:
    assert verdict(sound.write(tmp_path / "b.zip")) == Verdict.SOUND


def test_without_a_key_of_ones_own_the_answer_says_so(
    sound: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(sound.write(tmp_path / "b.zip"))]) == Verdict.SOUND
    assert "nobody outside vouches" in capsys.readouterr().out


@pytest.mark.parametrize("forged_leaves", [False, True])
def test_every_changed_byte_is_found(
    tmp_path: Path, forged_leaves: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line(seq) for seq in range(12)]
    for at in range(0, len(lines[7]), 3):
        made = Made.of(lines)
        spoilt = bytearray(lines[7])
        spoilt[at] ^= 1
        made.lines = [*lines[:7], bytes(spoilt), *lines[8:]]
        if forged_leaves:
            made.leaves = [leaf_hash(one) for one in made.lines]
        found = verdict(made.write(tmp_path / "b.zip"))
        assert found in (Verdict.TAMPERED, Verdict.INCOMPLETE), at
        if not forged_leaves:
            assert "Entry 7 " in capsys.readouterr().out, at


def without(made: Made, at: int) -> None:
    del made.lines[at], made.leaves[at]


def swapped(made: Made, at: int) -> None:
    made.lines[at], made.lines[at + 1] = made.lines[at + 1], made.lines[at]
    made.leaves[at], made.leaves[at + 1] = made.leaves[at + 1], made.leaves[at]


def inserted(made: Made, at: int) -> None:
    made.lines.insert(at, line(at))
    made.leaves.insert(at, leaf_hash(line(at)))


@pytest.mark.parametrize("act", [without, swapped, inserted])
def test_an_entry_deleted_swapped_or_inserted_is_named(
    sound: Made, tmp_path: Path, act: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(act)
    act(sound, 40)
    assert verdict(sound.write(tmp_path / "b.zip", size=60)) == Verdict.TAMPERED
    said = capsys.readouterr().out
    assert "ntry 40" in said or "ntry 41" in said


def test_a_ledger_cut_off_or_rolled_back_does_not_agree_with_a_kept_checkpoint(
    sound: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "held").write_text(sound.notes[-1])
    shorter = Made.of(sound.lines[:50])
    path = shorter.write(tmp_path / "b.zip")
    assert verdict(path) == Verdict.SOUND, "a cut cannot be seen from inside"
    assert verdict(path, "--held", str(tmp_path / "held")) == Verdict.TAMPERED
    assert "cut off or rolled back" in capsys.readouterr().out


def test_a_rewritten_ledger_does_not_agree_with_a_kept_checkpoint(
    sound: Made, tmp_path: Path
) -> None:
    (tmp_path / "held").write_text(sound.notes[-1])
    again = Made.of([line(seq, facts={"new": 1}) for seq in range(60)])
    path = again.write(tmp_path / "b.zip")
    assert verdict(path, "--held", str(tmp_path / "held")) == Verdict.TAMPERED


def test_a_ledger_signed_by_another_key_is_not_believed(sound: Made, tmp_path: Path) -> None:
    sound.notes = [note(sound.lines, Ed25519PrivateKey.generate())]
    assert verdict(sound.write(tmp_path / "b.zip")) == Verdict.UNKNOWN_KEY


def test_entries_that_no_checkpoint_covers_are_incomplete(sound: Made, tmp_path: Path) -> None:
    sound.notes = sound.notes[:1]
    assert verdict(sound.write(tmp_path / "b.zip")) == Verdict.INCOMPLETE


def test_missing_words_need_a_later_erasure(tmp_path: Path) -> None:
    erasure = line(9, kind="ledger.words_erased", facts={"parts": [[3, "text"]]})
    made = Made.of([*[line(seq) for seq in range(9)], erasure])
    made.words[3] = {"seq": 3, "name": "text", "missing": True}
    assert verdict(made.write(tmp_path / "b.zip")) == Verdict.SOUND
    made.words[4] = {"seq": 4, "name": "text", "missing": True}
    assert verdict(made.write(tmp_path / "b.zip")) == Verdict.TAMPERED


def test_changed_words_are_found(sound: Made, tmp_path: Path) -> None:
    sound.words[5] |= {"text": "other words"}
    assert verdict(sound.write(tmp_path / "b.zip")) == Verdict.TAMPERED


ODD_WORDS = ({"text": 1}, {"text": None}, {"salt": 1}, {"salt": "é"}, {"seq": "x"}, {"name": 1})


@pytest.mark.parametrize("odd", [*map(json.dumps, ODD_WORDS), '{"seq": 1e999, "name": "text"}'])
def test_words_of_another_shape_are_found(sound: Made, tmp_path: Path, odd: str) -> None:
    path = sound.write(tmp_path / "b.zip")
    said = json.dumps(sound.words[5] | json.loads(odd)).replace("Infinity", "1e999")
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as file, zipfile.ZipFile(path) as whole:
        for name in whole.namelist():
            file.writestr(name, whole.read(name) if name != "words.jsonl" else f"{said}\n")
    assert verdict(tmp_path / "odd.zip") == Verdict.TAMPERED


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=400), st.sampled_from(["bundle.json", "lines.jsonl", "words.jsonl", None])
)
def test_no_bytes_whatever_make_it_stumble(garbage: bytes, member: str | None) -> None:
    buffer = io.BytesIO(garbage)
    if member is not None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            file.writestr("bundle.json", '{"format": "tocsin-bundle/1", "size": 1}')
            file.writestr(member, garbage) if member != "bundle.json" else None
    path = Path(f"/tmp/tocsin-verify-{hashlib.sha256(garbage).hexdigest()[:8]}.zip")
    path.write_bytes(buffer.getvalue())
    try:
        assert verdict(path) != Verdict.SOUND
    finally:
        path.unlink()


def test_a_command_that_is_not_understood_has_a_code_of_its_own() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--no-such-option"])
    assert ended.value.code == USAGE
