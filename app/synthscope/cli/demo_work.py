"""What a demo does beyond the window: save, read back, make again, measure, write the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synthscope.cli.demo_page import Page, write_page
from synthscope.imaging.regions import painted
from synthscope.jobs.drain import drain
from synthscope.phantoms.samples import find_sample
from synthscope.records.image import Image
from synthscope.records.run import Candidate
from synthscope.services.choosing import Choice
from synthscope.services.exporting import export_job
from synthscope.services.planning import plan
from synthscope.services.project import Project
from synthscope.services.replaying import Replay, replay_job
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job
from synthscope.worker import resolve

MODEL = "rock-soil"
COLUMNS = (
    "generator", "seed", "seam", "seam of the source", "slice steps", "texture", "longest copy", "seconds", "outside",
)  # fmt: skip
FIGURES = ("seam_ratio", "source_seam_ratio", "slice_step_ratio", "texture_ratio", "longest_copy")


@dataclass(frozen=True)
class Proven:
    """The accepted result as a file, and what came of making it again."""

    path: Path
    identical: bool
    replay: Replay


def run_without_window(project: Project, sample: str) -> tuple[RunFolder, ...]:
    """Do the runs of the demo where no window can be opened."""
    import numpy as np

    image: Image = drain(find_sample(sample).make()).image
    mask = np.zeros(image.mask_shape, bool)
    mask[..., 96:116, 90:112] = True
    source = project.add_source(image, name=sample)
    runs = []
    for generator, count, model in (("biharmonic", 1, ""), ("exemplar", 4, ""), ("prior", 4, MODEL)):
        planned = plan(image, painted(mask), mask, Choice("inpaint", generator, count=count, model=model))
        run = project.new_run(planned, source)
        drain(run_job(run.path, resolve, project=project.folder))
        runs.append(run)
    return tuple(runs)


def prove(run: RunFolder, candidate: Candidate, out: Path, project: Path) -> Proven:
    """Save a candidate as a whole file, read it back, and make it again from that file alone."""
    path = _unused(out, "repaired")
    export = drain(export_job(run, candidate, path, project=project))
    replay = drain(replay_job(path, resolve))
    return Proven(path, export.outside is not None and export.outside.holds, replay)


def _unused(out: Path, stem: str) -> Path:
    taken = sum(1 for _ in out.glob(f"{stem}*.ome.tif"))
    return out / (f"{stem}-{taken + 1}.ome.tif" if taken else f"{stem}.ome.tif")


def summarise(
    out: Path, runs: tuple[RunFolder, ...], proven: Proven, pictures: list[tuple[Path, str]], reports: tuple[Path, Path]
) -> Path:
    """Write ``index.html``, with links to the report card and the report of the study."""
    rows = [_row(run, candidate) for run in runs for candidate in run.candidates()]
    same = (
        "was made again from its own record, bit for bit"
        if proven.replay.reproduced
        else (f"differs by up to {proven.replay.max_abs_difference:g} when made again")
    )
    outside = "is identical, by SHA-256" if proven.identical else "CHANGED"
    facts = (
        f"Everything outside the mask {outside}, in the file as it was read back.",
        f"{proven.path.name} {same} ({proven.replay.generator}, seed {proven.replay.seed}).",
        "The sample is simulated: its rings, grains and noise come from a forward projection and its reconstruction.",
        "Seam 1 is a border like any other place; slice steps 1 is a change from slice to slice like the stack's own.",
        "Texture 1 is as rough as the surroundings.",
    )
    links = (
        (reports[0], "The report card: new images judged against a held-out sample"),
        (reports[1], "The report of a blinded study of the same images, rehearsed by five simulated raters"),
    )
    return write_page(out / "index.html", Page("Synthscope: the main job", pictures, COLUMNS, rows, facts, links))


def _row(run: RunFolder, candidate: Candidate) -> tuple[str, ...]:
    figures = [f"{candidate.figures[name]:.3g}" if name in candidate.figures else "-" for name in FIGURES]
    same = "identical" if candidate.outside and candidate.outside.holds else "changed"
    return (run.recipe().generator, str(candidate.seed), *figures, f"{candidate.seconds:.2f}", same)
