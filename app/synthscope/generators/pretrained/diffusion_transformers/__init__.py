"""Diffusion by transformers: PixArt from words, DiT from classes."""
