"""Everybody reads pages in their own language, at the same time; what is recorded stays as it is."""

import re
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from open_house import House, open_house
from skeleton import odd

from tocsin.features.people import commands as people
from tocsin.web import languages, session

MESSAGES = ("There is nothing here", "The page does not exist, or you may not see it.")
"""What the page says that is not there."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as made:
        yield made


def reader(house: House, name: str, language: str) -> str:
    """Let somebody read in a language; answers the secret of a session of theirs."""
    people.change_own(house.work(name), people.Settings(language=language))
    attempt = people.Attempt(email=f"{name.lower()}@example.com", password="heron lantern orbit 47")
    return people.sign_in(house.ledger, attempt)


def read(house: House, path: str, secret: str = "", wants: str = "") -> Any:
    """Read a page as whoever holds a session, in a browser that would have a language."""
    cookies = {"cookie": f"{session.NAME}={secret}"} if secret else {}
    browser = TestClient(house.client.app, raise_server_exceptions=False)
    headers = cookies | {"accept-language": wants}
    return browser.get(path, headers=headers, follow_redirects=False)


def tongue(answer: Any) -> str:
    found = re.search(r'<html lang="([^"]*)"', answer.text)
    return found[1] if found else ""


def german(message: str) -> str:
    said = languages.translations("de").gettext(message)
    assert said != message
    return said


def test_two_read_one_incident_in_two_languages_at_the_same_time(house: House) -> None:
    path = f"/incidents/{house.declare('Karten abgelehnt')}"
    secrets = {"de": reader(house, "Bea", "de"), "en": reader(house, "Cy", "en")}
    several = [*secrets] * 12

    def seen(tag: str) -> str:
        return str(read(house, path, secrets[tag]).text)

    with ThreadPoolExecutor(4) as readers:
        pages = dict(zip(enumerate(several), readers.map(seen, several), strict=True))
    timeline = {"en": "Timeline", "de": german("Timeline")}
    for (_, tag), page in pages.items():
        other = {"en": "de", "de": "en"}[tag]
        assert f'<html lang="{tag}"' in page
        assert f">{timeline[tag]}<" in page
        assert f">{timeline[other]}<" not in page
        assert "Karten abgelehnt" in page


def test_who_chose_nothing_reads_what_the_browser_would_have(house: House) -> None:
    secret = reader(house, "Ada", "")
    assert tongue(read(house, "/account", secret, "de-DE,de;q=0.9")) == "de"
    assert tongue(read(house, "/account", secret, "fr,en;q=0.5")) == "en"
    chose = reader(house, "Ada", "en")
    assert tongue(read(house, "/account", chose, "de")) == "en"


def test_a_refusal_is_read_in_the_language_that_one_chose(house: House) -> None:
    secret = reader(house, "Bea", "de")
    page = read(house, "/incidents/INC-2026-9999", secret, "en")
    assert page.status_code == 404
    assert tongue(page) == "de"
    assert german(MESSAGES[0]) in page.text


@pytest.mark.parametrize("wants", ["en", "de"])
def test_who_is_not_signed_in_is_asked_to_in_the_language_of_the_browser(
    house: House, wants: str
) -> None:
    assert tongue(read(house, "/sign-in", wants=wants)) == wants
    lost = read(house, "/nothing/like/it", wants=wants)
    assert tongue(lost) == wants
    for message in MESSAGES:
        assert (message if wants == "en" else german(message)) in lost.text


def test_one_chooses_a_language_on_the_account_page_without_script(house: House) -> None:
    form = {"csrf": house.csrf, "name": "Ada", "zone": "UTC", "theme": "", "language": "de"}
    done = house.client.post("/account", data=form, follow_redirects=False)
    assert done.status_code == 303
    page = house.client.get("/account").text
    assert '<html lang="de">' in page
    assert '<option value="de" lang="de" selected>Deutsch</option>' in page
    wrong = house.client.post("/account", data=form | {"language": "xx"})
    assert wrong.status_code == 400
    assert german("Choose one of the languages that pages are written in.") in wrong.text
    house.client.post("/account", data=form | {"language": ""})
    assert '<html lang="en">' in house.client.get("/account").text


def test_a_page_that_is_not_there_is_said_in_the_language_chosen_in_this_browser(
    house: House,
) -> None:
    form = {"csrf": house.csrf, "name": "Ada", "zone": "UTC", "theme": "", "language": "de"}
    house.client.post("/account", data=form, headers={"accept-language": "en"})
    assert tongue(house.client.get("/nothing", headers={"accept-language": "en"})) == "de"
    house.client.post("/account", data=form | {"language": ""})
    assert tongue(house.client.get("/nothing", headers={"accept-language": "en"})) == "en"


def test_what_is_shipped_is_written_down_in_english_by_whoever_reads_another_language(
    house: House,
) -> None:
    shipped = house.api("GET", "/api/v1/severity-criteria").json()
    people.change_own(house.work(), people.Settings(language="de"))
    page = house.client.get("/settings/severities").text
    fields = dict(re.findall(r'name="((?:who|what|words)-\d)" value="([^"]*)"', page))
    assert german("Team, day or night") in page
    house.client.post("/settings/severities", data={"csrf": house.csrf, **fields})
    people.change_own(house.work(), people.Settings(language=""))
    assert house.api("GET", "/api/v1/severity-criteria").json() == shipped


def test_numbers_have_the_marks_of_the_language() -> None:
    with languages.speaking("de"):
        assert languages.number(1234567.25, 1) == "1.234.567,2"
    assert languages.number(1234567) == "1,234,567"


def test_a_page_in_another_language_brings_the_words_of_its_scripts_and_no_script(
    house: House,
) -> None:
    pages = {tag: read(house, "/incidents", reader(house, "Bea", tag)).text for tag in ("en", "de")}
    assert 'id="words"' not in pages["en"]
    assert odd(pages["en"]) == []
    words = re.findall(r'<script type="application/json" id="words">(.*?)</script>', pages["de"])
    assert len(words) == 1
    assert "Min." in words[0]
    assert "<" not in words[0]
    assert odd(pages["de"]) == ["script without src"], "data, which no browser runs"


def test_the_api_and_the_record_stay_english(house: House) -> None:
    people.change_own(house.work(), people.Settings(language="de"))
    headers = {"authorization": f"Bearer {house.token}", "accept-language": "de"}
    refused = house.client.get("/api/v1/incidents/INC-2026-9999", headers=headers).json()
    assert refused["detail"].startswith("There is no incident")
    shown = house.client.get("/api/v1/people", headers=headers).json()["items"]
    assert next(one for one in shown if one["name"] == "Ada")["language"] == "de"
    reference = house.declare("Karten abgelehnt")
    place = f"/api/v1/incidents/{reference}/timeline"
    [entry] = house.client.get(place, headers=headers).json()["items"]
    assert "declared" in str(entry)
    people.change_own(house.work(), people.Settings(language=""))


def test_a_catalogue_comes_with_the_package() -> None:
    assert {one.stem for one in languages.CATALOGUES.glob("*.po")} == {*languages.LANGUAGES} - {
        "en"
    }
    assert Path(languages.__file__).parent in languages.CATALOGUES.parents
