"""Families of scores that no registered metric gives, by id: their titles in tables."""

from __future__ import annotations

from collections.abc import Mapping

UTILITY = "utility"
CORRELATION = "feature-correlation"
CP_CORRELATION = "cp-feature-correlation"
FAMILIES: Mapping[str, str] = {
    UTILITY: "Utility: Dice of a segmenter on held-out real",
    CP_CORRELATION: "CellProfiler's features of cells beside those of the partner (Pearson's correlation)",
    CORRELATION: "Cell features beside those of the partner (Pearson's correlation)",
}
