"""What a training carries from step to step, and its file: with it a killed training goes on as if nothing was."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from synthscope.errors import DocumentError
from synthscope.generators.schooling.manner import USUAL, Manner
from synthscope.io.atomic import replacing

FILE = "training.safetensors"
MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass
class Ledger:
    """The numbers of a training.

    `planned` and `look_every` are 0 until the first timed steps have set them; `worse` counts looks at
    held-out data in a row that were clearly worse than the best.
    """

    identity: str
    step: int = 0
    planned: int = 0
    look_every: int = 0
    seconds: float = 0.0
    best: float = float("inf")
    best_step: int = 0
    worse: int = 0
    remarks: list[str] = field(default_factory=list)


class Pupil:
    """Network, its running average, its best average so far, optimiser and ledger."""

    def __init__(self, network: nn.Module, learning_rate: float, identity: str, manner: Manner = USUAL) -> None:
        self.ledger = Ledger(identity)
        self.network = network
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self.best: dict[str, Tensor] = {}
        self.optimiser = torch.optim.Adam(_groups(self.network, manner), lr=learning_rate, betas=manner.betas)

    def note_best(self, held_out_loss: float) -> None:
        """Keep the average as it is as the best so far."""
        self.ledger.best, self.ledger.best_step = held_out_loss, self.ledger.step
        self.best = {name: value.detach().cpu().clone() for name, value in self.average.state_dict().items()}

    def best_weights(self) -> dict[str, np.ndarray]:
        """Give the best average, by name; where none was looked at yet, the average as it is."""
        found = self.best or self.average.state_dict()
        return {name: value.detach().cpu().contiguous().numpy() for name, value in found.items()}

    def save(self, folder: Path) -> None:
        """Write everything into the folder, whole or not at all."""
        tensors = {f"network.{n}": v for n, v in self.network.state_dict().items()}
        tensors |= {f"average.{n}": v for n, v in self.average.state_dict().items()}
        tensors |= {f"best.{n}": v for n, v in self.best.items()}
        for moment in MOMENTS:
            tensors |= {f"{moment}.{n}": self._moments(p)[moment] for n, p in self.network.named_parameters()}
        plain = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        size = sum(value.numel() * value.element_size() for value in plain.values())
        with replacing(folder / FILE, needed=size) as partial:
            save_file(plain, str(partial), {"ledger": json.dumps(asdict(self.ledger))})

    def recall(self, folder: Path) -> bool:
        """Go on from what the folder holds; False where it holds nothing.

        Raises
        ------
        DocumentError
            If it is damaged, or of another training.
        """
        path = folder / FILE
        if not path.exists():
            return False
        try:
            with safe_open(str(path), framework="pt") as file:
                ledger = Ledger(**json.loads((file.metadata() or {})["ledger"]))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
            raise DocumentError(
                f"The state of the training in {folder} is damaged; delete that folder to begin anew, "
                "the last good model is kept.",
                details=str(error),
            ) from error
        if ledger.identity != self.ledger.identity:
            raise DocumentError(
                f"The folder {folder} holds the state of a training with other images or settings; "
                "choose another folder for the model."
            )
        try:
            self._take(ledger, tensors)
        except (RuntimeError, KeyError) as error:
            raise DocumentError(
                f"The training in {folder} was begun by a version of Synthscope whose network has other parts; "
                "this one cannot go on with it. Delete that folder to begin anew, the last good model is kept.",
                details=str(error),
            ) from error
        return True

    def _take(self, ledger: Ledger, tensors: dict[str, Tensor]) -> None:
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            part, _, rest = name.partition(".")
            parts.setdefault(part, {})[rest] = value
        self.network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        self.best, self.ledger = parts.get("best", {}), ledger
        for name, parameter in self.network.named_parameters():
            moments = {moment: parts[moment][name].to(parameter.device) for moment in MOMENTS}
            self.optimiser.state[parameter] = {"step": torch.tensor(float(ledger.step)), **moments}

    def _moments(self, parameter: Tensor) -> dict[str, Any]:
        zero = torch.zeros_like(parameter)
        return self.optimiser.state.get(parameter) or dict.fromkeys(MOMENTS, zero)


def _groups(network: nn.Module, manner: Manner) -> list[dict[str, Any]]:
    """Part the weights by their share of the learning rate."""
    prefix, share = manner.slower
    parts: dict[float, list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        parts.setdefault(share if name.startswith(prefix) else 1.0, []).append(parameter)
    return [{"params": parameters, "share": share} for share, parameters in parts.items()]


def newborn(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """Build a network whose first weights depend on nothing but the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = build()
    network.to(memory_format=torch.channels_last)
    return network
