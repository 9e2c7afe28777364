"""What a mail becomes on the record: a title and a note. Pure.

The note says first that it came by mail and through whose address; who it claims to be from is said to
be a claim, for anybody who knows the address can write any name there.
"""

from typing import Final

from tocsin.features.mail_in.rules.quoting import without_quotation
from tocsin.features.mail_in.rules.reading import Mail
from tocsin.features.mail_in.rules.redacting import text as redacted

LONGEST_TITLE: Final = 300
LONGEST_TEXT: Final = 20_000
LONGEST_SENDER: Final = 300
UNTITLED: Final = "A mail without a subject"


def title(mail: Mail, secret: str) -> str:
    """What the incident is called that a mail declares."""
    return redacted(mail.subject, secret)[:LONGEST_TITLE].strip() or UNTITLED


def note(mail: Mail, owner: str, secret: str, *, with_subject: bool) -> str:
    """The note that a mail becomes. `with_subject` where no title says it."""
    claimed = redacted(mail.sender, secret)[:LONGEST_SENDER] or "nobody"
    head = [f"By mail, through the address of {owner}. From, as the mail claims: {claimed}"]
    if with_subject and mail.subject:
        head.append(f"Subject: {redacted(mail.subject, secret)[:LONGEST_TITLE]}")
    return "\n".join([*head, "", _text(redacted(without_quotation(mail.text), secret))])


def _text(written: str) -> str:
    if not written:
        return "There is no text in it."
    if len(written) <= LONGEST_TEXT:
        return written
    return f"{written[:LONGEST_TEXT]}…\n\n(It goes on: the whole mail is among the evidence.)"
