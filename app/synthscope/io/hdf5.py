"""HDF5 and NeXus, recognised."""

from __future__ import annotations

from pathlib import Path

from synthscope.io.reading import Contents, Reading

_MAGIC = b"\x89HDF\r\n\x1a\n"


class Hdf5:
    """HDF5, NeXus among them."""

    name = "HDF5"
    suffixes = (".h5", ".hdf5", ".hdf", ".nxs", ".nx", ".nx5", ".he5", ".ims")

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its signature, which a user block may push back."""
        if head.startswith(_MAGIC):
            return True
        return path.suffix.casefold() in self.suffixes and head[512:520] == _MAGIC

    def examine(self, path: Path, reading: Reading) -> Contents:
        """List the data sets and choose one."""
        from synthscope.io.hdf5_contents import examined  # h5py is slow to import and seldom needed

        return examined(path, reading)
