"""Results as whole files: written and read back by the worker, with synthetic voxels and record inside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_synthscope.canvas.layers import KEY
from synthscope.errors import InputError
from synthscope.services.run_folder import RunFolder

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


def save_layer(session: Session, layer: Any, path: Path, region_only: bool = False) -> str:
    """Write an accepted layer as a file, as work of the job list; gives the id of the job.

    Parameters
    ----------
    layer : napari.layers.Image
        One that `Stage.accept` added.
    path : Path
        Ending in ``.ome.tif`` or another suffix that can be written.
    region_only : bool
        Write the stored box alone instead of the whole image.

    Raises
    ------
    InputError
        If the layer is no accepted candidate, or its run was deleted.
    """
    record = layer.metadata.get(KEY, {})
    if not record.get("candidate"):
        raise InputError(f"Layer {layer.name!r} is no accepted candidate; save it with File, Save result as.")
    run = RunFolder(Path(record["run"]))
    return save_candidate(session, run, record["candidate"], path, region_only=region_only)


def save_candidate(session: Session, run: RunFolder, candidate: str, path: Path, *, region_only: bool = False) -> str:
    """Write a candidate of a run as a file, as work of the job list; gives the id of the job.

    Raises
    ------
    InputError
        If the run was deleted.
    """
    if not run.path.is_dir():
        raise InputError("The run of this result was deleted; save the layer with File, Save result as.")
    payload = {
        "run": str(run.path),
        "candidate": candidate,
        "path": str(path),
        "project": str(session.project.folder),
        "region_only": region_only,
    }
    return session.work.add("export", payload, f"Save {path.name}")
