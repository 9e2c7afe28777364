"""What can be wrong, and how each ends the program."""

from enum import IntEnum


class Verdict(IntEnum):
    """The exit code."""

    SOUND = 0
    TAMPERED = 1
    INCOMPLETE = 2
    UNKNOWN_KEY = 3


class Bad(Exception):
    """The first thing found wrong, in a sentence."""

    def __init__(self, verdict: Verdict, sentence: str) -> None:
        super().__init__(sentence)
        self.verdict = verdict
        self.sentence = sentence


def tampered(sentence: str) -> Bad:
    """The ledger is not what was recorded."""
    return Bad(Verdict.TAMPERED, sentence)


def incomplete(sentence: str) -> Bad:
    """Something needed to tell is not there or cannot be read."""
    return Bad(Verdict.INCOMPLETE, sentence)
