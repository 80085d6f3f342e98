"""The napari plugin: one room per panel, and below them what panels share."""
