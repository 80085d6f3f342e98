"""What a design needs before anything is made of it: looked at as it is typed."""

from __future__ import annotations

import hashlib

from synthscope.records.study import StudyDesign
from synthscope.records.study_schedule import Schedule, StudyItem
from synthscope.services.studies.consent import introduction_of
from synthscope.services.studies.designing import items_of, letters_of
from synthscope.services.studies.secret_words import secret_words
from synthscope.studies.design.paradigms import PARADIGM_RULES, default_questions
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.pack.scanning import ASKED
from synthscope.studies.rendering.catch_pictures import CATCH_KINDS

_LONG = 16


def check_arms(design: StudyDesign) -> str:
    """Say which arms a paradigm misses, in a sentence; empty when it has what it needs."""
    rule = PARADIGM_RULES[design.paradigm]
    real = sum(arm.is_real for arm in design.arms)
    made = len(design.arms) - real
    if real < rule.real:
        return "This question needs real images; add some."
    if made < rule.synthetic:
        return f"This question needs synthetic images of {_many(rule.synthetic)}; {made} are here."
    if len(design.arms) < rule.least_arms:
        return f"This question compares at least {rule.least_arms} sets; {len(design.arms)} are here."
    return ""


def check_texts(design: StudyDesign) -> str:
    """Say which name of a set, case or file raters would read in a text, in a sentence; empty when none.

    The rater pack may not hold such words; better to know it before everything is made.
    """
    questions = design.questions or default_questions(design.paradigm, design.domain)
    asked = [text for one in questions for text in (one.prompt, *one.labels, *one.reasons)]
    words = [word for word in secret_words(design) if word.casefold() not in ASKED]
    texts = {
        "title": design.title,
        "introduction": design.introduction or introduction_of(design),
        "consent": design.consent,
        "questions": "\n".join(asked),
    }
    for where, text in texts.items():
        word = next((word for word in words if word.casefold() in text.casefold()), "")
        if word:
            return f"Raters would read {word!r}, the name of a set, case or file, in the {where}; change either."
    return ""


def changed_since(design: StudyDesign, looked_at: StudyDesign) -> bool:
    """Tell whether pictures or schedules of a design would be others than those that were looked at.

    What raters read, who holds the key and how answers are analysed may change until a study is frozen.
    """
    return _made_of(design) != _made_of(looked_at)


def try_schedule(design: StudyDesign) -> Schedule:
    """Make the schedules that a study of this design would have, with names that stand for nothing.

    Raises
    ------
    InputError
        If arms share a name, or one holds no images.
    ParameterError
        If the plan cannot be met: which wish, its value, and what would do.
    """

    def code(name: str) -> str:
        return hashlib.sha256(name.encode()).hexdigest()[:_LONG]

    items = tuple(items_of(design, letters_of(design, code), code))
    return make_schedule(design, (*items, *_catches(design)), design.seed)


def _made_of(design: StudyDesign) -> tuple[object, ...]:
    return design.paradigm, design.arms, design.questions, design.rendering, design.plan, design.seed, design.domain


def _catches(design: StudyDesign) -> tuple[StudyItem, ...]:
    plan = design.plan
    if not (PARADIGM_RULES[design.paradigm].catch and plan.catches):
        return ()
    names = [f"{CATCH_KINDS[i % len(CATCH_KINDS)]}-{i}" for i in range(max(plan.catches, plan.places - 1))]
    return tuple(StudyItem(name, "", "", "", is_real=False, code=f"catch {name}") for name in names)


def _many(count: int) -> str:
    return "one generator" if count == 1 else f"{count} generators"
