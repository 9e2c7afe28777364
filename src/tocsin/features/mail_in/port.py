"""What taking mail in asks of whoever runs Tocsin."""

from dataclasses import dataclass
from typing import Final

from tocsin.features.evidence.port import Terms
from tocsin.foundation.refusal import Refused

USUAL_MOST_BYTES: Final = 25_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTerms:
    """The terms on which mail is taken in. `domain` is empty where none is.

    `own_sender` is the address that our own mail comes from: it is not taken in again.
    """

    domain: str
    own_sender: str
    most_bytes: int
    evidence: Terms

    @property
    def mail_bytes(self) -> int:
        """How large a mail may be: the whole of it becomes a file."""
        return min(self.most_bytes, self.evidence.limits.file_bytes)

    def must_be_on(self) -> None:
        """Refuse `mail_in_off` where no mail is taken in here."""
        if not self.domain:
            raise Refused("mail_in_off", "No mail is taken in here: `mail_in_domain` is not set.")
