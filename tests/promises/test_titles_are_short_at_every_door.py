"""A title has 200 characters at most, and every door says so in words; an alert's is cut, never lost."""

from pathlib import Path

from open_house import open_house
from taking import alert

LONG = "Cards refused " * 20


def test_api_and_pages_refuse_a_title_that_is_too_long(tmp_path: Path) -> None:
    with open_house(tmp_path / "house") as house:
        reference = house.declare("x" * 200)
        asked = house.api("POST", "/api/v1/incidents", {"title": LONG})
        assert asked.status_code == 400
        assert "200 characters" in asked.json()["errors"][0]["message"]
        for path, form in (
            ("/declare", {"title": LONG}),
            (f"/incidents/{reference}/title", {"title": LONG}),
        ):
            answer = house.client.post(path, data=form)
            assert answer.status_code == 400, path
            assert "200 characters at most" in answer.text
        found = house.api("GET", "/api/v1/incidents").json()["items"]
        assert [one["title"] for one in found] == ["x" * 200]


def test_a_title_that_grows_too_long_under_a_template_is_refused(tmp_path: Path) -> None:
    with open_house(tmp_path / "house") as house:
        house.api("PUT", "/api/v1/templates/long", {"title": "p" * 150 + " {title}"})
        said = {"title": "x" * 100, "template": "long"}
        refused = house.api("POST", "/api/v1/incidents", said)
        assert (refused.status_code, refused.json()["code"]) == (400, "title_too_long")


def test_an_alert_opens_an_incident_whatever_it_is_called(tmp_path: Path) -> None:
    with open_house(tmp_path / "house") as house:
        for name in ("A" * 3_000, "\u200b", "x\r\n\x1b[2J"):
            fired = alert(name, summary=name)
            house.fire(fired)
            house.later(120)
            house.settle()
        found = house.api("GET", "/api/v1/incidents", limit=200).json()["items"]
        assert len(found) >= 1
        assert all(0 < len(one["title"]) <= 200 and "\x1b" not in one["title"] for one in found)
