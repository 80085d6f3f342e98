"""Families of scores that no registered metric gives, by id: their titles in tables."""

from __future__ import annotations

from collections.abc import Mapping

UTILITY = "utility"
CORRELATION = "feature-correlation"
FAMILIES: Mapping[str, str] = {
    UTILITY: "Utility: Dice of a segmenter on held-out real",
    CORRELATION: "Cell features beside those of the partner (Pearson's correlation)",
}
