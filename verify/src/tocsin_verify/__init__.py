"""Checks an export of a Tocsin ledger offline. Shares no code with Tocsin."""
