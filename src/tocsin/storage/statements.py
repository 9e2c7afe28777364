"""Statements that are made once: making one takes as long as its answer."""

from functools import cache

from sqlalchemy import Insert, Table


@cache
def adding(table: Table) -> Insert:
    """Adds rows to a table; they are given when it is executed."""
    return table.insert()
