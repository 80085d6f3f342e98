"""Pipelines that others trained, run on this computer: text to image, editing and inpainting by diffusers."""
