"""Reads requests before the lock is taken: what is a repeat, what is new, what cannot be read.

Nothing is stored here. A repeat costs a look by bytes and a number in an array.
"""

import zlib
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Final

from tocsin.features.alerts.intake.memory import Known, Memory
from tocsin.features.alerts.intake.request import (
    LARGEST_BYTES,
    Answer,
    Door,
    Request,
    refusal_answer,
)
from tocsin.features.alerts.port import (
    Act,
    AlertInvalid,
    Delivery,
    DeliveryUnreadable,
    Dialect,
    Dialects,
    Posted,
    Signal,
)
from tocsin.features.alerts.rows.journal import Repeats, microseconds
from tocsin.features.alerts.rows.sources import SourceRow
from tocsin.features.alerts.rows.writing import Told
from tocsin.features.alerts.rules.occurrence import content_of
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

ENDS_REMEMBERED: Final = 1000
ACCEPTED: Final = Answer(200)
GZIP: Final = zlib.MAX_WBITS | 16
PAGERDUTY: Final = frozenset({Door.EVENTS, Door.CHANGES})


def no_repeats() -> Repeats:
    """Where the numbers of alerts heard again are put, by the end that was said."""
    return defaultdict(lambda: array("Q"))


@dataclass(frozen=True, slots=True)
class Letter:
    """Why a body is kept as a dead letter."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Alias:
    """The bytes in which an alert came that had to be read."""

    key: tuple[str, str]
    content: bytes
    labels: bytes
    annotations: bytes
    link: bytes


@dataclass(kw_only=True)
class Read:
    """One request, read but not stored yet. `answer` is given once it is stored."""

    request: Request
    source: SourceRow
    body: bytes
    digest: bytes
    now: datetime
    answer: Answer = ACCEPTED
    repeats: Repeats = field(default_factory=no_repeats)
    told: list[Told] = field(default_factory=list[Told])
    aliases: list[Alias] = field(default_factory=list[Alias])
    changes: list[Signal] = field(default_factory=list[Signal])
    letter: Letter | None = None

    @cached_property
    def id(self) -> str:
        """Names the body, if it is kept. Made when first asked for: a repeat is not kept."""
        return new_id(self.now)

    @property
    def signals(self) -> int:
        """How many signals it brought."""
        heard = sum(len(numbers) for numbers in self.repeats.values())
        return heard + len(self.told) + len(self.changes)


class Reader:
    """Reads requests at one instant after another. Used by the writer's thread alone."""

    def __init__(self, memory: Memory, dialects: Dialects) -> None:
        self._memory = memory
        self._dialects = dialects
        self._ends: dict[bytes, int] = {}

    def read(self, request: Request, source: SourceRow, now: datetime) -> Read:
        """Read one request, whatever it is."""
        _unpack(request)
        body, refused = request.body, request.refused
        digest = sha256(body).digest()
        read = Read(request=request, source=source, body=body, digest=digest, now=now)
        if refused is not None:
            _refuse(read, Letter(refused.code, str(refused.reason)), refusal_answer(refused))
            return read
        try:
            self._read(read, now)
        except DeliveryUnreadable as error:
            _forget(read)
            _refuse(read, Letter("unreadable", str(error)), self._bad(read, str(error)))
        return read

    def find_routing_key(self, request: Request) -> None:
        """Find the key of a PagerDuty event, which stands in its body. Refuses `not_signed_in`."""
        if request.door not in PAGERDUTY or request.source is not None:
            return
        _unpack(request)
        try:
            request.secret = self._dialects.routing_key(request.body)
        except DeliveryUnreadable as error:
            raise Refused("not_signed_in", str(error)) from None

    def turned_away(self, request: Request, refused: Refused) -> Answer:
        """What a sender is told who is not let in."""
        if request.door in PAGERDUTY and refused.code == "not_signed_in":
            reason = str(refused.reason) if request.secret is None else "Invalid routing key."
            return Answer(400, self._dialects.events.refused(reason))
        return refusal_answer(refused)

    def _dialect(self, read: Read) -> Dialect | None:
        match read.request.door:
            case Door.POSTED:
                return None
            case Door.INTAKE:
                return self._dialects.by_kind.get(read.source.kind)
            case Door.EVENTS:
                return self._dialects.events
            case Door.CHANGES:
                return self._dialects.changes

    def _bad(self, read: Read, reason: str) -> Answer:
        dialect = self._dialect(read)
        if dialect is None:
            return Answer(400, self._dialects.posted.refused([reason]))
        return Answer(400, dialect.refused(reason), dialect.refused_type.encode())

    def _read(self, read: Read, now: datetime) -> None:
        dialect = self._dialect(read)
        if dialect is None:
            self._posted(read, now)
            return
        delivery = dialect.translate(read.body, now)
        read.answer = Answer(dialect.accepted_status, dialect.accepted(delivery))
        if read.request.door is Door.CHANGES:
            read.changes = list(delivery.signals)
        else:
            now_us = microseconds(now)
            for signal in delivery.signals:
                self._tell(read, signal, now_us)
        self._unreadable_parts(read, delivery)

    def _unreadable_parts(self, read: Read, delivery: Delivery) -> None:
        if delivery.unreadable:
            reasons = "; ".join(f"{bad.index}: {bad.reason}" for bad in delivery.unreadable)
            _refuse(read, Letter("partly_unreadable", reasons), self._bad(read, reasons))

    def _tell(self, read: Read, signal: Signal, now_us: int, alias: Alias | None = None) -> None:
        """A signal that was read: a repeat where it says what is known, else for the writer to decide."""
        key = (read.source.id, signal.key)
        content = content_of(signal) if alias is None else alias.content
        known = self._memory.known(key)
        if alias is not None:
            read.aliases.append(alias)
        if known is not None and signal.act is Act.RESOLVE:
            known.ends_us = 0
        is_repeat = (
            known is not None
            and signal.act is Act.FIRE
            and known.content == content
            and known.ends_us > now_us
        )
        if known is not None and is_repeat:
            known.ends_us = microseconds(signal.ends_at)
            read.repeats[known.ends_us].append(known.number)
        else:
            read.told.append(Told(read.source.id, signal, content, read.id))

    def _posted(self, read: Read, now: datetime) -> None:
        posted = self._dialects.posted
        alerts = posted.take_apart(read.body)
        unknown, pieces = self._recognised(read, alerts, now)
        if pieces + posted.plain_bytes(len(alerts)) != len(read.body):
            posted.read_strictly(read.body)
        elif unknown:
            posted.read_strictly(b"[%b]" % b",".join([posted.told(alert) for alert in unknown]))
        now_us, reasons = microseconds(now), list[str]()
        for alert in unknown:
            try:
                signal = posted.signal(alert, now)
            except AlertInvalid as error:
                reasons.append(str(error))
            else:
                self._tell(read, signal, now_us, _alias(read.source.id, signal, alert))
        if reasons:
            answer = Answer(400, posted.refused(reasons))
            _refuse(read, Letter("partly_unreadable", "; ".join(reasons)), answer)

    def _recognised(
        self, read: Read, alerts: Sequence[Posted], now: datetime
    ) -> tuple[list[Posted], int]:
        """Note the repeats; the alerts that must be read, and how many bytes all pieces have.

        A piece that is missing makes the sum too small, so that the body is read strictly.
        """
        aliases, remembered = self._memory.aliases(read.source.id), self._ends
        now_us, repeats = microseconds(now), read.repeats
        unknown: list[Posted] = []
        size = 0
        for alert in alerts:
            labels, annotations = bytes(alert.labels), bytes(alert.annotations)
            said, link = bytes(alert.ends_at), bytes(alert.link)
            starts = len(alert.starts_at)
            if starts and said and link and annotations:
                size += len(labels) + len(annotations) + len(said) + len(link) + starts
            else:
                size -= LARGEST_BYTES
            ends_us = remembered.get(said) or self._ends_us(said, now)
            known = aliases.get(labels)
            if (
                known is None
                or known.ends_us <= now_us
                or ends_us <= now_us
                or known.annotations != annotations
                or known.link != link
            ):
                unknown.append(alert)
                if known is not None and ends_us <= now_us:
                    known.ends_us = 0
            else:
                known.ends_us = ends_us
                repeats[ends_us].append(known.number)
        return unknown, size

    def _ends_us(self, said: bytes, now: datetime) -> int:
        ends_us = microseconds(self._dialects.posted.ends_at(said, now))
        if said:
            if len(self._ends) >= ENDS_REMEMBERED:
                self._ends.clear()
            self._ends[said] = ends_us
        return ends_us


def _alias(source: str, signal: Signal, alert: Posted) -> Alias:
    return Alias(
        key=(source, signal.key),
        content=content_of(signal),
        labels=bytes(alert.labels),
        annotations=bytes(alert.annotations),
        link=bytes(alert.link),
    )


def _refuse(read: Read, letter: Letter, answer: Answer) -> None:
    read.answer = answer
    read.letter = letter


def _forget(read: Read) -> None:
    """Of a body that cannot be read nothing is stored, not even what came before the fault."""
    read.repeats, read.told, read.aliases, read.changes = no_repeats(), [], [], []


def remember_aliases(memory: Memory, reads: Sequence[Read]) -> None:
    """After the commit: know the bytes of what was read, where it still says what is in the table."""
    for read in reads:
        for alias in read.aliases:
            known: Known | None = memory.known(alias.key)
            if known is not None and known.content == alias.content:
                memory.recognise(known, alias.labels, alias.annotations, alias.link)


def _unpack(request: Request) -> None:
    """Take the body out of its encoding, once."""
    encoding, request.encoding = request.encoding, b""
    if encoding and request.refused is None:
        try:
            request.body = _unpacked(request.body, encoding)
        except Refused as why:
            request.refused = why


def _unpacked(body: bytes, encoding: bytes) -> bytes:
    """The body behind gzip, never more than is allowed."""
    if encoding == b"identity":
        return body
    if encoding not in {b"gzip", b"x-gzip"}:
        raise Refused("bad_encoding", "A body may be sent plain or with gzip, nothing else.")
    unpacking = zlib.decompressobj(GZIP)
    try:
        plain = unpacking.decompress(body, LARGEST_BYTES + 1)
    except zlib.error:
        raise Refused("bad_encoding", "The body is not gzip.") from None
    if len(plain) > LARGEST_BYTES:
        raise Refused(
            "body_too_large", phrase("A body may hold at most %(most)s bytes.", most=LARGEST_BYTES)
        )
    if not unpacking.eof or unpacking.unused_data:
        raise Refused("bad_encoding", "The body is not one whole gzip stream.")
    return plain
