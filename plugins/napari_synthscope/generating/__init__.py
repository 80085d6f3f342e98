"""The Generate panel."""
