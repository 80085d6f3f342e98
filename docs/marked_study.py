"""Makes the study whose marks over error maps are pictured in docs/studies-report.md.

``python docs/marked_study.py DATA OUT`` takes fields of the soil core in DATA (docs/data.md), lets two generators fill
a hole in each, and lets simulated raters, who know where the holes were, mark the fills beside the originals. Nobody
has looked at them: the report shows how well error maps tell where the fills are, not what experts see. LPIPS is among
the maps where its weights are installed. ``OUT/report.html`` is for docs/make_report_pictures.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import synthscope
from synthscope.cli.study_beside import in_words
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.leaks import LeakDecision
from synthscope.records.space import Space
from synthscope.records.study import AnalysisPlan, Arm, Plan, Rendering, StudyDesign
from synthscope.records.study_events import Mark
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_simulation import SimulatedAnswer
from synthscope.services.sources import open_input, reference
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.auditing import audit_study_job, decide_leak, pass_gate
from synthscope.services.studies.beside_study import BesideAsked, beside_study_job
from synthscope.services.studies.collecting import close_study, import_answers
from synthscope.services.studies.designing import prepare_study_job, schedule_study
from synthscope.services.studies.dry_run import give_answers
from synthscope.services.studies.freezing import freeze_study_job, key_before
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.screening import propose, rule_of, screen_study
from synthscope.services.studies.study_file import StudyFile
from synthscope.services.unblinding import consent_for, release_key, unblind_study
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.sealing.holders import make_holder, open_holder
from synthscope.worker import implement

BY = "docs"
SIDE, CASES, RATERS = 192, 8, 6
SOIL = "rock_soil_microct/soil_core_stack"
GENERATORS = ("biharmonic", "exemplar")
FOUND, ASTRAY, HAND = 0.75, 0.2, 4.0
"""How often a rater finds a fill, and marks something where none is; and how exactly he points (SD, pixels)."""
HOLE = (16, 30)
"""Half axes of a hole, in pixels."""
PLAN = Plan(raters=RATERS, per_arm=CASES, repeats=0, lag=1, training=0, catches=0)


def main() -> int:
    """Make the study, its report, and say the areas."""
    if len(sys.argv) != 3:
        sys.exit("Give the folder of the public images, and a new one for the study.")
    data, out = map(Path, sys.argv[1:])
    out.mkdir()
    rng = np.random.default_rng(0)
    arms, holes = filled(data / SOIL, out / "images", rng)
    asked = (*default_questions("reference"), *default_questions("marking", "rock")[:1])
    design = StudyDesign(
        "Holes in soil, filled", "reference", arms, asked, rendering=Rendering(side=SIDE), plan=PLAN, domain="rock",
        analysis=AnalysisPlan(resamples=300), signers=(BY,),
    )  # fmt: skip
    study = StudyFile.create(out / "study", design)
    try:
        rated(study, holes, out)
        found = drain(beside_study_job(study, implement, BesideAsked(("ssim", "psnr", "lpips-alex"))))
        print(in_words(found))  # noqa: T201 - what this is asked for
        report_study(study, out / "report.html", implement)
    finally:
        study.close()
    return 0


def filled(soil: Path, folder: Path, rng: np.random.Generator) -> tuple[tuple[Arm, ...], list[np.ndarray]]:
    """Cut fields from slices that lie apart, and fill an elliptic hole in each; give the sets and the holes."""
    stack = np.asarray(synthscope.open_image(soil).pixels)
    sets: dict[str, list] = {"original": [], **{name: [] for name in GENERATORS}}
    holes = []
    for case, z in enumerate(np.linspace(1, len(stack) - 2, CASES).astype(int)):
        top, left = rng.integers(130, 370 - SIDE + 1, 2)
        field = Image(stack[z, top : top + SIDE, left : left + SIDE], Space("yx"))
        hole = ellipse(rng)
        holes.append(hole)
        paths = {"original": folder / f"{case}" / "original.ome.tif"}
        paths["original"].parent.mkdir(parents=True)
        synthscope.write_image(paths["original"], field)
        for name in GENERATORS:
            made = synthscope.inpaint(field, hole.astype(np.uint8), folder / f"{case}" / name, generator=name)
            paths[name] = Path(made.candidates[0].path)
        for name, path in paths.items():
            sets[name].append(reference(synthscope.open_image(path)))
    cases = tuple(f"field {case}" for case in range(CASES))
    return tuple(
        Arm(name, name == "original", tuple(own), cases, "" if name == "original" else name)
        for name, own in sets.items()
    ), holes  # fmt: skip


def ellipse(rng: np.random.Generator) -> np.ndarray:
    """Draw a hole of a random place, form and turn."""
    y, x = np.mgrid[:SIDE, :SIDE] - rng.uniform(40, SIDE - 40, 2)[:, None, None]
    turn, (a, b) = rng.uniform(0, np.pi), rng.uniform(*HOLE, 2)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    return np.asarray((along / a) ** 2 + (across / b) ** 2 <= 1)


def rated(study: StudyFile, holes: list[np.ndarray], out: Path) -> None:
    """Take the study from its images to its open key; raters are simulated."""
    drain(prepare_study_job(study, open_input))
    schedule_study(study)
    for found in drain(audit_study_job(study, permutations=49)).undecided:
        decide_leak(study, LeakDecision(found.id, "part of the question", "Where fills differ is what is asked.", BY))
    pass_gate(study, BY)
    key = key_before(study)
    make_holder(out / "holder.json", BY, "only for a picture")
    keys = open_holder(out / "holder.json", "only for a picture")
    drain(freeze_study_job(study, [keys.holder], BY))
    answered(study, key, holes, out / "answers")
    close_study(study, BY, "All simulated raters have finished.")
    screen_study(study, rule_of(propose(study)), BY)
    analyse_study(study, BY)
    consent = consent_for(study, "The blind analysis stands.")
    unblind_study(study, [release_key(study, consent, keys)], BY)
    analyse_study(study, BY)


def answered(study: StudyFile, key: StudyKey, holes: list[np.ndarray], folder: Path) -> None:
    """Let every rater say how far each fill is from its original, and mark what he finds; the same in any order."""
    folder.mkdir()
    manifest, known = study.get("manifest", PackManifest), {one.code: one for one in key.stimuli}
    for rater, slot in enumerate(manifest.slots):
        said = []
        for trial in slot.trials:
            one = known[trial.places[0]]
            case = int(one.case.split()[-1])
            rng = np.random.default_rng([rater, case, GENERATORS.index(one.arm)])
            marks = marked(holes[case], rng)
            step = int(np.clip(round(rng.normal(4.5 - 1.5 * len(marks), 0.6)), 1, 5))
            scales = {question.id: step for question in manifest.questions if question.kind == "scale"}
            said.append(SimulatedAnswer(trial.id, {**scales, "marks": marks}, 4000.0))
        give_answers(manifest, slot, said, folder)
    import_answers(study, [folder])


def marked(hole: np.ndarray, rng: np.random.Generator) -> tuple[Mark, ...]:
    """Put a box round a fill or point into it, as the hand may, where the rater finds it; now and then point astray."""
    found = []
    if rng.random() < FOUND:
        inside = np.argwhere(hole)
        box = (inside.min(axis=0), inside.max(axis=0))
        points = box if rng.random() < 0.5 else (inside[rng.integers(len(inside))],)
        shifted = tuple(tuple(map(float, np.clip(p + rng.normal(0, HAND, 2), 0, SIDE - 1))) for p in points)
        found.append(Mark("box" if len(points) == 2 else "point", shifted))
    if rng.random() < ASTRAY:
        found.append(Mark("point", (tuple(map(float, rng.uniform(0, SIDE - 1, 2))),)))
    return tuple(found)


if __name__ == "__main__":
    sys.exit(main())
