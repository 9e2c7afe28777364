import pytest

from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.key_export import unwrapped, wrapped


def test_a_copy_opens_with_its_passphrase_and_holds_the_same_keys() -> None:
    made = keys.make()
    back = unwrapped(wrapped(made, "correct horse battery"), "correct horse battery")
    assert (back.encryption_id, back.signing_id) == (made.encryption_id, made.signing_id)


def test_another_passphrase_opens_nothing() -> None:
    copy = wrapped(keys.make(), "correct horse battery")
    with pytest.raises(Refused, match="not its passphrase"):
        unwrapped(copy, "wrong horse battery")
    with pytest.raises(Refused, match="not a copy"):
        unwrapped("{}", "correct horse battery")


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Refused, match="at least 12"):
        wrapped(keys.make(), "short")
