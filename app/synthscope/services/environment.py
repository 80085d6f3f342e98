"""What made a result: versions and device, never a user name or a path."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from synthscope.generators.protocol import ChoosesDevice
from synthscope.records.run import Environment

PACKAGES = ("numpy", "scipy", "scikit-image", "tifffile", "zarr", "torch", "diffusers")


def program_version() -> str:
    """Give the version of Synthscope."""
    try:
        return version("synthscope")
    except PackageNotFoundError:
        return "unknown"


def describe_environment(device: str) -> Environment:
    """Record versions and device."""
    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return Environment(
        synthscope=program_version(),
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        device=device,
        packages=packages,
    )


def device_of(generator: Any, wanted: str) -> str:
    """Name the device that a generator will work on; those that cannot choose work on the processor.

    Raises
    ------
    Unavailable
        If the wanted device is not here.
    """
    return generator.device(wanted) if isinstance(generator, ChoosesDevice) else "cpu"
