"""What an address for mail is, at one moment."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.features.mail_in.terms import OwnerKind, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddress:
    """A secret address, whose it is, and the incident that it adds to, if it is for one."""

    purpose: Purpose
    owner_kind: OwnerKind
    owner: str
    incident: str | None
    digest: str
    created_at: datetime
    created_by: str
    is_revoked: bool = False
