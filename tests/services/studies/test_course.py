"""A study from audit to the opened key: frozen, rated, collected, screened, analysed, unblinded."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.studies.images import arms_in

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.documents import read_document
from synthscope.jobs.drain import drain
from synthscope.rating import chosen_slot
from synthscope.records.documents import canonical, digest, from_json, to_json
from synthscope.records.leaks import LeakReport
from synthscope.records.study import Arm, Plan, Question, Rendering, StudyDesign
from synthscope.records.study_freeze import Frozen
from synthscope.records.study_key import Codebook, StudyKey
from synthscope.records.study_material import StudyMaterial
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_ratings import Analysis
from synthscope.records.study_rendering import RenderRecord
from synthscope.records.study_schedule import Schedule
from synthscope.records.study_simulation import SimulatedPanel, SimulatedRater
from synthscope.services.sources import open_input
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.auditing import LEAKS, audit_study_job, pass_gate
from synthscope.services.studies.collecting import answers_of, close_study, import_answers, rater_progress
from synthscope.services.studies.designing import prepare_study_job, read_picture, schedule_study, secret_of
from synthscope.services.studies.dry_run import dry_run_job, give_answers
from synthscope.services.studies.freezing import PREREGISTRATION, SEALED_KEY, freeze_study_job, key_of
from synthscope.services.studies.preregistering import preregistration
from synthscope.services.studies.rater_packs import ONE_PACK, PACKS, digest_of, pack_files, pictures_in
from synthscope.services.studies.screening import propose, rule_of, screen_study
from synthscope.services.studies.secret_words import secret_words
from synthscope.services.studies.study_file import NAME, StudyFile
from synthscope.services.unblinding import consent_for, release_key, unblind_study
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.scanning import scan_pack
from synthscope.studies.pack.writing import write_pack
from synthscope.studies.sealing.codes import code_of
from synthscope.studies.sealing.envelope import SealedKey
from synthscope.studies.sealing.heads import root_of
from synthscope.studies.sealing.holders import HolderKeys, make_holder, open_holder
from synthscope.studies.simulation.answering import simulate_answers

PLAN = Plan(raters=3, per_arm=10, lag=8, training=2, catches=2)
KEEN = SimulatedRater(sensitivity=4.0)


@dataclass
class Made:
    """A study that is frozen, with what only its test may know."""

    study: StudyFile
    key: StudyKey
    holders: list[HolderKeys]
    answers: Path

    @property
    def manifest(self) -> PackManifest:
        return self.study.get("manifest", PackManifest)

    def rate(self, number: int, *, blind: bool = False) -> Path:
        """Answer a slot as one who sees well, or who sees nothing: "definitely real" to all."""
        slot, questions = self.manifest.slots[number], self.manifest.questions
        said = simulate_answers(slot, self.key, KEEN, np.random.default_rng(number), questions=questions)
        if blind:
            said = [replace(one, answers=dict.fromkeys(one.answers, 1)) for one in said]
        return give_answers(self.manifest, slot, said, self.answers)


@pytest.fixture
def audited(tmp_path: Path) -> Iterator[StudyFile]:
    design = StudyDesign(
        "Soil", "real-or-synthetic", arms_in(tmp_path / "images"), plan=PLAN, rendering=Rendering(side=64), seed=4,
        signers=("Ada", "Emmy"), signatures=2, grade="A",
    )  # fmt: skip
    study = StudyFile.create(tmp_path / "study", design)
    drain(prepare_study_job(study, open_input))
    schedule_study(study)
    drain(audit_study_job(study, permutations=99))
    pass_gate(study, "Ada")
    yield study
    study.close()


@pytest.fixture
def made(audited: StudyFile, tmp_path: Path) -> Made:
    secret = secret_of(audited)
    key = key_of(
        code_of(secret, "study"), audited.get("material", StudyMaterial), audited.get("schedule", Schedule), secret
    )
    holders = [holder(tmp_path, "Ada"), holder(tmp_path, "Emmy")]
    drain(freeze_study_job(audited, [one.holder for one in holders], "Ada"))
    answers = tmp_path / "answers"
    answers.mkdir()
    return Made(audited, key, holders, answers)


def holder(folder: Path, name: str) -> HolderKeys:
    path = folder / f"{name}.json"
    make_holder(path, name, "a long passphrase")
    return open_holder(path, "a long passphrase")


def test_a_frozen_study_holds_nothing_that_tells(made: Made) -> None:
    folder = made.study.folder
    assert made.study.state == "frozen"
    assert not (folder / "renders").exists()
    made.study.close()
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for stimulus in made.key.stimuli:
        if stimulus.item[0].isdigit():  # the code beside what it is of, as material and key have it
            assert canonical(stimulus)[1:-1] not in everything
    assert made.key.secret.encode() not in everything
    assert b'"role":"repeat"' in everything  # roles are no secret before unblinding, which picture is real is
    assert b"is_real\":true" in everything  # in the design, where it tells of no code


def test_every_rater_has_a_clean_pack_with_the_own_schedule_and_no_picture_beyond_it(made: Made) -> None:
    frozen, paths = made.study.get("frozen", Frozen), pack_files(made.study.folder, made.manifest)
    assert sorted(path.name for path in (made.study.folder / PACKS).iterdir()) == [path.name for path in paths]
    assert frozen.packs == {path.stem: digest_of(path) for path in paths}
    assert digest(made.manifest.slots) == frozen.schedule
    shown: set[str] = set()
    for path, slot in zip(paths, made.manifest.slots, strict=True):
        assert scan_pack(path, secret_words(made.study.design)) == ()
        with open_pack(path) as pack:
            assert pack.manifest.slots == (slot,)
            assert set(pack.manifest.codes) == {code for trial in slot.trials for code in trial.places}
            assert pack.manifest.key_commitment == frozen.key_commitment
            shown |= set(pack.manifest.codes)
    assert shown == set(made.manifest.codes) <= {one.code for one in made.key.stimuli}


def test_a_preregistration_tells_the_plan_and_the_hashes(made: Made) -> None:
    text = (made.study.folder / PREREGISTRATION).read_text()
    frozen = made.study.get("frozen", Frozen)
    for expected in ("3 raters", "10 images of each arm", "my gan", "stylegan", "Grade A", frozen.key_commitment):
        assert expected in text
    assert "secondary" not in text
    (own,), added = made.manifest.questions, Question("sharp", "scale", "How sharp is it?")
    leaks, rendering = made.study.get(LEAKS, LeakReport), made.study.get("rendering", RenderRecord)
    more = preregistration(made.study.design, frozen, leaks, rendering, (added, own))
    assert f"Primary tests are those of “{own.prompt}” alone. Every other question is secondary" in more


def test_the_codebook_does_not_say_what_is_real(made: Made) -> None:
    book = made.study.get("codebook", Codebook)
    assert {one.letter for one in book.stimuli} == {"A", "B", ""}
    assert not {one.case for one in book.stimuli} & {one.case for one in made.key.stimuli}
    assert {one.right for one in book.trials if one.role != "catch"} == {-1}


def test_answers_go_from_files_to_an_opened_key(made: Made) -> None:
    study = made.study
    for number in range(3):
        made.rate(number)
    assert import_answers(study, [made.answers]).slots == ("rater-001", "rater-002", "rater-003")
    assert study.state == "collecting"
    assert import_answers(study, [made.answers]).added == 0
    for one in rater_progress(study):
        assert (one.finished, one.catches, one.caught, one.devices) == (True, 2, 2, 1)
    root = close_study(study, "Ada", "All have finished.")
    blind = answers_of(study)
    assert blind.blind
    assert not blind.letters
    assert not any(row.truth for row in blind.ratings)
    assert blind.flow["finished"] == 3
    assert blind.heads
    assert root_of(blind.heads) == root
    assert screen_study(study, rule_of(propose(study)), "Ada").excluded == {}
    assert analyse_study(study).blind
    assert study.state == "analysed"
    consent = consent_for(study, "The blind analysis stands.")
    releases = [release_key(study, consent, one) for one in made.holders]
    with pytest.raises(InputError, match=r"1 of 2 signatures are here; let Emmy sign too"):
        unblind_study(study, releases[:1], "Ada")
    with pytest.raises(InputError, match="signed twice"):
        unblind_study(study, [releases[0], releases[0]], "Ada")
    other = replace(releases[1], consent=replace(consent, reason="Curious."))
    with pytest.raises(InputError, match="Emmy signed for other answers, or for another reason"):
        unblind_study(study, [releases[0], other], "Ada")
    unblind_study(study, releases, "Ada")
    assert study.get("key", StudyKey) == made.key
    found = answers_of(study)
    assert found.real == tuple(letter for letter, name in made.key.letters.items() if name == "plug 7")
    said_real = [(row.value <= 3, row.truth[0]) for row in found.ratings if row.role == "test"]
    assert np.mean([said == true for said, true in said_real]) > 0.9
    assert not analyse_study(study).blind
    assert [state for state, *_ in study.course()][-3:] == ["screened", "analysed", "unblinded"]


def test_a_study_that_an_earlier_version_froze_as_one_pack_is_rated_and_taken_in(made: Made) -> None:
    study, whole = made.study, made.manifest
    with pictures_in(pack_files(study.folder, whole)) as picture:
        one = write_pack(study.folder / ONE_PACK, whole, picture)
    shutil.rmtree(study.folder / PACKS)
    written = to_json(study.get("frozen", Frozen))
    del written["packs"]
    study.put("frozen", from_json(Frozen, written))
    with open_pack(one) as pack:
        with pytest.raises(InputError, match="holds several slots"):
            chosen_slot(pack.manifest, "")
        slot = chosen_slot(pack.manifest, "rater-002")
        said = simulate_answers(slot, made.key, KEEN, np.random.default_rng(1), questions=whole.questions)
        give_answers(pack.manifest, slot, said, made.answers)
    assert import_answers(study, [made.answers]).slots == ("rater-002",)
    assert [row.finished for row in rater_progress(study)] == [False, True, False]
    assert {row.rater for row in answers_of(study).ratings} == {"rater-002"}
    assert pack_files(study.folder, whole) == (one,)


def test_answers_rows_are_those_that_were_simulated(made: Made) -> None:
    made.rate(0)
    import_answers(made.study, [made.answers])
    rows = answers_of(made.study).ratings
    slot = made.manifest.slots[0]
    assert [row.trial for row in rows] == [trial.id for trial in slot.trials]
    assert [row.ordinal for row in rows] == list(range(len(rows)))
    assert all(row.rt_ms >= 300 and row.exposures == 1 for row in rows)
    assert sum(row.role == "training" for row in rows) == PLAN.training
    repeats = [row for row in rows if row.repeats]
    assert repeats
    assert all(row.role == "repeat" for row in repeats)


def test_who_fails_the_catch_trials_is_left_out_by_the_registered_rule(made: Made) -> None:
    for number in range(3):
        made.rate(number, blind=number == 2)
    import_answers(made.study, [made.answers])
    told = max((arm.name for arm in made.study.design.arms), key=len)
    with pytest.raises(InputError, match=f"names '{told}'.*say it without"):
        close_study(made.study, "Ada", f"All have seen through {told}.")
    close_study(made.study, "Ada", "All have finished.")
    rule = rule_of(propose(made.study))
    assert list(rule) == ["rater-003"]
    assert "catch trials" in rule["rater-003"]
    with pytest.raises(InputError, match="without a reason"):
        screen_study(made.study, {"rater-003": " "}, "Ada")
    with pytest.raises(InputError, match=f"names '{told}'.*say it without"):
        screen_study(made.study, {"rater-003": f"Took {told} for a joke."}, "Ada")
    with pytest.raises(InputError, match="No rater would be left"):
        screen_study(made.study, dict.fromkeys(("rater-001", "rater-002", "rater-003"), "x"), "Ada")
    screen_study(made.study, rule, "Ada")
    answers = answers_of(made.study)
    assert {row.rater for row in answers.ratings} == {"rater-001", "rater-002"}
    assert (answers.flow["excluded"], answers.flow["analysed"]) == (1, 2)


def test_foreign_and_changed_answers_are_refused_whole(made: Made, tmp_path: Path) -> None:
    first = made.rate(0)
    made.rate(1)
    with closing(sqlite3.connect(first)) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS event_no_update")
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE event SET payload = replace(payload, '\"exposure\":1', '\"exposure\":2')")
    with pytest.raises(DocumentError, match="was changed after it was written"):
        import_answers(made.study, [made.answers])
    assert made.study.events() == ()
    assert made.study.state == "frozen"
    with pytest.raises(FileError, match="holds no answers"):
        import_answers(made.study, [tmp_path / "images"])
    with pytest.raises(FileError, match="is not there"):
        import_answers(made.study, [tmp_path / "nothing.db"])


def test_answers_that_were_changed_in_the_study_are_noticed(made: Made) -> None:
    for number in range(3):
        made.rate(number)
    import_answers(made.study, [made.answers])
    close_study(made.study, "Ada", "All have finished.")
    folder = made.study.folder
    made.study.close()
    with closing(sqlite3.connect(folder / NAME)) as connection, connection:
        connection.execute("DROP TRIGGER event_no_update")
        connection.execute("DROP TRIGGER event_no_delete")
        connection.execute("UPDATE event SET content = replace(content, '\"real\":6', '\"real\":1') WHERE seq > 9")
    changed = StudyFile.open(folder)
    try:
        with pytest.raises(DocumentError, match="was changed after it was written"):
            propose(changed)
        changed._run("DELETE FROM event WHERE session = (SELECT min(session) FROM event)")
        changed._run("DELETE FROM event WHERE content LIKE '%answer_submitted%' OR seq > 3")
        with pytest.raises(DocumentError, match="not those that the study was closed with"):
            propose(changed)
    finally:
        changed.close()


def test_a_study_refuses_steps_that_come_too_early(made: Made) -> None:
    with pytest.raises(InputError, match="raters are screened once it is closed"):
        propose(made.study)
    with pytest.raises(InputError, match="only after its blind analysis"):
        consent_for(made.study, "Now.")
    with pytest.raises(InputError, match="it is analysed once raters are screened"):
        analyse_study(made.study)
    with pytest.raises(InputError, match="Nobody has answered yet"):
        close_study(made.study, "Ada", "Over.")
    with pytest.raises(InputError, match="only an audited one can be frozen"):
        drain(freeze_study_job(made.study, [one.holder for one in made.holders], "Ada"))


def test_freezing_asks_for_what_its_grade_promises(audited: StudyFile, tmp_path: Path) -> None:
    ada, emmy = (holder(tmp_path, name).holder for name in ("Ada", "Emmy"))
    with pytest.raises(InputError, match="asks for 2 signatures and has 1 key holders"):
        drain(freeze_study_job(audited, [ada], "Ada"))
    with pytest.raises(InputError, match="names 'Emmy' as a key holder"):
        drain(freeze_study_job(audited, [ada, holder(tmp_path, "Grace").holder], "Ada"))
    with pytest.raises(InputError, match=r"names 'my gan'.*say it without"):
        drain(freeze_study_job(audited, [ada, emmy], "Ada", "To see what my gan can do."))
    audited.put("design", replace(audited.design, consent="Purpose. [Say why, in a sentence.]"))
    with pytest.raises(InputError, match="open place"):
        drain(freeze_study_job(audited, [ada, emmy], "Ada"))
    audited.put("design", replace(audited.design, consent="", introduction="Which of them did my gan make?"))
    with pytest.raises(InputError, match="'my gan'"):
        drain(freeze_study_job(audited, [ada, emmy], "Ada"))
    assert audited.state == "audited"
    assert not (audited.folder / PACKS).exists()


def test_words_of_the_programs_own_questions_are_no_secret() -> None:
    arms = (Arm("Fibres", True, ()), Arm("my gan", False, (), generator="stylegan"))
    words = secret_words(StudyDesign("Composites", "rating", arms, domain="fibre"))
    assert words == ("my gan", "stylegan")


def test_a_dry_run_takes_a_copy_to_its_end_and_leaves_the_study_as_it_was(audited: StudyFile, tmp_path: Path) -> None:
    ran = drain(dry_run_job(audited, tmp_path / "dry", SimulatedPanel(KEEN), seed=1))
    try:
        assert ran.state == "unblinded"
        assert audited.state == "audited"
        assert ran.get("analysis-blind", Analysis).blind
        assert not ran.get("analysis", Analysis).blind
        assert not (ran.folder / "holder.json").exists()
        original = audited.get("material", StudyMaterial)
        opened = ran.get("key", StudyKey)
        assert {one.code for one in original.items}.isdisjoint(one.code for one in opened.stimuli)
        assert opened.secret != secret_of(audited).hex()
        shown = {one.code for one in opened.stimuli if one.item == "0-0"}
        twin = next(one.code for one in original.items if one.item == "0-0")
        manifest = ran.get("manifest", PackManifest)
        with pictures_in(pack_files(ran.folder, manifest)) as picture:
            for code in shown & set(manifest.codes):
                np.testing.assert_array_equal(picture(code), read_picture(audited.folder, twin))
        assert read_document(ran.folder / SEALED_KEY, SealedKey).needed == 2
        assert audited.holds("secret")
        assert (audited.folder / "renders").is_dir()
        assert not (audited.folder / NAME).samefile(ran.folder / NAME)
    finally:
        ran.close()
