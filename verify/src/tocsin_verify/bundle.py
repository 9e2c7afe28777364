"""Reads a bundle: a ZIP file from a stranger, so nothing in it is believed and nothing unbounded."""

import json
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, cast

from tocsin_verify.finding import incomplete

FORMAT = "tocsin-bundle/1"
LINE_LIMIT = 4 * 1024 * 1024
SMALL_LIMIT = 1024 * 1024


class Bundle:
    """An open bundle."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.front = parsed(self._small("bundle.json"))
        if self.front.get("format") != FORMAT:
            raise incomplete("This is not a bundle of a format that this program knows.")
        if not isinstance(self.front.get("size"), int):
            raise incomplete("The bundle does not say how many entries it holds.")

    @property
    def size(self) -> int:
        """How many entries the bundle says it holds."""
        return int(self.front["size"])

    def notes(self) -> list[str]:
        """Every checkpoint in the bundle, oldest first."""
        names = sorted(name for name in self._file.namelist() if name.startswith("checkpoints/"))
        return [self._small(name).decode() for name in names]

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member, without their newlines."""
        with self._member(name) as member:
            while line := member.readline(LINE_LIMIT):
                if not line.endswith(b"\n"):
                    raise incomplete(f"{name} ends in the middle of a line or has one too long.")
                yield line[:-1]

    def leaves(self) -> Iterator[bytes]:
        """The digests of the lines as they were stored when they were written."""
        with self._member("leaves.bin") as member:
            while digest := member.read(32):
                yield digest

    def _small(self, name: str) -> bytes:
        with self._member(name) as member:
            read: bytes = member.read(SMALL_LIMIT)
            return read

    @contextmanager
    def _member(self, name: str) -> Generator[Any]:
        try:
            with self._file.open(name) as member:
                yield member
        except KeyError:
            raise incomplete(f"The bundle lacks {name}.") from None


def parsed(text: bytes) -> dict[str, Any]:
    """A JSON object, strictly."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise ValueError
        return made

    def no_constant(_: str) -> None:
        raise ValueError

    try:
        read: Any = json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
    except (ValueError, RecursionError):
        raise incomplete("Something in the bundle is not strict JSON.") from None
    if not isinstance(read, dict):
        raise incomplete("Something in the bundle is not a JSON object.")
    return cast("dict[str, Any]", read)
