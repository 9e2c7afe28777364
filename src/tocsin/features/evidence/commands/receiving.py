"""Reading a body with files in it as it comes: nothing of it is held longer than a piece.

Who sends is let in before the first byte of a file is taken. A form is read the same way: what stands
before its first file decides whether that is taken at all.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Final, TypeVar

from anyio import CancelScope, fail_after
from anyio.to_thread import run_sync
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from tocsin.features.evidence.commands.admitting import Desk
from tocsin.features.evidence.commands.filing import Filed, Filing
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

Body = AsyncIterator[bytes]
Admit = Callable[[Mapping[str, str]], Desk]
Answer = TypeVar("Answer")

MOST_PARTS: Final = 32
MOST_OF_FIELDS: Final = 65_536
MOST_FILES: Final = 10
WHOLE_SECONDS: Final = 300


@dataclass(slots=True)
class Sent:
    """What a form brought: its fields, and its files under the names that they came with."""

    fields: dict[str, str] = field(default_factory=dict[str, str])
    files: list[tuple[str, Filed]] = field(default_factory=list[tuple[str, Filed]])


async def in_time(body: Body, take: Callable[[Body], Awaitable[Answer]]) -> Answer:
    """Take a body in, within five minutes; what is refused is read no further."""
    try:
        with fail_after(WHOLE_SECONDS):
            return await take(body)
    except TimeoutError:
        raise Refused("upload_too_slow", "The file came too slowly. Send it again.") from None


async def from_body(body: Body, desk: Desk) -> Filed:
    """A file that is the whole body."""
    filing = await run_sync(desk.begin)
    try:
        async for piece in body:
            if piece:
                await run_sync(filing.add, piece)
        return await run_sync(filing.end)
    except BaseException:
        await _dropped(filing)
        raise


async def from_form(body: Body, content_type: str, admit: Admit, most: int = MOST_FILES) -> Sent:
    """The fields and files of a form (RFC 7578). Refuses `bad_form`, `too_many_files`."""
    reading = _Reading(admit, most)
    try:
        with _parser(content_type) as parser:
            async for piece in body:
                for event in parser.parse(piece) if piece else ():
                    await reading.take(event)
    except MultipartError:
        await reading.drop()
        raise Refused("bad_form", "The form cannot be read: it is not whole, or not one.") from None
    except BaseException:
        await reading.drop()
        raise
    return reading.sent


def _parser(content_type: str) -> PushMultipartParser:
    head = Message()
    head["content-type"] = " ".join(content_type.splitlines())
    boundary = head.get_boundary()
    if head.get_content_type() != "multipart/form-data" or not boundary:
        raise Refused("media_type_not_supported", "Send the form as multipart/form-data.")
    return PushMultipartParser(boundary, max_segment_count=MOST_PARTS, strict=True)


class _Reading:
    """What was read of a form so far."""

    def __init__(self, admit: Admit, most: int) -> None:
        self.sent = Sent()
        self._admit = admit
        self._most = most
        self._desk: Desk | None = None
        self._filing: Filing | None = None
        self._segment: MultipartSegment | None = None
        self._text = bytearray()
        self._texts = 0

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        """The head of a part, a piece of it, or its end (None)."""
        if isinstance(event, MultipartSegment):
            self._segment = event
            self._text.clear()
        elif event is not None:
            await self._more(bytes(event))
        elif self._segment is not None:
            await self._ended(self._segment)

    async def drop(self) -> None:
        """Forget the files that came, whole or not."""
        if self._filing is not None:
            await _dropped(self._filing)
        if self._desk is not None:
            with CancelScope(shield=True):
                for _, filed in self.sent.files:
                    await run_sync(self._desk.drop, filed.id)

    async def _more(self, piece: bytes) -> None:
        if self._segment is not None and self._segment.filename is None:
            self._texts += len(piece)
            if self._texts > MOST_OF_FIELDS:
                raise Refused("bad_form", "The fields of the form are too long.")
            self._text += piece
            return
        if self._filing is None:
            self._filing = await self._begun()
        await run_sync(self._filing.add, piece)

    async def _begun(self) -> Filing:
        if len(self.sent.files) >= self._most:
            raise Refused(
                "too_many_files", phrase("Send %(most)s at a time, no more.", most=self._most)
            )
        if self._desk is None:
            self._desk = await run_sync(self._admit, dict(self.sent.fields))
        return await run_sync(self._desk.begin)

    async def _ended(self, segment: MultipartSegment) -> None:
        if self._filing is not None:
            filing, self._filing = self._filing, None
            self.sent.files.append((segment.filename or "", await run_sync(filing.end)))
        elif segment.filename is None:
            self.sent.fields[segment.name or ""] = _text(bytes(self._text))


def _text(sent: bytes) -> str:
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        raise Refused("bad_form", "A field of the form is not text in UTF-8.") from None
    return text.replace("\0", "").strip()


async def _dropped(filing: Filing) -> None:
    with CancelScope(shield=True):
        await run_sync(filing.drop)
