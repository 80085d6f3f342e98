"""Drawing unknown codes: in a random order, some at a time, each given all that are known by then."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.autoencoding.quantised.codes import UNKNOWN, to_values
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.autoencoding.quantised.windows import looks, round_ends

COLDEST = 1e-6
"""The lowest temperature: at it the likeliest code is taken."""
WINDOWS, ODDS = 16, 1 << 23
"""Windows that are looked at together, at most, and odds of codes that are held at once."""


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
        side, shape = self.network.configuration.side, (codes.shape[0], codes.shape[1])
        together = max(min(ODDS // (side**2 * self.network.configuration.codes), WINDOWS), 1)
        for corners, window in looks(cells, shape, side, together):
            seen = torch.stack([codes[y : y + side, x : x + side] for y, x in corners])
            with torch.no_grad():
                logits = self.network.prior(seen, self.label.expand(len(seen)))
            which = np.flatnonzero(window >= 0)
            rows, columns = (cells[which] - corners[window[which]]).T
            chosen = logits[torch.from_numpy(window[which]), :, torch.from_numpy(rows), torch.from_numpy(columns)]
            yield which, torch.softmax(chosen.cpu().double() / max(temperature, COLDEST), dim=1)

    def estimate(self, codes: Tensor) -> Tensor:
        """Give the values (latents, H, W) of codes, and where one is unknown the mean of what it may be."""
        levels = self.network.configuration.levels
        every = torch.arange(self.network.configuration.codes)[:, None, None]
        book = to_values(every, levels)[:, :, 0, 0].double()
        values = to_values(codes[None], levels)[0]
        cells = unknown_cells(codes)
        for which, probabilities in self.odds(codes, cells, 1.0):
            rows, columns = torch.from_numpy(cells[which]).T
            values[:, rows, columns] = (probabilities @ book).T.to(values)
        return values


def unknown_cells(codes: Tensor) -> np.ndarray:
    """Give row and column (N, 2) of the codes that are to be drawn."""
    return np.argwhere(codes.cpu().numpy() == UNKNOWN)


def draw_codes(
    field: CodeField, codes: Tensor, rounds: int, temperature: float, rng: np.random.Generator,
    within: tuple[int, int] | None = None,
) -> Generator[bool, None, Tensor]:  # fmt: skip
    """Draw the unknown codes of a field.

    The order is random; few are drawn in the first rounds and many in the last, when much is known (the cosine of
    Chang et al. 2022, Section 3.3). With as many rounds as codes each is drawn given all others that are known: a
    sample of the model (Hoogeboom et al. 2022, Algorithm 1). With fewer those of a round do not know of each other.

    Parameters
    ----------
    codes : Tensor of int64 (H, W)
        `UNKNOWN` where they are to be drawn; they are drawn in place.
    temperature : float
        By which logits are divided; at 0 the likeliest code is taken.
    within : (int, int), optional
        Rows and columns that are drawn in; what lies beyond them stays unknown, and tells nothing.

    Yields
    ------
    bool
        Whether a round has ended; False after each look at some windows.

    Returns
    -------
    Tensor of int64 (H, W)
    """
    rows, columns = within or codes.shape
    cells = unknown_cells(codes[:rows, :columns])
    cells, chance = rng.permutation(cells), torch.from_numpy(rng.random(len(cells)))
    ends = round_ends(len(cells), rounds)
    for first, last in zip((0, *ends), ends, strict=False):
        now, before = cells[first:last], codes.clone()
        for which, probabilities in field.odds(before, now, temperature):
            rows, columns = torch.from_numpy(now[which]).T
            codes[rows, columns] = picked(probabilities, chance[first:last][torch.from_numpy(which)]).to(codes.device)
            yield False
        yield True
    return codes


def picked(probabilities: Tensor, chance: Tensor) -> Tensor:
    """Pick a code of each row (N, codes) by an even chance (N,) from 0 to 1."""
    sums = probabilities.cumsum(dim=1)
    beyond = sums <= (chance * sums[:, -1])[:, None]
    return beyond.sum(dim=1).clamp_max(probabilities.shape[1] - 1)
