"""The one thread that writes what monitors send: everything that waits, in one commit, then the answers.

What comes in during a commit shares the next one. A sender is answered 2xx only after its data is on
disk. Each request has a future of its own, so a client that leaves concerns nobody else.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Lock, Thread
from traceback import extract_tb
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from tocsin.features.alerts.intake import metrics
from tocsin.features.alerts.intake.admission import Admission
from tocsin.features.alerts.intake.memory import Memory
from tocsin.features.alerts.intake.reading import Read, Reader, no_repeats, remember_aliases
from tocsin.features.alerts.intake.request import Answer, Request, refusal_answer
from tocsin.features.alerts.rows import journal, kept, leaving, writing
from tocsin.features.alerts.rows.writing import InsertedElsewhere, Key, Standing, Written
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

GROUP_BYTES: Final = 8_000_000
"""So much is taken into one commit, so that nobody waits for the whole storm."""

ATTEMPTS: Final = 5
MOST_WAITING: Final = 20_000
MOST_WAITING_BYTES: Final = 128_000_000

LOG: Final = structlog.get_logger("tocsin.intake")


class Writer:
    """Takes requests from any thread, and answers them once they are stored."""

    def __init__(
        self, ledger: Ledger, memory: Memory, reader: Reader, admission: Admission
    ) -> None:
        self._ledger = ledger
        self._memory = memory
        self._reader = reader
        self._admission = admission
        self._waiting: deque[Request] = deque()
        self._bytes_waiting = 0
        self._counting = Lock()
        self._woken = Event()
        self._stopping = False
        self._thread = Thread(target=self._run, name="intake-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        with self._ledger.read() as rows:
            self._memory.begin(rows)
            self._admission.refresh(rows)
        self._thread.start()

    def stop(self) -> None:
        """End, after what waits is written."""
        self._stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def take(self, request: Request) -> None:
        """Let a request wait for the next commit. Refuses `intake_busy` rather than fill the memory."""
        with self._counting:
            is_full = (
                len(self._waiting) >= MOST_WAITING or self._bytes_waiting >= MOST_WAITING_BYTES
            )
            if self._stopping or is_full:
                sentence = "The intake takes no more at the moment. Nothing was kept."
                raise Refused("intake_busy", sentence, retry_after_seconds=1)
            self._bytes_waiting += len(request.body)
        self._waiting.append(request)
        if not self._woken.is_set():
            self._woken.set()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            while group := self._group():
                deliver(self._done(group))
            if self._stopping:
                return

    def _group(self) -> list[Request]:
        group: list[Request] = []
        size = 0
        while self._waiting and size < GROUP_BYTES:
            request = self._waiting.popleft()
            size += len(request.body)
            group.append(request)
        with self._counting:
            self._bytes_waiting -= size
        return group

    def _done(self, group: Sequence[Request]) -> list[tuple[Request, Answer]]:
        """Read and store a group; whatever happens, everyone in it has an answer."""
        try:
            return self._stored(group)
        except Refused as refused:
            answer = refusal_answer(refused)
            return [(request, answer) for request in group]
        except Exception as error:  # noqa: BLE001 - a fault of ours must not leave senders waiting
            if len(group) > 1:
                return [pair for request in group for pair in self._done([request])]
            LOG.error("intake failed", error=type(error).__name__, at=_place(error))  # noqa: TRY400 - a message may hold words of people
            sentence = "This could not be stored. Nothing was kept."
            failed = Refused("database_away", sentence, retry_after_seconds=5)
            return [(group[0], refusal_answer(failed))]

    def _stored(self, group: Sequence[Request]) -> list[tuple[Request, Answer]]:
        now = self._ledger.clock()
        self._admission.refresh_if_stale()
        answers: list[tuple[Request, Answer]] = []
        reads: list[Read] = []
        for request in group:
            try:
                reads.append(self._admitted(request, now))
            except Refused as refused:
                answers.append((request, self._reader.turned_away(request, refused)))
        if reads:
            reads = self._committed(reads, now)
        return answers + [(read.request, read.answer) for read in reads]

    def _admitted(self, request: Request, now: datetime) -> Read:
        self._reader.find_routing_key(request)
        source = self._admission.source_of(request)
        self._admission.must_be_within_rate(source, now)
        read = self._reader.read(request, source, now)
        if read.letter is not None and not request.is_replay:
            self._admission.keep_letter(source, len(read.body), now)
        self._admission.spend(source, read.signals)
        return read

    def _committed(self, reads: list[Read], now: datetime) -> list[Read]:
        for _ in range(ATTEMPTS):
            try:
                with self._ledger.database.write(Lane.MACHINES) as rows:
                    current = self._current(rows, reads, now)
                    written = Commit(rows, self._ledger, self._memory, now).write(current)
            except InsertedElsewhere:
                continue
            self._learn(written, current)
            return current
        raise Refused("database_away", "Others write the same alerts.", retry_after_seconds=1)

    def _learn(self, written: Written, reads: Sequence[Read]) -> None:
        self._memory.learn(written.standings, written.generation)
        remember_aliases(self._memory, reads)
        metrics.SIGNALS.inc(sum(read.signals for read in reads))
        metrics.COMMITS.inc()

    def _current(self, rows: Connection, reads: list[Read], now: datetime) -> list[Read]:
        """The requests as read with what is true now: others may have closed alerts meanwhile."""
        while True:
            if any(read.told for read in reads):
                held = leaving.hold_generation(rows)
            else:
                held = leaving.generation(rows)
            if held == self._memory.generation:
                return reads
            is_other = self._memory.refresh(rows)
            if self._admission.refresh(rows) or is_other:
                reads = [self._again(read, now) for read in reads]

    def _again(self, read: Read, now: datetime) -> Read:
        try:
            source = self._admission.source_of(read.request)
        except Refused as refused:
            return Read(
                request=read.request,
                source=read.source,
                body=b"",
                digest=b"",
                now=now,
                answer=refusal_answer(refused),
            )
        return self._reader.read(read.request, source, now)


def _place(error: BaseException) -> str:
    last = extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"


class Commit:
    """One commit of the intake, within its transaction."""

    def __init__(self, rows: Connection, ledger: Ledger, memory: Memory, now: datetime) -> None:
        self._rows = rows
        self._memory = memory
        self._now = now
        self._seals = kept.Seals(rows, ledger.keys.encryption)
        self._day = now.date().isoformat()

    def write(self, reads: Sequence[Read]) -> Written:
        """Write all that was read."""
        repeats = _merged(reads)
        written = Written(generation=self._memory.generation)
        told = [one for read in reads for one in read.told]
        if told:
            find = self._finding([(one.source, one.signal.key) for one in told])
            affair = writing.Writing(self._rows, self._now, find, repeats)
            written = affair.write(told, self._memory.generation)
        self._keep_bodies(reads, written.bodies)
        self._keep_letters(reads)
        for read in reads:
            if read.changes:
                kept.keep_change(self._rows, read.source.id, read.changes, self._now)
        sources: dict[str, int] = {}
        for read in reads:
            sources[read.source.id] = sources.get(read.source.id, 0) + read.signals
        digests = b"".join([read.digest for read in reads])
        journal.write_journal(self._rows, self._now, repeats, digests, sources)
        return written

    def _finding(self, wanted: Sequence[Key]) -> Callable[[Key], Standing | None]:
        missing = sorted({key for key in wanted if self._memory.known(key) is None})
        found = writing.firing_with(self._rows, missing)

        def find(key: Key) -> Standing | None:
            return self._memory.find(key) or found.get(key)

        return find

    def _sealed(self, read: Read) -> bytes:
        return self._seals.seal(read.body, source=read.source.id, day=self._day, place=read.id)

    def _keep_bodies(self, reads: Sequence[Read], new: set[str]) -> None:
        bodies = [
            {
                "id": read.id,
                "at": self._now,
                "source": read.source.id,
                "day": self._day,
                "digest": read.digest,
                "sealed": self._sealed(read),
            }
            for read in reads
            if read.told and read.id in new
        ]
        kept.keep_signals(self._rows, bodies)

    def _keep_letters(self, reads: Sequence[Read]) -> None:
        letters: list[dict[str, Any]] = [
            {
                "id": read.id,
                "at": self._now,
                "source": read.source.id,
                "day": self._day,
                "path": read.request.door.value,
                "code": read.letter.code,
                "sentence": read.letter.sentence[:1000],
                "sealed": self._sealed(read) if read.body else None,
            }
            for read in reads
            if read.letter is not None and not read.request.is_replay
        ]
        kept.keep_letters(self._rows, letters)


def _merged(reads: Sequence[Read]) -> journal.Repeats:
    repeats = no_repeats()
    for read in reads:
        for ends_us, numbers in read.repeats.items():
            repeats[ends_us] += numbers
    return repeats


def deliver(answers: Sequence[tuple[Request, Answer]]) -> None:
    """Give everyone their answer, on the loop that waits for it."""
    for status, number in Counter(answer.status for _, answer in answers).items():
        metrics.ANSWERS.labels(str(status)).inc(number)
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Answer]]] = {}
    for request, answer in answers:
        if isinstance(request.waiting, asyncio.Future):
            loops.setdefault(request.waiting.get_loop(), []).append((request.waiting, answer))
        elif request.waiting.set_running_or_notify_cancel():
            request.waiting.set_result(answer)
    for loop, pairs in loops.items():
        with contextlib.suppress(RuntimeError):  # a loop that has ended waits for nothing
            loop.call_soon_threadsafe(_tell, pairs)


def _tell(pairs: Sequence[tuple[asyncio.Future[Answer], Answer]]) -> None:
    for waiting, answer in pairs:
        if not waiting.done():
            waiting.set_result(answer)
