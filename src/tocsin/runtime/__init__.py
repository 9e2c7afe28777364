"""Puts Tocsin together: settings, lists of features, serving, background work, host commands."""
