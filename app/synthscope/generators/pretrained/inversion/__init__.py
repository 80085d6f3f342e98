"""Editing of a real image by inversion: to the noise that would have made it, and back under other words."""
