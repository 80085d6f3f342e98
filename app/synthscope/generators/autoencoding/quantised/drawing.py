"""Drawing unknown codes: in a random order, some at a time, each given all that are known by then."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.autoencoding.quantised.codes import UNKNOWN, to_values
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.autoencoding.quantised.windows import looks


@dataclass(frozen=True, eq=False)
class CodeField:
    """Looks at a field of codes of any size, of at least a patch's side, through windows of that side.

    Parameters
    ----------
    label : Tensor of int64 (1,)
        Class; 0 for none.
    """

    network: QuantisedAutoencoder
    label: Tensor

    def odds(self, codes: Tensor, cells: np.ndarray, temperature: float) -> Iterator[tuple[np.ndarray, Tensor]]:
        """Give how likely each code is at some cells (N, 2), window by window.

        Yields
        ------
        which : ndarray of int (n,)
            Of the cells.
        probabilities : Tensor (n, codes)
        """
        side = self.network.configuration.side
        for corners, window in looks(cells, (codes.shape[0], codes.shape[1]), side):
            seen = torch.stack([codes[y : y + side, x : x + side] for y, x in corners])
            with torch.no_grad():
                logits = self.network.prior(seen, self.label.expand(len(seen))).double()
            which = np.flatnonzero(window >= 0)
            rows, columns = (cells[which] - corners[window[which]]).T
            chosen = logits[torch.from_numpy(window[which]), :, torch.from_numpy(rows), torch.from_numpy(columns)]
            yield which, torch.softmax(chosen / max(temperature, 1e-3), dim=1)

    def estimate(self, codes: Tensor) -> Tensor:
        """Give the values (latents, H, W) of codes, and where one is unknown the mean of what it may be."""
        levels = self.network.configuration.levels
        every = torch.arange(self.network.configuration.codes, device=codes.device)[:, None, None]
        book = to_values(every, levels)[:, :, 0, 0].double()
        values = to_values(codes[None], levels)[0]
        cells = unknown_cells(codes)
        for which, probabilities in self.odds(codes, cells, 1.0):
            rows, columns = torch.from_numpy(cells[which]).T
            values[:, rows, columns] = (probabilities @ book).T.to(values.dtype)
        return values


def unknown_cells(codes: Tensor) -> np.ndarray:
    """Give row and column (N, 2) of the codes that are to be drawn."""
    return np.argwhere(codes.cpu().numpy() == UNKNOWN)


def draw_codes(
    field: CodeField, codes: Tensor, rounds: int, temperature: float, rng: np.random.Generator
) -> Generator[bool, None, Tensor]:
    """Draw the unknown codes of a field.

    The order is random; few are drawn in the first rounds and many in the last, when much is known (the cosine of
    Chang et al. 2022, Section 3.3). With as many rounds as codes each is drawn given all others that are known: a
    sample of the model (Hoogeboom et al. 2022, Algorithm 1). With fewer those of a round do not know of each other.

    Parameters
    ----------
    codes : Tensor of int64 (H, W)
        `UNKNOWN` where they are to be drawn; they are drawn in place.
    temperature : float
        By which logits are divided; near 0 the likeliest code is taken.

    Yields
    ------
    bool
        Whether a round has ended; False after each look at some windows.

    Returns
    -------
    Tensor of int64 (H, W)
    """
    cells = unknown_cells(codes)
    cells, chance = rng.permutation(cells), torch.from_numpy(rng.random(len(cells))).to(codes.device)
    ends = round_ends(len(cells), rounds)
    for first, last in zip((0, *ends), ends, strict=False):
        now, before = cells[first:last], codes.clone()
        for which, probabilities in field.odds(before, now, temperature):
            rows, columns = torch.from_numpy(now[which]).T
            codes[rows, columns] = picked(probabilities, chance[first:last][torch.from_numpy(which)])
            yield False
        yield True
    return codes


def round_ends(count: int, rounds: int) -> tuple[int, ...]:
    """Give how many of `count` codes are drawn after each round: at least one more each time."""
    share = 1 - np.cos(np.pi / 2 * np.arange(1, rounds + 1) / rounds)
    ends = np.unique(np.ceil(count * share - 1e-9).astype(int))
    return tuple(int(end) for end in ends if end > 0)


def picked(probabilities: Tensor, chance: Tensor) -> Tensor:
    """Pick a code of each row (N, codes) by an even chance (N,) from 0 to 1."""
    sums = probabilities.cumsum(dim=1)
    beyond = sums < (chance * sums[:, -1])[:, None]
    return beyond.sum(dim=1).clamp_max(probabilities.shape[1] - 1)
