"""Copies of training images, artefacts, and whether a classifier can tell."""
