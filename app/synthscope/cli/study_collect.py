"""The commands from the first answer to the opened key: import, status, close, screen, analyse, ask, sign, unblind."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import say
from synthscope.cli.study_design import By, Study, opened, passphrase
from synthscope.errors import InputError
from synthscope.io.documents import read_document, write_document
from synthscope.records.documents import to_json
from synthscope.records.study_ratings import Analysis
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.collecting import RaterProgress, close_study, import_answers, rater_progress
from synthscope.services.studies.screening import propose, rule_of, screen_study
from synthscope.services.studies.serving import import_from, look_at_server
from synthscope.services.unblinding import consent_for, unblind_study
from synthscope.studies.sealing.envelope import SealedKey
from synthscope.studies.sealing.heads import grouped as in_groups
from synthscope.studies.sealing.holders import open_holder
from synthscope.studies.sealing.releasing import KeyRelease, UnblindingRequest, release

REQUEST = "unblinding-request.json"


def import_(
    folder: Study,
    answers: Annotated[list[Path], typer.Argument(help="Files of answers, or folders that hold them.")] = [],  # noqa: B006
    server: Annotated[str, typer.Option("--from", help="postgresql://LOGIN@HOST/DATABASE, without a password.")] = "",
    by: By = "the designer",
    as_json: Json = False,
) -> None:
    """Take in the answers of raters, from files or from a server; the same ones may come again."""
    if bool(answers) == bool(server):
        raise InputError("Name files of answers, or a server with --from.")
    with opened(folder) as study:
        found = import_from(study, server, by) if server else import_answers(study, answers, by)
    words = f"{found.added} events of {', '.join(found.slots) or 'nobody'} are new."
    document = {"format": "synthscope/study-import/1", **asdict(found)}
    say(document, "\n".join([words, *found.notes]), as_json=as_json)


def status(
    folder: Study,
    server: Annotated[str, typer.Option("--at", help="Say also what came to postgresql://LOGIN@HOST/DATABASE.")] = "",
    as_json: Json = False,
) -> None:
    """Say how far a study and each of its raters are; never who was right."""
    with opened(folder) as study:
        course = study.course()
        raters = rater_progress(study) if study.holds("manifest") else ()
        there = look_at_server(study, server) if server else ()
    lines = [f"{at[:19]}  {state}: {reason} ({by})" for state, by, reason, at in course]
    lines += [progress_words(one) for one in raters]
    lines += [f"At the server, {one.sentence}" for one in there]
    lines += [
        f"The erasing of {one.slot} was interrupted: study erase again finishes it."
        for one in raters
        if one.interrupted_erasing
    ]
    document = {
        "format": "synthscope/study-status/1", "state": course[-1][0],
        "course": [dict(zip(("state", "by", "reason", "at"), one, strict=True)) for one in course],
        "raters": [asdict(one) for one in raters], "server": [asdict(one) for one in there],
    }  # fmt: skip
    say(document, "\n".join(lines), as_json=as_json)


def progress_words(one: RaterProgress) -> str:
    """Say how far a rater is."""
    if one.erased:
        still = "; some are still here: erase them too" if one.held else ""
        return f"{one.slot}: has withdrawn, answers erased{still}"
    if not one.sessions:
        return f"{one.slot}: not begun"
    pace = "" if math.isnan(one.median_ms) else f", {one.median_ms / 1000:.1f} s an answer"
    caught = f", catch trials {one.caught} of {one.catches}" if one.catches else ""
    away = f", away {one.focus_lost} times" if one.focus_lost else ""
    end = ", has withdrawn" if one.withdrawn else ""
    return f"{one.slot}: {one.answered} of {one.planned} trials{pace}{caught}{away}{end}"


def close(
    folder: Study, by: By, reason: Annotated[str, typer.Option(help="Why no more answers are taken.")],
    as_json: Json = False,
) -> None:  # fmt: skip
    """End the collection; prints a hash of all answers, to be noted down by somebody else."""
    with opened(folder) as study:
        root = close_study(study, by, reason)
    words = f"Closed. Let somebody who did not design the study note this down:\n{in_groups(root)}"
    say({"format": "synthscope/study-close/1", "root": root}, words, as_json=as_json)


def screen(
    folder: Study,
    by: By,
    exclude: Annotated[list[str], typer.Option(help="RATER=REASON; may be given again.")] = [],  # noqa: B006
    look: Annotated[bool, typer.Option("--look", help="Only say what the screens find.")] = False,
    as_json: Json = False,
) -> None:
    """Leave out who failed the registered catch rule, and whom you name; decided on blinded answers."""
    with opened(folder) as study:
        found = propose(study)
        chosen = rule_of(found) | dict(_exclusion(one) for one in exclude)
        if not look:
            screen_study(study, chosen, by)
    lines = [sentence for one in found for sentence in one.look] or ["No screen finds anything."]
    end = "would be left out" if look else "are left out"
    lines.append(f"{len(chosen)} of {len(found)} raters {end}{': ' if chosen else ''}{', '.join(chosen)}.")
    document = {"format": "synthscope/study-screening/1", "excluded": chosen, "advice": [asdict(one) for one in found]}
    say(document, "\n".join(lines), as_json=as_json)


def analyse(folder: Study, by: By = "the analyst", as_json: Json = False) -> None:
    """Analyse the answers: under letters before unblinding, with names after it."""
    with opened(folder) as study:
        found = analyse_study(study, by)
    document = {"format": "synthscope/study-analysis/1", "analysis": to_json(found)}
    say(document, analysis_words(found), as_json=as_json)


def analysis_words(found: Analysis) -> str:
    """Give an analysis as lines."""
    lines = [f"{found.title}: {'blind, under letters' if found.blind else 'unblinded'}; blinding grade {found.grade}"]
    for heading, rows in found.estimates.items():
        lines.append(f"\n{heading}")
        for row in rows:
            about = f" ({row.subject})" if row.subject else ""
            span = "" if math.isnan(row.low) else f"  {row.low:.3f} to {row.high:.3f}"
            p = "" if math.isnan(row.p_value) else f"  p = {row.p_value:.3g}"
            lines.append(f"  {row.title}{about}: {row.value:.3f}{span}{p}")
    return "\n".join([*lines, *found.warnings])


def ask(
    folder: Study,
    reason: Annotated[str, typer.Option(help="Why the study is unblinded; it is signed and reported.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File for the key holders.")] = None,
    as_json: Json = False,
) -> None:
    """Ask the key holders for their signatures: writes the file that each of them signs."""
    path = out or folder / REQUEST
    with opened(folder) as study:
        write_document(path, UnblindingRequest(consent_for(study, reason), study.get("sealed", SealedKey)))
    words = f"Send {path} to the key holders; each runs: synthscope study sign {path.name} --holder FILE"
    say({"format": "synthscope/study-request/1", "file": str(path)}, words, as_json=as_json)


def sign(
    request: Annotated[Path, typer.Argument(help="The file that `study ask` wrote.")],
    holder: Annotated[Path, typer.Option(help="Your file of keys; its passphrase is asked.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="File for the signature.")] = None,
    as_json: Json = False,
) -> None:
    """Sign an unblinding as a key holder, and give out your share of the key."""
    asked = read_document(request, UnblindingRequest)
    keys = open_holder(holder, passphrase())
    path = out or request.with_name(f"signed-by-{holder.name.partition('.')[0]}.json")
    write_document(path, release(asked.sealed, asked.consent, keys))
    words = f"Signed as {keys.holder.name}: {asked.consent.reason}\nSend {path} back to the designer."
    say({"format": "synthscope/study-signature/1", "file": str(path)}, words, as_json=as_json)


def unblind(
    folder: Study,
    signed: Annotated[list[Path], typer.Argument(help="Files that the key holders signed.")],
    by: By,
    as_json: Json = False,
) -> None:
    """Open the key by its holders' signatures, and check it against what was frozen."""
    with opened(folder) as study:
        unblind_study(study, [read_document(path, KeyRelease) for path in signed], by)
        found = analyse_study(study, by)
    document = {"format": "synthscope/study-analysis/1", "analysis": to_json(found)}
    say(document, f"Unblinded.\n{analysis_words(found)}", as_json=as_json)


def _exclusion(text: str) -> tuple[str, str]:
    rater, _, reason = text.partition("=")
    if not reason.strip():
        raise InputError(f"--exclude {text!r} gives no reason; write RATER=REASON.")
    return rater, reason
