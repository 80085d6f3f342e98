"""Sealing the key of a study: codes, commitment, shares for its holders, signatures, heads."""
