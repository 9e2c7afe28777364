"""Every field for words that the API takes, as its own description names them; none is listed by hand.

What one must say besides, to be understood, is made from the description too: the required fields, the
first word of a list of words, an instant, and what is known by its name (`KNOWN`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from open_house import STATES, House

from tocsin.features.playbooks.terms import SAID

Schema = dict[str, Any]
METHODS: Final = ("put", "post", "patch", "delete")
EARLIER: Final = "2026-11-24T11:00:00Z"
INNOCENT: Final = "Plain words of 4711"

FRAMES: Final[Mapping[str, str]] = {
    "/api/v1/templates/{name} title": "{} " + SAID,
    "/api/v1/subscribers/mail-lists addresses": "{}@example.com",
    "/api/v1/people email": "{}@example.com",
    "/api/v1/subscribers/webhooks url": "https://hooks.example.com/{}",
    "/api/v1/templates/{name} runbooks url": "https://runbooks.example.com/{}",
    "/api/v1/alert-rules/{name} condition": "alert.service == '{}'",
    "/api/v1/alert-rules/trial rule condition": "alert.service == '{}'",
}
"""What stands around words where a field takes words of one form only. Tried beside the bare words."""

DEEDS: Final = {"commander": "assign", "tag": "tag", "evidence": "close", "other": "merge"}
"""Which deed on many incidents a field belongs to."""


@dataclass(frozen=True)
class Field:
    """One place for words in the body of one operation."""

    method: str
    path: str
    place: tuple[str, ...]
    schema: Schema = field(hash=False, compare=False)

    @property
    def name(self) -> str:
        without = "without " if self.method == "delete" else ""
        return f"{without}{self.path} {' '.join(part for part in self.place if part != '[]')}"

    @property
    def needs(self) -> set[str]:
        """What the address names."""
        return set(re.findall(r"\{(\w+)\}", self.path)) | ({"alert"} & {*self.place})


class Fields:
    """Knows the fields of an API by its description."""

    def __init__(self, description: Schema) -> None:
        self.description = description
        self.schemas: Schema = description["components"]["schemas"]

    def all(self) -> list[Field]:
        """Every field; where two methods do the same, the first of them."""
        found = dict[tuple[str, tuple[str, ...]], Field]()
        for path, item in self.description["paths"].items():
            for method in METHODS:
                body = item.get(method, {}).get("requestBody", {})
                for kind in body.get("content", {}).values():
                    for place in self._places(kind["schema"]):
                        one = Field(method, path, place, kind["schema"])
                        found.setdefault((_group(one), place), one)
        return [*found.values()]

    def _places(self, schema: Schema, *above: str) -> Iterator[tuple[str, ...]]:
        schema = self._opened(schema)
        for name, inner in schema.get("properties", {}).items():
            yield from self._places(inner, *above, name)
        for name, key in (("additionalProperties", "{}"), ("items", "[]")):
            if isinstance(inner := schema.get(name), dict):
                yield from self._places(inner, *above, key)
        if isinstance(schema.get("additionalProperties"), dict):
            yield (*above, "{key}")
        if schema.get("type") == "string" and not {"enum", "const", "format"} & {*schema}:
            yield above

    def _opened(self, schema: Schema) -> Schema:
        """Without references, and of several the one that says something."""
        while True:
            if "$ref" in schema:
                schema = self.schemas[schema["$ref"].rpartition("/")[2]]
                continue
            several = schema.get("oneOf") or schema.get("anyOf")
            if not several:
                return schema
            schema = next((one for one in several if one.get("type") != "null"), several[0])

    def body(self, one: Field, text: str, house: House, known: Mapping[str, Any]) -> Any:
        """A body with these words in the field, and what is needed besides."""
        return _Maker(self, house, known, one).make(one.schema, one.place, text)


@dataclass
class _Maker:
    fields: Fields
    house: House
    known: Mapping[str, Any]
    one: Field

    def make(self, schema: Schema, place: tuple[str, ...] | None, text: str, name: str = "") -> Any:
        """A value of this shape; the words stand at a place in it, if there is one in it."""
        schema = self.fields._opened(schema)
        if place == ():
            return text
        if place is None and name in self.besides():
            return self.besides()[name]
        match schema.get("type"):
            case "object":
                return self._object(schema, place, text)
            case "array":
                inside = place[1:] if place else None
                count = max(1, schema.get("minItems", 1))
                first = self.make(schema["items"], inside, text, name)
                return [first, *(self.make(schema["items"], None, "") for _ in range(count - 1))]
            case _:
                return self._single(schema)

    def _object(self, schema: Schema, place: tuple[str, ...] | None, text: str) -> dict[str, Any]:
        if place and place[0] == "{key}":
            return {text: self.make(schema["additionalProperties"], None, "")}
        if place and place[0] == "{}":
            return {self.besides()["question"]: text}
        wanted = {*schema.get("required", ()), *(place[:1] if place else ())}
        wanted |= {*self.besides()["also"]} & {*schema.get("properties", {})}
        made = dict[str, Any]()
        for key in schema.get("properties", {}):
            if key in wanted:
                inside = place[1:] if place and place[0] == key else None
                made[key] = self.make(schema["properties"][key], inside, text, key)
        return made

    def _single(self, schema: Schema) -> Any:
        match schema:
            case {"enum": [first, *_]} | {"const": first}:
                return first
            case {"format": "date-time"}:
                return EARLIER
            case {"type": "integer"}:
                return schema.get("minimum", 1)
            case {"type": "boolean"}:
                return True
            case _:
                return INNOCENT

    def besides(self) -> Mapping[str, Any]:
        """What is known by its name, and which fields a field needs beside it."""
        house, place, path = self.house, self.one.place, self.one.path
        person = house.people["Cy"]
        deed = next((DEEDS[name] for name in place if name in DEEDS), "acknowledge")
        also = set[str]()
        if "over" in place:
            also |= {"impact_began", "actionability"}
        if "answers" in place:
            also |= {"template"}
        if deed == "close":
            also |= {"actionability"}
        if path.endswith("/restriction"):
            also |= {"people"}
        if path.endswith("/views") and "team" in place:
            also |= {"audience"}
        return {
            "also": also,
            "person": person,
            "commander": person,
            "owner": person,
            "references": [self.known.get("reference", "")],
            "alerts": [self.known.get("alert", "")],
            "template": "prepared",
            "question": "Who is on it?",
            "audience": "team" if "team" in place else "private",
            "deed": deed,
            "actionability": "real",
            "email": f"new-{house.count}@example.com",
            "name": f"name-{house.count}",
            "condition": "true",
            "url": "https://hooks.example.com/x",
            "addresses": ["crew@example.com"],
            "state": "dropped",
            "tag": "tagged",
            "change": "cfg-8841",
            "people": [person],
        }


@dataclass(frozen=True)
class Answered:
    """How an attempt ended: what its address named, the last entry of the record before, the answer."""

    field: Field
    state: str
    known: Mapping[str, str]
    before: int
    answer: Any

    @property
    def status(self) -> int:
        return int(self.answer.status_code)


def attempt(fields: Fields, house: House, one: Field, text: str, state: str) -> Answered:
    """Say these words in a field, of a new incident in this state."""
    house.count += 1
    is_of_one = "{reference}" in one.path or {"references", "alerts"} & {*one.place}
    known: dict[str, str] = {}
    if is_of_one or one.path.endswith("/bulk"):
        needs = {*one.needs} | (
            {"alert"} if "/alerts" in one.path and one.method == "delete" else set()
        )
        known = house.incident(state, needs)
    else:
        house.later()
    if one.method == "post" and one.path.endswith("/alerts"):
        known["alert"] = house.alert()
    known |= house.named(one.needs)
    path = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], one.path)
    body = fields.body(one, text, house, known)
    before = house.last
    return Answered(one, state, known, before, house.api(one.method.upper(), path, body))


def tried_in(one: Field) -> tuple[str, ...]:
    """The states in which a field is tried: those of an incident where it is about one."""
    return STATES if "{reference}" in one.path or one.path.endswith("/bulk") else STATES[:1]


def _group(one: Field) -> str:
    """What is the same by two methods; taking away is something else than giving."""
    return f"{one.method == 'delete'} {one.path}"
