"""The verbs of blinded studies, for a script or a notebook: from images to the publication pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import writing_faults
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.events import Event
from synthscope.records.forms import check
from synthscope.records.leaks import LeakDecision, LeakReport
from synthscope.records.study import StudyDesign
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_erasure import Erasure
from synthscope.records.study_freeze import Frozen, Screening
from synthscope.records.study_ratings import Analysis, Curve
from synthscope.services.evaluation.gathering import gather, gather_all
from synthscope.services.sources import open_input
from synthscope.services.studies import auditing, collecting
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.beginning import Cut, begin_study_job
from synthscope.services.studies.beside_study import BesideAsked, beside_study_job
from synthscope.services.studies.collecting import Imported, RaterProgress
from synthscope.services.studies.designing import prepare_study_job, schedule_study
from synthscope.services.studies.erasing import erase_rater
from synthscope.services.studies.exporting import write_exports
from synthscope.services.studies.freezing import freeze_study_job
from synthscope.services.studies.powering import PowerAsked, asked_power_job
from synthscope.services.studies.publishing import publish_study
from synthscope.services.studies.rehearsing import Rehearsal, RehearsalAsked, rehearse_job
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.screening import propose, rule_of, screen_study
from synthscope.services.studies.verifying import PackCheck, reanalyse, verify_pack
from synthscope.services.studies.work import study_of
from synthscope.services.unblinding import consent_for, unblind_study
from synthscope.studies.sealing.envelope import SealedKey
from synthscope.studies.sealing.holders import Holder, HolderFile, make_holder, open_holder
from synthscope.studies.sealing.releasing import KeyRelease, UnblindingRequest, release
from synthscope.studies.simulation.power import PowerPlan
from synthscope.worker import implement

Place = str | Path
Listener = Callable[[Event], None]


def create(
    folder: Place, real: Place, generated: Place | Sequence[Place], *, stack: bool = False, fields: int = 0,
    side: int = 256, depth: int = 1, on_event: Listener | None = None, **design: Any,
) -> StudyDesign:  # fmt: skip
    """Begin a study in a new folder.

    Parameters
    ----------
    real : str or Path
        A file, or a folder of images (in sub-folders: one for each specimen).
    generated : str, Path or sequence of them
        A file or folder for each generator.
    stack : bool
        Whether `real` is a folder of slices that are one stack.
    fields, side, depth : int
        Cut so many fields of `side` pixels and `depth` slices from each set; 0 fields shows whole images.
    **design
        Fields of `synthscope.records.study.StudyDesign`, such as ``title="Soil"``, ``paradigm="pairs"`` or
        ``plan=Plan(raters=5)``.

    Returns
    -------
    StudyDesign
        With its arms.

    Raises
    ------
    SynthscopeError
        If the folder holds a study, a setting is out of range, or an image cannot be read.
    """
    paths = [generated] if isinstance(generated, str | Path) else list(generated)
    wanted = StudyDesign(**{"title": "Study", "paradigm": "real-or-synthetic", "arms": (), **design})
    sets = gather_all(Path(real), list(map(Path, paths)), None, open_image, stack=stack)
    first = gather([Path(real)], sets.real.name, open_image, stacks=stack)
    job = begin_study_job(Path(folder), wanted, [first], sets.generated, Cut(fields, side, depth))
    study = drain(job, on_event)
    try:
        return study.design
    finally:
        study.close()


def power(
    folder: Place, *, raters: Sequence[int] = (3, 5, 8, 12), per_arm: Sequence[int] = (10, 20, 40), runs: int = 100,
    seed: int = 0, on_event: Listener | None = None, **panel: Any,
) -> tuple[Curve, ...]:  # fmt: skip
    """Say how often a study would find a difference, by its own schedule and its own analysis.

    Parameters
    ----------
    **panel
        Fields of `PowerAsked`: ``sensitivity`` (the d' that is to be found), ``spread`` of raters, ``arm_spread`` of
        raters by arm, ``case_spread`` of images.

    Raises
    ------
    ParameterError
        If one of them is out of range.
    """
    asked = PowerAsked(**panel, plan=PowerPlan(tuple(raters), tuple(per_arm), runs, seed))
    with study_of(Path(folder)) as study:
        wanted = study.design
    return drain(asked_power_job(wanted, asked), on_event)


def audit(folder: Place, *, permutations: int = 500, on_event: Listener | None = None) -> LeakReport:
    """Render all pictures, make the schedules, and look for what gives the synthetic ones away."""
    with study_of(Path(folder)) as study:
        drain(prepare_study_job(study, open_input), on_event)
        schedule_study(study)
        return drain(auditing.audit_study_job(study, permutations=permutations), on_event)


def decide(folder: Place, finding: str, *, reason: str, by: str, harmonised: bool = False) -> LeakReport:
    """Decide on a soft leak by its id, or on ``"all"``: it was harmonised, or is part of the question."""
    with study_of(Path(folder)) as study:
        report = study.get(auditing.LEAKS, LeakReport)
        for one in [each.id for each in report.undecided] if finding == "all" else [finding]:
            choice = LeakDecision(one, "harmonised" if harmonised else "part of the question", reason, by)
            report = auditing.decide_leak(study, choice)
        return report


def rehearse(folder: Place, *, by: str, on_event: Listener | None = None, **raters: Any) -> Rehearsal:
    """Let simulated raters do a copy of the study, beside it; the leak gate must be passed.

    Parameters
    ----------
    **raters
        Fields of `RehearsalAsked`: ``sensitivity``, ``spread``, ``bias``, ``noise``, ``fatigue``, ``lapses``,
        ``catch_failures``, ``seed``.
    """
    asked = RehearsalAsked(**raters)
    check(asked)
    with study_of(Path(folder)) as study:
        if study.state == "draft":
            auditing.pass_gate(study, by)
        return drain(rehearse_job(study, asked), on_event)


def holder(file: Place, *, name: str, passphrase: str) -> Holder:
    """Make the keys of a key holder in a new file, behind a passphrase that nobody can restore.

    Raises
    ------
    InputError
        If the passphrase is shorter than 8 letters, or there is a file of that name: keys are never overwritten.
    """
    return make_holder(Path(file), name, passphrase)


def freeze(
    folder: Place, holders: Sequence[Place], *, by: str, reason: str = "Design, schedule and plan are final.",
    on_event: Listener | None = None,
) -> Frozen:  # fmt: skip
    """Fix everything: rater packs and the preregistration are written, the key is sealed for its holders."""
    known = [read_document(Path(path), HolderFile).holder for path in holders]
    with study_of(Path(folder)) as study:
        if study.state == "draft":
            auditing.pass_gate(study, by)
        return drain(freeze_study_job(study, known, by, reason), on_event)


def import_answers(folder: Place, answers: Sequence[Place], *, by: str = "the designer") -> Imported:
    """Take in answers from files or folders; the same ones may come again."""
    with study_of(Path(folder)) as study:
        return collecting.import_answers(study, [Path(one) for one in answers], by)


def status(folder: Place) -> tuple[str, tuple[RaterProgress, ...]]:
    """Give the state of a study, and how far each rater is; never who was right."""
    with study_of(Path(folder)) as study:
        return study.state, collecting.rater_progress(study) if study.holds("manifest") else ()


def erase(
    folder: Place, rater: str, *, by: str, reason: str, demanded: bool = False, at: str = ""
) -> Erasure:  # fmt: skip
    """Erase all answers of a rater who withdrew, for good; with `at` at that server as well, by its owner's login.

    Parameters
    ----------
    demanded : bool
        Whether it was demanded in writing by a rater who did not withdraw in the program.
    """
    with study_of(Path(folder)) as study:
        return erase_rater(study, rater, by, reason, demanded=demanded, where=at or None)


def close(folder: Place, *, by: str, reason: str) -> str:
    """End the collection; gives the root of all answers' hashes, to be noted down by somebody else."""
    with study_of(Path(folder)) as study:
        return collecting.close_study(study, by, reason)


def screen(folder: Place, *, by: str, exclude: Mapping[str, str] | None = None) -> Screening:
    """Leave out who failed the registered catch rule, and whom you name with a reason; decided on blinded answers."""
    with study_of(Path(folder)) as study:
        screen_study(study, rule_of(propose(study)) | dict(exclude or {}), by)
        return study.get(collecting.SCREENING, Screening)


def analyse(folder: Place, *, by: str = "the analyst") -> Analysis:
    """Analyse the answers: under letters before unblinding, with names after it."""
    with study_of(Path(folder)) as study:
        return analyse_study(study, by)


def ask(folder: Place, out: Place, *, reason: str) -> Path:
    """Write the file that each key holder signs, to unblind for a reason."""
    with study_of(Path(folder)) as study:
        request = UnblindingRequest(consent_for(study, reason), study.get("sealed", SealedKey))
    write_document(Path(out), request)
    return Path(out)


def sign(request: Place, holder: Place, out: Place, *, passphrase: str) -> Path:
    """Sign an unblinding as a key holder, and give out the holder's share of the key."""
    asked = read_document(Path(request), UnblindingRequest)
    write_document(Path(out), release(asked.sealed, asked.consent, open_holder(Path(holder), passphrase)))
    return Path(out)


def unblind(folder: Place, signed: Sequence[Place], *, by: str) -> Analysis:
    """Open the key by what its holders signed, check it against what was frozen, and analyse with names."""
    with study_of(Path(folder)) as study:
        unblind_study(study, [read_document(Path(path), KeyRelease) for path in signed], by)
        return analyse_study(study, by)


def beside(
    folder: Place, *, metrics: Sequence[str] = (), encoders: Sequence[str] = BesideAsked.encoders,
    device: str = "auto", on_event: Listener | None = None,
) -> BesideMetrics:  # fmt: skip
    """Set metrics of the very pictures that raters saw beside the ratings of an unblinded study."""
    asked = BesideAsked(tuple(metrics), tuple(encoders), device)
    with study_of(Path(folder)) as study:
        return drain(beside_study_job(study, implement, asked), on_event)


def report(folder: Place, out: Place) -> Path:
    """Write the report of a study that was analysed: ``.html``, ``.pdf``, ``.md`` or ``.csv``."""
    with study_of(Path(folder)) as study:
        return report_study(study, out, implement)


def publish(folder: Place, out: Place, *, by: str) -> Path:
    """Write the publication pack into a new folder; blinded before unblinding."""
    with study_of(Path(folder)) as study:
        return publish_study(study, Path(out), by)


def verify(pack: Place, *, ratepack: Place = "") -> PackCheck:
    """Check a publication pack; where it holds, its answers are analysed again and must give the same numbers."""
    found = verify_pack(Path(pack), Path(ratepack) if ratepack else None)
    if found.holds:
        reanalyse(Path(pack))
    return found


def export(folder: Place, out: Place) -> tuple[Path, ...]:
    """Write the answers as other programs read them: iMRMC, choix, arena, SUREAL, whichever fit the paradigm."""
    with writing_faults(Path(out)):
        Path(out).mkdir(parents=True, exist_ok=True)
    with study_of(Path(folder)) as study:
        return write_exports(collecting.answers_of(study), Path(out))
