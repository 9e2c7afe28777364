"""Who is at the door: makes a unit of work out of a token, a source's key or a session's cookie."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.di import Provide

from tocsin.access.policy import Actor, Permission
from tocsin.access.work import UnitOfWork
from tocsin.api.asked_once import asked_once
from tocsin.api.subscriber import Renewal
from tocsin.features.alerts.commands import key_digest
from tocsin.features.alerts.rows import source_by_key_digest
from tocsin.features.people import commands as people
from tocsin.features.people.commands import Session
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.watching import Watching
from tocsin.web import session as cookies
from tocsin.web import speech
from tocsin.web.security import must_be_from_here, must_be_token, refuse_forgeries
from tocsin.web.sent_once import sent_once
from tocsin.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]

MONITOR: Final = frozenset(
    {Permission.SEND_SIGNALS, Permission.SEE_ALERTS, Permission.WORK_ON_ALERTS}
)
"""What a source may do with its key: send, and silence as its monitor's own tools do."""


class Doors:
    """The ways in, for one organisation."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._watching = Watching(ledger)

    def __deepcopy__(self, _: dict[int, Any]) -> "Doors":
        """The same: the framework copies routers, and a ledger is not to be copied with them."""
        return self

    def token(self, secret: str) -> Actor:
        """Whoever holds an API token. Refuses `not_signed_in`."""
        return people.actor_of_token(self._ledger, secret)

    def monitor(self, secret: str) -> Actor:
        """A source by its key, or whoever holds an API token. Refuses `not_signed_in`."""
        with self._ledger.read() as rows:
            source = source_by_key_digest(rows, key_digest(secret))
        if source is None:
            return self.token(secret)
        return Actor(by=By(id=source.id, kind="source"), may=MONITOR)

    async def for_api(self, request: AnyRequest) -> UnitOfWork:
        """The unit of work of an API request. A cookie is nothing here."""
        actor = await sync_to_thread(self.token, _bearer(request))
        return UnitOfWork(self._ledger, actor, await asked_once(request))

    async def renewal_for_api(self, request: AnyRequest) -> Renewal:
        """How to find out whether a token still opens what it opened."""
        secret = _bearer(request)
        return Renewal(lambda: self.token(secret))

    async def renewal_for_pages(self, request: AnyRequest) -> Renewal:
        """How to find out whether a session still lasts."""
        secret = cookies.secret_in(request)
        return Renewal(lambda: people.actor_of_session(self._ledger, secret).actor)

    async def for_monitors(self, request: AnyRequest) -> UnitOfWork:
        """The unit of work of a monitor's tools."""
        return UnitOfWork(self._ledger, await sync_to_thread(self.monitor, _bearer(request)))

    async def for_pages(self, request: AnyRequest) -> UnitOfWork:
        """The unit of work of a page's visitor. What changes something must come from our own pages."""
        session = await self._session(request)
        await refuse_forgeries(request, session.csrf)
        return UnitOfWork(self._ledger, session.actor, await sent_once(request))

    async def unread_for_api(self, request: AnyRequest) -> UnitOfWork:
        """The same as `for_api` for a body that its handler reads piece by piece."""
        return UnitOfWork(self._ledger, await sync_to_thread(self.token, _bearer(request)))

    async def unread_for_pages(self, request: AnyRequest) -> Callable[[str], UnitOfWork]:
        """The same as `for_pages` for a form with files: it is given the form's own token."""
        session = await self._session(request)
        must_be_from_here(request)

        def entered(given: str) -> UnitOfWork:
            must_be_token(given, session.csrf)
            return UnitOfWork(self._ledger, session.actor)

        return entered

    async def viewer(self, request: AnyRequest) -> Viewer:
        """Who looks at a page."""
        session = await self._session(request)
        return Viewer(
            person=session.person,
            name=session.name,
            role=session.role,
            may=session.actor.may,
            zone=session.zone,
            language=speech.spoken_by(request, None),
            theme=session.theme,
            single_keys=session.single_keys,
            keys=session.keys,
            csrf=session.csrf,
            now=self._ledger.clock(),
            watch=await self._watching.now(),
        )

    async def _session(self, request: AnyRequest) -> Session:
        known = request.state.get("session")
        if isinstance(known, Session):
            return known
        found = await sync_to_thread(
            people.actor_of_session, self._ledger, cookies.secret_in(request)
        )
        request.state["session"] = found
        request.state[speech.LANGUAGE] = found.language
        return found


def provided(doors: Doors) -> dict[str, dict[str, Provide]]:
    """What each kind of door gives its handlers."""
    return {
        "api": {
            "work": Provide(doors.for_api),
            "unread": Provide(doors.unread_for_api),
            "renewal": Provide(doors.renewal_for_api),
        },
        "monitors": {"work": Provide(doors.for_monitors)},
        "pages": {
            "work": Provide(doors.for_pages),
            "unread": Provide(doors.unread_for_pages),
            "viewer": Provide(doors.viewer),
            "renewal": Provide(doors.renewal_for_pages),
        },
    }


def _bearer(request: AnyRequest) -> str:
    """The secret in `Authorization`: a bearer token, or the password of Basic (RFC 7617)."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            return _password(value)
        case _:
            sentence = "Send a token: Authorization: Bearer …"
            raise Refused("not_signed_in", sentence)


def _password(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("not_signed_in", "The Authorization header cannot be read.") from None
