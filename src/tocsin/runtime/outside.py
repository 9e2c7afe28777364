"""The ways out of the process, as the settings allow them: HTTP and mail."""

from dataclasses import dataclass, field

from tocsin.features.evidence.port import Limits, Terms
from tocsin.features.mail_in.port import MailTerms
from tocsin.foundation.clock import Clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import vault
from tocsin.ledger.due import Claimed
from tocsin.ledger.ledger import Ledger
from tocsin.outbox import signing
from tocsin.outbox.address import reach
from tocsin.outbox.call import HttpCall, MailCall, Outcome
from tocsin.outbox.http import Web
from tocsin.outbox.mail import Post, mail_server
from tocsin.outbox.scanning import Scan, scanner
from tocsin.runtime.settings import Settings


@dataclass(frozen=True)
class Outside:
    """How calls are made: by HTTP within the operator's rule, or by the operator's mail server."""

    web: Web = field(default_factory=Web)
    post: Post = field(default_factory=Post)

    def attempt(self, ledger: Ledger, claimed: Claimed) -> Outcome:
        """Make one attempt at a call that was claimed."""
        call = claimed.call
        match call:
            case MailCall():
                return self.post.send(call)
            case HttpCall():
                if call.sign_with is None:
                    return self.web.send(call, {})
                return self._signed(ledger, claimed, call, call.sign_with)

    def _signed(self, ledger: Ledger, claimed: Claimed, call: HttpCall, name: str) -> Outcome:
        now = ledger.clock()
        with ledger.read() as rows:
            secret = vault.read(rows, ledger.keys, name)
        if secret is None:
            word = "The secret it is to be signed with is gone."
            return Outcome(was_taken=False, is_final=True, at=now, word=word)
        message = signing.message_id(vault.derived(ledger.keys, "message ids"), claimed.key)
        return self.web.send(call, signing.headers(secret, message, now, call.body))


def scan(chosen: Settings) -> Scan | None:
    """The virus scanner that the settings name. Refuses `bad_settings`."""
    try:
        return scanner(chosen.scan_command, chosen.scan_address)
    except ValueError as error:
        raise Refused("bad_settings", f"A setting is not right: {error}.") from None


def evidence_terms(chosen: Settings) -> Terms:
    """The terms on which files are kept, as the settings have them. Refuses `bad_settings`."""
    limits = Limits(
        file_bytes=chosen.attachment_bytes, incident_bytes=chosen.incident_attachment_bytes
    )
    return Terms(limits=limits, scan=scan(chosen), keys_folder=chosen.keys)


def mail_terms(chosen: Settings) -> MailTerms:
    """The terms on which mail is taken in, as the settings have them. Refuses `bad_settings`."""
    if chosen.mail_in and not chosen.mail_in_domain:
        sentence = "`mail_in` needs `mail_in_domain`: the domain of the addresses it takes."
        raise Refused("bad_settings", sentence)
    return MailTerms(
        domain=chosen.mail_in_domain.strip().lower(),
        own_sender=chosen.mail_from,
        most_bytes=chosen.mail_in_bytes,
        evidence=evidence_terms(chosen),
    )


def outside(chosen: Settings, clock: Clock) -> Outside:
    """The ways out that the settings name. Refuses `bad_settings`."""
    try:
        rule = reach(chosen.allowed_networks, chosen.outgoing_ports)
        server = mail_server(chosen.smtp_url) if chosen.smtp_url else None
    except ValueError as error:
        raise Refused("bad_settings", f"A setting is not right: {error}.") from None
    return Outside(Web(rule, clock=clock), Post(server, chosen.mail_from, clock=clock))
