"""What a process remembers of the alerts that fire. A cache: every commit checks the generation.

An alert is found by the exact bytes its labels came in, and by its key. Bytes that were seen before
were validated before, so a repeat is neither parsed nor sorted nor hashed.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from tocsin.features.alerts.rows import leaving
from tocsin.features.alerts.rows.writing import Key, Standing

MOST_ALIASES: Final = 8
"""So many spellings of one alert's labels are remembered; a sender that varies them is read each time."""


class Known:
    """One alert that fires. `annotations` and `link` are the bytes that say what is in the table."""

    __slots__ = (
        "aliases",
        "annotations",
        "content",
        "ends_us",
        "is_acknowledged",
        "key",
        "link",
        "number",
    )

    def __init__(self, standing: Standing) -> None:
        self.number = standing.number
        self.key = standing.key
        self.annotations = b""
        self.link = b""
        self.aliases: tuple[bytes, ...] = ()
        self.stands(standing)

    def stands(self, standing: Standing) -> None:
        """Take over what was written."""
        self.content = standing.content
        self.is_acknowledged = standing.is_acknowledged
        self.ends_us = standing.ends_us


class Memory:
    """The alerts that fire, as this process last knew them. Used by the writer's thread alone."""

    def __init__(self) -> None:
        self.generation = -1
        self._by_key: dict[Key, Known] = {}
        self._by_number: dict[int, Known] = {}
        self._by_labels: dict[str, dict[bytes, Known]] = {}

    def begin(self, rows: Connection) -> None:
        """Begin with nothing but the generation: what fires is looked up when it is first heard."""
        self.generation = leaving.generation(rows)

    def refresh(self, rows: Connection) -> bool:
        """Forget what left firing since; whether anything was forgotten."""
        now = leaving.generation(rows)
        gone = [number for number in leaving.left_since(rows, self.generation) if self._has(number)]
        for number in gone:
            self._forget(self._by_number[number])
        self.generation = now
        return bool(gone)

    def aliases(self, source: str) -> dict[bytes, Known]:
        """The alerts of a source by the bytes of their labels."""
        return self._by_labels.setdefault(source, {})

    def known(self, key: Key) -> Known | None:
        """The alert that fires with a key, if it is remembered."""
        return self._by_key.get(key)

    def find(self, key: Key) -> Standing | None:
        """The same, to be changed by signals: what is remembered stays until it is written."""
        known = self._by_key.get(key)
        if known is None:
            return None
        return Standing(known.number, key, known.content, known.is_acknowledged, known.ends_us)

    def learn(self, standings: Iterable[Standing], generation: int) -> None:
        """Remember what was committed."""
        for standing in standings:
            known = self._by_number.get(standing.number)
            if standing.over:
                if known is not None:
                    self._forget(known)
            elif known is None:
                self._add(standing)
            else:
                known.stands(standing)
        self.generation = generation

    def recognise(self, known: Known, labels: bytes, annotations: bytes, link: bytes) -> None:
        """Remember the bytes that mean what an alert is."""
        aliases = self.aliases(known.key[0])
        if aliases.get(labels) is not known and len(known.aliases) < MOST_ALIASES:
            aliases[labels] = known
            known.aliases = (*known.aliases, labels)
        known.annotations, known.link = annotations, link

    def _has(self, number: int) -> bool:
        return number in self._by_number

    def _add(self, standing: Standing) -> None:
        known = Known(standing)
        self._by_key[known.key] = self._by_number[known.number] = known

    def _forget(self, known: Known) -> None:
        del self._by_number[known.number]
        if self._by_key.get(known.key) is known:
            del self._by_key[known.key]
        aliases = self.aliases(known.key[0])
        for labels in known.aliases:
            aliases.pop(labels, None)
