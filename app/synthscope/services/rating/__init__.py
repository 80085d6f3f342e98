"""A rater's session: what is shown next, and which answers are taken."""
