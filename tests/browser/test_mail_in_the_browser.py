"""The pages about mail that comes in: an address is made on a page, a mail is sent, its note is there."""

import smtplib
from collections.abc import Generator
from email.message import EmailMessage

import pytest
from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit, serving
from databases import free_port
from playwright.sync_api import expect

DOMAIN = "in.example.org"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory, port: int) -> Generator[Served]:
    """A Tocsin that takes mail in."""
    chosen = {"TOCSIN_MAIL_IN": f"127.0.0.1:{port}", "TOCSIN_MAIL_IN_DOMAIN": DOMAIN}
    with serving(tmp_path_factory.mktemp("mailed"), populated=True, chosen=chosen) as running:
        yield running


def send(port: int, to: str, subject: str, text: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Vendor <noc@vendor.example>", to, subject
    mail["Message-ID"] = f"<{subject.replace(' ', '.')}@vendor.example>"
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.send_message(mail)


def test_a_mail_to_the_address_of_an_incident_is_a_note_on_its_page(
    mailed: Served, visit: Visit, port: int
) -> None:
    reference = mailed.declare("Payouts late")
    page = visit(mailed, f"/incidents/{reference}")
    page.get_by_role("link", name="Mail").click()
    page.get_by_role("button", name="Make my address").click()
    address = page.get_by_role("group", name="Your address of this incident")
    expect(address).to_contain_text(f"@{DOMAIN}")
    send(port, address.inner_text().strip(), "Ticket 4711", "The carrier has found the cut.")
    page.goto(f"{mailed.url}/incidents/{reference}")
    expect(page.locator(".timeline")).to_contain_text("The carrier has found the cut.")
    expect(page.locator(".timeline")).to_contain_text("noc@vendor.example")
    expect(page.locator("#evidence")).to_contain_text("mail.eml")


def test_a_mail_to_ones_own_address_declares(mailed: Served, visit: Visit, port: int) -> None:
    page = visit(mailed, "/account")
    page.get_by_role("link", name="Your addresses").click()
    page.get_by_role("button", name="Make an address").click()
    shown = page.get_by_role("group", name="Your new address")
    expect(shown).to_contain_text("declare+")
    address = shown.inner_text().strip()
    send(port, address, "Carrier down in Bern", "Since 03:10.")
    page.goto(f"{mailed.url}/account/mail")
    expect(page.locator("main")).not_to_contain_text(address)
    page.goto(f"{mailed.url}/incidents")
    expect(page.locator("#list")).to_contain_text("Carrier down in Bern")
    page.goto(f"{mailed.url}/account/mail")
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("main")).to_contain_text("You have none.")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(port, address, "Once more", "Nobody hears it.")


@TWO_LOOKS
def test_the_pages_about_mail_are_for_everybody(
    mailed: Served, visit: Visit, width: int, theme: str
) -> None:
    reference = mailed.declare("Payouts late")
    page = visit(mailed, f"/incidents/{reference}/mail", who="Ada", width=width, theme=theme)
    assert barriers(page) == []
    page.get_by_role("button", name="Make my address").click()
    expect(page.locator("main pre")).to_contain_text(f"@{DOMAIN}")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{mailed.url}/account/mail")
    page.get_by_role("button", name="Make an address").click()
    expect(page.locator("main pre")).to_contain_text("declare+")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
