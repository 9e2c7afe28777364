import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.ledger.sealing import SealBroken, SealedPart, open_part, seal

KEY = bytes(range(32))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_in_its_place(text: str) -> None:
    part = seal(text, place="7:title", encryption_key=KEY)
    assert open_part(part, place="7:title", encryption_key=KEY).text == text


def test_a_sealed_part_opens_in_no_other_place_and_with_no_other_key() -> None:
    part = seal("words", place="7:title", encryption_key=KEY)
    with pytest.raises(SealBroken):
        open_part(part, place="8:title", encryption_key=KEY)
    with pytest.raises(SealBroken):
        open_part(part, place="7:title", encryption_key=KEY[::-1])


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_changed_byte_breaks_the_seal(at: int, flip: int) -> None:
    part = seal("words that matter", place="7:title", encryption_key=KEY)
    spoilt = bytearray(part.ciphertext)
    spoilt[at % len(spoilt)] ^= flip
    with pytest.raises(SealBroken):
        open_part(
            SealedPart(part.digest, part.wrapped_key, bytes(spoilt)),
            place="7:title",
            encryption_key=KEY,
        )


def test_the_same_words_twice_have_different_digests() -> None:
    """Short words must not be guessable from what stays after an erasure."""
    one = seal("yes", place="1:a", encryption_key=KEY)
    other = seal("yes", place="1:a", encryption_key=KEY)
    assert one.digest != other.digest
