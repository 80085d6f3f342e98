"""Simulate, repair and judge scientific image stacks: the program's verbs, without a screen."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synthscope.face import (
        compare,
        generate,
        generators,
        info,
        inpaint,
        models,
        replay,
        study,
        vary,
    )
    from synthscope.face.growing import extend, restore
    from synthscope.face.judging import evaluate
    from synthscope.face.leading import edges
    from synthscope.face.learning import train
    from synthscope.face.masking import find_mask
    from synthscope.io.opening import Reading, open_image
    from synthscope.io.writing import write_image
    from synthscope.records.image import Image
    from synthscope.records.request import Prompts
    from synthscope.records.space import Space

_HOMES = {
    "Image": "synthscope.records.image",
    "Prompts": "synthscope.records.request",
    "Space": "synthscope.records.space",
    "Reading": "synthscope.io.opening",
    "open_image": "synthscope.io.opening",
    "write_image": "synthscope.io.writing",
    "compare": "synthscope.face",
    "edges": "synthscope.face.leading",
    "evaluate": "synthscope.face.judging",
    "extend": "synthscope.face.growing",
    "find_mask": "synthscope.face.masking",
    "generate": "synthscope.face",
    "generators": "synthscope.face",
    "info": "synthscope.face",
    "inpaint": "synthscope.face",
    "models": "synthscope.face",
    "replay": "synthscope.face",
    "restore": "synthscope.face.growing",
    "study": "synthscope.face.study",
    "train": "synthscope.face.learning",
    "vary": "synthscope.face",
}

__all__ = [
    "Image",
    "Prompts",
    "Reading",
    "Space",
    "compare",
    "edges",
    "evaluate",
    "extend",
    "find_mask",
    "generate",
    "generators",
    "info",
    "inpaint",
    "models",
    "open_image",
    "replay",
    "restore",
    "study",
    "train",
    "vary",
    "write_image",
]


def __getattr__(name: str) -> Any:
    """Import a verb when it is first used: opening a window must not wait for all of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'synthscope' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    return home if home.__name__.endswith(f".{name}") else getattr(home, name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
