"""Pixel mathematics without networks: masks, normalisation, spectra, correlations, patches."""
