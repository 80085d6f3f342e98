"""How each step of a study stands: a sentence for what is there, or for the one thing that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from napari_synthscope.session.study_facts import StudyFacts
from napari_synthscope.studying.step_card import Check
from napari_synthscope.studying.words import FREEZES, STATE_WORDS, session_words
from synthscope.records.study import PARADIGMS, STATES, State, StudyDesign
from synthscope.services.studies.checking import changed_since, check_arms, check_texts

STEPS = (
    "question", "images", "showing", "people", "leaks", "rehearse", "freeze", "server", "answers", "end", "beside",
)  # fmt: skip
TITLES: Mapping[str, str] = {
    "question": "What do you want to know?",
    "images": "Images",
    "showing": "How they are shown",
    "people": "People and trials",
    "leaks": "Leak gate",
    "rehearse": "Rehearse",
    "freeze": "Freeze",
    "server": "Raters at several computers",
    "answers": "Answers",
    "end": "From answers to report",
    "beside": "Ratings beside metrics",
}



def place_of(step: str) -> str:
    """Say which step it is."""
    return f"step {STEPS.index(step) + 1}"


IMAGES_FIRST = f"Add images first ({place_of('images')})"
GATE_FIRST = f"Pass the leak gate first ({place_of('leaks')})."
FREEZE_FIRST = f"Freeze first ({place_of('freeze')})."
BUSY = "It is being worked at, here or in another window; wait for it."


@dataclass(frozen=True)
class Asked:
    """What is looked at: the design as typed, what is wrong in its editors, whether its schedule can be made.

    Parameters
    ----------
    problems : mapping
        From a step to the sentence of its editor.
    trials : int
        Of one rater; 0 while it is not known.
    schedule : str
        Why the schedule cannot be made.
    """

    design: StudyDesign
    facts: StudyFacts
    problems: Mapping[str, str] = field(default_factory=dict)
    trials: int = 0
    schedule: str = ""

    @property
    def fixed(self) -> bool:
        """Whether the design can no longer be changed, or not now."""
        return self.facts.state not in FREEZES or self.facts.busy

    @property
    def stale(self) -> bool:
        """Whether pictures or schedules would be others than the leak gate saw."""
        seen = self.facts.looked_at
        return not self.fixed and seen is not None and changed_since(self.design, seen)


def check_all(asked: Asked) -> dict[str, Check]:
    """Say how every step stands."""
    if asked.facts.busy and asked.facts.looked_at is None:  # nothing but the draft could be read
        return {step: Check(done=False, words="", locked=BUSY) for step in STEPS}
    found = {
        "question": _question(asked),
        "images": _images(asked),
        "showing": _showing(asked),
        "people": _people(asked),
    }
    gate = gate_reason(found)
    return {
        **found, "leaks": _leaks(asked, gate), "rehearse": _rehearse(asked), "freeze": _freeze(asked),
        "server": _server(asked), "answers": _answers(asked), "end": _end(asked), "beside": _beside(asked),
    }  # fmt: skip


def gate_reason(found: Mapping[str, Check]) -> str:
    """Say which step before the leak gate is not done; empty when all are."""
    for number, step in enumerate(STEPS[:4], 1):
        check = found[step]
        if not check.done:
            return f"Finish step {number} first: {check.locked or check.words}"
    return ""


def freeze_reason(asked: Asked) -> str:
    """Say why the study cannot be frozen yet; empty when it can."""
    if asked.stale:
        return "The design was changed since the leak gate: look again."
    return asked.problems.get("freeze", "")


def _question(asked: Asked) -> Check:
    problem = "" if asked.fixed else asked.problems.get("question", "")
    count = len(asked.design.questions)
    words = f"{PARADIGMS[asked.design.paradigm]} · {count} question{'s' * (count != 1)}"
    return Check(not problem, problem or words)


def _images(asked: Asked) -> Check:
    design = asked.design
    problem = "" if asked.fixed else asked.problems.get("images", "") or check_arms(design) or check_texts(design)
    count = sum(len(arm.images) for arm in design.arms)
    words = f"{count} images in {len(design.arms)} sets: {', '.join(arm.name for arm in design.arms)}"
    return Check(not problem, problem or words)


def _showing(asked: Asked) -> Check:
    if not asked.design.arms:
        return Check(done=False, words="", locked=f"{IMAGES_FIRST}.")
    problem = "" if asked.fixed else asked.problems.get("showing", "")
    shown = asked.design.rendering
    depth = f", {shown.depth} slices" if shown.depth > 1 else ""
    return Check(not problem, problem or f"{shown.side} × {shown.side} px{depth}, all at one contrast")


def _people(asked: Asked) -> Check:
    problem = "" if asked.fixed else check_arms(asked.design)
    if problem:
        return Check(done=False, words="", locked=f"{IMAGES_FIRST}: schedules are made of them.")
    wrong = "" if asked.fixed else asked.problems.get("people", "") or asked.schedule
    trials = asked.trials or asked.facts.trials
    words = session_words(trials, asked.design.plan) if trials else f"{asked.design.plan.raters} raters"
    return Check(not wrong, wrong or words)


def _leaks(asked: Asked, gate: str) -> Check:
    report, state = asked.facts.leaks, asked.facts.state
    if state not in FREEZES or (state == "audited" and not asked.stale):
        return Check(done=True, words="Passed.")
    if gate:
        return Check(done=False, words="", locked=gate)
    if report is None:
        return Check(done=False, words="Make the pictures and look for what gives the synthetic ones away.")
    if asked.stale:
        return Check(done=False, words="The design was changed since: look again.")
    if report.blocking:
        count = len(report.blocking)
        return Check(done=False, words=f"{count} leak{'s' * (count != 1)} block: bring the images to one form.")
    count = len(report.undecided)
    words = f"{count} leak{'s' * (count != 1)} to decide on." if count else "Nothing blocks: pass the gate."
    return Check(done=False, words=words)


def rehearse_reason(asked: Asked) -> str:
    """Say why the study cannot be rehearsed now; empty when it can."""
    return "The design was changed since the leak gate: look again." if asked.stale else ""


def _rehearse(asked: Asked) -> Check:
    facts = asked.facts
    if facts.state == "draft":
        return Check(done=False, words="", locked=GATE_FIRST)
    if facts.rehearsal is None and facts.state != "audited":
        return Check(done=False, words="", locked="It was not rehearsed; frozen, it cannot be any more.")
    if facts.rehearsal is None:
        return Check(done=False, words="If you like: let simulated raters try all of it.", optional=True)
    stale = facts.state == "audited" and not facts.rehearsal_holds
    asked_d = facts.rehearsal.asked.sensitivity
    words = f"Rehearsed with raters of d' {asked_d:g}{'; the design is another one since' if stale else ''}."
    return Check(not stale, words, optional=True)


def _freeze(asked: Asked) -> Check:
    frozen = asked.facts.frozen
    if asked.facts.state not in FREEZES:
        return Check(done=True, words=f"Frozen, blinding grade {frozen.grade}." if frozen else "Frozen.")
    if asked.facts.state != "audited":
        return Check(done=False, words="", locked=GATE_FIRST)
    return Check(done=False, words=freeze_reason(asked) or "Ready: design, schedules and analysis will be fixed.")


def _server(asked: Asked) -> Check:
    facts = asked.facts
    if facts.state in FREEZES:
        return Check(done=False, words="", locked=FREEZE_FIRST)
    if facts.server is not None:
        return Check(done=True, words=f"Set up at {facts.server.url}.", optional=True)
    return Check(done=False, words="If you like: let answers come in by a server.", optional=True)


def _answers(asked: Asked) -> Check:
    facts = asked.facts
    if facts.state in FREEZES:
        return Check(done=False, words="", locked=FREEZE_FIRST)
    done = sum(one.finished for one in facts.raters)
    words = f"{done} of {len(facts.raters)} raters are done."
    return Check(_past(facts.state, "closed"), words)


def _end(asked: Asked) -> Check:
    state = asked.facts.state
    if not _past(state, "closed"):
        return Check(done=False, words="", locked=f"Close the study first ({place_of('answers')}).")
    words = STATE_WORDS[state]
    here = _past(state, "unblinded") and asked.facts.report is not None
    done = here or _past(state, "reported")  # published: its report may lie in another place
    return Check(done, f"{words[0].upper()}{words[1:]}{', with a report' if here else ''}.")


def _beside(asked: Asked) -> Check:
    facts = asked.facts
    if not _past(facts.state, "unblinded"):
        return Check(done=False, words="", locked=f"Unblind first ({place_of('end')}): a metric knows what is real.")
    if facts.beside is None:
        return Check(done=False, words="If you like: see where metrics and experts differ.", optional=True)
    count = len({one.metric for one in facts.beside.values if one.subject})
    words = "1 metric stands" if count == 1 else f"{count} metrics stand"
    return Check(done=True, words=f"{words} beside the ratings.", optional=True)


def _past(state: State, least: State) -> bool:
    return STATES.index(state) >= STATES.index(least)
