"""Which file system a folder lies on."""

from __future__ import annotations

from pathlib import Path

import psutil

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smbfs", "smb3", "sshfs", "fuse.sshfs", "afs", "9p"})
"""Those whose locks and flushes cannot be trusted."""


def file_system_of(folder: Path) -> str:
    """Name the file system that a folder lies on, by the longest mount point above it; empty where unknown."""
    resolved = folder.resolve()
    mounts = [p for p in psutil.disk_partitions(all=True) if resolved.is_relative_to(p.mountpoint)]
    return max(mounts, key=lambda p: len(p.mountpoint)).fstype if mounts else ""
