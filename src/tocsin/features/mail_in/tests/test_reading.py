"""Whatever bytes come as a mail: they are read, inertly, or refused as too much."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.features.mail_in.rules import reading
from tocsin.features.mail_in.rules.reading import Mail
from tocsin.features.mail_in.rules.wording import LONGEST_TEXT, UNTITLED, note, title
from tocsin.foundation.refusal import Refused

SECRET = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnop"


def read(raw: bytes) -> Mail:
    return reading.read(raw, "bob@example.net", "tocsin@example.org")


def with_head(*lines: str, body: bytes = b"Hello\r\n") -> bytes:
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def nested(depth: int) -> bytes:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (at, at)
        for at in range(depth)
    )
    return head + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


PIECES = st.sampled_from(
    [
        b"From: bob@example.net\r\n",
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n",
        b"Subject: =?punycode?b?////?= =?x?q?\r\n",
        b"Subject: \xff\xfe\0\r\n",
        b"Content-Type: text/plain; charset=idna\r\n",
        b"Content-Type: text/html; charset*=a'b'%00\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n",
        b'Content-Type: multipart/digest; boundary="x\r\n',
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''..%2F; filename*1=\"/etc/passwd\"\r\n",
        b"Content-Disposition: attachment; filename*=a\0b'c'%ff\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Auto-Submitted: ;;\r\n",
        b"Date: never\r\n",
        b"\r\n",
        b"--x\r\n",
        b"--x--\r\n",
        b"begin 644 a\r\n#86%A\r\nend\r\n",
        b"<script>alert(1)</script><p>a<br>b",
        b"YWJj\r\n",
        b"=C3=\r\n",
        b"\0\xff\x80",
        b" folded\r\n",
    ]
)


@given(st.lists(PIECES | st.binary(max_size=40), max_size=30).map(b"".join))
@settings(max_examples=600, deadline=None)
def test_no_bytes_are_an_error_and_all_that_comes_of_them_is_text(raw: bytes) -> None:
    mail = read(raw)
    for words in (mail.subject, mail.sender, mail.text, *(file.name for file in mail.files)):
        words.encode()
        assert "\0" not in words
    assert len(reading.identity(raw)) == 4
    assert title(mail, SECRET)
    note(mail, "Rex", SECRET, with_subject=True).encode()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
@settings(max_examples=100, deadline=None)
def test_what_a_mail_program_writes_is_read_as_it_was_meant(words: str) -> None:
    made = EmailMessage(policy=SMTP)
    made["Subject"] = "Grüße aus Zürich, 決済"
    made.set_content(words + "\n")
    made.add_attachment(
        words.encode() + b".", maintype="application", subtype="x", filename="ü.bin"
    )
    mail = read(made.as_bytes())
    assert mail.subject == "Grüße aus Zürich, 決済"
    assert [file.content for file in mail.files] == [words.encode() + b"."]
    assert mail.files[0].name == "ü.bin"
    wanted = words.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    assert mail.text.split() == wanted.split()


def test_a_page_alone_becomes_text_and_nothing_in_it_is_run_or_fetched() -> None:
    page = (
        b"<html><head><title>t</title><style>p{}</style></head><body onload=x()>"
        b"<p>Cards &amp; <b>more</b><br>second<script>alert(1)</script></p>"
        b"<img src=https://tracker.example/a.png><div>third &lt;b&gt;</div></body></html>"
    )
    mail = read(with_head("Subject: a", "Content-Type: text/html; charset=utf-8", body=page))
    assert [line for line in mail.text.splitlines() if line] == [
        "Cards & more",
        "second",
        "third <b>",
    ]
    assert mail.files == ()


def test_of_two_versions_the_plain_one_is_taken() -> None:
    made = EmailMessage(policy=SMTP)
    made.set_content("plain")
    made.add_alternative("<p>page", subtype="html")
    assert read(made.as_bytes()).text == "plain"


def test_a_mail_within_a_mail_is_kept_shut() -> None:
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = "inner"
    inner.set_content("of the inner one")
    outer = EmailMessage(policy=SMTP)
    outer.set_content("see below")
    outer.add_attachment(inner)
    mail = read(outer.as_bytes())
    assert mail.text == "see below"
    [file] = mail.files
    assert file.name.endswith(".eml")
    assert b"of the inner one" in file.content


@pytest.mark.parametrize(
    "raw",
    [
        nested(21),
        nested(400),
        with_head("Content-Type: multipart/mixed; boundary=b", body=b"--b\r\n\r\nx\r\n" * 500_000),
        with_head("X: " + "a" * 300_000),
        with_head(*["X: a"] * 60_000),
        with_head("Content-Type: text/plain" + ";" * 40_000),
        with_head("Content-Disposition: attachment;\r\n filename=" + "a" * 40_000),
    ],
)
def test_what_is_too_much_is_refused_before_it_costs_much(raw: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(raw)
    assert refused.value.code == "bad_mail"


def test_a_mail_of_nothing_is_still_an_incident_with_a_name() -> None:
    mail = read(b"\r\n\r\n")
    assert title(mail, SECRET) == UNTITLED
    assert "no text" in note(mail, "Rex", SECRET, with_subject=False)
    assert "claims: nobody" in note(mail, "Rex", SECRET, with_subject=False)


def test_a_long_text_is_cut_and_says_where_the_rest_is() -> None:
    mail = read(with_head("Subject: a", body=b"word \r\n" * 10_000))
    said = note(mail, "Rex", SECRET, with_subject=False)
    assert len(said) < LONGEST_TEXT + 500
    assert "the whole mail is among the evidence" in said
