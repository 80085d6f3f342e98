"""Command line entry."""
