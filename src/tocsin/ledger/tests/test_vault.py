"""Promises about secrets that Tocsin must be able to use: kept for one use, place and organisation."""

import pytest
from cryptography.exceptions import InvalidTag

from tocsin.ledger import keys, vault

OURS = keys.make()


def test_a_sealed_secret_opens_for_its_place_use_and_organisation_alone() -> None:
    kept = vault.sealed(OURS, "second factor", "JBSWY3DP", "ada")
    assert b"JBSWY3DP" not in kept
    assert vault.opened(OURS, "second factor", kept, "ada") == "JBSWY3DP"
    for theirs, use, place in (
        (OURS, "second factor", "eve"),
        (OURS, "vault", "ada"),
        (keys.make(), "second factor", "ada"),
    ):
        with pytest.raises(InvalidTag):
            vault.opened(theirs, use, kept, place)
