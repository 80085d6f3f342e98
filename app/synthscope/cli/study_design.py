"""The commands of a study's designer: create, audit, decide, holder, freeze, rehearse."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.options import Json, Reading, grouped
from synthscope.cli.output import run_with_bar, say
from synthscope.errors import InputError
from synthscope.io.documents import read_document
from synthscope.io.faults import reading_faults
from synthscope.records.documents import from_json, to_json
from synthscope.records.forms import check
from synthscope.records.leaks import LEAK_TITLES, Choice, LeakDecision, LeakFinding, LeakReport
from synthscope.records.metric import DOMAINS
from synthscope.records.study import PARADIGMS, StudyDesign
from synthscope.records.study_simulation import ARM_SPREAD, CASE_SPREAD
from synthscope.services.evaluation.gathering import gather, gather_all
from synthscope.services.sources import open_input
from synthscope.services.studies.auditing import LEAKS, audit_study_job, decide_leak, pass_gate
from synthscope.services.studies.beginning import Cut, begin_study_job
from synthscope.services.studies.designing import prepare_study_job, schedule_study
from synthscope.services.studies.dry_run import dry_run_job
from synthscope.services.studies.freezing import PREREGISTRATION, SEALED_KEY, freeze_study_job
from synthscope.services.studies.preregistering import GRADES
from synthscope.services.studies.rater_packs import PACKS
from synthscope.services.studies.rehearsing import RehearsalAsked
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.sealing.holders import HolderFile, make_holder

SECTIONS = ("plan", "showing", "rendering", "analysis")
PASSPHRASE = "SYNTHSCOPE_PASSPHRASE"  # noqa: S105 - the name of a variable, no passphrase
Study = Annotated[Path, typer.Argument(help="Folder of the study.")]
By = Annotated[str, typer.Option(help="Your name: it stands in the log of the study.")]
ArmSpread = Annotated[float, typer.Option(help="Standard deviation of what each rater's d' for a set has of its own.")]
CaseSpread = Annotated[
    float, typer.Option(help="How much images differ by themselves, in units of the noise; d' is that over images.")
]


@contextmanager
def opened(folder: Path) -> Iterator[StudyFile]:
    """Open the study of a folder for a block."""
    study = StudyFile.open(folder)
    try:
        yield study
    finally:
        study.close()


@grouped
def create(
    folder: Annotated[Path, typer.Argument(help="New folder for the study.")],
    real: Annotated[Path, typer.Option(help="Real images: a file, or a folder (sub-folders: specimens).")],
    generated: Annotated[list[Path], typer.Option(help="Synthetic images; once for each generator.")],
    reading: Reading,
    title: Annotated[str, typer.Option(help="What raters read above the study; it must not tell.")] = "",
    paradigm: Annotated[str, typer.Option(help=f"One of: {', '.join(PARADIGMS)}.")] = "",
    domain: Annotated[str, typer.Option(help="any, rock, fibre, root or cell: the words of questions.")] = "",
    design: Annotated[Path | None, typer.Option(help="JSON of a design, whose arms are added to.")] = None,
    set_: Annotated[
        list[str], typer.Option("--set", help="plan.raters=8, showing.exposure=500, rendering.side=512, ...")
    ] = [],  # noqa: B006
    cut: Annotated[int, typer.Option(help="Cut so many fields from each set, at most; 0 shows whole images.")] = 0,
    side: Annotated[int, typer.Option(help="Side of a field that is cut, in pixels.")] = 256,
    depth: Annotated[int, typer.Option(help="Slices of a field that is cut.")] = 1,
    stack: Annotated[bool, typer.Option("--stack", help="--real is a folder of slices: one stack.")] = False,
    consent: Annotated[Path | None, typer.Option(help="Text file that raters agree to.")] = None,
    signer: Annotated[list[str], typer.Option(help="Name of a key holder; may be given again.")] = [],  # noqa: B006
    signatures: Annotated[int, typer.Option(help="Key holders that must sign to unblind.")] = 0,
    grade: Annotated[str, typer.Option(help="Blinding grade: A, B, S or 0; see docs/studies.md.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 0,
    as_json: Json = False,
) -> None:
    """Begin a study: which images, which question, how many raters."""
    _check_word("paradigm", paradigm, PARADIGMS)
    _check_word("domain", domain, DOMAINS)
    _check_word("grade", grade, GRADES)
    given = read_document(design, StudyDesign) if design else StudyDesign("Study", "real-or-synthetic", ())
    told = {
        "title": title, "paradigm": paradigm, "domain": domain, "signers": signer, "signatures": signatures,
        "grade": grade, "seed": seed, "consent": _text(consent) if consent else "",
    }  # fmt: skip
    base = to_json(given) | {name: value for name, value in told.items() if value}
    wanted = from_json(StudyDesign, settings(base, set_, depth))
    sets = gather_all(real, generated, None, reading.open, stack=stack)
    first = gather([real], sets.real.name, reading.open, stacks=stack)
    study = run_with_bar(begin_study_job(folder, wanted, [first], sets.generated, Cut(cut, side, depth)))
    try:
        arms = [{"name": arm.name, "real": arm.is_real, "images": len(arm.images)} for arm in study.design.arms]
    finally:
        study.close()
    words = "\n".join(f"{arm['name']}: {arm['images']} {'real' if arm['real'] else 'synthetic'} images" for arm in arms)
    document = {"format": "synthscope/study/1", "folder": str(folder), "state": "draft", "arms": arms}
    say(document, f"{words}\nNext: synthscope study audit {folder}", as_json=as_json)


def settings(design: dict[str, Any], given: list[str], depth: int = 1) -> dict[str, Any]:
    """Put ``SECTION.NAME=VALUE`` into the JSON of a design.

    Raises
    ------
    InputError
        If there is no such setting, or its value is none.
    """
    design["rendering"]["depth"] = max(depth, design["rendering"]["depth"])
    for one in given:
        name, _, value = one.partition("=")
        section, _, key = name.partition(".")
        if section not in SECTIONS or key not in design[section] or not value:
            known = [f"{part}.{key}" for part in SECTIONS for key in sorted(design[part])]
            raise InputError(f"--set {one!r} is no setting of a study; give one of {', '.join(known)}, as NAME=VALUE.")
        design[section][key] = _value(design[section][key], value, one)
    return design


def audit(
    folder: Study,
    permutations: Annotated[int, typer.Option(help="Of labels, for the p-values.")] = 500,
    as_json: Json = False,
) -> None:
    """Render all pictures, make the schedules, and look for what gives the synthetic ones away."""
    with opened(folder) as study:
        material = run_with_bar(prepare_study_job(study, open_input))
        schedule = schedule_study(study)
        report = run_with_bar(audit_study_job(study, permutations=permutations))
    trials = max(len(slot.trials) for slot in schedule.slots)
    found = [leak_words(one) for one in report.findings if one.found]
    notes = (*material.rendering.notes, *report.notes)
    raters = f"{len(schedule.slots)} rater{'s' * (len(schedule.slots) != 1)}"
    lines = [f"{raters}, {trials} trials each.", *found, *notes, _verdict(report, folder)]
    findings = [to_json(one) for one in report.findings]
    document = {"format": "synthscope/study-audit/1", "passes": report.passes, "trials": trials, "findings": findings}
    say(document, "\n".join(lines), as_json=as_json)


def leak_words(one: LeakFinding) -> str:
    """Say what a finding is."""
    what = {"hard": "blocks", "soft": "to be decided", "levelled": "taken care of by rendering"}[one.severity]
    sides = " against ".join(one.sides)
    return f"{LEAK_TITLES[one.group]}, {sides}: area {one.auc:.2f}, p {one.p_value:.3g}: {what} [{one.id}]"


def decide(
    folder: Study,
    finding: Annotated[str, typer.Argument(help="The finding, as `study audit` names it in brackets; or: all.")],
    reason: Annotated[str, typer.Option(help="Why; it is registered and reported.")],
    by: By,
    harmonised: Annotated[bool, typer.Option("--harmonised", help="It was repaired; no part of the question.")] = False,
    as_json: Json = False,
) -> None:
    """Decide on a soft leak: part of the question, or harmonised."""
    with opened(folder) as study:
        report = study.get(LEAKS, LeakReport)
        chosen = [one.id for one in report.undecided] if finding == "all" else [finding]
        for one in chosen:
            choice: Choice = "harmonised" if harmonised else "part of the question"
            report = decide_leak(study, LeakDecision(one, choice, reason, by))
    document = {"format": "synthscope/study-decisions/1", "decided": chosen, "passes": report.passes}
    say(document, _verdict(report, folder), as_json=as_json)


def holder(
    file: Annotated[Path, typer.Argument(help="New file for the keys, such as ada.holder.json.")],
    name: Annotated[str, typer.Option(help="Name of the key holder.")],
    as_json: Json = False,
) -> None:
    """Make the keys of a key holder, behind a passphrase (asked, or in SYNTHSCOPE_PASSPHRASE)."""
    if file.exists():
        raise InputError(f"{file} exists already; choose another name, nothing is overwritten.")
    made = make_holder(file, name, passphrase(confirm=True))
    document = {"format": "synthscope/study-holder/1", "name": made.name, "opens": made.opens, "signs": made.signs}
    words = f"{made.name} holds a key now: {file}. Without it and its passphrase nobody unblinds."
    say(document, words, as_json=as_json)


def freeze(
    folder: Study,
    holders: Annotated[list[Path], typer.Option("--holder", help="File of a key holder; may be given again.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Stands in the log.")] = "Design, schedule and plan are final.",
    as_json: Json = False,
) -> None:
    """Fix everything: rater packs and the preregistration are written, the key is sealed."""
    known = [read_document(path, HolderFile).holder for path in holders]
    with opened(folder) as study:
        if study.state == "draft":
            pass_gate(study, by)
        frozen = run_with_bar(freeze_study_job(study, known, by, reason))
    files = {"packs": PACKS, "preregistration": PREREGISTRATION, "sealed key": SEALED_KEY}
    lines = [f"{title}: {folder / name}" for title, name in files.items()]
    document = {"format": "synthscope/study-freeze/1", "frozen": to_json(frozen), "files": files}
    say(document, "\n".join([f"Frozen; blinding grade {frozen.grade}.", *lines]), as_json=as_json)


def rehearse(
    folder: Study,
    out: Annotated[Path, typer.Option("--out", "-o", help="New folder for the rehearsal.")],
    sensitivity: Annotated[float, typer.Option(help="d' of the simulated raters: 0 cannot tell at all.")] = 1.0,
    spread: Annotated[float, typer.Option(help="Standard deviation of d' among raters.")] = 0.3,
    bias: Annotated[float, typer.Option(help="Above 0 more is called real.")] = 0.0,
    noise: Annotated[float, typer.Option(help="Of each look: d' is divided by it.")] = 1.0,
    fatigue: Annotated[float, typer.Option(help="Part of d' lost from first to last trial, 0 to 1.")] = 0.0,
    arm_spread: ArmSpread = ARM_SPREAD,
    case_spread: CaseSpread = CASE_SPREAD,
    seed: Annotated[int, typer.Option(help="Of the simulated raters.")] = 0,
    as_json: Json = False,
) -> None:
    """Let simulated raters do the whole study, from pack to analysis, before anybody is asked."""
    asked = RehearsalAsked(
        sensitivity, spread, bias, noise, fatigue, arm_spread=arm_spread, case_spread=case_spread, seed=seed
    )  # fmt: skip
    check(asked)
    with opened(folder) as study:
        ran = run_with_bar(dry_run_job(study, out, asked.panel, asked.seed))
        state = ran.state
        ran.close()
    document = {"format": "synthscope/study-rehearsal/1", "folder": str(out), "state": state}
    say(document, f"The rehearsal is {state}: {out}. Look at it with: synthscope study report {out}", as_json=as_json)


def passphrase(*, confirm: bool = False) -> str:
    """Take the passphrase from the environment, or ask for it."""
    given = os.environ.get(PASSPHRASE)
    try:
        return given or str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))
    except typer.Abort as error:
        raise InputError(f"No passphrase was given; type one, or put it into the variable {PASSPHRASE}.") from error


def _check_word(option: str, value: str, known: Collection[str]) -> None:
    if value and value not in known:
        raise InputError(f"--{option} is {value!r}; give one of {', '.join(known)}.")


def _text(path: Path) -> str:
    with reading_faults(path):
        return path.read_text(encoding="utf-8")


def _value(before: Any, text: str, given: str) -> Any:
    if isinstance(before, bool):
        if text not in ("true", "false"):
            raise InputError(f"--set {given!r}: give true or false.")
        return text == "true"
    try:
        return type(before)(text)
    except ValueError as error:
        raise InputError(f"--set {given!r}: {text!r} is no {type(before).__name__}; give one.") from error


def _verdict(report: LeakReport, folder: Path) -> str:
    if report.blocking:
        block = "1 leak blocks" if len(report.blocking) == 1 else f"{len(report.blocking)} leaks block"
        return f"{block}; bring the images to one form, and audit again."
    if report.undecided:
        open_ = "1 leak is" if len(report.undecided) == 1 else f"{len(report.undecided)} leaks are"
        return f"{open_} to be decided: synthscope study decide {folder} FINDING --reason ... --by NAME"
    return f"The leak gate is passed. Next: synthscope study freeze {folder} --holder FILE --by NAME"
