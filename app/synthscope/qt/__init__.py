"""Qt bricks without napari: record form, job list, candidate strip, curves."""
