"""Signing in with a password, and with a code where a second factor is enrolled.

Whoever is not let in learns nothing about accounts: an unknown address and a wrong password cost the
same work, count the same and are answered alike.
"""

from dataclasses import dataclass, field
from typing import Final

from tocsin.features.people.commands.sessions import IDLE, LONGEST, PREFIX, end_in
from tocsin.features.people.commands.trying import account, counted, too_many
from tocsin.features.people.events import SecondFactorRefused, SignedIn, SignInRefused
from tocsin.features.people.rows import credentials, sessions, tries
from tocsin.features.people.rows.credentials import Credential
from tocsin.features.people.rows.people import PersonRow, person_by_id
from tocsin.features.people.rows.sessions import SessionRow
from tocsin.features.people.rules import password, second_factor
from tocsin.features.people.rules.secret import digest
from tocsin.features.people.terms import WhyEnded, WhyRefused
from tocsin.foundation.identifiers import new_id, new_secret
from tocsin.foundation.refusal import Refused
from tocsin.ledger import vault
from tocsin.ledger.change import Change
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text

LONGEST_EMAIL: Final = 254
LONGEST_AGENT: Final = 200
VISITOR: Final = By(id="visitor", kind="visitor")
"""Whoever has not proved who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody brings to the door. `replaced` is the cookie they came with, which then ends."""

    email: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    ip_prefix: str = "unknown"
    agent: str = ""
    replaced: str | None = field(default=None, repr=False)

    @property
    def account(self) -> str:
        """The e-mail address as accounts are known by."""
        return self.email.strip().lower()[:LONGEST_EMAIL]


@dataclass(frozen=True, slots=True)
class _Visit:
    """An attempt under judgement: what is kept of the account, and whether the password is right.

    `renewed` is the password as it would be kept today, where it is kept in another way.
    """

    ledger: Ledger
    attempt: Attempt
    session: str
    kept: Credential | None
    is_right: bool
    renewed: str | None


def sign_in(ledger: Ledger, attempt: Attempt) -> str:
    """Let a person in, and answer the secret for their cookie: always a new one.

    Refuses `wrong_credentials`, `second_factor_missing`, `wrong_code` and `too_many_tries`.
    """
    now = ledger.clock()
    with ledger.read() as rows:
        subjects = counted(ledger, attempt.account, attempt.ip_prefix)
        seconds = tries.seconds_to_wait(rows, subjects, now)
        kept = credentials.by_email(rows, attempt.account)
    if seconds:
        raise too_many(seconds)
    is_right = password.is_right(kept.password_hash if kept else None, attempt.password)
    renewed = None
    if is_right and kept is not None and kept.password_hash is not None:
        renewed = password.renewed(kept.password_hash, attempt.password)
    visit = _Visit(ledger, attempt, new_id(now), kept, is_right, renewed)
    with ledger.change(_by(visit)) as change:
        answer = _judged(change, visit)
    if isinstance(answer, Refused):
        raise answer
    return answer


def _by(visit: _Visit) -> By:
    if visit.kept is None or not visit.is_right:
        return VISITOR
    return By(id=visit.kept.person, kind="person", session=visit.session)


def _judged(change: Change, visit: _Visit) -> str | Refused:
    """The secret, or the refusal, which must not undo what was counted."""
    subjects = counted(visit.ledger, visit.attempt.account, visit.attempt.ip_prefix)
    # Asked again under the lock: of many tries made at once, only the allowed ones are judged.
    if seconds := tries.seconds_to_wait(change.rows, subjects, change.now):
        return too_many(seconds)
    if visit.kept is None:
        return _not_let_in(change, visit, WhyRefused.UNKNOWN_ACCOUNT)
    if not visit.is_right:
        return _not_let_in(change, visit, WhyRefused.WRONG_PASSWORD)
    kept = credentials.of_person(change.rows, visit.kept.person)
    person = person_by_id(change.rows, visit.kept.person)
    if person is None or kept.password_hash != visit.kept.password_hash:
        return _not_let_in(change, visit, WhyRefused.WRONG_PASSWORD)
    if person.is_disabled:
        return _not_let_in(change, visit, WhyRefused.DISABLED)
    refused = _second_factor(change, visit, kept) if person.has_second_factor else None
    return refused or _let_in(change, visit, person)


def _not_let_in(change: Change, visit: _Visit, reason: WhyRefused) -> Refused:
    attempt = visit.attempt
    about = visit.kept.person if visit.kept else None
    refused = SignInRefused(
        reason=reason, ip_prefix=attempt.ip_prefix, account=Text(attempt.account, about=about)
    )
    change.note(f"session:{visit.session}", refused)
    subjects = counted(visit.ledger, attempt.account, attempt.ip_prefix)
    tries.failed(change.rows, subjects, change.now)
    return Refused("wrong_credentials", "The e-mail address or the password is not right.")


def _second_factor(change: Change, visit: _Visit, kept: Credential) -> Refused | None:
    """The refusal of the code, or None where it is right. A code is used once."""
    attempt = visit.attempt
    if not attempt.code.strip():
        sentence = "This account takes a code as well. Type the one your device shows."
        return Refused("second_factor_missing", sentence)
    assert kept.second_factor is not None, "who has a second factor has its key kept"
    key = vault.opened(visit.ledger.keys, second_factor.USE, kept.second_factor, kept.person)
    step = second_factor.step_of(key, attempt.code, change.now, kept.last_step)
    if step is not None:
        credentials.change(change.rows, kept.person, last_step=step)
        return None
    event = SecondFactorRefused(person=kept.person, ip_prefix=attempt.ip_prefix)
    change.note(f"session:{visit.session}", event)
    subjects = counted(visit.ledger, attempt.account, attempt.ip_prefix)
    tries.failed(change.rows, subjects, change.now)
    return Refused("wrong_code", "This code is not right, or it was used. Wait for the next one.")


def _let_in(change: Change, visit: _Visit, person: PersonRow) -> str:
    attempt, secret = visit.attempt, new_secret(PREFIX)
    before = sessions.by_digest(change.rows, digest(attempt.replaced)) if attempt.replaced else None
    if before is not None:
        end_in(change, [before], WhyEnded.SIGNED_IN_AGAIN)
    session = SessionRow(
        id=visit.session,
        person=person.id,
        made_at=change.now,
        seen_at=change.now,
        idle_ends_at=change.now + IDLE,
        ends_at=change.now + LONGEST,
        ip_prefix=attempt.ip_prefix,
        agent=attempt.agent[:LONGEST_AGENT],
    )
    sessions.keep(change.rows, session, digest(secret))
    if visit.renewed is not None:
        credentials.change(change.rows, person.id, password_hash=visit.renewed)
    tries.forget(change.rows, account(visit.ledger, attempt.account))
    signed_in = SignedIn(
        person=person.id, second_factor=person.has_second_factor, ip_prefix=attempt.ip_prefix
    )
    change.note(f"session:{session.id}", signed_in)
    return secret
