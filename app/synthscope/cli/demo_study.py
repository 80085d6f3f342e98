"""What a demo rehearses: a small blinded study of the images it made, by simulated raters, and the report of it."""

from __future__ import annotations

from pathlib import Path

from synthscope.cli.demo_judging import Judged
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.leaks import LeakDecision
from synthscope.records.study import AnalysisPlan, Plan, Rendering, StudyDesign
from synthscope.records.study_simulation import SimulatedPanel, SimulatedRater
from synthscope.services.evaluation.gathering import gather_all
from synthscope.services.sources import open_input
from synthscope.services.studies.auditing import audit_study_job, decide_leak
from synthscope.services.studies.beginning import Cut, begin_study_job
from synthscope.services.studies.designing import prepare_study_job, schedule_study
from synthscope.services.studies.dry_run import dry_run_job
from synthscope.services.studies.reporting.writing import report_study

FIELDS, SIDE, PERMUTATIONS = 12, 64, 49
DESIGN = StudyDesign(
    "Images of a rock", "real-or-synthetic", (), domain="rock", rendering=Rendering(side=256),
    plan=Plan(raters=5, per_arm=8, lag=6, training=2, catches=2), analysis=AnalysisPlan(resamples=500),
)  # fmt: skip
RATERS = SimulatedPanel(SimulatedRater(sensitivity=1.0))
WHY = "The demo asks whether raters can tell them; what the leak gate found is a part of that."


def rehearse_study(out: Path, judged: Judged, report: Path) -> Path:
    """Begin a study of the judged images, look for leaks, let simulated raters do it, and write its report.

    Parameters
    ----------
    out : Path
        Folder for the study and its rehearsal.
    report : Path
        File for the report.
    """
    sets = gather_all(judged.real, list(judged.generated), None, open_image)
    study = drain(begin_study_job(out / "study", DESIGN, [sets.real], sets.generated, Cut(FIELDS, SIDE)))
    try:
        drain(prepare_study_job(study, open_input))
        schedule_study(study)
        found = drain(audit_study_job(study, permutations=PERMUTATIONS))
        for one in found.undecided:
            decide_leak(study, LeakDecision(one.id, "part of the question", WHY, "demo"))
        ran = drain(dry_run_job(study, out / "rehearsal", RATERS))
    finally:
        study.close()
    try:
        return report_study(ran, report)
    finally:
        ran.close()
