"""Ratings on a scale: cumulative-link models, with raters and cases at random, contrasts of arms, and answer times."""
