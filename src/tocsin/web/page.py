"""How a page is made: a template of a feature, in the frame that all pages share."""

from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final
from zlib import crc32

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response

from tocsin.foundation.sizes import sized
from tocsin.ledger.words import shown
from tocsin.web import assets, languages, script_words, speech, times
from tocsin.web.rekeyed import rekeyed
from tocsin.web.sprite import icon, with_icons
from tocsin.web.theme import chosen
from tocsin.web.viewer import Viewer

PACKAGE: Final = Path(__file__).parent.parent
FOLDERS: Final = [PACKAGE / "web" / "templates", *sorted(PACKAGE.glob("features/*/templates"))]
TEMPLATES: Final = Environment(
    loader=ChoiceLoader([FileSystemLoader(folder) for folder in FOLDERS]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
    finalize=languages.said,
)
TEMPLATES.policies["ext.i18n.trimmed"] = True
speech.teach(TEMPLATES)


def once_key() -> str:
    """A key that makes a form, sent twice with the same words, one request."""
    return token_urlsafe(16)


GIVEN: Final[dict[str, Any]] = {"ic": icon, "asset": assets.address, "once_key": once_key}
TEMPLATES.globals.update(GIVEN)


def hue(name: str) -> int:
    """The colour of a name's avatar, in degrees: always the same for the same name."""
    return crc32(name.encode()) % 360


FILTERS: Final[dict[str, Any]] = {
    "lasted": speech.saying(times.lasted),
    "left": speech.saying(times.left),
    "clock_state": times.clock_state,
    "clock_time": times.clock_time,
    "exact_time": times.exact_time,
    "day": speech.saying(times.day),
    "full_time": times.full_time,
    "machine_time": times.machine_time,
    "hue": hue,
    "sized": sized,
    "words": shown,
}
TEMPLATES.filters.update(FILTERS)


def page(
    request: Request[Any, Any, Any],
    viewer: Viewer | None,
    template: str,
    *,
    active: str = "",
    status: int = 200,
    **values: object,
) -> Response[str]:
    """Render a template for whoever looks. A name that it mentions and we do not give is an error.

    `active` is the entry of the navigation that this page stands under.
    """
    language = speech.spoken_by(request, viewer)
    with languages.speaking(language):
        html = TEMPLATES.get_template(template).render(
            viewer=viewer,
            language=language,
            script_words=script_words.said(language),
            active=active,
            theme=chosen(request, viewer),
            here=request.url.path,
            takes_mail=bool(request.app.state.get("takes_mail")),
            **values,
        )
    html = rekeyed(html, viewer.keys if viewer else {})
    return Response(with_icons(html), status_code=status, media_type=MediaType.HTML)
