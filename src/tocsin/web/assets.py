"""Style, script and fonts, under an address that changes with their content: they keep for ever."""

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

FOLDER: Final = Path(__file__).parent / "static"
KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2"}
FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is sent."""

    kind: str
    plain: bytes
    squeezed: bytes | None


def _read(file: Path) -> Asset:
    plain = file.read_bytes()
    kind = KINDS.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
    squeezed = gzip.compress(plain, mtime=0) if kind.startswith("text/") else None
    return Asset(kind, plain, squeezed)


ASSETS: Final = {
    file.relative_to(FOLDER).as_posix(): _read(file)
    for file in sorted(FOLDER.rglob("*"))
    if file.is_file()
}
VERSION: Final = sha256(
    b"".join(name.encode() + asset.plain for name, asset in ASSETS.items())
).hexdigest()[:12]


def address(name: str) -> str:
    """Where a file is served. A name that does not exist is a mistake of ours."""
    assert name in ASSETS, f"there is no {name} in {FOLDER}"
    return f"/static/{VERSION}/{name}"


@get("/{version:str}/{name:path}", sync_to_thread=False, include_in_schema=False)
def asset(
    request: Request[Any, Any, Any], version: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """Serve a file; under an address of another version it is served, but not kept."""
    found = ASSETS.get(name.removeprefix("/"))
    if found is None:
        raise NotFoundException
    keep = FOR_EVER if version == VERSION else "no-cache"
    headers = {"cache-control": keep, "vary": "accept-encoding"}
    body = found.plain
    if found.squeezed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = found.squeezed, "gzip"
    return Response(body, media_type=found.kind, headers=headers)


ROUTER: Final = Router("/static", route_handlers=[asset])
