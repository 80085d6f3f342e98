"""Colours that mean the same thing on the screen and in exports."""

from __future__ import annotations

SYNTHETIC = "#f04cc8"
"""The one colour of synthetic voxels: outlines, badges, bands and curves, in the window and in figures."""
