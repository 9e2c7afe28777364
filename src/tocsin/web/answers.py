"""How a page says no: the domain's sentence, a way back, and never an inner detail."""

import traceback
from typing import Any, Final
from urllib.parse import quote, urlsplit

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from tocsin.access.status import status_of
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.web.page import page
from tocsin.web.security import SAFE_METHODS, local_path

Asked = Request[Any, Any, Any]
FRAMES: Final = 12
LOG: Final = structlog.get_logger("tocsin.fault")
SENTENCES: Final = {
    400: (
        phrase("That could not be read"),
        phrase("Something in the request was not as we expect it."),
    ),
    404: (
        phrase("There is nothing here"),
        phrase("The page does not exist, or you may not see it."),
    ),
    405: (phrase("There is nothing here"), phrase("The page cannot be asked for in this way.")),
    413: (phrase("That is too much"), phrase("What was sent is larger than we take.")),
}
TITLES: Final = {status: title for status, (title, _) in SENTENCES.items()} | {
    403: phrase("That is not for you")
}
BROKEN: Final = (
    phrase("This is our mistake"),
    phrase("Something broke on our side. Nothing was changed by halves."),
)


def refusal(request: Asked, refused: Refused) -> Response[Any]:
    """The reason as a page; whoever is not signed in is asked to, and comes back here afterwards.

    A stream is no page: it is told 401 and nothing else.
    """
    is_stream = "text/event-stream" in request.headers.get("accept", "")
    if refused.code == "not_signed_in" and not is_stream:
        return Redirect(f"/sign-in?next={quote(_here(request), safe='')}", status_code=303)
    status = status_of(refused.code)
    answer = _said(
        request, status, TITLES.get(status, phrase("That cannot be done now")), refused.reason
    )
    if refused.retry_after_seconds is not None:
        answer.headers["retry-after"] = str(refused.retry_after_seconds)
    return answer


def http_error(request: Asked, error: HTTPException) -> Response[str]:
    """What the framework refuses: no such page, a form that cannot be read."""
    return _said(request, error.status_code, *SENTENCES.get(error.status_code, SENTENCES[400]))


def broken(request: Asked, fault: Exception) -> Response[str]:
    """What should not have happened. The log has its kind and place, never its words."""
    frames = traceback.extract_tb(fault.__traceback__)[-FRAMES:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    path = str(request.scope.get("path_template", "?"))  # pyright: ignore[reportUnknownMemberType]
    LOG.error("fault", method=request.method, path=path, type=type(fault).__name__, at=where)
    return _said(request, 500, *BROKEN)


def _said(request: Asked, status: int, title: str, reason: str) -> Response[str]:
    values = {"title": title, "reason": reason, "back": _back(request)}
    return page(request, None, "refusal.html", status=status, **values)


def _here(request: Asked) -> str:
    if request.method not in SAFE_METHODS:
        return _back(request)
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _back(request: Asked) -> str:
    """The page that the form stood on: a deed stands under the thing it is done to."""
    if request.method in SAFE_METHODS:
        return "/"
    form = urlsplit(request.headers.get("referer", ""))
    is_ours = form.netloc == request.headers.get("host")
    if is_ours and request.url.path.startswith(f"{form.path}/"):
        return local_path(form.path)
    parts = request.url.path.rstrip("/").split("/")
    return "/".join(parts[:3]) if len(parts) > 3 else "/"  # noqa: PLR2004 - /incidents/REF/deed


ANSWERS: Final[dict[int | type[Exception], Any]] = {
    Refused: refusal,
    HTTPException: http_error,
    Exception: broken,
}
"""For `exception_handlers` of every router of pages."""
