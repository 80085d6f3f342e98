"""Images through a few latent numbers, whose distribution is known: the variational autoencoder."""
