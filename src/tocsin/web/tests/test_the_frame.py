"""The frame of every page: what it shows, what protects it, and how it says no."""

import re
from typing import Any

import pytest
from litestar import Litestar, Request, Response, Router, get, post
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import FromPath
from litestar.testing import TestClient

from tocsin.access.policy import ALLOWED, Role
from tocsin.foundation.refusal import Refused
from tocsin.web import assets, theme
from tocsin.web.answers import ANSWERS
from tocsin.web.page import page
from tocsin.web.security import SecurityHeaders, local_path, refuse_forgeries
from tocsin.web.viewer import Viewer

ADA = Viewer(person="ada", name="Ada L", role="responder", may=ALLOWED[Role.RESPONDER], csrf="c-1")


@get("/", sync_to_thread=True)
def home(request: Request[Any, Any, Any], viewer: Given[Viewer]) -> Response[str]:
    return page(request, viewer, "base.html", active="incidents")


@get("/no/{code:str}", sync_to_thread=True)
def no(code: FromPath[str]) -> None:
    if code == "boom":
        raise ZeroDivisionError
    raise Refused(code, "Because <b>of</b> that.")


@post("/incidents/INC-1/acknowledgement", sync_to_thread=True)
def deed(viewer: Given[Viewer]) -> dict[str, str]:
    return {"by": viewer.person}


async def viewer(request: Request[Any, Any, Any]) -> Viewer:
    await refuse_forgeries(request, ADA.csrf)
    return ADA


@pytest.fixture
def client() -> TestClient[Litestar]:
    pages = Router(
        "/",
        route_handlers=[home, no, deed, theme.ROUTER],
        exception_handlers=ANSWERS,
        dependencies={"viewer": Provide(viewer)},
    )
    app = Litestar([pages, assets.ROUTER], middleware=[SecurityHeaders()], openapi_config=None)
    return TestClient(app, raise_server_exceptions=False)


def test_a_page_is_protected_and_never_stored(client: TestClient[Litestar]) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?! type=\"module\" src=)|\son\w+=|<style", answer.text)


def test_every_icon_of_a_page_is_in_its_sprite(client: TestClient[Litestar]) -> None:
    text = client.get("/").text
    used = set(re.findall(r'href="#((?:i|g)-[a-z0-9-]+)"', text))
    assert used == set(re.findall(r'<symbol id="([^"]+)"', text))


def test_style_and_script_keep_for_ever_under_their_own_address(
    client: TestClient[Litestar],
) -> None:
    for name in ("design.css", "pages.css", "tocsin.js", "fonts/inter-latin-opsz-normal.woff2"):
        answer = client.get(assets.address(name))
        assert answer.headers["cache-control"].endswith("immutable")
        assert answer.content == (assets.FOLDER / name).read_bytes()
    assert client.get("/static/older/design.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/x/../../page.py").status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"x-csrf-token": "c-1"}, 201),
        ({"x-csrf-token": "c-1", "sec-fetch-site": "same-origin"}, 201),
        ({"x-csrf-token": "c-1", "origin": "http://testserver.local"}, 201),
        ({"x-csrf-token": "c-2"}, 403),
        ({}, 403),
        ({"x-csrf-token": "c-1", "sec-fetch-site": "cross-site"}, 403),
        ({"x-csrf-token": "c-1", "sec-fetch-site": "same-site"}, 403),
        ({"x-csrf-token": "c-1", "origin": "https://evil.example"}, 403),
        ({"x-csrf-token": "c-1", "origin": "null"}, 403),
    ],
)
def test_a_deed_is_taken_only_from_our_own_pages(
    client: TestClient[Litestar], headers: dict[str, str], status: int
) -> None:
    answer = client.post("/incidents/INC-1/acknowledgement", headers=headers)
    assert answer.status_code == status


def test_the_token_may_come_as_a_field_of_the_form(client: TestClient[Litestar]) -> None:
    place = "/incidents/INC-1/acknowledgement"
    assert client.post(place, data={"csrf": "c-1"}).status_code == 201
    assert 'href="/incidents/INC-1"' in client.post(place, data={"csrf": "no"}).text


def test_the_way_back_from_a_refused_deed_is_the_page_its_form_stood_on(
    client: TestClient[Litestar],
) -> None:
    place, ours = "/incidents/INC-1/acknowledgement", "http://testserver.local"
    for referer, back in (
        (f"{ours}/incidents?view=over", "/incidents"),
        (f"{ours}/page/INC-1", "/incidents/INC-1"),
        ("http://evil.example/incidents", "/incidents/INC-1"),
    ):
        assert f'href="{back}"' in client.post(place, headers={"referer": referer}).text


def test_a_refusal_is_a_page_with_the_sentence(client: TestClient[Litestar]) -> None:
    answer = client.get("/no/unknown_incident")
    assert answer.status_code == 404
    assert "Because &lt;b&gt;of&lt;/b&gt; that." in answer.text


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(client: TestClient[Litestar]) -> None:
    answer = client.get("/no/not_signed_in?a=1&b=2", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fno%2Fnot_signed_in%3Fa%3D1%26b%3D2"


def test_a_mistake_of_ours_tells_nothing(client: TestClient[Litestar]) -> None:
    answer = client.get("/no/boom")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text


def test_the_theme_is_written_by_the_server(client: TestClient[Litestar]) -> None:
    assert "data-theme" not in client.get("/").text.split(">", 2)[1]
    asked = {"theme": "dark", "back": "/"}
    assert client.post("/theme", data=asked, follow_redirects=False).status_code == 303
    assert '<html lang="en" data-theme="dark">' in client.get("/").text


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "", "/a\nb"]
)
def test_a_way_on_never_leads_to_another_site(path: str) -> None:
    assert local_path(path) == "/"


def test_a_way_on_within_the_site_is_kept() -> None:
    assert local_path("/incidents?text=a%20b") == "/incidents?text=a%20b"
