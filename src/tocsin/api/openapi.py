"""The API's own description, OpenAPI 3.1 as JSON: every route, every field, every way of saying no.

The framework writes most of it; what it leaves out (closed bodies, problems, conditions) is added
here. No viewer is served: those load scripts from elsewhere.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from litestar import Litestar, Response, Router, get
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig

from tocsin import __version__
from tocsin.api.problem import MEDIA_TYPE

Json = dict[str, "Json"] | list["Json"] | str | float | bool | None

METHODS: Final = ("get", "put", "post", "patch", "delete")
SCHEMAS: Final = "#/components/schemas/"
STRING: Final = {"type": "string"}

PROBLEM: Final = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `detail` is a sentence and may be reworded.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": STRING,
        "title": STRING,
        "status": {"type": "integer"},
        "code": STRING,
        "detail": STRING,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message", "source"],
                "properties": {"field": STRING, "message": STRING, "source": STRING},
            },
        },
    },
}

SAID: Final = {
    "400": "The request cannot be read, or what it says cannot be.",
    "401": "Not signed in: the bearer token is missing or not known.",
    "403": "Not allowed.",
    "404": "There is no such thing, or none that you may see.",
    "503": "The database is away. Retry-After says when to come back.",
}
SAID_TO_CHANGES: Final = {
    "409": "The state of the record is in the way.",
    "412": "The record is not the one that If-Match names.",
    "413": "The body is over one megabyte.",
    "415": "The body is not JSON in UTF-8, plain or compressed with gzip or deflate.",
    "422": "The Idempotency-Key came with another request before.",
    "429": "Too many requests. Retry-After says when to come back.",
    "507": "The disk is full. Retry-After says when to come back.",
}
GIVEN: Final = (
    "work", "unread", "renewal", "submit", "evidence_terms", "paper_terms", "mail_terms",
)  # fmt: skip
"""What the runtime gives to handlers; it is no part of a request."""

CONDITIONS: Final = {
    "Idempotency-Key": "Repeating a request with the same key within 24 hours does it once.",
    "If-Match": "The ETag that the change is based on.",
}


def description(doors: Sequence[Router | BaseRouteHandler]) -> HTTPRouteHandler:
    """A handler that serves the description of these doors."""
    doors = tuple(doors)

    @cache
    def made() -> dict[str, Any]:
        return described(doors)

    @get("/api/v1/openapi.json", include_in_schema=False, sync_to_thread=True)
    def openapi() -> Response[dict[str, Any]]:
        """Serve the description."""
        return Response(made(), media_type="application/json")

    return openapi


def described(doors: Sequence[Router | BaseRouteHandler]) -> dict[str, Any]:
    """The description of these doors."""
    given = {name: Provide(lambda: None, sync_to_thread=False) for name in GIVEN}
    config = OpenAPIConfig(title="Tocsin", version=__version__, use_handler_docstrings=True)
    app = Litestar(list(doors), openapi_config=config, dependencies=given)
    whole: dict[str, Any] = app.openapi_schema.to_schema()
    whole["servers"] = [{"url": "/"}]
    whole["security"] = [{"token": []}]
    components = whole.setdefault("components", {})
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for method, operation in _operations(whole):
        _complete(method, operation)
        if "requestBody" in operation:
            _open_to_none(operation["requestBody"])
            _close(operation["requestBody"], schemas)
    return whole


def _operations(whole: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in whole["paths"].values():
        yield from ((method, item[method]) for method in METHODS if method in item)


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Say how an operation is refused and what it can be made conditional on."""
    said = SAID if method == "get" else SAID | SAID_TO_CHANGES
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
    for status, sentence in said.items():
        operation["responses"][status] = {"description": sentence, "content": content}
    if method != "get":
        operation.setdefault("parameters", []).extend(
            {"name": name, "in": "header", "required": False, "description": why, "schema": STRING}
            for name, why in CONDITIONS.items()
        )


def _open_to_none(body: dict[str, Any]) -> None:
    """A body that may be null may also be missing, and is sent that way."""
    content = body["content"]["application/json"]
    one_of = content["schema"].get("oneOf", [])
    if {"type": "null"} in one_of:
        body["required"] = False
        content["schema"] = one_of[0]


def _close(part: Json, schemas: dict[str, Any]) -> None:
    """Forbid fields that are not named, in all that a body may hold."""
    if isinstance(part, list):
        for inner in part:
            _close(inner, schemas)
    if isinstance(part, dict):
        name = str(part.get("$ref", ""))
        if name.startswith(SCHEMAS):
            _close_named(name.removeprefix(SCHEMAS), schemas)
        for inner in part.values():
            _close(inner, schemas)


def _close_named(name: str, schemas: dict[str, Any]) -> None:
    schema = schemas[name]
    if schema.get("type") == "object" and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
        _close(schema, schemas)
