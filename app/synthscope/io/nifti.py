"""NIfTI-1 and NIfTI-2, plain and gzipped, recognised."""

from __future__ import annotations

from pathlib import Path

from synthscope.io.reading import Contents, Reading


class Nifti:
    """NIfTI in one file (``n+1``, ``n+2``)."""

    name = "NIfTI"
    suffixes = (".nii",)

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the mark inside the header; a gzipped one by its name."""
        if head.startswith(b"\x1f\x8b") and path.name.casefold().endswith((".nii.gz", ".nii")):
            return True
        return head[344:348] == b"n+1\0" or head[4:8] == b"n+2\0"

    def examine(self, path: Path, reading: Reading) -> Contents:  # noqa: ARG002 - a NIfTI leaves nothing open
        """Read the header."""
        from synthscope.io.nifti_contents import examined  # nibabel is slow to import and seldom needed

        return examined(path)
