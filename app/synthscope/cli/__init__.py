"""Composition root of the command line: the same services as the window."""
