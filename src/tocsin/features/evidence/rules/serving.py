"""The headers that a file is sent with: whatever it is, it runs nothing and is kept nowhere. Pure."""

from collections.abc import Mapping

from tocsin.features.evidence.rules.names import disposition
from tocsin.features.evidence.rules.sniffing import is_shown, served_as


def headers(name: str, media_type: str, size: int) -> Mapping[str, str]:
    """Shown in place where it is an image or a text of the list; a download otherwise."""
    return {
        "content-type": served_as(media_type),
        "content-length": str(size),
        "content-disposition": disposition(name, is_shown=is_shown(media_type)),
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }
