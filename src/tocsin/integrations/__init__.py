"""Translations: what a monitor sends becomes signals. They neither store, nor record, nor send."""
