"""What is shown before a run is what leads it: the same map, slice by slice, whatever leads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.generators.pretrained.tiny import save

from synthscope.errors import InputError
from synthscope.generators.pretrained.control.leading import Led
from synthscope.generators.pretrained.control.parameters import CannyParameters, HoleParameters
from synthscope.generators.registry import resolve
from synthscope.imaging.regions import painted
from synthscope.jobs.drain import drain
from synthscope.records.control import Lead, lead_of
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.leading import Leading, edges_job, led_slice, scale_of
from synthscope.services.live import live_task
from synthscope.services.making import make_pixels
from synthscope.services.planning import Plan, plan
from synthscope.services.pretrained import import_pretrained
from synthscope.services.tasks import Task

AXES = {"zyx": (4, 40, 44), "yx": (40, 44), "tyx": (3, 40, 44), "zcyx": (3, 3, 40, 44), "tzyx": (2, 3, 40, 44),
        "yxs": (40, 44, 3)}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("hub")
    return str(drain(import_pretrained(save("controlnet", folder / "tiny"), folder / "models")))


def rough(axes: str, dtype: str, seed: int = 1) -> np.ndarray:
    shape = AXES[axes]
    smooth = tuple(3 if axis in "yx" else 0 for axis in axes)
    values = gaussian_filter(np.random.default_rng(seed).normal(size=shape), smooth)
    top = 1.0 if dtype.startswith("float") else np.iinfo(dtype).max
    return (np.interp(values, (values.min(), values.max()), (0, 1)) * top).astype(dtype)


def shown_in_run(task: Task, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, np.ndarray]]:
    """Catch what leads each slice while one candidate is made."""
    seen: list[tuple[int, np.ndarray]] = []
    beside = Led.beside

    def watched(self: Led, inputs: Any, parameters: Any, colours: Any, z: int) -> Any:
        found = beside(self, inputs, parameters, colours, z)
        seen.append((z, found))
        return found

    monkeypatch.setattr(Led, "beside", watched)
    drain(make_pixels(task, resolve(task.spec.id), 0))
    return seen


def before_run(planned: Plan, image: Image, at: dict[str, int]) -> np.ndarray | None:
    assert planned.region is not None
    assert planned.card is not None
    lead = lead_of(planned.choice.parameters)
    assert lead is not None
    scale = scale_of(image, planned.region, planned.mask, planned.card)
    return led_slice(Leading(image, planned.region, lead, scale, planned.choice.reference), at)


@pytest.mark.parametrize(
    ("axes", "dtype", "control", "second"),
    [
        ("zyx", "uint16", "edges of the image", None),
        ("yx", "uint8", "edges of the image", None),
        ("tyx", "float32", "edges of the image", None),
        ("zcyx", "uint16", "edges of the image", None),
        ("tzyx", "uint16", "edges of the image", None),
        ("yxs", "uint8", "edges of the image", None),
        ("zyx", "uint16", "edges of the control image", ("zyx", "uint16")),
        ("zyx", "uint16", "edges of the control image", ("yx", "float32")),
        ("tzyx", "uint16", "the control image as levels", ("tzyx", "float64")),
        ("zyx", "uint8", "the control image as it is", ("yxs", "uint8")),
        ("yxs", "uint8", "the control image as labels", ("yx", "int32")),
    ],
)
def test_what_is_shown_before_a_run_is_what_leads_it(
    model: str, monkeypatch: pytest.MonkeyPatch, axes: str, dtype: str, control: str, second: tuple[str, str] | None
) -> None:
    image = Image(rough(axes, dtype), Space(axes), "rock")
    given = None if second is None else Image(rough(*second, seed=5), Space(second[0]), "control")
    parameters = CannyParameters(steps=1, guidance=1.0, control=control, sigma=1.0)  # type: ignore[arg-type]
    choice = Choice("vary", "controlnet-canny", parameters, model=model, reference=given, region=box_of(axes))
    planned = plan(image, None, None, choice)
    seen = shown_in_run(live_task(planned, image, None), monkeypatch)
    places = [(t, z) for t in range(2 if axes == "tzyx" else 1) for z in range(1 if axes in ("yx", "yxs") else 2)]
    assert len(seen) == len(places)
    for (t, z), (block_z, picture) in zip(places, seen, strict=True):
        assert block_z == z
        first = 1 if axes != "tyx" else 0
        at = {"z": z + first, "t": t if axes == "tzyx" else z + first}
        shown = before_run(planned, image, at)
        assert shown is not None
        assert np.array_equal(shown, picture)
        assert 0 < shown.mean() < 1
    if axes == "zyx":
        assert before_run(planned, image, {"z": 3}) is None, "this slice is not made"


def box_of(axes: str) -> Region:
    """A region that leaves out a border, and slices at both ends where there are enough."""
    inner = {"y": (3, 38), "x": (2, 40), "z": (1, 3)}
    pairs = [inner.get(a, (0, 2 if a == "t" else 3)) for a in axes]
    return Region(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def test_a_fill_is_led_by_its_control_image_in_the_region_of_context(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = Image(rough("zyx", "uint16"), Space("zyx"), "rock")
    mask = np.zeros(image.shape, bool)
    mask[2, 15:25, 18:30] = True
    control = Image(rough("zyx", "uint8", 7), Space("zyx"), "control")
    parameters = HoleParameters(steps=1, guidance=1.0, control="edges of the control image", sigma=1.0)
    choice = Choice("inpaint", "controlnet-inpaint", parameters, model=model, reference=control, context=6)
    planned = plan(image, painted(mask), mask, choice)
    assert planned.region is not None
    assert planned.region.shape[1:] == (22, 24)
    ((_, picture),) = shown_in_run(live_task(planned, image, None), monkeypatch)
    shown = before_run(planned, image, {"z": 2})
    assert shown is not None
    assert np.array_equal(shown, picture)
    assert shown.any()


def test_a_whole_map_is_that_of_each_slice_and_needs_no_model(model: str) -> None:
    image = Image(rough("zyx", "uint16"), Space("zyx", (2.0, 1.0, 1.0), "µm"), "rock.tif")
    lead = Lead("edges of the image", 1.0, 0.05, 0.15)
    found = drain(edges_job(image, lead))
    assert (found.dtype, found.name, found.space.voxel_size) == (np.uint8, "rock-edges", (2.0, 1.0, 1.0))
    choice = Choice("vary", "controlnet-canny", CannyParameters(sigma=1.0), model=model)
    planned = plan(image, None, None, choice)
    for z in range(4):
        shown = before_run(planned, image, {"z": z})
        assert shown is not None
        assert np.array_equal(found.pixels[z] > 0, shown[..., 0] > 0)


def test_images_of_other_channels_have_no_map_in_a_sentence() -> None:
    image = Image(np.zeros((5, 20, 20), np.uint8), Space("cyx"), "five")
    with pytest.raises(InputError, match="five has 5 channels"):
        drain(edges_job(image, Lead("edges of the image", 1.0, 0.05, 0.15)))


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (Image(np.zeros((40, 40), np.uint8), Space("yx"), "c"), r"is 40 × 40 \(yx\), rock 4 × 40 × 44 \(zyx\)"),
        (Image(np.zeros((3, 40, 44), np.uint8), Space("zyx"), "c"), "the same slices or one for all"),
        (Image(np.zeros((5, 40, 44), np.uint8), Space("cyx"), "c"), "has 5 channels"),
        (Image(np.zeros((40, 44), np.complex64), Space("yx"), "c"), "values of type complex64"),
    ],
)
def test_a_control_image_that_does_not_fit_is_refused_before_a_run(model: str, control: Image, said: str) -> None:
    image = Image(rough("zyx", "uint16"), Space("zyx"), "rock")
    parameters = CannyParameters(control="the control image as it is")
    choice = Choice("vary", "controlnet-canny", parameters, model=model, reference=control)
    with pytest.raises(InputError, match=said):
        plan(image, None, None, choice)
    with pytest.raises(InputError, match="takes no second image"):
        plan(image, None, None, replace(choice, generator="quilt", parameters=None, model=""))
