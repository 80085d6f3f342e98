"""A pipeline on its device: whole, or moved there in parts; the next thriftier way once when memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import psutil
import torch
from torch import nn

from synthscope.errors import OutOfMemory
from synthscope.generators.pretrained.costs import work_bytes
from synthscope.generators.pretrained.loading import Loaded, quiet
from synthscope.generators.pretrained.memory_ways import (
    OWN_MEMORY,
    Needs,
    Placement,
    Room,
    choose_placement,
    thriftier,
)
from synthscope.generators.pretrained.parameters import Memory
from synthscope.records.events import Noted

AUTOENCODERS = ("vae", "movq", "vqvae")


class Held:
    """A pipeline that is held one way for a run, and left as it was found.

    Parameters
    ----------
    pipeline : object
        As an `Editor` put it together.
    wanted : str
        What a person chose.
    pixels : int
        Of the largest tile that will be asked for.

    Raises
    ------
    OutOfMemory
        If neither the way that was chosen nor the next thriftier one has room.
    """

    def __init__(self, pipeline: Any, loaded: Loaded, wanted: Memory, pixels: int) -> None:
        self._pipeline, self._loaded = pipeline, loaded
        self._fell = False
        self._undo: Callable[[], None] | None = None
        networks = networks_of(pipeline, loaded)
        needs = needs_of(networks, loaded.dtype, pixels)
        self.placement, self._remarks = choose_placement(wanted, needs, room_of(loaded.device, networks))
        self._place()

    @property
    def is_whole(self) -> bool:
        """Whether all networks stay on the device: only then may they be asked beside the pipeline's own order."""
        return self.placement.way == "whole"

    def relieve(self, error: BaseException) -> None:
        """Go to the next thriftier way after memory ran out.

        Raises
        ------
        OutOfMemory
            If that was done before, or there is none.
        """
        following = thriftier(self.placement, self._loaded.device.type)
        if self._fell or following is None:
            raise OutOfMemory(
                f"Model {self._loaded.card.name!r} has not enough memory on {str(self._loaded.device)!r}, held "
                f"{self.placement.words}; choose a smaller region or size, a number format of half the width, or "
                "another device, or close other programs."
            ) from error
        self._fell = True
        self._remarks += (
            f"Memory ran out while the model was held {self.placement.words}; it went on held {following.words}.",
        )
        self.release()
        self.placement = following
        self._place()

    def release(self) -> None:
        """Take off all that was put on the networks for this run: they stay in memory for the next one."""
        if self._undo is not None:
            self._undo()
            self._undo = None
        empty_cache(self._loaded.device)

    def noted(self) -> Noted:
        """Say what a person should know of it."""
        return Noted(remarks=self._remarks)

    def _place(self) -> None:
        short: RuntimeError | None = None
        self._undo = undo_of(self._pipeline, self._loaded)
        try:
            place(self._pipeline, self._loaded, self.placement)
        except torch.OutOfMemoryError as error:
            short = error.with_traceback(None)  # its frames hold tensors
        if short is not None:
            self.relieve(short)


def place(pipeline: Any, loaded: Loaded, placement: Placement) -> None:
    """Put a pipeline on its device one way."""
    device = loaded.device
    if placement.thrifty:
        _be_thrifty(pipeline, loaded)
    if placement.way == "whole":
        for network in networks_of(pipeline, loaded).values():
            network.to(device)
        return
    for network in networks_of(pipeline, loaded).values():
        network.to("cpu")
    with quiet():
        if placement.way == "by component":
            pipeline.enable_model_cpu_offload(device=device)
        else:
            pipeline.enable_sequential_cpu_offload(device=device)


def _be_thrifty(pipeline: Any, loaded: Loaded) -> None:
    networks = networks_of(pipeline, loaded)
    for name in AUTOENCODERS:
        network: Any = networks.get(name)
        if network is None or not hasattr(network, "enable_tiling"):
            continue
        _halve_tiles(network)
        network.enable_tiling()
        network.enable_slicing()
    if hasattr(loaded.denoiser, "set_attention_slice"):
        loaded.denoiser.set_attention_slice("auto")


def _halve_tiles(network: Any) -> None:
    """Make tiles half as wide as the images of the training: as wide ones would be the whole image."""
    for name in ("tile_sample_min_size", "tile_latent_min_size"):
        if hasattr(network, name):
            setattr(network, name, max(int(getattr(network, name)) // 2, 1))


def undo_of(pipeline: Any, loaded: Loaded) -> Callable[[], None]:
    """Remember how networks are, and give what makes them so again: hooks, tiles, attention."""
    networks = networks_of(pipeline, loaded)
    names = ("use_tiling", "use_slicing", "tile_sample_min_size", "tile_latent_min_size")
    flags = [
        (one, name, getattr(one, name)) for key in AUTOENCODERS if (one := networks.get(key)) is not None
        for name in names if hasattr(one, name)
    ]  # fmt: skip
    # Parts that are moved layer by layer are exchanged for empty ones, and not all of them put back by their hooks.
    tensors = [
        (kept, name, one) for network in networks.values() for part in network.modules()
        for kept in (part._parameters, part._buffers) for name, one in kept.items()
    ]  # fmt: skip
    denoiser: Any = loaded.denoiser
    attention = dict(getattr(denoiser, "attn_processors", {}))

    def undo() -> None:
        from accelerate.hooks import remove_hook_from_module

        for network in networks.values():
            remove_hook_from_module(network, recurse=True)
        for kept, name, tensor in tensors:
            kept[name] = tensor
        for network, name, value in flags:
            setattr(network, name, value)
        if attention and dict(denoiser.attn_processors) != attention:
            denoiser.set_attn_processor(attention)

    return undo


def networks_of(pipeline: Any, loaded: Loaded) -> dict[str, nn.Module]:
    """Give the networks that a run works with: those of its pipeline, which may be more than the model's."""
    own: Mapping[str, Any] = getattr(pipeline, "components", None) or loaded.components
    return {name: one for name, one in own.items() if isinstance(one, nn.Module)}


def needs_of(networks: Mapping[str, nn.Module], dtype: torch.dtype, pixels: int) -> Needs:
    """Count what networks take."""
    layers = [_bytes(one, recurse=False) for network in networks.values() for one in network.modules()]
    return Needs(
        {name: _bytes(network) for name, network in networks.items()},
        max(layers, default=0),
        work_bytes(pixels, dtype.itemsize),
        work_bytes(pixels, dtype.itemsize, thrifty=True),
    )


def room_of(device: torch.device, networks: Mapping[str, nn.Module]) -> Room:
    """Give what is free on a device, with what these networks hold there already."""
    there = [p for one in networks.values() for p in one.parameters() if p.device.type == device.type]
    held = sum(p.numel() * p.element_size() for p in there)
    if device.type not in OWN_MEMORY:
        return Room(device.type, int(psutil.virtual_memory().available) + held)
    module: Any = getattr(torch, device.type)
    free, _total = module.mem_get_info(device)
    unused = module.memory_reserved(device) - module.memory_allocated(device)
    return Room(device.type, int(free) + int(unused) + held)


def empty_cache(device: torch.device) -> None:
    """Give memory that torch keeps for itself back to the device."""
    if device.type in ("cuda", "mps", "xpu"):
        getattr(torch, device.type).empty_cache()


def _bytes(network: nn.Module, *, recurse: bool = True) -> int:
    return sum(p.numel() * p.element_size() for p in network.parameters(recurse=recurse))
