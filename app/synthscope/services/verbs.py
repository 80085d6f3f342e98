"""The program's verbs: inpaint, generate, vary, from an image and a choice to files in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from synthscope.errors import FileError, WorkError
from synthscope.generators.diffusion.depth import ASSUMED
from synthscope.generators.protocol import Resolver
from synthscope.imaging.regions import painted
from synthscope.io.faults import writing_faults
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image, write_image_job
from synthscope.records.device import Device
from synthscope.records.events import Job, Made, Progress
from synthscope.records.generator import Determinism
from synthscope.records.image import Image, PixelArray
from synthscope.records.run import Candidate, OutsideProof
from synthscope.services.choosing import Choice
from synthscope.services.evaluation.gathering import is_image
from synthscope.services.exporting import composed, export_job
from synthscope.services.foreseeing import check_plan_memory, devices_that_matter, placement_words
from synthscope.services.naming import file_stem, unused
from synthscope.services.planning import Plan, make_recipe, plan
from synthscope.services.provenance import provenance_of
from synthscope.services.repeats import repeated, repeats_of, repeats_words, words_beside
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job
from synthscope.services.sidedness import sides_of_planes, sides_of_restoration
from synthscope.services.sources import refer
from synthscope.services.uncertainty import uncertainty

ENDING = ".ome.tif"


@dataclass(frozen=True)
class Written:
    """One candidate as a file, with the mask of its synthetic voxels beside it."""

    path: str
    seed: int
    sha256: str
    synthetic_mask: str
    outside: OutsideProof | None
    candidate: Candidate


@dataclass(frozen=True)
class Outcome:
    """What a verb made: files, and what they share; the maps of `uncertainty` and `mean` are of several candidates."""

    run: str
    folder: str
    seconds: float
    device: str
    determinism: Determinism
    candidates: tuple[Written, ...]
    uncertainty: str = ""
    mean: str = ""
    remarks: tuple[str, ...] = ()


def make_job(
    image: Image | None,
    mask: PixelArray | None,
    choice: Choice,
    out: Path,
    resolve: Resolver,
    *,
    region_only: bool = False,
    devices: Callable[[], Sequence[Device]] = tuple,
) -> Job[Outcome]:
    """Make candidates and write each as a file of its own.

    Parameters
    ----------
    image : Image, optional
        Source, or the example of ``synthesize``.
    mask : PixelArray, optional
        Of the image's mask axes; non-zero is to be made.
    out : Path
        A folder; made where it is missing. The run, with recipe and events, stays in ``runs/`` in it.
    region_only : bool
        Write boxes instead of whole images.
    devices : callable
        Tells what this computer can compute on; asked for a pretrained model alone, whose way of being held it settles.

    Raises
    ------
    SynthscopeError
        As `plan` and `run_job` say.
    WorkError
        If candidates are the same image, or one that the folder holds already, or holds at another step of the
        training of its model: each image is written once, the run keeps all.
    """
    box = None if mask is None else painted(mask)
    planned = plan(image, box, mask, choice)
    there = devices_that_matter(planned, devices)
    check_plan_memory(planned, there)
    remarks, held = _tested(planned, image), placement_words(planned, there)
    for sentence in filter(None, (*(one for one in remarks if one not in planned.remarks), held)):
        yield Progress(0, 1, sentence)
    run = _begin(planned, image, out)
    yield from run_job(run.path, resolve)
    written = []
    total = len(run.candidates())
    left_out, reason = _no_samples(run, out)
    for i, candidate in enumerate(run.candidates()):
        if i in left_out:
            continue
        yield Progress(i, total, "Writing")
        with _writing(out):
            item = yield from _write(run, candidate, planned, out, region_only=region_only)
        written.append(item)
        yield Made("file", item.path)
    spread, mean = _write_maps(run, out) if total > 1 else ("", "")
    if reason:
        raise WorkError(f"{reason} {len(written)} of {total} images are written; all are kept in {run.path}.")
    return Outcome(
        run=run.id,
        folder=str(run.path),
        seconds=round(sum(c.candidate.seconds for c in written), 3),
        device=_device(run),
        determinism=planned.spec.determinism,
        candidates=tuple(written),
        uncertainty=spread,
        mean=mean,
        remarks=remarks,
    )


def _no_samples(run: RunFolder, out: Path) -> tuple[frozenset[int], str]:
    """Find candidates that are no samples of their own in the folder, and say why; none and nothing where all are."""
    repeats = repeats_of(run)
    left_out, said = set(repeated(repeats)), [repeats_words(run, repeats)]
    if run.recipe().request.task == "synthesize":
        for i, candidate in enumerate(run.candidates()):
            paths = out.glob(f"*-synthesize-{run.recipe().generator}-{candidate.seed}*{ENDING}")
            words = words_beside(run.open(candidate), (open_image(path) for path in sorted(paths) if is_image(path)))
            if words:
                left_out.add(i)
                said.append(f"Folder {out.name}: {words}. Choose other seeds, or another folder.")
    return frozenset(left_out), " ".join(filter(None, said))


def _tested(planned: Plan, image: Image | None) -> tuple[str, ...]:
    """Give what the plan says, and before the work whether the image supports what the work assumes of it."""
    wanted, region = planned.choice.restoration, planned.region
    finer = wanted is not None and wanted.kind == "isotropic"
    if image is None or region is None or not (finer or ASSUMED in planned.remarks):
        return planned.remarks
    real = np.asarray(image.pixels[region.slices])
    said = sides_of_planes(planned.remarks, planned.choice.task, real, planned.mask, image.space)
    return (*said, *sides_of_restoration(wanted, real, image.space))


def _device(run: RunFolder) -> str:
    """Name the device that the candidates were made on."""
    first = run.open(run.candidates()[0])
    return provenance_of(first).environment.device


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Let one program at a time choose names in a folder and write them: two would take the same."""
    lock = FileLock(out / ".lock")
    with writing_faults(out):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _write_maps(run: RunFolder, out: Path) -> tuple[str, str]:
    """Write how much the candidates differ, and what they are on average."""
    maps = uncertainty(run)
    with _writing(out):
        spread = write_image(unused(out / f"{run.id}-uncertainty{ENDING}", ENDING), maps.deviation)
        mean = write_image(unused(out / f"{run.id}-mean-of-candidates{ENDING}", ENDING), maps.mean)
    return str(spread), str(mean)


def _begin(planned: Plan, image: Image | None, out: Path) -> RunFolder:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"Folder {out} cannot be made ({error.strerror}); choose another one.") from error
    source = None if image is None else refer(image, out / "sources")
    second = planned.choice.reference
    recipe = make_recipe(planned, source, None if second is None else refer(second, out / "sources"))
    return RunFolder.begin(out / "runs", recipe, planned.mask, planned.labels)


def _write(run: RunFolder, candidate: Candidate, planned: Plan, out: Path, *, region_only: bool) -> Job[Written]:
    source = run.recipe().request.source
    stem = file_stem(source.name.split(".")[0], "image") if source else "new"
    verb = planned.choice.task
    path = unused(out / f"{stem}-{verb}-{planned.spec.id}-{candidate.seed}{ENDING}", ENDING)
    export = yield from export_job(run, candidate, path, region_only=region_only)
    mask_path = unused(path.with_name(f"{path.name.removesuffix(ENDING)}-synthetic{ENDING}"), ENDING)
    image = run.open(candidate) if region_only else composed(run, candidate)
    assert image.synthetic is not None
    yield from write_image_job(mask_path, Image(image.synthetic, image.space.mask_space(), "synthetic voxels"))
    return Written(str(path), candidate.seed, export.sha256, str(mask_path), export.outside, candidate)
