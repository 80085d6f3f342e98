"""The napari plugin: one panel per file."""
