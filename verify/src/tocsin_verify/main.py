"""The command."""

import argparse
import lzma
import sys
import zipfile
import zlib
from pathlib import Path
from typing import NoReturn

from tocsin_verify.bundle import Bundle
from tocsin_verify.check import check
from tocsin_verify.finding import Bad, Verdict
from tocsin_verify.note import read_key

USAGE = 64


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"tocsin-verify: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tocsin-verify", description="Check an export of a Tocsin ledger, offline."
    )
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", action="append", default=[], help="a public key you were given")
    parser.add_argument(
        "--held", action="append", default=[], type=Path, help="a checkpoint you kept"
    )
    parser.add_argument("--record", action="append", default=[], type=Path, help="a record's proof")
    return parser


def main(words: list[str] | None = None) -> int:
    """Check a bundle, say what was found in one sentence, and answer the exit code."""
    asked = _parser().parse_args(words)
    try:
        held = [path.read_text() for path in asked.held]
        records = [path.read_text() for path in asked.record]
        with zipfile.ZipFile(asked.bundle) as file:
            bundle = Bundle(file)
            given = asked.key or [str(key) for key in bundle.front.get("keys", [])]
            count = check(bundle, [read_key(key) for key in given], held, records)
    except Bad as bad:
        print(bad.sentence)
        return int(bad.verdict)
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        lzma.LZMAError,
        UnicodeDecodeError,
        EOFError,
    ) as error:
        print(f"The bundle or a file beside it cannot be read: {type(error).__name__}.")
        return int(Verdict.INCOMPLETE)
    doubt = "" if asked.key else " The key came with the bundle: nobody outside vouches for it."
    print(f"Sound: {count} entries.{doubt}")
    return int(Verdict.SOUND)


def run() -> NoReturn:
    """Run as a program."""
    sys.exit(main())
