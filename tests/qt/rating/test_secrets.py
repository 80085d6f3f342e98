"""A rater's process is searched for everything that a study keeps from raters: there is nothing to be found."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest
from qtpy.QtWidgets import QApplication
from tests.services.studies.images import kept, texture

from synthscope.jobs.drain import drain
from synthscope.records.space import Space
from synthscope.records.study import Arm, Plan, Rendering, Showing, StudyDesign
from synthscope.records.study_key import Codebook, StimulusKey, StudyKey, TrialKey
from synthscope.records.study_material import StudyMaterial
from synthscope.records.study_pack import PackManifest
from synthscope.services.sources import open_input
from synthscope.services.studies.auditing import audit_study_job, pass_gate
from synthscope.services.studies.designing import prepare_study_job, schedule_study
from synthscope.services.studies.freezing import freeze_study_job
from synthscope.services.studies.rater_packs import pack_files
from synthscope.services.studies.secret_words import secret_words
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.pack.slots import shown_in
from synthscope.studies.sealing.holders import make_holder

from .looking import files_texts, findings
from .process import start_rater

PLANTS = {name: f"Planted-{name}" for name in ("tooltip", "name", "title", "clipboard", "attribute", "closure",
                                                 "settings")}  # fmt: skip
STEPS = {"consent", "display", "ready", "shown", "help", "comment", "stop", "paused", "break", "done", "closed"}
KEY_FIELDS = ("is_real", "StudyKey", "StimulusKey", "TrialKey", "Codebook")
"""Names that only what tells would bring: searched for beside the words of the study."""


@dataclass(frozen=True)
class Secret:
    """A pack, and the words that nobody who has it may find: other raters' trials and pictures among them."""

    pack: Path
    slot: str
    trials: tuple[str, ...]
    words: tuple[str, ...]


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Secret:
    """A study that went the whole way from image files to its pack."""
    folder = tmp_path_factory.mktemp("owner-of-the-study")
    images = folder / "images"
    images.mkdir()
    rng, space = np.random.default_rng(3), Space("yx", (2.0, 2.0), "µm")
    arms = [
        Arm(name, not maker, tuple(kept(images, f"{stem}-{i}", texture(rng), space) for i in range(9)),
            tuple(f"Specimen-{stem}-{i}" for i in range(9)), maker)
        for name, stem, maker in (("Lockerbie core", "lockerbie", ""), ("Wren model", "wren", "kestrel-gan"))
    ]  # fmt: skip
    design = StudyDesign(
        "Grains", "real-or-synthetic", tuple(arms), rendering=Rendering(side=64),
        plan=Plan(raters=2, per_arm=7, lag=4, training=2, catches=2, block=8), showing=Showing(interval=300, least=0),
        signers=("Ada",), consent="You may stop at any time.",
    )  # fmt: skip
    study = StudyFile.create(folder / "study", design)
    drain(prepare_study_job(study, open_input))
    schedule = schedule_study(study)
    study_items = study.get("material", StudyMaterial).items
    drain(audit_study_job(study, permutations=19))
    pass_gate(study, "Ada")
    drain(freeze_study_job(study, [make_holder(folder / "ada.json", "Ada", "a long passphrase")], "Ada"))
    pack = tmp_path_factory.mktemp("rater") / "grains.ratepack"
    shutil.copy(pack_files(study.folder, study.get("manifest", PackManifest))[0], pack)
    study.close()
    slot, *others = schedule.slots
    unseen = {item.code for item in study_items} - set(shown_in([slot]))
    foreign = {name for other in others for name in (other.id, *(trial.id for trial in other.trials))}
    assert unseen
    assert foreign
    words = {*secret_words(design), str(folder), folder.name, *(arm.name for arm in arms), *foreign, *unseen}
    return Secret(pack, slot.id, tuple(trial.id for trial in slot.trials), tuple(sorted(words)))


def let_go_of_the_clipboard() -> None:
    """Clear what tests before this one left there: who asks for it would wait for this process, which waits too."""
    application = QApplication.instance()
    if application is not None:
        QApplication.clipboard().clear()
        application.processEvents()


def searched(folder: Path, secret: Secret, plants: dict[str, str] | None = None) -> tuple[dict, set[str]]:
    """Rate the pack to its end, and give every text by place, and the steps at which was looked."""
    report = folder / "report.json"
    (folder / "own").mkdir(parents=True)
    let_go_of_the_clipboard()
    with start_rater(folder / "own", secret.pack, secret.slot, report=report, plants=plants) as process:
        try:
            out, faults = process.communicate(timeout=120)
        finally:
            process.kill()
    assert (process.returncode, faults) == (0, "")
    assert out.split() == list(secret.trials)
    found = json.loads(report.read_text())
    (folder / "own" / "job.json").unlink()  # ours
    return {**found["texts"], "files": files_texts(folder / "own").values()}, set(found["steps"])


def written(folder: Path) -> set[str]:
    """Give the folders in which the program left files, the caches of the system's own fonts and drivers apart."""
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return {path.parts[0] for path in files if not {"fontconfig", "mesa_shader_cache"} & set(path.parts)}


@pytest.mark.slow
def test_nothing_that_tells_is_in_reach_of_a_rater(tmp_path: Path, secret: Secret) -> None:
    texts, steps = searched(tmp_path, secret)
    assert steps >= STEPS
    assert findings(texts, secret.words) == []
    assert written(tmp_path / "own") == {"answers", "second"}
    near = {place: found for place, found in texts.items() if place != "heap"}  # the program's own names lie there
    assert findings(near, KEY_FIELDS) == []
    assert findings(texts, ["Grains", "rather crisp"])  # what may be there is found: it was really searched
    assert {"answer_submitted", "rather crisp"} <= {word for _, word in findings(
        {"files": texts["files"]}, ["answer_submitted", "rather crisp"])}  # fmt: skip


@pytest.mark.slow
def test_a_word_that_was_planted_is_found_wherever_it_lies(tmp_path: Path, secret: Secret) -> None:
    texts, _ = searched(tmp_path, secret, PLANTS)
    places = {"tooltip": "widgets", "name": "widgets", "title": "widgets", "clipboard": "clipboard",
              "attribute": "reachable", "closure": "reachable", "settings": "files"}  # fmt: skip
    found = findings(texts, PLANTS.values())
    for name, place in places.items():
        assert (place, PLANTS[name]) in found, name



def test_names_that_are_searched_for_are_those_of_the_key() -> None:
    assert "is_real" in {field.name for field in fields(StimulusKey)}
    assert {StudyKey.__name__, StimulusKey.__name__, TrialKey.__name__, Codebook.__name__} <= set(KEY_FIELDS)
