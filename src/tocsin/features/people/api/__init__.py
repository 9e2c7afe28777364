"""People, teams, audiences and tokens over HTTP.

What somebody holds or belongs to is a thing to put or delete.
"""

from typing import Final

from litestar import Router

from tocsin.features.people.api import audiences, people, teams, tokens

ROUTERS: Final = [
    Router("/api/v1", route_handlers=[people.me], tags=["People"]),
    Router("/api/v1/people", route_handlers=people.HANDLERS, tags=["People"]),
    Router("/api/v1/teams", route_handlers=teams.HANDLERS, tags=["Teams"]),
    Router("/api/v1/audiences", route_handlers=audiences.HANDLERS, tags=["Audiences"]),
    Router("/api/v1/tokens", route_handlers=tokens.HANDLERS, tags=["Tokens"]),
]

__all__ = ["ROUTERS"]
