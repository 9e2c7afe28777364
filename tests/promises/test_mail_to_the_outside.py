"""Mail is handed over as it was meant, or not at all."""

from email import message_from_bytes, policy
from typing import Any

import pytest
from receivers import mail_sink

from tocsin.outbox.call import MailCall
from tocsin.outbox.mail import Post, mail_server


def mail(**changed: str) -> MailCall:
    values: dict[str, Any] = {
        "to": "ops@example.com",
        "subject": "Cards refused",
        "text": "It is the pool.\n",
    }
    return MailCall(
        **(values | changed),
        receiver="mail:ops",
        message_id="<2@tocsin.invalid>",
        in_reply_to="<1@tocsin.invalid>",
    )


def test_a_mail_arrives_as_it_was_written() -> None:
    with mail_sink() as (url, mails):
        outcome = Post(mail_server(url), "tocsin@example.com").send(mail(text="Größe: 1\n.\n"))
    assert outcome.was_taken
    [(to, content)] = mails
    message = message_from_bytes(content, policy=policy.default)
    assert (to, message["subject"]) == ("ops@example.com", "Cards refused")
    assert message["in-reply-to"] == message["references"] == "<1@tocsin.invalid>"
    assert message.get_content().splitlines() == ["Größe: 1", "."]


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": "x\r\nBcc: eve@example.com"},
        {"to": "ops@example.com\r\nBcc: eve@example.com"},
        {"to": "ops@example.com, eve@example.com"},
        {"to": ""},
        {"to": "nobody"},
    ],
)
def test_a_header_cannot_hold_another(changed: dict[str, str]) -> None:
    with mail_sink() as (url, mails):
        outcome = Post(mail_server(url)).send(mail(**changed))
    assert (outcome.was_taken, outcome.is_final, mails) == (False, True, [])


@pytest.mark.parametrize(("answer", "is_final"), [("550 no such", True), ("451 later", False)])
def test_a_refused_address_is_final_where_the_server_says_so(answer: str, is_final: bool) -> None:
    with mail_sink(answer) as (url, _):
        outcome = Post(mail_server(url)).send(mail())
    assert (outcome.was_taken, outcome.is_final) == (False, is_final)


def test_a_password_is_never_sent_in_clear() -> None:
    with mail_sink() as (url, mails):
        outcome = Post(mail_server(url.replace("//", "//ada:secret@"))).send(mail())
    assert (outcome.is_final, mails) == (False, [])
    assert "encryption" in outcome.word


def test_without_a_mail_server_mail_waits() -> None:
    assert not Post().send(mail()).is_final
    assert not Post(mail_server("smtp://127.0.0.1:1")).send(mail()).is_final


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.com:25", "smtp://x:99999"])
def test_only_a_mail_server_is_one(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtp|[Pp]ort"):
        mail_server(url)
