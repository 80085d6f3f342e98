"""Networks of lines in a mask, such as roots: middle lines without spurs, their lengths, widths, tips and branches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize

SPUR = 1.25
"""A side branch that is shorter than so many half-widths of what it leaves is a bump of its outline."""
SPUR_MORE = 6.0
"""And so many pixels."""
ROUNDS = 4
ARM = 12
"""Pixels along an arm over which its direction at a branch point is taken."""
EIGHT = np.ones((3, 3), bool)


@dataclass(frozen=True, eq=False)
class Network:
    """What a mask of lines consists of, in pixels.

    Parameters
    ----------
    skeleton : ndarray of bool (Y, X)
        Middle lines one pixel wide.
    steps, widths : ndarray (K,)
        Every step from one pixel of the middle line to the next: its length, and how wide the line is there.
    slopes : ndarray (K,)
        Angle of each step's arm to the horizontal, 0 to 90 degrees.
    branches : ndarray (B,)
        Length of each branch: from branch point or tip to the next.
    tips, branch_points : int
        Ends that do not lie at the border of the image; places where three or more branches meet.
    angles : ndarray (A,)
        At each place where three branches meet, in degrees: the angle of that which goes off to the nearer of the two
        that go straight on.
    """

    skeleton: np.ndarray
    steps: np.ndarray
    widths: np.ndarray
    slopes: np.ndarray
    branches: np.ndarray
    tips: int
    branch_points: int
    angles: np.ndarray

    @property
    def length(self) -> float:
        """Give the total length."""
        return float(self.steps.sum())


def network(mask: np.ndarray) -> Network:
    """Follow the lines of a mask.

    Lengths count a diagonal step as the root of 2 (`skan`: Nunez-Iglesias et al. 2018); width is twice the distance
    to the outside less one pixel (RhizoVision: Seethepalli et al. 2021, with the half pixel on both sides left out).

    Parameters
    ----------
    mask : ndarray of bool (Y, X)
    """
    skeleton, half = _middle_lines(np.asarray(mask, bool))
    paths = _paths(skeleton)
    crowd = _neighbours(skeleton)
    ends = skeleton & (crowd == 1)
    ends[0], ends[-1], ends[:, 0], ends[:, -1] = False, False, False, False
    meetings, count = ndimage.label(skeleton & (crowd >= 3), EIGHT)
    pieces = [_steps(path, half) for path in paths]
    nothing = np.empty(0)
    steps, widths, slopes = (np.concatenate([nothing, *(piece[i] for piece in pieces)]) for i in range(3))
    branches = np.array([float(piece[0].sum()) for piece in pieces])
    return Network(skeleton, steps, widths, slopes, branches, int(ends.sum()), count, _angles(paths, meetings, half))


def _middle_lines(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give middle lines and half widths; what the border cuts goes on beyond it while they are found."""
    around = int(ndimage.distance_transform_edt(np.pad(mask, 1)).max()) + 2
    wider = np.pad(mask, around, mode="edge")
    half = ndimage.distance_transform_edt(np.pad(wider, 1))[1:-1, 1:-1]
    inside = (slice(around, -around),) * 2
    return pruned(skeletonize(wider), half)[inside], half[inside]


def pruned(skeleton: np.ndarray, half_width: np.ndarray) -> np.ndarray:
    """Cut off spurs: ends that hardly come out of the thickness of what they leave.

    Parameters
    ----------
    skeleton : ndarray of bool (Y, X)
    half_width : ndarray (Y, X)
        Distance of each pixel of the mask to its outside.
    """
    left = skeleton.copy()
    for _ in range(ROUNDS):
        spurs = _spurs(left, half_width)
        if not spurs:
            break
        for spur in spurs:
            left[tuple(spur.T)] = False
        left = skeletonize(left)
    return left


def _spurs(skeleton: np.ndarray, half_width: np.ndarray) -> list[np.ndarray]:
    """List the pixels of short branches from an end to a branch point, without that point."""
    crowd = _neighbours(skeleton)
    found = []
    for path in _paths(skeleton):
        ends = [int(crowd[tuple(path[i])]) for i in (0, -1)]
        if min(ends) != 1 or max(ends) < 3:
            continue
        line = path if ends[0] == 1 else path[::-1]
        length = float(np.hypot(*np.diff(line, axis=0).T).sum())
        if length < SPUR * half_width[tuple(line[-1])] + SPUR_MORE:
            found.append(line[:-1])
    return found


def _neighbours(skeleton: np.ndarray) -> np.ndarray:
    around = EIGHT.astype(np.uint8)
    around[1, 1] = 0
    counts: np.ndarray = ndimage.convolve(skeleton.astype(np.uint8), around, mode="constant")
    return counts


def _paths(skeleton: np.ndarray) -> list[np.ndarray]:
    """List the pixels (K, 2) of each branch in their order, both ends with it."""
    from skan import Skeleton

    if np.count_nonzero(skeleton & (_neighbours(skeleton) > 0)) < 2:
        return []
    graph = Skeleton(skeleton)
    return [np.asarray(graph.path_coordinates(i), int) for i in range(graph.n_paths)]


def _steps(path: np.ndarray, half: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    moved = np.diff(path, axis=0)
    width = 2 * half[tuple(path.T)] - 1
    far = np.arange(len(path) - 1)
    before, after = np.maximum(far - ARM // 2, 0), np.minimum(far + 1 + ARM // 2, len(path) - 1)
    arm = path[after] - path[before]
    slope = np.degrees(np.arctan2(np.abs(arm[:, 0]), np.abs(arm[:, 1])))
    return np.hypot(*moved.T), (width[:-1] + width[1:]) / 2, slope


def _angles(paths: list[np.ndarray], meetings: np.ndarray, half: np.ndarray) -> np.ndarray:
    arms: dict[int, list[np.ndarray]] = {}
    for path in paths:
        for line in (path, path[::-1]):
            # Within the thickness of what it leaves a middle line goes straight across.
            near = int(1.5 * half[tuple(line[0])])
            if len(line) > near + 3:
                arm = line[min(near + ARM, len(line) - 1)] - line[near]
                arms.setdefault(int(meetings[tuple(line[0])]), []).append(arm / max(float(np.hypot(*arm)), 1e-12))
    met = [np.stack(three) for place, three in sorted(arms.items()) if place and len(three) == 3]
    return np.array([_branching(three) for three in met])


def _branching(arms: np.ndarray) -> float:
    """Of three arms two are most nearly opposite; give the angle of the third to the nearer of them."""
    cosines = arms @ arms.T
    pairs = {(0, 1): 2, (0, 2): 1, (1, 2): 0}
    first, second = min(pairs, key=lambda pair: float(cosines[pair]))
    side = pairs[first, second]
    nearest = max(float(cosines[side, first]), float(cosines[side, second]))
    return float(np.degrees(np.arccos(np.clip(nearest, -1, 1))))
