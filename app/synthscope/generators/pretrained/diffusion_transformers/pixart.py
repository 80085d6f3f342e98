"""PixArt: an image from words, by a transformer and a large text encoder."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.diffusion_transformers.parameters import PixartParameters
from synthscope.generators.pretrained.editor import Editor
from synthscope.generators.pretrained.loading import Loaded, assemble
from synthscope.generators.pretrained.stable import as_colours, words
from synthscope.records.generator import Inputs


class Pixart(Editor):
    """PixArt-alpha and -sigma (Chen et al. 2024), which differ in how many words they read and in the autoencoder."""

    identity = "pixart"

    def pipeline(self, loaded: Loaded, inputs: Inputs, parameters: PixartParameters) -> Any:  # noqa: ARG002
        """Put the pipeline together for a run, of the kind that the model is."""
        import diffusers

        return assemble(getattr(diffusers, str(loaded.card.architecture["pipeline"])), loaded)

    def ask(self, pipeline: Any, asked: Asked) -> Tensor:
        """Make one image.

        Sides are taken as asked, and not rounded to the list of the training; words are read as written: whether they
        are cleaned would else hang on what else is installed.
        """
        return as_colours(pipeline(
            **words(asked), height=asked.rows, width=asked.columns, use_resolution_binning=False, clean_caption=False,
        ))  # fmt: skip
