"""A blinded study by the Python face alone: from folders of images to a pack that anybody can check."""

from __future__ import annotations

import inspect
from pathlib import Path

import numpy as np
import pytest

import synthscope
from synthscope.cli import studying
from synthscope.errors import InputError, ParameterError
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.study import AnalysisPlan, Plan, Rendering
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_simulation import SimulatedRater
from synthscope.services.studies.dry_run import rate_as
from synthscope.services.studies.freezing import key_before
from synthscope.services.studies.work import study_of

study = synthscope.study
PHRASE = "only Emmy knows it"
PLAN = Plan(raters=2, per_arm=8, lag=5, training=2, catches=2)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name in ("scans", "networks"):
        (tmp_path / name).mkdir()
        for number in range(4):
            pixels = np.clip(rng.normal(120, 30, (128, 128)), 0, 255).astype(np.uint8)
            write_image(tmp_path / name / f"{name}{number}.tif", Image(pixels, Space("yx", (1.0, 1.0), "µm")))
    return tmp_path


def rate(folder: Path, out: Path) -> None:
    """Freeze, and let simulated raters answer: they have to know what nobody can know afterwards."""
    with study_of(folder) as opened:
        key = key_before(opened)
    study.freeze(folder, [folder.parent / "emmy.json"], by="Ada")
    with study_of(folder) as opened:
        manifest = opened.get("manifest", PackManifest)
    out.mkdir()
    for number, slot in enumerate(manifest.slots):
        rate_as(SimulatedRater(2.0), manifest, slot, key, np.random.default_rng(number), out)


def test_a_study_goes_from_images_to_a_pack_that_holds(images: Path) -> None:
    folder = images / "study"
    design = study.create(
        folder, images / "scans", images / "networks", fields=12, side=64, title="Textures", plan=PLAN,
        signers=("Emmy",), rendering=Rendering(side=64), analysis=AnalysisPlan(resamples=100),
    )  # fmt: skip
    assert [(arm.name, arm.is_real, len(arm.images)) for arm in design.arms] == [
        ("scans", True, 12), ("networks", False, 12),
    ]  # fmt: skip
    assert study.status(folder) == ("draft", ())
    (curve,) = study.power(folder, raters=(2,), per_arm=(8,), runs=10, sensitivity=4.0)
    assert curve.y[0] > 0.3
    report = study.audit(folder, permutations=19)
    if report.undecided:
        report = study.decide(folder, "all", reason="Both are noise.", by="Ada")
    assert report.passes
    rehearsed = study.rehearse(folder, by="Ada", sensitivity=2.0, seed=3)
    assert (rehearsed.analysis.blind, rehearsed.design) == (False, design)
    with pytest.raises(ParameterError, match="10"):
        study.rehearse(folder, by="Ada", sensitivity=11.0)

    study.holder(images / "emmy.json", name="Emmy", passphrase=PHRASE)
    with pytest.raises(InputError, match="is there already"):
        study.holder(images / "emmy.json", name="Eve", passphrase=PHRASE)
    rate(folder, images / "answers")
    assert study.import_answers(folder, [images / "answers"]).added > 0
    state, raters = study.status(folder)
    assert (state, [one.finished for one in raters]) == ("collecting", [True, True])
    assert len(study.close(folder, by="Ada", reason="All are done.")) == 64
    assert study.screen(folder, by="Ada", exclude={"rater-002": "Half a screen."}).excluded.keys() >= {"rater-002"}
    assert study.analyse(folder).blind
    with pytest.raises(InputError, match="once it is unblinded"):
        study.beside(folder)

    request = study.ask(folder, images / "request.json", reason="The blind analysis stands.")
    signed = study.sign(request, images / "emmy.json", images / "signed.json", passphrase=PHRASE)
    assert not study.unblind(folder, [signed], by="Ada").blind
    assert any(one.subject for one in study.beside(folder, metrics=["spectrum"]).values)
    assert "Textures" in study.report(folder, images / "study.html").read_text(encoding="utf-8")
    pack = study.publish(folder, images / "pack", by="Ada")
    assert study.verify(pack, ratepack=folder / "packs").holds
    assert "imrmc.csv" in {path.name for path in study.export(folder, images / "tables")}


def test_it_has_the_verbs_of_the_command_line_but_those_of_a_rater_and_of_a_server() -> None:
    verbs = {
        name: one for name, one in inspect.getmembers(study, inspect.isfunction)
        if one.__module__ == "synthscope.face.study"
    }  # fmt: skip
    commands = {one.name or one.callback.__name__ for one in studying.build().registered_commands}
    assert verbs.keys() == commands - {"import", "rate", "install", "free", "notes"} | {"import_answers"}
    for name, verb in verbs.items():
        kinds = {one.name: one.kind for one in inspect.signature(verb).parameters.values()}
        told = [kinds[word] for word in ("by", "reason", "passphrase") if word in kinds]
        assert verb.__doc__, name
        assert set(told) <= {inspect.Parameter.KEYWORD_ONLY}, name
