"""What a request asks of a list: matchers, flags and a receiver, as Alertmanager reads them."""

from typing import Any, Final

from litestar import Request

from tocsin.features.silences.api.wire import RECEIVER
from tocsin.features.silences.rules.matchers import fits, parse_many
from tocsin.features.silences.terms import Matcher
from tocsin.foundation.refusal import Refused

TRUE: Final = ("1", "t", "T", "true", "TRUE", "True")
FALSE: Final = ("0", "f", "F", "false", "FALSE", "False")
MOST_FILTERS: Final = 64

AnyRequest = Request[Any, Any, Any]


def filters(request: AnyRequest) -> tuple[Matcher, ...]:
    """The matchers of every `filter`. Refuses `bad_matcher`."""
    said: list[str] = request.query_params.getall("filter", [])
    if len(said) > MOST_FILTERS:
        raise Refused("bad_matcher", f"at most {MOST_FILTERS} filters are possible")
    return tuple(matcher for text in said for matcher in parse_many(text))


def flag(request: AnyRequest, name: str) -> bool:
    """A flag, which is set unless it says otherwise. Refuses `bad_parameter`."""
    said = request.query_params.get(name, "true")
    if said in TRUE:
        return True
    if said in FALSE:
        return False
    raise Refused("bad_parameter", f'{name} in query must be of type boolean: "{said[:80]}"')


def means_us(request: AnyRequest) -> bool:
    """Whether the wanted receiver is ours. Refuses `bad_expression`."""
    said: str | None = request.query_params.get("receiver")
    return said is None or fits(said, RECEIVER)
