"""Simulate, repair and judge scientific image stacks."""
