"""Generators that learn from a rival: DCGAN, and a style-based one for whole fields."""
