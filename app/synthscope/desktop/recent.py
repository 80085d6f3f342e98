"""Recent projects: the last folders that were opened, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

LIMIT = 12


@dataclass(frozen=True)
class RecentProject:
    """A project folder and when it was last open (ISO 8601, local time)."""

    path: str
    opened: str

    @property
    def name(self) -> str:
        """The folder's name."""
        return Path(self.path).name

    @property
    def thumbnail(self) -> Path:
        """A picture of the project; it need not be there."""
        return Path(self.path) / "thumbnail.png"


def with_project(recent: tuple[RecentProject, ...], path: Path, now: datetime) -> tuple[RecentProject, ...]:
    """Put a project first, once, and forget what is beyond `LIMIT`."""
    newest = RecentProject(str(path), now.isoformat(timespec="seconds"))
    others = tuple(entry for entry in recent if entry.path != newest.path)
    return (newest, *others)[:LIMIT]


def without_project(recent: tuple[RecentProject, ...], path: Path) -> tuple[RecentProject, ...]:
    """Forget one project."""
    return tuple(entry for entry in recent if entry.path != str(path))


def still_there(recent: tuple[RecentProject, ...]) -> tuple[RecentProject, ...]:
    """Give those whose folder is there; one on a disk that is not mounted comes back with it."""
    return tuple(entry for entry in recent if Path(entry.path).is_dir())
