"""The analysis of a study: its statistics, joined by paradigm."""
