"""Files in a real browser: chosen without script, dropped and pasted with it, shown and never run."""

from pathlib import Path
from typing import Any

from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit
from playwright.sync_api import FilePayload, expect

from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents import commands

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "60f8ff1f0003030200b7e3d6c50000000049454e44ae426082"
)
HOSTILE = (
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
)
DROP = """([name, text]) => {
  const brought = new DataTransfer();
  brought.items.add(new File([text], name, { type: 'text/html' }));
  const composer = document.querySelector('#write');
  for (const kind of ['dragover', 'drop']) {
    const said = { dataTransfer: brought, bubbles: true, cancelable: true };
    composer.dispatchEvent(new DragEvent(kind, said));
  }
}"""
PASTE = """([name, bytes]) => {
  const brought = new DataTransfer();
  brought.items.add(new File([new Uint8Array(bytes)], name, { type: 'image/png' }));
  const event = new ClipboardEvent('paste', { clipboardData: brought, bubbles: true, cancelable: true });
  document.querySelector('#text').dispatchEvent(event);
}"""


def attached(served: Served, name: str, body: bytes, **said: Any) -> str:
    """A file of the main incident, by Rex; answers the address of its page."""
    reference, rex = served.incidents["main"], served.work("Rex")
    filing = evidence.admit(rex, Terms(), reference).begin()
    filing.add(body)
    about = evidence.About(name=name, **said)
    _, file = evidence.attach(rex, Terms(), reference, filing.end(), about)
    return f"/incidents/{reference}/evidence/{file.id}"


def test_files_are_attached_and_an_excerpt_kept_without_script(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Receipts are blank")
    page = visit(served, f"/incidents/{reference}", script=False)
    page.locator("#evidence").get_by_role("button", name="Attach").click()
    dialog = page.locator("#attachments")
    dialog.get_by_label("Class").select_option("confidential")
    shot: FilePayload = {"name": "../shot.png", "mimeType": "text/html", "buffer": PNG}
    log: FilePayload = {"name": "pool.log", "mimeType": "", "buffer": b"pool full\n"}
    dialog.get_by_label("Files").set_input_files([shot, log])
    dialog.get_by_role("button", name="Attach").click()
    panel = page.locator("#evidence")
    expect(panel.locator("li")).to_have_count(2)
    expect(panel.locator("li").first).to_contain_text("shot.png")
    expect(panel.locator("li").first).to_contain_text("confidential")
    expect(page.locator(".timeline")).to_contain_text("attached pool.log")
    panel.get_by_role("button", name="Excerpt").click()
    page.locator("#excerpts").get_by_label("What was said or logged").fill("rex: it is the pool")
    page.locator("#excerpts").get_by_label("From where").fill("#payments")
    page.locator("#excerpts").get_by_role("button", name="Keep it").click()
    expect(panel.locator("li")).to_have_count(3)
    panel.get_by_role("link", name="chat excerpt.txt").click()
    expect(page.locator("pre.log")).to_have_text("rex: it is the pool")
    page.get_by_label("Why").fill("It named a customer")
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator("main")).to_contain_text("Its bytes and their key were destroyed")
    expect(page.locator("pre.log")).to_have_count(0)


def test_what_is_wrong_is_said_in_the_form(served: Served, visit: Visit) -> None:
    page = visit(served, f"/incidents/{served.incidents['main']}", script=False)
    page.locator("#evidence").get_by_role("button", name="Attach").click()
    empty: FilePayload = {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    page.locator("#attachments").get_by_label("Files").set_input_files([empty])
    page.locator("#attachments").get_by_role("button", name="Attach").click()
    expect(page.locator("#attachments-err")).to_have_text("Choose a file.")


def test_a_file_is_dropped_on_the_composer_or_pasted_into_it(served: Served, visit: Visit) -> None:
    reference = served.declare("Statements are late")
    page = visit(served, f"/incidents/{reference}")
    expect(page.locator("#live")).to_contain_text("Live")
    page.get_by_label("Timeline entry").fill("Half a thought")
    page.evaluate(DROP, ["page.html", "<script>alert(1)</script>"])
    expect(page.locator("#evidence li")).to_have_count(1)
    page.evaluate(PASTE, ["image.png", list(PNG)])
    expect(page.locator("#evidence li")).to_have_count(2)
    expect(page.get_by_label("Timeline entry")).to_have_value("Half a thought")
    kinds = [
        one.media_type for one in commands.one(served.work("Rex"), reference).incident.evidence
    ]
    assert kinds == ["text/html", "image/png"]


def test_an_image_is_shown_and_markup_never_runs(
    served: Served, visit: Visit, tmp_path: Path
) -> None:
    page = visit(served, attached(served, "shot.png", PNG, description="The error page"))
    image = page.get_by_role("img", name="The error page")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    page.goto(served.url + attached(served, "pic.svg", HOSTILE))
    assert page.locator("main img, main svg[onload], main script").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    saved = tmp_path / "saved"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "pic.svg"
    assert saved.read_bytes() == HOSTILE


@TWO_LOOKS
def test_a_file_has_a_page_for_everybody(
    served: Served, visit: Visit, width: int, theme: str
) -> None:
    name = "a-very-long-name-of-a-log-from-auth-gateway-3-eu-central-1-2026-11-24.log"
    place = attached(served, name, b"03:12:07 pool exhausted " * 200, description="The pool's log")
    page = visit(served, place, who="Ada", width=width, theme=theme)
    assert barriers(page) == []
    for narrow in (width, 320):
        page.set_viewport_size({"width": narrow, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= narrow
