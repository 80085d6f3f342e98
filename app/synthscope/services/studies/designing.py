"""From a design and readable images to items, codes, pictures and schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np

from synthscope.errors import FileError, InputError
from synthscope.io.atomic import replacing
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.leaks import SourceFacts
from synthscope.records.request import Input
from synthscope.records.study import StudyDesign
from synthscope.records.study_material import StudyMaterial, StudySecret
from synthscope.records.study_rendering import RenderRecord
from synthscope.records.study_schedule import Schedule, StudyItem
from synthscope.services.evaluation.copying import LazyBlock
from synthscope.services.model_fit import channel_count
from synthscope.services.repeats import check_latents
from synthscope.services.sources import file_stamp
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.design.paradigms import PARADIGM_RULES
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.rendering.catch_pictures import CATCH_KINDS, catch_picture
from synthscope.studies.rendering.render import render
from synthscope.studies.rendering.surveying import survey
from synthscope.studies.sealing.codes import code_of, new_secret

RENDERS = "renders"
MATERIAL, SECRET, SCHEDULE = "material", "secret", "schedule"
"""Names of documents of a study."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MICROMETRES = {"nm": 1e-3, "µm": 1.0, "mm": 1e3, "cm": 1e4, "m": 1e6}
OpenImage = Callable[[Input], Image]
CodeOf = Callable[[str], str]


def prepare_study_job(study: StudyFile, open_image: OpenImage) -> Job[StudyMaterial]:
    """Render all images of a study, make its catch pictures, and keep what was made.

    Pictures lie in the study's folder as ``renders/CODE.npy``, uint8 (Z, Y, X, C). Of a series of stacks the first is
    shown. Preparing again makes the same codes and, from the same images, the same pictures.

    Parameters
    ----------
    study : StudyFile
        A draft.
    open_image : callable
        Opens an image of the design without reading it.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If the study is no longer a draft, arms have no names of their own or no images, one holds one latent at two
        steps of a training, or images cannot be shown in one way.
    FileError, DiskFull
        If an image is gone, or pictures cannot be written.
    """
    if study.state != "draft":
        raise InputError(f"The study is {study.state}, and its pictures are fixed; begin another study.")
    design, secret = study.design, secret_of(study)
    changed = tuple(one.name for arm in design.arms for one in arm.images if _is_changed(one))
    if changed:
        design = _as_it_is(design)
        study.put("design", design)

    def code(name: str) -> str:
        return code_of(secret, name)

    letters = letters_of(design, code)
    items = tuple(items_of(design, letters, code))
    yield Progress(0, len(items), "Images are opened")
    blocks = [[lazy_block(one) for one in images] for images in _opened(design, open_image)]
    yield Progress(0, len(items), "Images are looked at")
    record = survey([[lazily(one) for one in arm] for arm in blocks], design.rendering)
    if changed:
        said = f"Changed since the study was begun, and taken as they are now: {', '.join(changed)}."
        record = replace(record, notes=(*record.notes, said))
    folder = study.folder / RENDERS
    with writing_faults(folder):
        folder.mkdir(exist_ok=True)
    yield from _render_job(items, [(a, one) for a, arm in enumerate(blocks) for one in arm], record, folder)
    catches = yield from _catch_job(design, items, code, folder)
    sources = [facts_of(one) for arm in design.arms for one in arm.images]
    facts = {item.code: found for item, found in zip(items, sources, strict=True)}
    material = StudyMaterial(letters, (*items, *catches), record, facts)
    _remove_others(folder, material)
    study.put(MATERIAL, material)
    return material


def _opened(design: StudyDesign, open_image: OpenImage) -> list[list[Image]]:
    found = [[open_image(one) for one in arm.images] for arm in design.arms]
    for arm, images in zip(design.arms, found, strict=True):
        if not arm.is_real:
            check_latents(arm.name, images)
    return found


def schedule_study(study: StudyFile) -> Schedule:
    """Make the schedule of a study that was prepared, and keep it.

    It is seeded by the study's secret: the design alone, which is not sealed, must not give away who sees what when.

    Raises
    ------
    ParameterError
        If the plan cannot be met: which wish, its value, and what would do.
    """
    design, secret = study.design, secret_of(study)
    items = study.get(MATERIAL, StudyMaterial).items
    seed = int(code_of(secret, f"schedule {design.seed}"), 16)
    schedule = make_schedule(
        design, items, seed, name_trial=lambda slot, number: code_of(secret, f"trial {slot} {number}")
    )
    study.put(SCHEDULE, schedule)
    return schedule


def secret_of(study: StudyFile) -> bytes:
    """Give the secret of a study; a new one is drawn where it has none yet.

    Raises
    ------
    InputError
        If the study is frozen: then its secret lies in the sealed key alone.
    """
    if study.state not in ("draft", "audited"):
        raise InputError(f"The study is {study.state}; its secret is sealed, and only its key holders can open it.")
    if not study.holds(SECRET):
        study.put(SECRET, StudySecret(new_secret().hex()))
    return bytes.fromhex(study.get(SECRET, StudySecret).secret)


def read_picture(folder: Path, code: str) -> np.ndarray:
    """Read one picture of a study's folder: uint8 (Z, Y, X, C).

    Raises
    ------
    FileError
        If it is missing or damaged.
    """
    path = folder / RENDERS / f"{code}.npy"
    try:
        with reading_faults(path):
            found: np.ndarray = np.load(path, allow_pickle=False)
    except ValueError as error:
        raise FileError(f"The picture {path.name} is damaged ({error}); prepare the study again.") from error
    return found


def letters_of(design: StudyDesign, code: CodeOf) -> dict[str, str]:
    """Give each arm a letter, in the order of their codes: it says nothing without the secret.

    Raises
    ------
    InputError
        If arms are too many, share a name, have none, or hold no images.
    """
    names = [arm.name for arm in design.arms]
    if len(names) > len(LETTERS):
        raise InputError(f"The study has {len(names)} arms; {len(LETTERS)} are the most that have a letter.")
    twice = next((name for name in names if not name.strip() or names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"Two arms are called {twice!r}, or one has no name; give each a name of its own.")
    empty = next((arm.name for arm in design.arms if not arm.images), None)
    if empty is not None:
        raise InputError(f"Arm {empty!r} holds no images; add some, or take it out.")
    mixed = sorted(names, key=lambda name: code(f"arm {name}"))
    return dict(zip(LETTERS, mixed, strict=False))


def facts_of(source: Input) -> SourceFacts:
    """Give what a source tells before it is looked at; a voxel size of 0 is not known."""
    sizes = dict(zip(source.space.axes, source.shape, strict=True))
    steps = dict(zip(source.space.axes, source.space.voxel_size, strict=True))
    scale = MICROMETRES.get(source.space.unit, 0.0)
    size = source.stamp.partition("-")[0]
    return SourceFacts(
        source.dtype,
        (sizes.get("z", 1), sizes["y"], sizes["x"], sizes.get("c", 1) * sizes.get("s", 1)),
        (scale * steps.get("z", 0.0), scale * steps["y"], scale * steps["x"]),
        int(size) if size.isdigit() else 0,
        PurePath(source.name).suffix.lower(),
    )


def items_of(design: StudyDesign, letters: Mapping[str, str], code: CodeOf) -> Iterator[StudyItem]:
    """Give an item for each image of a design."""
    letter_of = {name: letter for letter, name in letters.items()}
    for number, arm in enumerate(design.arms):
        for i in range(len(arm.images)):
            case = arm.cases[i] if arm.cases else f"{arm.name} {i}"
            name = f"{number}-{i}"
            yield StudyItem(name, arm.name, letter_of[arm.name], case, arm.is_real, code(f"item {name}"))


def _is_changed(source: Input) -> bool:
    path = Path(source.path)
    return bool(source.stamp) and path.is_absolute() and file_stamp(path) not in ("", source.stamp)


def _as_it_is(design: StudyDesign) -> StudyDesign:
    """Give a design whose files are those that lie there now: who repairs a leak writes them anew."""
    arms = []
    for arm in design.arms:
        images = (replace(one, stamp=file_stamp(Path(one.path))) if _is_changed(one) else one for one in arm.images)
        arms.append(replace(arm, images=tuple(images)))
    return replace(design, arms=tuple(arms))


def lazy_block(image: Image) -> LazyBlock:
    """Give an image (the first of a series) as an array (Z, Y, X, C) that is read where it is looked at."""
    return LazyBlock(image, channel_count(image), 0, 0)


def lazily(block: LazyBlock) -> Callable[[], np.ndarray]:
    """Give a block as a source of pixels for rendering."""
    return lambda: block  # type: ignore[return-value]  # read where it is sliced, as an array is


def _render_job(
    items: Sequence[StudyItem], blocks: Sequence[tuple[int, LazyBlock]], record: RenderRecord, folder: Path
) -> Job[None]:
    for number, (item, (arm, block)) in enumerate(zip(items, blocks, strict=True)):
        yield Progress(number, len(items), "Pictures are made")
        _write(folder, item.code, render(lazily(block)(), record, arm))


def _catch_job(
    design: StudyDesign, items: Sequence[StudyItem], code: CodeOf, folder: Path
) -> Job[tuple[StudyItem, ...]]:
    """Spoil pictures of all arms in turn, as many as a session has catch trials."""
    if not (PARADIGM_RULES[design.paradigm].catch and design.plan.catches):
        return ()
    count = max(design.plan.catches, design.plan.places - 1)
    made = []
    for number in range(count):
        yield Progress(number, count, "Catch pictures are made")
        kind = CATCH_KINDS[number % len(CATCH_KINDS)]
        source = items[number * len(items) // count]
        name = f"{kind}-{number}"
        picture = read_picture(folder.parent, source.code)
        spoilt = catch_picture(kind, picture, np.random.default_rng([design.seed, number]))
        made.append(StudyItem(name, "", "", "", is_real=False, code=code(f"catch {name}")))
        _write(folder, made[-1].code, spoilt)
    return tuple(made)


def _write(folder: Path, code: str, picture: np.ndarray) -> None:
    path = folder / f"{code}.npy"
    with writing_faults(path, needed=picture.nbytes), replacing(path) as partial, partial.open("wb") as file:
        np.save(file, picture, allow_pickle=False)


def _remove_others(folder: Path, material: StudyMaterial) -> None:
    """Remove pictures of an earlier preparation that are shown no more."""
    wanted = {f"{item.code}.npy" for item in material.items}
    for path in folder.glob("*.npy"):
        if path.name not in wanted:
            path.unlink()
