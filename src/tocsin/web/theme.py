"""Light or dark: written into the page by the server, so that nothing flashes at night."""

from typing import Any, Final

from litestar import Request, Router, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from tocsin.web.remembered import remembered
from tocsin.web.security import local_path, refuse_forgeries
from tocsin.web.viewer import Viewer

COOKIE: Final = "tocsin_theme"
THEMES: Final = ("light", "dark")


def chosen(request: Request[Any, Any, Any], viewer: Viewer | None) -> str:
    """The theme for this browser: what its button was last set to, else the person's, else none."""
    here = request.cookies.get(COOKIE, "")
    if here in THEMES:
        return here
    return viewer.theme if viewer is not None and viewer.theme in THEMES else ""


def kept(theme: str) -> Cookie:
    """The cookie that keeps a theme; for anything but light and dark, the one that forgets it."""
    return remembered(COOKIE, theme, THEMES)


@post("/theme", include_in_schema=False)
async def set_theme(request: Request[Any, Any, Any]) -> Redirect:
    """Remember the theme for this browser, and go back to the page."""
    await refuse_forgeries(request, csrf=None)
    form = await request.form()
    back = local_path(str(form.get("back", "/")))
    return Redirect(back, status_code=303, cookies=[kept(str(form.get("theme", "")))])


ROUTER: Final = Router("/", route_handlers=[set_theme])
