"""Figures of an image beside its declared partner."""
