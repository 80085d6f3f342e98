"""The spec of the VQ-VAE: what the registry lists, without the networks."""

from __future__ import annotations

from synthscope.generators.autoencoding.quantised.costs import vqvae_cost, vqvae_training_memory
from synthscope.generators.autoencoding.quantised.parameters import QuantisedParameters, QuantisedTraining
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec

VQVAE = GeneratorSpec(
    id="vqvae",
    title="VQ-VAE",
    family="autoencoding",
    tasks=("synthesize", "vary", "inpaint"),
    parameters=QuantisedParameters,
    implementation="synthscope.generators.autoencoding.quantised.vqvae:QuantisedGenerator",
    cost=vqvae_cost,
    summary="Learned to write images in codes, and which codes go together: sharper than an autoencoder of numbers.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    training=QuantisedTraining,
    training_memory=vqvae_training_memory,
    assumes=slice_by_slice,
    citation="van den Oord et al. 2017, NeurIPS (arXiv:1711.00937); Hoogeboom et al. 2022, ICLR (arXiv:2110.02037)",
)
