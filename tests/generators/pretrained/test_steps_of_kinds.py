"""Steps of pipelines: how often a network is asked, what it has in mind, and that work ends where it is stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tests.generators.pretrained import tiny
from tests.generators.pretrained.tiny_unclip import decoder, taken

from synthscope.errors import InputError
from synthscope.generators.pretrained.counting import begun, calls_of
from synthscope.generators.pretrained.estimates import estimate
from synthscope.generators.pretrained.loading import load_pipeline
from synthscope.generators.pretrained.stepping import Stepped, stepped
from synthscope.generators.registry import find_spec, resolve
from synthscope.records.events import Preview, Progress
from synthscope.records.generator import Inputs
from synthscope.records.request import Prompts
from synthscope.records.space import Space
from synthscope.worker import mend_torchvision

SPACE = Space("zyxc", (1.0, 1.0, 1.0, 1.0))

ROOTS = Prompts("roots")


@dataclass(frozen=True)
class Case:
    """One task of one generator by one tiny pipeline."""

    generator: str
    kind: str
    task: str
    steps: int
    chosen: dict[str, Any]
    words: Prompts = ROOTS


CASES = [
    Case("sdxl-inpaint", "stable-diffusion-xl", "inpaint", 4, {"steps": 4}),
    Case("sdxl-inpaint", "stable-diffusion-xl", "vary", 2, {"steps": 4, "strength": 0.5}),
    Case("sdxl-inpaint", "stable-diffusion-xl", "vary", 1, {"steps": 4, "strength": 0.01}),
    Case("stable-unclip", "stable-unclip", "vary", 3, {"steps": 3}),
    Case("stable-unclip", "stable-unclip", "vary", 3, {"steps": 3, "guidance": 1.0}),
    Case("kandinsky-2.2", "kandinsky", "synthesize", 5, {"steps": 3, "prior_steps": 2}),
    Case("kandinsky-2.2", "kandinsky", "vary", 5, {"steps": 3, "prior_steps": 2}),
    Case("kandinsky-2.2", "kandinsky", "vary", 3, {"steps": 3, "prior_steps": 2, "words": 0.0}),
    Case("kandinsky-2.2", "kandinsky", "vary", 3, {"steps": 3, "prior_steps": 2}, Prompts()),
    Case("kandinsky-2.2", "kandinsky", "vary", 5, {"steps": 3, "prior_steps": 2}, Prompts("", "cracks")),
    Case("kandinsky-2.2", "kandinsky", "vary", 4, {"steps": 4, "prior_steps": 2, "strength": 0.5}),
    Case("kandinsky-2.2", "kandinsky-inpaint", "inpaint", 5, {"steps": 3, "prior_steps": 2}, Prompts()),
    Case("pixart", "pixart", "synthesize", 3, {"steps": 3}),
    Case("dit", "dit", "synthesize", 3, {"steps": 3}),
    Case("dit", "dit", "synthesize", 3, {"steps": 3, "guidance": 1.0}),
]


@pytest.fixture(autouse=True)
def _torchvision() -> None:
    mend_torchvision()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made: dict[str, str] = {}

    def give(kind: str) -> str:
        if kind not in made:
            made[kind] = str(taken(kind, tmp_path_factory.mktemp("models")))
        return made[kind]

    return give


def job_of(case: Case, model: str, seed: int = 0) -> Any:
    source = np.random.default_rng(1).integers(0, 256, (1, 32, 32, 1)).astype(np.uint8)
    mask = np.zeros((1, 32, 32), bool)
    mask[0, 8:20, 8:24] = True
    made_new = case.task == "synthesize"
    words = case.words if find_spec(case.generator).prompts else Prompts()
    inputs = Inputs(
        case.task, SPACE, None if made_new else source, mask if case.task == "inpaint" else None, model=model,
        size=(1, 32, 32) if made_new else None, limits=((0.0, 255.0),), normalisation=(0.0, 255.0), prompts=words,
    )  # fmt: skip
    parameters = find_spec(case.generator).parameters(**case.chosen)
    return resolve(case.generator).generate(inputs, parameters, seed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.generator}-{case.task}-{case.steps}")
def test_steps_are_told_as_often_as_the_networks_are_asked_and_shown(models, case: Case) -> None:
    events = list(job_of(case, models(case.kind)))
    told = [event.text for event in events if isinstance(event, Progress) and event.text.startswith("step")]
    assert told == [f"step {i} of {case.steps}" for i in range(1, case.steps + 1)]
    shown = [event.pixels for event in events if isinstance(event, Preview)]
    is_solver = case.kind == "pixart"
    assert shown or is_solver
    assert all(np.ptp(picture) > 0 for picture in shown)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_work_that_is_stopped_in_the_prior_or_the_decoder_leaves_no_hook_and_no_thread(models, at: int) -> None:
    case = next(case for case in CASES if case.generator == "kandinsky-2.2" and case.task == "vary")
    model = models(case.kind)
    job = job_of(case, model)
    while not (isinstance(event := next(job), Progress) and event.text.startswith(f"step {at} ")):
        pass
    job.close()
    loaded = load_pipeline(Inputs("vary", SPACE, model=model), case.generator, "auto")
    networks = (loaded.components["unet"], loaded.components["prior_prior"])
    assert not any(network._forward_hooks for network in networks)
    whole = list(job_of(case, model))
    assert isinstance(whole[0], Progress)


SCHEDULES = {
    "DDIMScheduler": {}, "PNDMScheduler": {"skip_prk_steps": True}, "HeunDiscreteScheduler": {},
    "EulerDiscreteScheduler": {}, "DPMSolverMultistepScheduler": {},
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_calls_are_counted_for_schedules_of_every_order(tmp_path, name: str, strength: float) -> None:
    import diffusers

    pipeline = tiny.stable_diffusion(tmp_path / "sd", 9)
    pipeline.scheduler = getattr(diffusers, name)(**SCHEDULES[name])
    pipeline.set_progress_bar_config(disable=True)
    image, mask = torch.zeros(1, 3, 32, 32), torch.ones(1, 1, 32, 32)

    def work() -> Any:
        return pipeline(
            prompt="roots", image=image, mask_image=mask, strength=strength, num_inference_steps=6, height=32, width=32,
            guidance_scale=1.0, generator=torch.Generator().manual_seed(0), output_type="pt",
        )  # fmt: skip

    asked = sum(1 for _ in stepped(pipeline.unet, work))
    assert calls_of(pipeline.scheduler, 6, int(6 * strength)) == asked


def test_a_schedule_that_cannot_be_divided_so_often_is_refused_in_a_sentence() -> None:
    from diffusers import DDIMScheduler

    with pytest.raises(InputError, match=r"DDIMScheduler.* 30 steps.* another number"):
        calls_of(DDIMScheduler(num_train_timesteps=20), 30, 30)


@pytest.mark.parametrize("steps", [*range(1, 60), 999, 1000])
def test_the_least_strength_goes_one_step(steps: int) -> None:
    assert int(steps * begun(0.01, steps)) == max(1, int(steps * 0.01))
    assert int(steps * begun(1.0, steps)) == steps


def known(kind: str, variance: bool, led: int, dtype: torch.dtype = torch.float32) -> tuple[Any, Stepped, torch.Tensor]:
    """Give parts, a step of which the noise is known, and the picture of the latents that lie under it."""
    from diffusers import DDIMScheduler

    torch.manual_seed(3)
    scheduler = DDIMScheduler(prediction_type="v_prediction" if kind == "v" else "epsilon")
    if kind == "movq":
        movq = decoder(None).movq.eval()
        components = {"scheduler": scheduler, "movq": movq}
    else:
        vae = tiny.autoencoder().eval()
        components = {"scheduler": scheduler, "vae": vae}
    clean, noise = torch.randn(2, 4, 16, 16), torch.randn(2, 4, 16, 16)
    kept = scheduler.alphas_cumprod[400]
    sample = kept.sqrt() * clean + (1 - kept).sqrt() * noise
    output = kept.sqrt() * noise - (1 - kept).sqrt() * clean if kind == "v" else noise
    output = torch.cat([output, torch.full_like(output, 9.0)], dim=1) if variance else output
    with torch.no_grad():
        if kind == "movq":
            picture = movq.decode(clean[[led]], force_not_quantize=True).sample
        else:
            picture = vae.decode(clean[[led]] / vae.config.scaling_factor).sample
    loaded = SimpleNamespace(components=components, dtype=dtype)
    return loaded, Stepped(sample, torch.tensor([400, 400]), output), ((picture + 1) / 2).clamp(0, 1)


@pytest.mark.parametrize("kind", ["epsilon", "v", "movq"])
@pytest.mark.parametrize("variance", [False, True])
@pytest.mark.parametrize("led", [-1, 0])
def test_a_preview_is_what_lies_under_the_noise(kind: str, variance: bool, led: int) -> None:
    loaded, step, picture = known(kind, variance, led)
    found = estimate(loaded, step, led)
    assert found is not None
    assert torch.allclose(found, picture, atol=2e-3)


def test_there_is_no_preview_of_embeddings_nor_of_what_is_no_number() -> None:
    loaded, step, _ = known("movq", True, -1)
    assert estimate(loaded, replace(step, sample=torch.zeros(2, 32), output=torch.zeros(2, 32))) is None
    assert estimate(loaded, replace(step, output=torch.full_like(step.output, torch.nan))) is None
    assert estimate(loaded, replace(step, time=None)) is None  # type: ignore[arg-type]
