"""Pages of a list: where the next one begins, sealed for the viewer. There are no page numbers."""

from typing import Annotated, Any, Final, TypeVar

import msgspec
from litestar.params import QueryParameter

from tocsin.api.sealed import Seal
from tocsin.foundation.refusal import Refused

Place = TypeVar("Place")

LARGEST_PAGE: Final = 200
USUAL_PAGE: Final = 50

Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE, description="How many at most.")]
Cursor = Annotated[
    str | None,
    QueryParameter(max_length=2048, description="`next` of the page before."),
]


def closed(seal: Seal, listing: str, place: Any) -> str:  # noqa: ANN401 - any value msgspec can write
    """The cursor of a place in a listing."""
    return seal.close(f"cursor of {listing}", msgspec.json.encode(place))


def opened(seal: Seal, listing: str, cursor: str | None, as_type: type[Place]) -> Place | None:
    """The place that a cursor means; None for the beginning. Refuses `bad_cursor`."""
    if cursor is None:
        return None
    value = seal.open(f"cursor of {listing}", cursor)
    if value is None:
        raise Refused("bad_cursor", "This cursor is not one that you were given for this list.")
    return msgspec.json.decode(value, type=as_type)
