"""What a failing database means to those who asked, in the words of a refusal."""

from typing import Final

from sqlalchemy.exc import DBAPIError

from tocsin.foundation.refusal import Refused

DISK_FULL: Final = ("database or disk is full", "No space left", "could not extend file")
AWAY: Final = ("unable to open database", "locked", "disk I/O error", "server closed", "connection")


def refusal(error: DBAPIError) -> Refused | None:
    """The refusal that tells a caller to come back, or None where the fault is ours."""
    said = str(error.orig)
    if any(words in said for words in DISK_FULL):
        sentence = "The disk of the database is full. Nothing was kept; reading goes on."
        return Refused("disk_full", sentence, retry_after_seconds=10)
    if error.connection_invalidated or any(words in said for words in AWAY):
        sentence = "The database cannot be reached at the moment. Nothing was kept."
        return Refused("database_away", sentence, retry_after_seconds=5)
    return None
