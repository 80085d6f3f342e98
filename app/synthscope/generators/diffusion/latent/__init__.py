"""The same prior in the latent space of an autoencoder of its own, for large images."""
