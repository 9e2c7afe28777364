"""Tocsin: incident tracking and incident management, with a record that can be proved."""

__version__ = "0.1.0"
