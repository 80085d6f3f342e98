"""The words of each domain: what its images are asked about, what goes wrong in them, what is counted."""

from __future__ import annotations

from collections.abc import Mapping

from synthscope.records.metric import Domain
from synthscope.records.study import Question

ASPECTS: Mapping[Domain, Mapping[str, str]] = {
    "any": {
        "structure": "How believable is the structure?",
        "texture": "How believable is the texture?",
        "noise": "How believable is the noise?",
        "contrast": "How believable is the contrast?",
        "artefact": "How free of artefacts is the image?",
        "usability": "How usable is the image for scientific work?",
    },
    "rock": {
        "structure": "How believable are grains, pores and their connections?",
        "texture": "How believable is the texture inside grains and matrix?",
        "noise": "How believable is the noise of the scan?",
        "contrast": "How believable is the contrast between pores and solid phases?",
        "artefact": "How free is the image of artefacts, such as rings, streaks, seams or repeats?",
        "usability": "How usable is the image for measuring porosity or flow?",
    },
    "fibre": {
        "structure": "How believable are the fibres: outline, diameter, packing and course?",
        "texture": "How believable is the texture of matrix and coatings?",
        "noise": "How believable is the noise of the scan?",
        "contrast": "How believable is the contrast between fibre, coating and matrix?",
        "artefact": "How free is the image of artefacts, such as broken fibres, rings, seams or repeats?",
        "usability": "How usable is the image for segmenting fibres or cracks?",
    },
    "root": {
        "structure": "How believable are the roots: branching, taper and continuity?",
        "texture": "How believable is the texture of roots and background?",
        "noise": "How believable is the noise?",
        "contrast": "How believable is the contrast between roots and background?",
        "artefact": "How free is the image of artefacts, such as loose ends, doubled roots, seams or repeats?",
        "usability": "How usable is the image for measuring root length or branching?",
    },
    "cell": {
        "structure": "How believable are the cells: shape, size and arrangement?",
        "texture": "How believable is the texture of cytoplasm and nuclei?",
        "noise": "How believable is the noise of the microscope?",
        "contrast": "How believable is the contrast between cells and background?",
        "artefact": "How free is the image of artefacts, such as merged cells, halos, seams or repeats?",
        "usability": "How usable is the image for counting or segmenting cells?",
    },
}
ARTEFACTS: Mapping[Domain, tuple[str, ...]] = {
    "any": ("wrong structure", "wrong texture", "noise", "contrast", "seam", "repeat", "other"),
    "rock": ("impossible grain or pore", "wrong texture", "noise", "contrast", "ring or streak", "seam", "repeat",
             "other"),
    "fibre": ("broken or merged fibre", "wrong diameter", "wrong texture", "noise", "contrast", "seam", "repeat",
              "other"),
    "root": ("loose end", "impossible branch", "doubled root", "wrong texture", "noise", "seam", "repeat", "other"),
    "cell": ("merged cells", "impossible shape", "wrong texture", "noise", "halo", "seam", "repeat", "other"),
}  # fmt: skip


TASKS: Mapping[Domain, Question] = {
    "any": Question("count", "count", "How many whole objects do you see?"),
    "rock": Question("count", "count", "How many pores are cut by the middle row of the image?"),
    "fibre": Question("count", "count", "How many whole fibres do you see?"),
    "root": Question("trace", "trace", "Trace the longest root from end to end."),
    "cell": Question("count", "count", "How many whole cells do you see?"),
}
