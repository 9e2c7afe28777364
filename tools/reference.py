"""Writes docs/reference from the code, so that the pages cannot say what the program does not do.

python tools/reference.py            write the pages
python tools/reference.py --check    say which pages are not up to date; exit 1 where there are any
"""

import argparse
import dataclasses
import importlib
import io
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, cast, get_args, get_origin

from litestar import Litestar
from litestar.routes import HTTPRoute
from prometheus_client import REGISTRY
from refusals import refusals
from rich.console import Console

import tocsin
from tocsin.api.openapi import METHODS, described
from tocsin.api.stream import api_stream
from tocsin.features.alerts.intake.request import Door
from tocsin.ledger import event as events
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Erased, Text
from tocsin.runtime import app as application
from tocsin.runtime.features import FEATURES
from tocsin.runtime.main import APP, COMMANDS
from tocsin.runtime.settings import FOR_CLIENTS, PREFIX, Settings

FOLDER: Final = Path(__file__).parent.parent / "docs" / "reference"
WIDTH: Final = 96
OWN_METRICS: Final = "tocsin_"
MADE: Final = "Made from the code by `make docs`; do not edit."


def settings() -> str:
    """Every setting: its name in the file, its name in the environment, its default."""
    rows = [
        (f"`{name}`", f"`{PREFIX}{name.upper()}`", _default(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    for_clients = ", ".join(f"`{name}`" for name in sorted(FOR_CLIENTS))
    return _page(
        "Settings",
        "Read from `tocsin.toml` in the folder where a command is run, and from the environment, "
        "which wins. A name that is not here is an error. Lists are written as JSON in the environment "
        '(`TOCSIN_OUTGOING_PORTS="[443]"`).',
        _table(("in `tocsin.toml`", "in the environment", "default", "what it is"), rows),
        f"The responder commands (`tocsin ack` and so on) read {for_clients} instead.",
    )


def _default(value: object) -> str:
    match value:
        case None | "" | ():
            return "not set"
        case tuple():
            return f"`{list(cast('tuple[object, ...]', value))}`"
        case _:
            return f"`{value}`"


def event_kinds() -> str:
    """Every kind of event, with its shape and fields."""
    _load_everything()
    parts = [
        "\n\n".join(
            [
                f"## {kind.name}",
                f"Shape {kind.shape}. {_first_paragraphs(kind.made)}",
                _table(("field", "kept as", "type"), list(_fields(kind.made))),
            ]
        ).rstrip()
        for kind in events.kinds()
    ]
    return _page(
        "Events",
        "Everything that the ledger can say. Kinds and shapes are for ever. A *fact* stands in the "
        "ledger's line; *words* are sealed under a key of their own and can be erased.",
        *parts,
    )


def _first_paragraphs(made: type) -> str:
    return " ".join((made.__doc__ or "").split())


def _fields(made: type) -> Iterator[tuple[str, ...]]:
    for field in dataclasses.fields(made):
        kept = "words" if _has_words(field.type) else "fact"
        yield f"`{field.name}`", kept, _type(field.type)


def _has_words(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    return kind in (Text, Erased) or any(_has_words(part) for part in get_args(kind))


WORDS: Final[Mapping[Any, str]] = {
    Text: "text",
    str: "string",
    int: "whole number",
    float: "number",
    bool: "true or false",
    datetime: "instant",
}


def _load_everything() -> None:
    """Import every module: an event is known once its module was read."""
    for module in pkgutil.walk_packages(tocsin.__path__, "tocsin."):
        if not {"tests", "migrations", "__main__"} & set(module.name.split(".")):
            importlib.import_module(module.name)


def _type(kind: Any) -> str:  # noqa: ANN401 - any annotation
    """A type in the words of this reference."""
    origin: Any = get_origin(kind)
    parts: Sequence[Any] = get_args(kind)
    if origin in (Union, UnionType):
        said = [_type(part) for part in parts if part not in (NoneType, Erased)]
        return " or ".join(said) + (", or nothing" if NoneType in parts else "")
    if origin in (tuple, frozenset):
        return f"several: {_type(parts[0])}"
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in parts)
    return WORDS.get(kind) or _made_type(kind)


def _made_type(kind: Any) -> str:  # noqa: ANN401 - as above
    if get_origin(kind) is dict:
        return "an object"
    if hasattr(kind, "__members__"):
        return ", ".join(f"`{member.value}`" for member in kind)
    if hasattr(kind, "__dataclass_fields__"):
        return "an object: " + ", ".join(f"`{name}`" for name in kind.__dataclass_fields__)
    raise ValueError(f"this reference has no word for {kind}")


def refusal_codes() -> str:
    """Every code with which Tocsin says no."""
    found = refusals()
    rows = [(f"`{one.code}`", one.shown_status, one.reason) for one in found]
    return _page(
        "Refusals",
        "The API answers `application/problem+json` (RFC 9457) with one of these codes; the pages say "
        "the same sentence. Codes are stable; sentences may be reworded (`…` stands for what differs). "
        "*command* marks what only a command on the machine refuses, with exit code 1.",
        _table(("code", "status", "for instance"), rows),
    )


def api() -> str:
    """Every address that answers, by kind of door."""
    routers = [router for feature in FEATURES for router in feature.routers]
    doors = [one for one in routers if one.path.startswith(application.API)]
    paths: Mapping[str, Any] = described([*doors, api_stream])["paths"]
    rows = [row for path, item in sorted(paths.items()) for row in _operations(path, item)]
    others = sorted({route for route in _routes() if route[1] not in paths})
    return _page(
        "Addresses",
        "The full description, with every field, is served at `/api/v1/openapi.json` (OpenAPI 3.1).",
        "## The API\n\nA bearer token opens it. Changes take `Idempotency-Key` and `If-Match`.",
        _table(("address", "method", "what it does"), rows),
        "## What monitors send to\n\nA source's key or a token opens these. `POST` answers 2xx only "
        "after the data is on disk. Everything under `/api/v2` also stands under `/am/{key}/api/v2`.",
        _table(("address",), [(f"`{address}`",) for address in _intake()]),
        "## Alertmanager's API v2, pages and the rest\n\nPages are opened by a session's cookie.",
        _table(("address", "methods"), list(_by_path(others))),
    )


def _operations(path: str, item: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What an address does, once where two methods do the same."""
    methods: dict[str, list[str]] = {}
    for method in METHODS:
        if method in item:
            methods.setdefault(_sentence(item[method]), []).append(method.upper())
    for sentence, same in methods.items():
        yield f"`{path}`", " or ".join(same), sentence


def _by_path(routes: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for path in sorted({path for _, path in routes}):
        yield f"`{path}`", ", ".join(method for method, other in routes if other == path)


def _sentence(operation: Mapping[str, Any]) -> str:
    said = operation.get("description") or operation.get("summary", "")
    return " ".join(str(said).split())


def _intake() -> list[str]:
    paths = [f"{door.value}/{{key}}" if door is Door.INTAKE else door.value for door in Door]
    return sorted(f"POST {path}" for path in [*paths, "/am/{key}/api/v2/alerts"])


def _routes() -> Iterator[tuple[str, str]]:
    """What the application itself answers, however it came to."""
    for route in _application().routes:
        if isinstance(route, HTTPRoute):
            for method in sorted(route.methods - {"OPTIONS", "HEAD"}):
                yield method, _path(route.path_format)


def _path(written: str) -> str:
    return written.rstrip("/") or "/"


def _application() -> Litestar:
    """The pages' application over an organisation that is founded for this and thrown away."""
    from tocsin.runtime.opening import found_ledger  # noqa: PLC0415 - only here

    with tempfile.TemporaryDirectory() as folder:
        chosen = Settings(data_folder=Path(folder))
        ledger: Ledger = found_ledger(chosen)
        try:
            pages = application.make_app(ledger, chosen)._pages
        finally:
            ledger.database.close()
    assert isinstance(pages, Litestar)
    return pages


def commands() -> str:
    """The help of every command."""
    parts = [
        f"## tocsin {' '.join(words)}\n\n```\n{_help(words)}\n```" for words in _all_commands()
    ]
    return _page(
        "Commands",
        "Errors are one sentence. The exit code is 0 where it was done, 1 where it was refused or "
        "something was found, 2 where the words of the command were not understood. `tocsin-verify` "
        "has its own page: [verify/README.md](../../verify/README.md).",
        *parts,
    )


def _all_commands() -> Iterator[Sequence[str]]:
    for name in sorted(name for group in COMMANDS.values() for name in group):
        inner = [word for word in APP[name] if not word.startswith("-")]
        yield [name]
        yield from ([name, word] for word in sorted(inner))


def _help(words: Sequence[str]) -> str:
    written = io.StringIO()
    console = Console(file=written, width=WIDTH, force_terminal=False, color_system=None)
    APP.help_print(list(words), console=console)
    return "\n".join(line.rstrip() for line in written.getvalue().strip().splitlines())


def metrics() -> str:
    """Every metric of Tocsin's own."""
    rows = [
        (f"`{metric.name}`", metric.type, ", ".join(_labels(metric.name)), metric.documentation)
        for metric in sorted(REGISTRY.collect(), key=lambda metric: metric.name)
        if metric.name.startswith(OWN_METRICS)
    ]
    return _page(
        "Metrics",
        "At `/metrics`, for whoever holds a token (as `bearer_token` in Prometheus). Counters end in "
        "`_total` there. Each process counts its own; what is counted in the database is the same on "
        "all. Beside these stand the process's own (`process_…`, `python_…`).",
        _table(("metric", "kind", "labels", "what it says"), rows),
    )


def _labels(name: str) -> Sequence[str]:
    collector: Any = REGISTRY._names_to_collectors[name]
    return [f"`{label}`" for label in collector._labelnames]


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "settings.md": settings,
    "events.md": event_kinds,
    "refusals.md": refusal_codes,
    "api.md": api,
    "commands.md": commands,
    "metrics.md": metrics,
}


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, *(part for part in parts if part)]) + "\n"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = 0
    for name, made in PAGES.items():
        page, target = made(), FOLDER / name
        if target.exists() and target.read_text() == page:
            continue
        stale += 1
        print(f"docs/reference/{name} {'is not up to date: make docs' if check else 'written'}")
        if not check:
            target.write_text(page)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
