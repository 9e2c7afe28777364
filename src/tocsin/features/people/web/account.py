"""One's own account: name, zone and theme, password, second factor, and where one is signed in."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands
from tocsin.features.people.commands import Settings
from tocsin.features.people.rules.agent import spoken
from tocsin.features.people.rules.keys import KEYS
from tocsin.features.people.web.signing_in import typed
from tocsin.foundation.refusal import Refused
from tocsin.web import speech, theme
from tocsin.web.forms import Fields, text, tried
from tocsin.web.languages import LANGUAGES
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]


@get("/account", sync_to_thread=True)
def show(request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer]) -> Response[str]:
    """Show one's own account."""
    return _page(request, work, viewer)


@post("/account", sync_to_thread=True)
def change(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Change the name, the zone, the language, the theme, and whether single keys work."""
    chosen = Settings(
        name=text(data, "name"),
        zone=text(data, "zone"),
        language=text(data, "language"),
        theme=text(data, "theme"),
        single_keys=bool(text(data, "single_keys")),
    )
    done = tried(lambda: commands.change_own(work, chosen))
    if isinstance(done, Refused):
        return _page(request, work, viewer, form="own", refused=done)
    kept = [theme.kept(chosen.theme or ""), speech.kept(chosen.language or "")]
    return Redirect("/account", status_code=303, cookies=kept)


@post("/account/keys", sync_to_thread=True)
def choose_keys(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Put other single keys in the place of those shipped, or take those again."""
    typed_keys = {} if text(data, "shipped") else {key: text(data, f"key-{key}") for key in KEYS}
    wanted = {key: chosen for key, chosen in typed_keys.items() if chosen}
    done = tried(lambda: commands.choose_keys(work, wanted))
    if isinstance(done, Refused):
        return _page(request, work, viewer, form="keys", refused=done, chosen_keys=typed_keys)
    return Redirect("/account#keys-h", status_code=303)


@post("/account/password", sync_to_thread=True)
def set_password(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Set another password."""
    old, new = typed(data, "old"), typed(data, "new")
    done = tried(lambda: commands.set_password(work, old=old, new=new))
    if isinstance(done, Refused):
        return _page(request, work, viewer, form="password", refused=done)
    return Redirect("/account", status_code=303)


@post("/account/second-factor", sync_to_thread=True)
def begin_second_factor(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Show a new key, this once."""
    done = tried(lambda: commands.begin_second_factor(work, typed(data, "password")))
    if isinstance(done, Refused):
        return _page(request, work, viewer, form="second-factor", refused=done)
    return _page(request, work, viewer, form="code", offered=done)


@post("/account/second-factor/code", sync_to_thread=True)
def confirm_second_factor(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Take the key into use by its first code."""
    done = tried(lambda: commands.confirm_second_factor(work, text(data, "code")))
    if isinstance(done, Refused):
        return _page(request, work, viewer, form="code", refused=done)
    return Redirect("/account", status_code=303)


@post("/account/second-factor/removal", sync_to_thread=True)
def remove_second_factor(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Sign in with the password alone again."""
    done = tried(lambda: commands.remove_second_factor(work, typed(data, "password")))
    if isinstance(done, Refused):
        return _page(request, work, viewer, form="removal", refused=done)
    return Redirect("/account", status_code=303)


@post("/account/sessions/{session:str}/end", sync_to_thread=True)
def end_session(work: Given[UnitOfWork], session: FromPath[str]) -> Redirect:
    """End a session of one's own."""
    commands.end_session(work, session)
    return Redirect("/account", status_code=303)


def _page(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    *,
    form: str = "",
    refused: Refused | None = None,
    **more: object,
) -> Response[str]:
    """The account, with what came of one of its forms."""
    me = commands.me(work)
    answer = page(
        request,
        viewer,
        "people/account.html",
        active="account",
        status=status_of(refused.code) if refused else 200,
        person=me.person,
        teams=me.teams,
        audiences=me.audiences,
        sessions=commands.own_sessions(work),
        spoken=spoken,
        this_session=work.actor.by.session,
        zones=commands.zones(),
        languages=LANGUAGES,
        sends_mail=request.app.state.sends_mail,
        form=form,
        reason=refused.reason if refused else "",
        keys=KEYS,
        **{"offered": None, "chosen_keys": viewer.keys, **more},
    )
    if refused is not None and refused.retry_after_seconds is not None:
        answer.headers["retry-after"] = str(refused.retry_after_seconds)
    return answer


HANDLERS: Final = [
    show,
    change,
    choose_keys,
    set_password,
    begin_second_factor,
    confirm_second_factor,
    remove_second_factor,
    end_session,
]
