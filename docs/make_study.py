"""Makes the studies of docs/studies-example.md, of soil and of carbon fibres, from images to publication.

``python docs/make_study.py begin FOLDER`` takes the public images (docs/data.md) and ten minutes: images are made, six
simulated raters do a whole study of each material, and a short study of the same images is frozen for one person, who
rates ``FOLDER/soil/by-hand/packs/*.ratepack`` with ``synthscope study rate --out FOLDER/soil/answers-by-hand``, and
those of fibre likewise. ``end FOLDER`` takes these answers in, finishes the short studies, and prints the tables.
``make_report_pictures.py`` takes the pictures of the reports, as ``example-soil=FOLDER/soil/simulated.html`` and so on;
those of the rating window were taken while it was rated.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Sequence
from math import erf, hypot
from pathlib import Path

import numpy as np
from study_material import MATERIALS, PRIOR, Material, lay_out

from synthscope.cli import main
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_ratings import Analysis, Estimate
from synthscope.records.study_simulation import ARM_SPREAD, CASE_SPREAD, SimulatedRater
from synthscope.services.studies.dry_run import rate_as
from synthscope.services.studies.freezing import key_before
from synthscope.services.studies.work import study_of
from synthscope.studies.simulation.panels import draw_panel, panel_over_cases

ABILITIES = {"quilt": 0.8, "exemplar": 1.0, "phase-surrogate": 2.5, PRIOR: 0.6}
"""d' of the simulated raters for each generator: stated, not measured."""
RATERS, SPREAD, SEED = 6, 0.3, 7
STEPS = 6
"""Of confidence; the upper half are answers of \"synthetic\"."""
SIMULATED, BY_HAND = "simulated", "by-hand"
PLANS = {
    SIMULATED: ("raters=6", "per_arm=0", "run=6", "catches=6", "training=0"),
    BY_HAND: ("raters=1", "per_arm=4", "run=6", "catches=2", "training=0", "repeats=0"),
}
HOLDERS = ("Ada", "Emmy")
BY = "the designer"
WHY = (
    "Generators are asked for whole images: grey values, sharpness and noise are part of what they make, and whether "
    "people see it is what is asked. Rendering treats all images alike."
)
METRICS = ("spectrum", "intensity:noise", "intensity:sharpness")
CONSENT = "I take part of my own will and can stop at any time. My answers are kept without my name."


def begin(folder: Path) -> None:
    """Make images and studies; simulated raters do the one, the other waits for a person. What is there is kept."""
    for material in MATERIALS.values():
        place = folder / material.name
        images = lay_out(material, place / "images")
        if not (place / SIMULATED).exists():
            begun(material, place / SIMULATED, images)
            simulate(place / SIMULATED, freeze(place / SIMULATED), place / "answers-simulated")
            finish(place / SIMULATED, place / "answers-simulated")
        if not (place / BY_HAND).exists():
            begun(material, place / BY_HAND, images)
            freeze(place / BY_HAND)


def end(folder: Path) -> None:
    """Finish the short studies, and print the tables."""
    for name in MATERIALS:
        finish(folder / name / BY_HAND, folder / name / "answers-by-hand")
        tables = f"{table_of(folder / name / SIMULATED)}\n\n{own_table_of(folder / name / BY_HAND)}"
        sys.stdout.write(f"\n{name}\n{tables}\n")


def begun(material: Material, study: Path, images: tuple[Path, tuple[Path, ...]]) -> None:
    """Create a study, let the leak gate look, and decide on what it finds."""
    real, made = images
    consent = study.parent / "consent.txt"
    consent.write_text(CONSENT, encoding="utf-8")
    plan = (f"plan.{one}" for one in PLANS[study.name])
    settings = (*plan, "rendering.side=480", f"analysis.hypothesis=Some generators of {material.what} can be told.")
    run("create", study, "--real", real, *each("--generated", made), "--title", material.title, "--domain",
        material.domain, "--paradigm", "real-or-synthetic", *each("--set", settings), *each("--signer", HOLDERS),
        "--signatures", len(HOLDERS), "--consent", consent)  # fmt: skip
    run("audit", study)
    run("decide", study, "all", "--reason", WHY, "--by", BY)


def freeze(study: Path) -> StudyKey:
    """Make the key holders, and freeze; give the key that simulated raters need, for afterwards nobody has it."""
    with study_of(study) as opened:
        key = key_before(opened)
    holder_of(study, HOLDERS[0]).parent.mkdir()
    for name in HOLDERS:
        run("holder", holder_of(study, name), "--name", name)
    run("freeze", study, *each("--holder", (holder_of(study, name) for name in HOLDERS)), "--by", BY)
    return key


def simulate(study: Path, key: StudyKey, out: Path) -> None:
    """Let simulated raters answer all packs."""
    with study_of(study) as opened:
        manifest = opened.get("manifest", PackManifest)
    out.mkdir()
    rng = np.random.default_rng(SEED)
    for slot, rater in zip(manifest.slots, drawn(rng), strict=True):
        rate_as(rater, manifest, slot, key, rng, out)


def drawn(rng: np.random.Generator) -> tuple[SimulatedRater, ...]:
    """Draw the simulated raters, who differ as those of a rehearsal do; so do the images."""
    typical = SimulatedRater(sensitivities=ABILITIES)
    panel = panel_over_cases(typical, spread=SPREAD, arm_spread=ARM_SPREAD, case_spread=CASE_SPREAD)
    return draw_panel(panel, RATERS, rng, tuple(ABILITIES))


def area_of(generator: str) -> float:
    """Give the mean area of the raters who were drawn, over all images that there could be."""
    own = [rater.sensitivities[generator] / hypot(1, CASE_SPREAD) for rater in drawn(np.random.default_rng(SEED))]
    return float(np.mean([(1 + erf(d / 2)) / 2 for d in own]))


def finish(study: Path, answers: Path) -> None:
    """Take from answers to a publication that was checked."""
    run("import", study, answers, "--by", BY)
    run("status", study)
    run("close", study, "--by", BY, "--reason", "All have finished.")
    run("screen", study, "--by", BY)
    run("analyse", study)
    run("ask", study, "--reason", "The blind analysis stands.")
    for name in HOLDERS:
        run("sign", study / "unblinding-request.json", "--holder", holder_of(study, name))
    run("unblind", study, *(study / f"signed-by-{name}.json" for name in HOLDERS), "--by", BY)
    run("beside", study, *each("--metric", METRICS))
    run("report", study, "--out", study.parent / f"{study.name}.html")
    run("publish", study, "--out", study.parent / f"{study.name}-published", "--by", BY)
    run("verify", study.parent / f"{study.name}-published", "--ratepack", study / "packs")


def table_of(study: Path) -> str:
    """Give what was found of each generator from simulated raters, in Markdown."""
    rows = _rows(study)
    lines = ["| generator | d' | area of these six | area | human error rate |", "|---|---|---|---|---|"]
    for name, ability in ABILITIES.items():
        found = (rows[head, name] for head in ("auc", "human-error-rate"))
        cells = [f"{row.value:.2f} ({row.low:.2f} to {row.high:.2f})" for row in found]
        lines.append(f"| `{name}` | {ability} | {area_of(name):.2f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def own_table_of(study: Path) -> str:
    """Give what the person answered to each set, and the person's own area, in Markdown."""
    rows, said = _rows(study), _answers(study.with_name(f"{study.name}-published"))
    lines = ["| images | called synthetic | own area |", "|---|---|---|"]
    for arm in ("real", *ABILITIES):
        row = rows.get(("reader-auc", f"{arm}, rater-001"))
        area = f"{row.value:.2f} ({row.low:.2f} to {row.high:.2f})" if row else ""
        lines.append(f"| `{arm}` | {sum(step > STEPS // 2 for step in said[arm])} of {len(said[arm])} | {area} |")
    return "\n".join(lines)


def _rows(study: Path) -> dict[tuple[str, str], Estimate]:
    with study_of(study) as opened:
        found = opened.get("analysis", Analysis)
    return {(row.name, row.subject): row for rows in found.estimates.values() for row in rows}


def _answers(publication: Path) -> dict[str, list[int]]:
    """Read steps of confidence from a publication: of each set, without catch trials."""
    said: dict[str, list[int]] = {}
    for path in publication.rglob("*_beh.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if row["role"] == "test":
                    said.setdefault(row["arms"], []).append(int(row["response"]))
    return said


def holder_of(study: Path, name: str) -> Path:
    """Where a key holder's file lies: beside the study, never in it."""
    return study.parent / f"{study.name}-keys" / f"{name}.holder.json"


def each(option: str, values: Sequence[object] | object) -> list[object]:
    """Give an option once for each value."""
    return [word for value in values for word in (option, value)]  # type: ignore[attr-defined]


def run(command: str, *words: object) -> None:
    """Run a command of a study, and stop where it fails."""
    sys.stdout.write(f"\n$ synthscope study {command} {words[0]}\n")
    sys.stdout.flush()
    status = main(["study", command, *map(str, words)])
    if status:
        sys.exit(status)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("begin", "end"):
        sys.exit("Say begin or end, and a folder: python docs/make_study.py begin FOLDER")
    os.environ.setdefault("SYNTHSCOPE_PASSPHRASE", "only for an example")
    {"begin": begin, "end": end}[sys.argv[1]](Path(sys.argv[2]).resolve())
