"""Paradigms, and schedules that are exactly balanced and the same on every computer."""
