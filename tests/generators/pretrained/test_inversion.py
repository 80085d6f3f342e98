"""Editing by inversion: the way up and down, the mask of two prompts, and what others' DiffEdit says of both."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from synthscope.errors import ParameterError, Unavailable
from synthscope.generators.pretrained.asked import Asked
from synthscope.generators.pretrained.inversion.ddim import KINDS, Ladder, descend, invert, ladder
from synthscope.generators.pretrained.inversion.diffedit import ALIKE, EMPTY, DiffEdit
from synthscope.generators.pretrained.inversion.ledits import LeditsPP
from synthscope.generators.pretrained.inversion.parameters import DiffEditParameters, LeditsParameters
from synthscope.generators.pretrained.inversion.telling import difference
from synthscope.generators.pretrained.inversion.words import decoded, encoded, led
from synthscope.generators.pretrained.loading import assemble, load_pipeline, quiet
from synthscope.imaging.masks.differences import marked, strongest
from synthscope.jobs.drain import drain
from synthscope.records.events import Noted, Preview, Progress
from synthscope.records.generator import Inputs
from synthscope.records.request import Prompts
from synthscope.records.space import Space
from synthscope.services.pretrained import import_pretrained

from .tiny import save

ROUNDING = 1e-3
"""In colours of 0 to 1: latents that agree to 1e-5 of float32, seen through a decoder of random weights."""
QUICK = DiffEditParameters(steps=6, maps=2)
WORDS = Prompts(source="grains of quartz", target="a web of roots")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    parent = tmp_path_factory.mktemp("models")
    return str(drain(import_pretrained(save("three-levels", parent / "published"), parent, "taken")))


@pytest.fixture
def inputs(model: str) -> Inputs:
    source = np.random.default_rng(3).integers(1000, 60000, (1, 32, 32, 1)).astype(np.uint16)
    space = Space("zyxc", (1.0, 1.0, 1.0, 1.0))
    return Inputs(
        "vary", space, source, limits=((0.0, 65535.0),), model=model, normalisation=(0.0, 65535.0), prompts=WORDS
    )


@pytest.fixture
def pipeline(inputs: Inputs) -> Any:
    from diffusers import StableDiffusionPipeline

    return assemble(StableDiffusionPipeline, load_pipeline(inputs, "diffedit", "float32"))


def image() -> torch.Tensor:
    return torch.rand((1, 3, 32, 32), generator=torch.Generator().manual_seed(1))


def smooth(latents: torch.Tensor, time: int) -> torch.Tensor:
    """Answer as a smooth network would: bending with the latents and with the time."""
    return 0.3 * torch.sin(latents + time / 500)


def found_again(steps: int) -> float:
    from diffusers import DDIMScheduler

    rungs = ladder(DDIMScheduler(beta_schedule="scaled_linear", beta_end=0.012, beta_start=0.00085), steps, 0.8)
    latents = torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    rungs = replace(rungs, kept=rungs.kept.double())
    known = invert(smooth, latents, rungs)
    back = descend(smooth, known[-1], rungs, known, torch.ones(1, 1, 8, 8, dtype=torch.float64))
    return float((back - latents).abs().max())


def test_what_is_inverted_comes_back_with_an_error_that_falls_as_the_steps_grow() -> None:
    errors = [found_again(steps) for steps in (50, 100, 200, 500)]
    orders = [math.log(a / b) / math.log(n) for a, b, n in zip(errors, errors[1:], (2, 2, 2.5), strict=False)]
    assert errors[-1] < 0.02
    assert all(0.8 < order < 1.3 for order in orders), "of first order in the length of a step"


@pytest.mark.parametrize("kind", KINDS)
def test_a_network_that_knows_the_answer_is_followed_there_and_back_exactly(kind: str) -> None:
    kept = torch.tensor([0.999, 0.8, 0.5, 0.1], dtype=torch.float64)
    clean, noise = torch.full((1, 4, 2, 2), 0.7, dtype=torch.float64), torch.full((1, 4, 2, 2), -1.3).double()
    at = {time: kept[k + 1] for k, time in enumerate((10, 20, 30))}
    answers = {
        "epsilon": lambda t: noise,
        "sample": lambda t: clean,
        "v_prediction": lambda t: at[t].sqrt() * noise - (1 - at[t]).sqrt() * clean,
    }
    rungs = Ladder((10, 20, 30), kept, kind)
    start = kept[3].sqrt() * clean + (1 - kept[3]).sqrt() * noise
    back = descend(lambda _, t: answers[kind](t), start, rungs, [clean] * 4, torch.ones(1, 1, 2, 2).double())
    assert torch.allclose(back, kept[0].sqrt() * clean + (1 - kept[0]).sqrt() * noise, atol=1e-6)


def test_outside_of_the_mask_the_latents_come_back_to_the_last_bit() -> None:
    from diffusers import DDIMScheduler

    rungs = ladder(DDIMScheduler(), 10, 0.8)
    latents = torch.randn((1, 4, 8, 8), generator=torch.Generator().manual_seed(0))
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., :3, :] = 1
    known = invert(smooth, latents, rungs)
    made = descend(lambda x, t: -smooth(x, t), known[-1], rungs, known, mask)
    assert torch.equal(made[..., 3:, :], latents[..., 3:, :])
    assert not torch.allclose(made[..., :3, :], latents[..., :3, :], atol=0.1)


def test_more_than_so_many_times_the_mean_of_its_slice_is_marked() -> None:
    differences = np.array([[[1.0, 1.0, 1.0, 5.0]], [[10.0, 10.0, 10.0, 10.0]], [[0.0, 0.0, 0.0, 0.0]]])
    assert marked(differences, 1.5).tolist() == [[[False, False, False, True]], [[False] * 4], [[False] * 4]]
    assert strongest(differences) == 2.5
    assert strongest(differences[2:]) == 0


def test_the_ladder_refuses_more_steps_than_the_model_knows() -> None:
    from diffusers import DDIMScheduler

    with pytest.raises(Unavailable, match="not 101"):
        ladder(DDIMScheduler(num_train_timesteps=100), 101, 0.8)


def oracle(pipeline: Any) -> Any:
    """Give the DiffEdit of diffusers, which nobody keeps up: these tests say when it is gone."""
    import diffusers

    kind = getattr(diffusers, "StableDiffusionDiffEditPipeline", None)
    if kind is None:
        pytest.skip(f"diffusers {diffusers.__version__} has no DiffEdit any more; ours does not need it")
    with quiet():
        inverse = diffusers.DDIMInverseScheduler.from_config(pipeline.scheduler.config)
        parts = {name: part for name, part in pipeline.components.items() if name != "image_encoder"}
        theirs = kind(**parts, inverse_scheduler=inverse, requires_safety_checker=False)
    theirs.set_progress_bar_config(disable=True)
    return theirs


def test_the_inversion_and_the_way_back_are_those_of_diffusers(pipeline: Any) -> None:
    theirs = oracle(pipeline)
    latents = encoded(pipeline, image())
    with quiet():
        up = theirs.invert(WORDS.source, latents, num_inference_steps=10, guidance_scale=1.0, inpaint_strength=0.8)
        down = theirs(
            WORDS.target, mask_image=torch.ones(1, 1, 16, 16), image_latents=up.latents, num_inference_steps=10,
            guidance_scale=5.0, inpaint_strength=0.8, output_type="latent",
        ).images  # fmt: skip
    rungs = ladder(pipeline.scheduler, 10, 0.8)
    known = invert(led(pipeline, WORDS.source, "", 1.0), latents, rungs)
    assert torch.allclose(torch.stack(known[:0:-1], 1), up.latents, atol=1e-4)
    made = descend(led(pipeline, WORDS.target, "", 5.0), known[-1], rungs, known, torch.ones(1, 1, 16, 16))
    assert torch.allclose(made, down, atol=1e-3)


def test_the_mask_is_that_of_diffusers_whatever_its_guidance(pipeline: Any) -> None:
    theirs = oracle(pipeline)
    latents = encoded(pipeline, image())
    with quiet():
        mask = theirs.generate_mask(
            latents, WORDS.target, source_prompt=WORDS.source, num_maps_per_mask=1, num_inference_steps=10,
            guidance_scale=7.5, generator=torch.Generator().manual_seed(5),
        )  # fmt: skip
    two = tuple(led(pipeline, words, "", 1.0) for words in (WORDS.source, WORDS.target))
    rungs = ladder(pipeline.scheduler, 10, 0.5)
    ours = difference(two, latents, rungs, 1, torch.Generator().manual_seed(5))[0].double().numpy()
    assert (marked(ours, 1.5) == mask.astype(bool)).mean() > 0.99
    assert 0 < mask.mean() < 1


def events_of(job: Any) -> tuple[list[Any], np.ndarray]:
    events = []
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return events, end.value


def test_equal_prompts_mark_nothing_and_leave_the_image_with_a_sentence(inputs: Inputs) -> None:
    same = replace(inputs, prompts=Prompts(source="grains", target="grains"))
    assert not drain(DiffEdit().differences(same, QUICK, 1)).any()
    events, made = events_of(DiffEdit().generate(same, QUICK, 1))
    assert np.array_equal(made, inputs.source)
    assert [note for one in events if isinstance(one, Noted) for note in one.remarks] == [EMPTY]


def test_the_mask_by_itself_then_used_gives_what_one_run_gives(inputs: Inputs) -> None:
    mask = marked(drain(DiffEdit().differences(inputs, QUICK, 4)), QUICK.threshold)
    assert mask.dtype == bool
    assert mask.shape == inputs.source.shape[:3]
    assert 0 < mask.mean() < 0.6
    told, at_once = events_of(DiffEdit().generate(inputs, QUICK, 4))
    (noted,) = [one.mask for one in told if isinstance(one, Noted) and one.mask is not None]
    assert np.array_equal(noted, mask)
    events, by_hand = events_of(DiffEdit().generate(replace(inputs, mask=mask), QUICK, 4))
    assert at_once.tobytes() == by_hand.tobytes()
    assert np.array_equal(at_once[~mask], inputs.source[~mask])
    assert not np.array_equal(at_once[mask], inputs.source[mask])
    assert ALIKE in [note for one in events if isinstance(one, Noted) for note in one.remarks]


def test_the_bar_of_an_edit_only_grows_and_ends_full(inputs: Inputs) -> None:
    events, _ = events_of(DiffEdit().generate(inputs, QUICK, 4))
    bar = [one.fraction for one in events if isinstance(one, Progress)]
    halves = [one for one in bar if one >= 0.5]
    assert bar == sorted(bar)
    assert bar[-1] == 1.0
    assert len(bar) - len(halves) == 2 * QUICK.maps, "the last step of the mask is half of all"
    assert any(isinstance(one, Preview) for one in events)


@pytest.mark.parametrize("kind", [DiffEdit, LeditsPP])
def test_work_that_is_cancelled_within_the_inversion_leaves_the_network_as_it_was(inputs: Inputs, kind: type) -> None:
    record = QUICK if kind is DiffEdit else LeditsParameters(steps=6)
    given = replace(inputs, mask=np.ones((1, 32, 32), bool))
    loaded = load_pipeline(inputs, kind.identity, "auto")
    before = {name: type(one) for name, one in loaded.denoiser.attn_processors.items()}
    whole = drain(kind().generate(given, record, 2))
    job = kind().generate(given, record, 2)
    for _ in range(4):
        next(job)
    job.close()
    assert {name: type(one) for name, one in loaded.denoiser.attn_processors.items()} == before
    assert not loaded.denoiser._forward_hooks
    assert drain(kind().generate(given, record, 2)).tobytes() == whole.tobytes()


@pytest.mark.parametrize(("source", "steps"), [("", 12), ("grains", 18)])
def test_a_source_prompt_costs_ledits_a_second_call_on_the_way_up(inputs: Inputs, source: str, steps: int) -> None:
    given = replace(inputs, prompts=Prompts(source=source, target="roots"))
    events, _ = events_of(LeditsPP().generate(given, LeditsParameters(steps=6), 2))
    told = [one.text for one in events if isinstance(one, Progress)]
    assert told[-1] == f"step {steps} of {steps}"


def test_the_direction_of_an_edit_can_be_reversed_and_a_mask_bounds_it(inputs: Inputs) -> None:
    record = LeditsParameters(steps=6)
    mask = np.zeros((1, 32, 32), bool)
    mask[:, 8:24, 8:24] = True
    given = replace(inputs, mask=mask)
    there, away = (drain(LeditsPP().generate(given, replace(record, reverse=one), 2)) for one in (False, True))
    assert not np.array_equal(there, away)
    assert np.array_equal(there[~mask], inputs.source[~mask])


def test_a_warm_up_that_leaves_no_step_is_refused(inputs: Inputs) -> None:
    with pytest.raises(ParameterError, match="warm-up of 6"):
        drain(LeditsPP().generate(inputs, LeditsParameters(steps=6, warmup=6), 2))


def test_a_network_of_two_levels_is_refused_in_a_sentence(inputs: Inputs, tmp_path: Path) -> None:
    flat = drain(import_pretrained(save("stable-diffusion", tmp_path / "published"), tmp_path, "flat"))
    with pytest.raises(Unavailable, match="quarter of its latents"):
        drain(LeditsPP().generate(replace(inputs, model=str(flat)), LeditsParameters(steps=6), 2))


def ledits_latents(inputs: Inputs, record: LeditsParameters) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the colours that LEDITS++ makes of an image, and those that the autoencoder alone makes of it."""
    editor, loaded = LeditsPP(), load_pipeline(inputs, "ledits-pp", "float32")
    pipeline = editor.pipeline(loaded, inputs, record)
    random = torch.Generator().manual_seed(3)
    with quiet():
        made = editor.ask(pipeline, Asked("vary", 32, 32, inputs.prompts, record, random, image()))
    return made, decoded(pipeline, encoded(pipeline, image()))


@pytest.mark.parametrize(("steps", "skip"), [(1, 0.0), (6, 0.15), (16, 0.6)])
def test_without_guidance_ledits_finds_the_latents_again_though_the_network_knows_nothing(
    inputs: Inputs, steps: int, skip: float
) -> None:
    plain = replace(inputs, prompts=Prompts(target="roots"))
    made, known = ledits_latents(plain, LeditsParameters(steps=steps, skip=skip, guidance=0))
    assert torch.allclose(made, known, atol=ROUNDING)
    edited, _ = ledits_latents(plain, LeditsParameters(steps=steps, skip=skip, guidance=7))
    assert not torch.allclose(edited, known, atol=1e-2)


def test_a_source_prompt_leads_only_the_way_up_so_that_ledits_then_finds_another_image(inputs: Inputs) -> None:
    made, known = ledits_latents(inputs, LeditsParameters(steps=6, guidance=0))
    assert not torch.allclose(made, known, atol=1e-2)
    made, known = ledits_latents(inputs, LeditsParameters(steps=6, guidance=0, source_guidance=0))
    assert torch.allclose(made, known, atol=ROUNDING), "it leads nothing"
    once, _ = ledits_latents(inputs, LeditsParameters(steps=6, guidance=0, source_guidance=1))
    assert torch.isfinite(once).all()


def test_a_source_prompt_that_is_to_lead_by_a_part_is_refused(inputs: Inputs) -> None:
    with pytest.raises(ParameterError, match=r"inversion is 0\.5; give 0"):
        drain(LeditsPP().generate(inputs, LeditsParameters(steps=6, source_guidance=0.5), 2))


def test_both_prompts_lead_whole_and_as_they_were_told(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the reference study's notebook an index made letters of DiffEdit's prompts, and its edits came out empty."""
    from transformers import CLIPTokenizer

    words = Prompts(source="grains of sand, pale and round", target="roots in soil, dark and thin")
    told: list[str] = []
    read = CLIPTokenizer.__call__

    def overheard(self: Any, text: Any, *rest: Any, **more: Any) -> Any:
        told.extend([text] if isinstance(text, str) else text)
        return read(self, text, *rest, **more)

    monkeypatch.setattr(CLIPTokenizer, "__call__", overheard)
    events_of(DiffEdit().generate(replace(inputs, prompts=words), QUICK, 1))
    assert {words.source, words.target} <= set(told) <= {words.source, words.target, ""}
