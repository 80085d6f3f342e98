"""The pretrained model that is tuned: pixels to latents, words to numbers, its own question, its own images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from synthscope.errors import InputError, Unavailable
from synthscope.generators.pretrained.loading import Loaded, assemble, quiet
from synthscope.generators.pretrained.tuning.low_rank import Seat, adapted_layers
from synthscope.generators.pretrained.tuning.noising import check_prediction
from synthscope.records.pretrained import INPAINTING_CHANNELS

NETWORKS = ("unet", "vae", "text_encoder")


@dataclass(frozen=True, eq=False)
class Base:
    """A Stable Diffusion whose weights stay as they are; all its networks are on one device.

    Parameters
    ----------
    reads_anew : bool
        Words are read at each question, for the reading itself is adapted.
    """

    loaded: Loaded
    reads_anew: bool = False

    @property
    def parts(self) -> Mapping[str, Any]:
        """Its components by name."""
        return self.loaded.components

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.loaded.device

    @property
    def fills(self) -> bool:
        """Whether it was taught to fill: it sees a mask, and what is known, beside the latents."""
        return int(self.parts["unet"].config.in_channels) == INPAINTING_CHANNELS

    @cached_property
    def noising(self) -> Any:
        """The scheduler of its training: however its images are made, so was it taught."""
        from diffusers import DDPMScheduler

        with quiet():
            return DDPMScheduler.from_config(self.parts["scheduler"].config)

    @property
    def times(self) -> int:
        """How many strengths of noise it knows."""
        return int(self.noising.config.num_train_timesteps)

    def layers(self) -> dict[str, nn.Linear]:
        """Give the layers that an adapter changes, by the names of a file of diffusers."""
        wanted = ("unet", "text_encoder") if self.reads_anew else ("unet",)
        return {name: one for part in wanted for name, one in adapted_layers(part, self.parts[part]).items()}

    def latents_shape(self, side: int) -> tuple[int, int, int]:
        """Give (C, H, W) of the latents of a square image."""
        told = self.parts["vae"].config
        across = side // 2 ** (len(told.block_out_channels) - 1)
        return int(told.latent_channels), across, across

    def encode(self, pixels: Tensor, noise: Tensor | None = None) -> Tensor:
        """Turn colours (B, 3, Y, X) of -1 to 1 into latents: a draw by its noise, or the likeliest ones."""
        with torch.no_grad():
            found = self.parts["vae"].encode(pixels.to(self.loaded.dtype)).latent_dist
        latents: Tensor = found.mode() if noise is None else found.mean + found.std * noise.to(found.mean)
        return latents * float(self.parts["vae"].config.scaling_factor)

    def decode(self, latents: Tensor) -> Tensor:
        """Turn latents into colours (B, 3, Y, X) of 0 to 1, float32."""
        scaled = latents / float(self.parts["vae"].config.scaling_factor)
        with torch.no_grad():
            colours: Tensor = self.parts["vae"].decode(scaled.to(self.loaded.dtype)).sample
        return ((colours.float() + 1) / 2).clamp(0, 1)

    def read(self, prompt: str) -> Tensor:
        """Turn words into numbers (1, L, D), as its pipeline does."""
        with quiet():
            found: Tensor = self._pipeline.encode_prompt(prompt, self.device, 1, False)[0]
        return found

    def check(self, prompt: str) -> None:
        """Refuse words that do not fit, and models that cannot be tuned.

        Raises
        ------
        InputError, Unavailable
        """
        missing = [name for name in (*NETWORKS, "tokenizer", "scheduler") if name not in self.parts]
        name = self.loaded.card.name
        if missing or int(self.parts["unet"].config.in_channels) not in (4, INPAINTING_CHANNELS):
            raise Unavailable(
                f"Model {name!r} cannot be tuned here: that needs a Stable Diffusion of 4 or "
                f"{INPAINTING_CHANNELS} channels with its autoencoder and text encoder; choose another base."
            )
        check_prediction(self.noising)
        most = int(self.parts["tokenizer"].model_max_length)
        with quiet():
            count = len(self.parts["tokenizer"](prompt).input_ids)
        if count > most:
            raise InputError(f"The words are {count} tokens and {name!r} reads {most}; shorten {prompt[:40]!r}.")

    def seen_beside(self, pixels: Tensor, holes: Tensor) -> Tensor:
        """Give what a model that fills sees beside latents: the holes (1 in them), and latents of what is known."""
        known = self.encode(pixels * (1 - holes))
        small = nn.functional.interpolate(holes, known.shape[-2:]).to(known)
        return torch.cat([small, known], dim=1)

    def blank_beside(self, latents: Tensor) -> Tensor | None:
        """Give what it sees beside latents where all is to be made; None for one that sees nothing beside."""
        if not self.fills:
            return None
        scale = 2 ** (len(self.parts["vae"].config.block_out_channels) - 1)
        sides = (scale * latents.shape[-2], scale * latents.shape[-1])
        found = self.seen_beside(
            torch.zeros(1, 3, *sides, device=self.device), torch.ones(1, 1, *sides, device=self.device)
        )
        return found.expand(len(latents), -1, -1, -1)

    def ask(self, noisy: Tensor, times: Tensor, words: Tensor, beside: Tensor | None) -> Tensor:
        """Ask the denoiser: latents (B, C, H, W), times (B,), words (1, L, D); gives (B, C, H, W)."""
        given = noisy if beside is None else torch.cat([noisy.to(beside), beside], dim=1)
        dtype = self.loaded.dtype
        found: Tensor = self.parts["unet"](
            given.to(dtype), times, encoder_hidden_states=words.to(dtype).expand(len(noisy), -1, -1)
        ).sample
        return found

    def imagine(self, noise: Tensor, prompt: str, steps: int) -> Tensor:
        """Make latents from noise (B, C, H, W) by DDIM (Song et al. 2021), led by the words alone, without guidance."""
        from diffusers import DDIMScheduler

        with quiet():
            scheduler: Any = DDIMScheduler.from_config(self.parts["scheduler"].config, clip_sample=False)
        scheduler.set_timesteps(steps, device=self.device)
        latents = noise.to(self.device) * scheduler.init_noise_sigma
        with torch.no_grad():
            words, beside = self.read(prompt), self.blank_beside(latents)
            for time in scheduler.timesteps:
                found = self.ask(latents, time.expand(len(latents)), words, beside).float()
                latents = scheduler.step(found, time, latents).prev_sample
        return latents

    @contextmanager
    def tuned(self, *, checkpointing: bool) -> Iterator[Seat]:
        """Prepare its networks for an adapter while the block lasts; they stay warm for the next one as they were."""
        for name in NETWORKS:
            self.parts[name].to(self.device)
        unet = self.parts["unet"]
        seat = Seat(self.layers())
        if checkpointing:
            unet.enable_gradient_checkpointing()
        try:
            yield seat
        finally:
            seat.leave()
            unet.disable_gradient_checkpointing()

    @cached_property
    def _pipeline(self) -> Any:
        from diffusers import StableDiffusionPipeline

        return assemble(StableDiffusionPipeline, self.loaded)
