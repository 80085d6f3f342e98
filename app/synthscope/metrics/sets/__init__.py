"""Figures of two sets of images."""
