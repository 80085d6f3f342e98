"""Mask mathematics: boolean arrays in, boolean arrays out, every distance in physical units."""
