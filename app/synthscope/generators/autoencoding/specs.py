"""The spec of the variational autoencoder: what the registry lists, without the network."""

from __future__ import annotations

from synthscope.generators.autoencoding.costs import vae_cost, vae_training_memory
from synthscope.generators.autoencoding.parameters import VaeParameters, VaeTraining
from synthscope.generators.slices import slice_by_slice
from synthscope.records.generator import GeneratorSpec

VAE = GeneratorSpec(
    id="vae",
    title="Variational autoencoder",
    family="autoencoding",
    tasks=("synthesize", "vary", "inpaint"),
    parameters=VaeParameters,
    implementation="synthscope.generators.autoencoding.vae:VariationalAutoencoder",
    cost=vae_cost,
    summary="Learned to rebuild images from few numbers that may be drawn, shifted and mixed: at once, and smooth.",
    needs_source=False,
    needs_model=True,
    is_network=True,
    training=VaeTraining,
    training_memory=vae_training_memory,
    takes_reference=("vary",),
    live=True,
    assumes=slice_by_slice,
    citation="Kingma & Welling 2014, ICLR (arXiv:1312.6114); Higgins et al. 2017, ICLR",
)
