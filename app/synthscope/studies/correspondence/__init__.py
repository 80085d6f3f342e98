"""Ratings beside metrics: correlations with what they are worth, pairs, disagreements, marks over error maps."""
