"""How templates speak: in the language of whoever reads, also what is put into a sentence."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from jinja2 import Environment, pass_context
from jinja2.filters import do_join, do_lower, do_upper
from jinja2.runtime import Context
from litestar import Request
from litestar.datastructures import Cookie
from markupsafe import Markup, soft_str

from tocsin.web import languages
from tocsin.web.languages import said
from tocsin.web.remembered import remembered
from tocsin.web.viewer import Viewer

LANGUAGE: Final = "language"
"""Where a request keeps what its session's person chose."""
COOKIE: Final = "tocsin_language"


def spoken_by(request: Request[Any, Any, Any], viewer: Viewer | None) -> str:
    """In which language a page is read: as its reader chose, else as the browser would have it.

    Where nobody asked who reads, as on a page that is not there: as was chosen last in this browser.
    """
    here = request.cookies.get(COOKIE, "")
    chosen = viewer.language if viewer else request.state.get(LANGUAGE, here)
    known = chosen in languages.LANGUAGES
    return chosen if known else languages.accepted(request.headers.get("accept-language", ""))


def kept(language: str) -> Cookie:
    """The cookie that keeps a language; for one that we do not have, the one that forgets it."""
    return remembered(COOKIE, language, languages.LANGUAGES)


def teach(templates: Environment) -> None:
    """Let templates look up what they say. Phrases are translated wherever they are put in."""
    taught: Any = templates  # the extension adds a method to it, and its own types are narrower
    taught.install_gettext_callables(languages.gettext, languages.ngettext, newstyle=True)
    taught.globals.update(gettext=_gettext, ngettext=_ngettext)
    taught.filters.update(lower=_lower, upper=_upper, join=_join)
    taught.filters.update(term=_term, number=_number, capitalize=_capitalized)


def saying(make: Callable[..., object]) -> Callable[..., object]:
    """A filter that says the phrase it makes."""
    return lambda *given: said(make(*given))


@pass_context
def _term(_: Context, value: str) -> str:
    """As all that ask for the context: a constant is said when a page is made, not once for all."""
    return languages.term(value)


@pass_context
def _number(_: Context, value: float, digits: int = 0) -> str:
    return languages.number(value, digits)


@pass_context
def _capitalized(_: Context, value: str) -> str:
    return languages.capitalized(value)


@pass_context
def _gettext(context: Context, message: str, /, **values: object) -> str:
    return _filled(context, languages.gettext(message), values)


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int, /, **values: object) -> str:
    return _filled(context, languages.ngettext(one, many, count), {"num": count, **values})


def _filled(context: Context, message: str, values: dict[str, object]) -> str:
    """A message with its values in it, which are escaped where the template escapes."""
    made = Markup(message) if context.eval_ctx.autoescape else message  # noqa: S704 - our own words
    return made % {name: said(value) for name, value in values.items()}


def _lower(value: Any) -> str:  # noqa: ANN401 - as Jinja's
    return do_lower(soft_str(said(value)))


def _upper(value: Any) -> str:  # noqa: ANN401 - as Jinja's
    return do_upper(soft_str(said(value)))


@pass_context
def _join(
    context: Context,
    several: Iterable[Any],
    d: str = "",
    attribute: Any = None,  # noqa: ANN401 - as Jinja's
) -> str:
    join: Any = do_join
    words = several if attribute is not None else [said(one) for one in several]
    joined: str = join(context.eval_ctx, words, said(d), attribute)
    return joined
