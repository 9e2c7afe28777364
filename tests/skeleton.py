"""What stands in a page, by an HTML parser as browsers have one: its elements, addresses and forms."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

ADDRESSES = ("src", "href", "xlink:href", "action", "formaction", "srcset", "poster", "data", "ping",
             "background", "cite", "manifest", "srcdoc")  # fmt: skip
FOLLOWED = ("a", "area")
"""What only leads elsewhere when somebody clicks it."""
VARIABLE = re.compile(r"var\(--[a-z0-9-]+\)")
"""All that a style of ours calls; `url(` and whatever else may fetch something is odd."""
TEXTUAL = (None, "", "text", "search", "email", "url", "tel")


@dataclass(frozen=True)
class Form:
    """A form: where it goes, what it sends as it stands, and the fields for words in it."""

    method: str
    action: str
    sent: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def parsed(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def elements(html: str) -> Iterator[LexborNode]:
    """Every element of a page, those in templates as well, in the order of the page."""
    root = parsed(html).root
    assert root is not None
    for node in root.traverse(include_text=False):
        yield node
        if node.tag == "template":
            yield from elements(node.html.partition(">")[2] if node.html else "")


def skeleton(html: str) -> Counter[str]:
    """How often each element stands within another, with the names of their attributes.

    What the attributes say is left out, and the order: lists may be sorted by what people wrote.
    """
    return Counter(f"{_bone(node.parent)} > {_bone(node)}" for node in elements(html))


def _bone(node: LexborNode | None) -> str:
    return "" if node is None else " ".join([str(node.tag), *sorted(node.attributes)])


def odd(html: str) -> list[str]:
    """What no page of ours has: a handler, a script of its own, an address elsewhere that is fetched."""
    found = list[str]()
    for node in elements(html):
        tag = str(node.tag)
        for name, value in node.attributes.items():
            is_address = name in ADDRESSES and not (tag in FOLLOWED and name == "href")
            if name.startswith("on") or (is_address and not _is_ours(value or "")):
                found.append(f"{tag} {name}={value}")
            if tag in FOLLOWED and name == "href" and not _is_safe(node, value or ""):
                found.append(f"{tag} {name}={value}")
            if name == "style" and {"(", "\\"} & {*VARIABLE.sub("", value or "")}:
                found.append(f"{tag} {name}={value}")
        if tag == "script" and "src" not in node.attributes:
            found.append("script without src")
    return found


def forms(html: str) -> list[Form]:
    """The forms of a page, with the fields that stand elsewhere but name it by `form`."""
    tree = parsed(html)
    made = list[Form]()
    for node in tree.css("form"):
        of = [*node.css("input, textarea, select, button")]
        if named := node.attributes.get("id"):
            of += tree.css(f'[form="{named}"]')
        method = str(node.attributes.get("method", "get")).lower()
        made.append(Form(method, str(node.attributes.get("action") or ""), _sent(of), _words(of)))
    return made


def _sent(fields: list[LexborNode]) -> tuple[tuple[str, str], ...]:
    found = list[tuple[str, str]]()
    for field in fields:
        name, kind = field.attributes.get("name"), field.attributes.get("type")
        if not name or kind in ("submit", "button", "file") or field.tag == "button":
            continue
        if kind in ("checkbox", "radio") and "checked" not in field.attributes:
            continue
        found.append((name, _value(field)))
    return tuple(found)


def _value(field: LexborNode) -> str:
    if field.tag == "textarea":
        return field.text()
    if field.tag == "select":
        options = field.css("option")
        chosen = [one for one in options if "selected" in one.attributes] or options
        return str(chosen[0].attributes.get("value") or "") if chosen else ""
    return str(field.attributes.get("value") or "")


def _words(fields: list[LexborNode]) -> tuple[str, ...]:
    named = [field for field in fields if field.attributes.get("name") and _is_for_words(field)]
    return tuple(dict.fromkeys(str(field.attributes["name"]) for field in named))


def _is_for_words(field: LexborNode) -> bool:
    if field.tag == "input":
        return field.attributes.get("type") in TEXTUAL
    return field.tag == "textarea"


def _is_ours(address: str) -> bool:
    return address.startswith("#") or (address.startswith("/") and address[1:2] not in ("/", "\\"))


def _is_safe(node: LexborNode, address: str) -> bool:
    """A link that stays here, or one to the web that tells the place it leads to nothing."""
    if address == "" or address.startswith("?") or _is_ours(address):
        return True
    is_web = urlsplit(address).scheme in ("https", "http")
    return is_web and "noopener" in str(node.attributes.get("rel"))
