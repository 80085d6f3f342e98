"""The style-based generator: networks, latents, training, projection, and what it makes."""
