"""Reads a mail: its subject, who it claims to be from, its text and what is enclosed. Pure.

A mail is hostile until shown otherwise: parts are counted while they are found, mails within mails are
not opened, HTML becomes text, and no name or type that it claims is believed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import Policy, compat32
from typing import Any, Final

from tocsin.features.mail_in.rules.automatic import why_dead
from tocsin.features.mail_in.rules.inert import text_of
from tocsin.features.mail_in.rules.words import decoded, header, lines
from tocsin.features.mail_in.terms import WhyDead
from tocsin.foundation.phrase import Phrase, phrase
from tocsin.foundation.refusal import Refused

MOST_PARTS: Final = 100
MOST_DEPTH: Final = 20
MOST_HEADER_BYTES: Final = 262_144
MOST_OF_A_FIELD: Final = 32_768
OPAQUE: Final = "application/x-mail"

_STRUCTURE: Final = re.compile(rb"(?im)^content-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """What a mail brought beside its text, under the name that it claims."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it was read. `sender` is what stands in `From`: a claim."""

    subject: str
    sender: str
    text: str
    files: tuple[Enclosed, ...]
    why_dead: WhyDead | None


def read(raw: bytes, envelope_sender: str, own_sender: str) -> Mail:
    """Read a mail. Refuses `bad_mail` for one that has too much of something."""
    whole = _parsed(raw)
    texts: list[str] = []
    pages: list[str] = []
    files: list[Enclosed] = []
    for number, part in enumerate(_leaves(whole, 0), 1):
        content = _content(part)
        if _is_enclosed(part):
            if content:
                files.append(Enclosed(name=_name(part, number), content=content))
            continue
        written = decoded(content, _charset(part))
        (texts if part.get_content_subtype() != "html" else pages).append(written)
    text = "\n\n".join(filter(None, map(lines, texts)))
    return Mail(
        subject=_field(whole, "subject"),
        sender=_field(whole, "from"),
        text=text or "\n\n".join(filter(None, (lines(text_of(page)) for page in pages))),
        files=tuple(files),
        why_dead=why_dead(_named(whole), envelope_sender, own_sender),
    )


def body_of(raw: bytes) -> bytes:
    """What follows the headers: it stays the same on every try to deliver it."""
    found = _HEAD_END.search(raw)
    return raw[found.end() :] if found else b""


def identity(raw: bytes) -> tuple[str, ...]:
    """The headers that stay the same on every try to deliver a mail."""
    head = _parsed(raw[: _head_bytes(raw)])
    return tuple(_field(head, name) for name in ("message-id", "date", "from", "subject"))


class _Part(Message):
    """A part that does not open the mail in it: what is enclosed stays as it was sent."""

    def get_content_type(self) -> str:
        """The type it claims; opaque for a mail, or a report about one."""
        claimed = super().get_content_type()
        return OPAQUE if claimed.startswith("message/") else claimed


def _parsed(raw: bytes) -> Message:
    if _head_bytes(raw) > MOST_HEADER_BYTES:
        raise _too_much(phrase("Its headers are too long."))
    if any(len(found[0]) > MOST_OF_A_FIELD for found in _STRUCTURE.finditer(raw)):
        raise _too_much(phrase("A header of it is too long."))
    count = 0

    def made(policy: Policy = compat32) -> _Part:
        nonlocal count
        count += 1
        if count > MOST_PARTS:
            raise _too_much(phrase("It has more than %(most)s parts.", most=MOST_PARTS))
        return _Part(policy=policy)

    parser: Any = BytesParser(made, policy=compat32)
    whole: Message = parser.parsebytes(raw)
    return whole


def _head_bytes(raw: bytes) -> int:
    found = _HEAD_END.search(raw)
    return found.end() if found else len(raw)


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    if depth > MOST_DEPTH:
        raise _too_much(phrase("Its parts lie too deep in one another."))
    if not part.is_multipart():
        yield part
        return
    inside: Any = part.get_payload()
    several: list[Message] = inside
    for one in several:
        yield from _leaves(one, depth + 1)


def _content(part: Message) -> bytes:
    content: Any = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _is_enclosed(part: Message) -> bool:
    is_text = part.get_content_type() in {"text/plain", "text/html"}
    return not is_text or _disposition(part) == "attachment" or bool(_claimed_name(part))


def _disposition(part: Message) -> str:
    return _raw(part, "content-disposition").partition(";")[0].strip().lower()


def _name(part: Message, number: int) -> str:
    if claimed := _claimed_name(part):
        return claimed
    return f"mail {number}.eml" if part.get_content_type() == OPAQUE else f"part {number}"


def _claimed_name(part: Message) -> str:
    try:
        return header(part.get_filename() or "")
    except (LookupError, ValueError):
        return "unreadable name"


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset("") or ""
    except (LookupError, ValueError):
        return ""


def _field(part: Message, name: str) -> str:
    return header(_raw(part, name))


def _raw(part: Message, name: str) -> str:
    fields: list[tuple[str, Any]] = list(part.raw_items())
    return next((str(value) for key, value in fields if key.lower() == name), "")


def _named(part: Message) -> dict[str, str]:
    """The headers by name, the first of each, cut to what is ever looked at."""
    fields: dict[str, str] = {}
    for key, value in part.raw_items():
        fields.setdefault(key.lower(), header(str(value)) if len(fields) < MOST_PARTS else "")
    return fields


def _too_much(sentence: Phrase) -> Refused:
    return Refused("bad_mail", phrase("The mail is not taken. %(sentence)s", sentence=sentence))
