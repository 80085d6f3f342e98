"""How a network learns, apart from what: optimiser, running average, pace, and when it has learned enough."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Manner:
    """What does not change during a training.

    Parameters
    ----------
    betas : (float, float)
        Of Adam (Kingma & Ba 2015).
    average : float
        What the running average of the weights keeps at each step; 0: it is the weights themselves.
    clip : float
        The largest norm of a gradient: a longer one is shortened to it.
    falls : bool
        The learning rate falls along a cosine; otherwise it stays after its rise.
    criterion : str
        The figure, one of `Course.examine`, by which the best weights are chosen: the smaller the better.
    patience : int
        So many looks in a row at which it was clearly worse than the best end the training; 0: none do.
    slower : (str, float)
        What the names of some weights begin with, and the part of the learning rate that is theirs.
    """

    betas: tuple[float, float] = (0.9, 0.99)
    average: float = 0.999
    clip: float = 1.0
    falls: bool = True
    criterion: str = "held_out_loss"
    patience: int = 6
    slower: tuple[str, float] = ("", 1.0)


USUAL = Manner()


@dataclass(frozen=True, eq=False)
class Turn:
    """One step down one gradient: the loss of each item (B,), and the names of its figures."""

    loss: Tensor
    name: str = "loss"
    gradient: str = "gradient_norm"
