"""Who is meant by an `@`."""

import pytest

from tocsin.features.incidents.rules.mentions import mentioned, words_after
from tocsin.features.people.terms import Handle

PEOPLE = (
    Handle(id="1", names=("Ada Lovelace", "ada", "ada@example.com"), short="Ada"),
    Handle(id="2", names=("Ada Byron", "byron", "byron@example.com"), short="Ada"),
    Handle(id="3", names=("Élodie O'Neil-Roux", "elodie"), short="Élodie"),
    Handle(id="4", names=("payments", "Payments team")),
    Handle(id="5", names=("Bo",), short="Bo"),
    Handle(id="6", names=("Bo Li", "boli"), short="Bo"),
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@Ada Byron and @ada lovelace", ("2", "1")),
        ("@ada, look", ("1",)),  # all of one name beats the first word of another
        ("@byron.", ("2",)),
        ("@élodie o'neil-roux!", ("3",)),
        ("@Payments team, @payments", ("4",)),
        ("@Bo Li @Bo", ("6", "5")),
        ("@Bob @ada-2 @adam", ()),
        ("x@ada a.b@ada @@ada ada@byron", ()),
        ("(@bo) \n@BO", ("5",)),
        ("@", ()),
    ],
)
def test_the_longest_name_that_fits_is_meant(text: str, ids: tuple[str, ...]) -> None:
    assert mentioned(text, PEOPLE) == ids


def test_only_so_many_are_looked_at() -> None:
    assert words_after("@a " * 10_000) == {"a"}
    text = " ".join(f"@n{nth}" for nth in range(1000))
    assert len(words_after(text)) == 20
