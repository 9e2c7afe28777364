"""Tells mail that a machine wrote from mail that a person wrote (RFC 3834, and older habits). Pure."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Final

from tocsin.features.mail_in.terms import Purpose, WhyDead
from tocsin.foundation.phrase import phrase

BULK: Final = frozenset({"bulk", "junk", "list"})
REPLIES: Final = ("x-autoreply", "x-autorespond", "x-auto-reply")

SENTENCES: Final = {
    WhyDead.BOUNCE: phrase("It reports on a delivery: its sender is empty, or it is a report."),
    WhyDead.AUTO_REPLY: phrase("It is an automatic reply."),
    WhyDead.AUTOMATIC: phrase(
        "A machine wrote it (Auto-Submitted), and nobody declares by machine here."
    ),
    WhyDead.BULK: phrase("It went to many (Precedence), and nobody declares by a mailing list."),
    WhyDead.OWN_MAIL: phrase("It is a mail of our own that came back."),
}
TAKEN_AS_NOTES: Final = frozenset({WhyDead.AUTOMATIC, WhyDead.BULK})
"""What may add to an incident, for nothing answers it; it declares nothing."""


def why_dead(fields: Mapping[str, str], envelope_sender: str, own_sender: str) -> WhyDead | None:
    """Why nobody wrote this mail, by its headers (in small letters) and its envelope; or None."""
    if own_sender and _address(fields.get("from", "")) == own_sender.lower():
        return WhyDead.OWN_MAIL
    is_report = fields.get("content-type", "").lower().startswith("multipart/report")
    if envelope_sender.strip() in {"", "<>"} or is_report:
        return WhyDead.BOUNCE
    submitted = fields.get("auto-submitted", "no").partition(";")[0].strip().lower()
    precedence = fields.get("precedence", "").strip().lower()
    if submitted == "auto-replied" or precedence == "auto_reply" or any(map(fields.get, REPLIES)):
        return WhyDead.AUTO_REPLY
    if submitted not in {"", "no"}:
        return WhyDead.AUTOMATIC
    return WhyDead.BULK if precedence in BULK else None


def is_dead(why: WhyDead | None, purpose: Purpose) -> bool:
    """Whether a mail that nobody wrote is kept as a dead letter."""
    if why is None:
        return False
    return purpose is Purpose.DECLARE or why not in TAKEN_AS_NOTES


def _address(claimed: str) -> str:
    return parseaddr(claimed)[1].lower()
