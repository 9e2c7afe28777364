"""`tocsin search`: asks the API, and needs no server's files or database."""

from typing import Annotated, Any, Final

from cyclopts import Parameter
from cyclopts.validators import Number

from tocsin.cli.output import say_json, say_table

PAGE: Final = 200
COLUMNS: Final = ("REFERENCE", "SEV", "PHASE", "RECORDED", "TITLE", "WHERE IT IS SAID")
Answer = dict[str, Any]


def search(
    *words: Annotated[
        str,
        Parameter(
            allow_leading_hyphen=True, help='Words, "phrases", -unwanted, sev:1 state:open …'
        ),
    ],
    limit: Annotated[int, Parameter(validator=Number(gte=1))] = 50,
    as_json: Annotated[
        bool, Parameter(name="--json", negative="", help="Print the API's answer.")
    ] = False,
) -> None:
    """Find incidents by the words on them, the newest first."""
    from tocsin.cli.client import connected  # noqa: PLC0415 - `--help` needs no HTTP client

    found, cursor = list[Answer](), None
    with connected() as api:
        while len(found) < limit:
            size = min(PAGE, limit - len(found))
            page = api.get("/search", q=_line(words), limit=size, cursor=cursor)
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
    say_json(found) if as_json else say_table(COLUMNS, [_row(one) for one in found])


def _line(words: tuple[str, ...]) -> str:
    """The line as it was before the shell took its quotes away. No word is unfinished here."""
    return " ".join(map(_quoted, words)) + " "


def _quoted(word: str) -> str:
    """What came as one word with spaces in it was a phrase, maybe one that has a name or is unwanted."""
    if " " not in word or '"' in word:
        return word
    minus = "-" * word.startswith("-")
    name, colon, value = word[len(minus) :].partition(":")
    if colon and name.isalpha() and value[:1].strip():
        return f'{minus}{name}:"{value}"'
    return f'{minus}"{word[len(minus) :]}"'


def _row(one: Answer) -> tuple[str, ...]:
    it = one["incident"]
    at = f"{one['recorded_at'][:10]} {one['recorded_at'][11:16]}Z"
    excerpt = "".join(piece["text"] for piece in one["excerpt"])
    return it["reference"], str(it["severity"]), it["phase"], at, it["title"], excerpt
