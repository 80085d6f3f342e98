"""Studies with raters: their folder, and what happens to them from draft to report."""
