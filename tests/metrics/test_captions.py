"""CLIPScore from words and images: a tiny CLIP of random weights stands for the published one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.metrics.tiny_clip import write_clip
from tests.services.evaluation.sets import judged, pictures, written
from typer.testing import CliRunner

from synthscope.cli.app import build
from synthscope.errors import FileError, InputError
from synthscope.io import weights as store
from synthscope.metrics.encoders.captions import model_name, text_features
from synthscope.metrics.encoders.transformer import Clip
from synthscope.metrics.sets.prompted import PromptScore
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.records.metric import Layout
from synthscope.services import taking_weights, weights
from synthscope.services.evaluation.prompting import prompted, with_prompt
from synthscope.services.reporting.overview import printed_tables
from synthscope.services.taking_weights import import_weights
from synthscope.worker import mend_torchvision

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
WORDS = "a root in soil"
QUICK = {"metrics": ("clip-score",), "resamples": 20, "side": 48, "controls": False}


@pytest.fixture
def clip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    mend_torchvision()
    for module in (store, taking_weights, weights):
        monkeypatch.setattr(module, "weights_home", lambda: tmp_path / "weights")
    folder = write_clip(tmp_path / "captioned")
    import_weights(folder, lambda _name: None)
    return folder


def test_the_text_is_read_as_transformers_reads_it(clip: Path) -> None:
    from transformers import CLIPModel, CLIPTokenizer

    told = CLIPTokenizer.from_pretrained(clip)([WORDS], return_tensors="pt")
    with torch.no_grad():
        answer = CLIPModel.from_pretrained(clip).eval()(
            **told, pixel_values=torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
        )
    np.testing.assert_allclose(text_features(WORDS), answer.text_embeds[0].numpy(), rtol=1e-4, atol=1e-6)


def test_the_score_is_100_times_the_logits_of_the_whole_model_without_its_temperature(clip: Path) -> None:
    from transformers import CLIPModel, CLIPTokenizer

    pictures_ = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])[None, :, None, None]
    spread = torch.tensor([0.26862954, 0.26130258, 0.27577711])[None, :, None, None]
    model = CLIPModel.from_pretrained(clip).eval()
    with torch.no_grad():
        told = CLIPTokenizer.from_pretrained(clip)([WORDS], return_tensors="pt")
        logits = model(**told, pixel_values=(pictures_ - mean) / spread).logits_per_image / model.logit_scale.exp()
    metric = PromptScore().of_prompt(WORDS)
    rows = Clip().features(pictures_)
    theirs = np.maximum(100 * logits[:, 0].numpy(), 0).mean()
    assert metric.measure(rows, rows, Layout())[""] == pytest.approx(theirs, rel=1e-4, abs=1e-4)


def test_other_words_give_another_direction_and_case_does_not(clip: Path) -> None:
    assert np.linalg.norm(text_features(WORDS)) == pytest.approx(1)
    assert not np.allclose(text_features(WORDS), text_features("a cell"), atol=1e-3)
    np.testing.assert_array_equal(text_features(WORDS), text_features(WORDS.upper()))


def test_a_prompt_that_would_be_cut_off_or_is_empty_is_refused(clip: Path) -> None:
    with pytest.raises(InputError, match="this model reads 75"):
        text_features("root " * 30)
    with pytest.raises(InputError, match="empty"):
        text_features("  ")


def test_weights_that_came_without_their_vocabulary_say_so(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare,) = [card for card in taking_weights.CATALOGUE if card.id == "clip"]
    assert {"vocab.json", "merges.txt"} <= {file.name for file in bare.files}
    (clip / "merges.txt").unlink()
    with pytest.raises(FileError, match=r"lacks merges\.txt"):
        import_weights(clip, lambda _name: None)


def test_an_evaluation_has_the_score_its_floor_and_what_it_depends_on(clip: Path, tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(8))
    made = with_prompt((written(tmp_path, "made", pictures(8, seed=1)),), WORDS)
    card = judged(tmp_path / "card", EvaluationRecipe(real, made, **QUICK))
    (score,) = card.scores
    assert score.settings["prompt"] == WORDS
    assert score.settings["model"] == model_name()
    assert score.settings["scale"] == "max(100 cos, 0)"
    assert score.low <= score.value <= score.high
    assert score.floor_low <= score.floor <= score.floor_high
    assert f"{score.value / 40:.4f}" in " ".join(score.caveats)
    assert score.spread == pytest.approx(np.std([spot for one in card.evidence for spot in one.values], ddof=1))
    (part,) = printed_tables(card, {})
    assert " ± " in part.rows[0][1]


def test_the_spread_is_the_standard_deviation_over_images(clip: Path) -> None:
    text = text_features(WORDS, "cpu")
    aside = np.where(np.arange(len(text)) % 2, text, 0)
    rows = np.stack([text, 2 * text, aside])
    share = 100 * np.linalg.norm(aside) / np.linalg.norm(text)
    assert PromptScore().of_prompt(WORDS).spread(rows) == pytest.approx(np.std([100, 100, share], ddof=1))
    assert np.isnan(PromptScore().of_prompt(WORDS).spread(rows[:1]))


def test_two_prompts_in_one_table_are_refused_or_left_out(clip: Path, tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(8))
    sets = [written(tmp_path, name, pictures(8, seed=i)) for i, name in enumerate(("one", "two"), 1)]
    apart = (*with_prompt((sets[0],), "a root"), *with_prompt((sets[1],), "a cell"))
    with pytest.raises(InputError, match="'one' has 'a root' and 'two' has 'a cell'"):
        judged(tmp_path / "refused", EvaluationRecipe(real, apart, **QUICK))
    with pytest.raises(InputError, match="no prompt is told for 'one'"):
        judged(tmp_path / "none", EvaluationRecipe(real, tuple(sets), **QUICK))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("picture,prompt\na,b\n", "no column 'image'"),
        ("image,prompt\nmade-a.tif,a root\n", "made-b.tif of 'made' is not in the table"),
        ("image,prompt\nmade-a.tif,a root\nmade-b.tif,a cell\n", "has several prompts"),
        ("image,prompt\nmade-a.tif,a root\nmade-a.tif,a cell\n", "names made-a.tif twice"),
        ("image,prompt\nmade-a.tif,\n", "without image or prompt"),
    ],
)
def test_tables_that_do_not_tell_one_prompt_are_refused(tmp_path: Path, table: str, words: str) -> None:
    made = written(tmp_path, "made", pictures(2))
    (tmp_path / "prompts.csv").write_text(table)
    with pytest.raises(InputError, match=words):
        prompted((made,), "", tmp_path / "prompts.csv")
    with pytest.raises(InputError, match="one of both"):
        prompted((made,), "a root", tmp_path / "prompts.csv")


@pytest.mark.parametrize("by", ["prompt", "table"])
def test_the_command_takes_the_words_or_a_table(clip: Path, tmp_path: Path, by: str) -> None:
    written(tmp_path, "real", pictures(8))
    written(tmp_path, "made", pictures(8, seed=1))
    (tmp_path / "p.csv").write_text("image,prompt\n" + "".join(f"made-{one},{WORDS}\n" for one in "abcdefgh"))
    told = ["--prompt", WORDS] if by == "prompt" else ["--prompts", str(tmp_path / "p.csv")]
    quick = ["--metric", "clip-score", "--resamples", "20", "--side", "48", "--no-controls"]
    arguments = ["evaluate", str(tmp_path / "real"), str(tmp_path / "made"), *quick, *told, "--json"]
    found = CliRunner().invoke(build(), arguments)
    assert found.exit_code == 0, found.output
    assert WORDS in found.output
    assert "clip-score" in found.output
