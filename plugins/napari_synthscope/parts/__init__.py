"""Parts that several panels are made of."""
