"""Stable Diffusion XL: the larger one, with two text encoders."""
