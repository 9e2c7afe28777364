"""References: what people call an incident by. Unique, never reused, and not dense. Pure."""

from datetime import datetime


def stem(now: datetime, *, restricted: bool) -> str:
    """The series that a new incident's number is taken from; born-restricted ones have their own."""
    return f"{'RES' if restricted else 'INC'}-{now.year}"


def spelled(series: str, number: int) -> str:
    """A reference such as INC-2026-0412."""
    return f"{series}-{number:04}"
