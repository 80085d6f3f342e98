"""Choices between images: Bradley-Terry, Thurstone, ranks with intervals, consistency and reliability of raters."""
