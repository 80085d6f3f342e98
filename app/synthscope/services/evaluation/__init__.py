"""Evaluation: sets cut into fields, features, scores with their intervals, floors and controls, a report card."""
