"""The VQ-VAE: images as fields of codes, and a learned prior that draws them."""
