"""The Open panel."""
