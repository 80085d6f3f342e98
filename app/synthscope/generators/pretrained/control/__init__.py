"""Pipelines that are led by an image: ControlNet by its edges, InstructPix2Pix by what is to be done to it."""
