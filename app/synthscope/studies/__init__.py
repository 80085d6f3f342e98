"""Blinded rating: design, rendering, packs, events, sealing, and the statistics of answers."""
