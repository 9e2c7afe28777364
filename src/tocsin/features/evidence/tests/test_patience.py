"""A scanner that failed on a file is asked about it again, later and later, and never given up on."""

from datetime import timedelta

from tocsin.features.evidence.rules.patience import pause


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    minutes = [pause(tries) / timedelta(minutes=1) for tries in (1, 2, 3, 4, 5, 6, 1_000_000)]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]
