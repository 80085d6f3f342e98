from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import FileError, InputError
from synthscope.io.figures import Panel, contrast_of, write_figure
from synthscope.io.scale_bar import scale_bar

UNITS = st.sampled_from(["nm", "µm", "mm", "pixel", "ly"])


@given(width=st.integers(10, 10_000), step=st.floats(1e-6, 1e6), unit=UNITS)
def test_scale_bar_is_1_2_or_5_and_at_most_a_quarter_of_the_width(width: int, step: float, unit: str) -> None:
    bar = scale_bar(width, step, unit)
    assert 0.25 * width / 2.5 - 1e-6 <= bar.pixels <= 0.25 * width * (1 + 1e-6)
    assert float(bar.text.split()[0]) > 0
    assert f"{float(bar.text.split()[0]):.1e}"[0] in "125"


@pytest.mark.parametrize(
    ("step", "unit", "text", "pixels"),
    [
        (0.0024, "mm", "200 µm", 83.3333),
        (0.5, "µm", "50 µm", 100),
        (1, "pixel", "100 px", 100),
        (0.1, "inch", "10 in", 100),
    ],
)
def test_scale_bar_is_said_in_a_handy_unit(step: float, unit: str, text: str, pixels: float) -> None:
    bar = scale_bar(400, step, unit)
    assert bar.text == text
    assert bar.pixels == pytest.approx(pixels)


@pytest.fixture
def panels(rng: np.random.Generator) -> list[Panel]:
    pixels = rng.integers(1000, 3000, (40, 60), np.uint16)
    mask = np.zeros(pixels.shape, bool)
    mask[10:20, 10:20] = True
    return [Panel(pixels, "source"), Panel(pixels // 2, "half", mask), Panel(np.zeros((40, 60, 3), np.uint8), "colour")]


def test_png_and_svg_are_written_alike_each_time(tmp_path: Path, panels: list[Panel]) -> None:
    for name in ("a.png", "a.svg", "a.pdf"):
        write_figure(tmp_path / name, panels, step=(0.5, 0.5), unit="µm")
    picture = imagecodecs.png_decode((tmp_path / "a.png").read_bytes())
    assert picture.shape[1] > 3 * 60
    first = (tmp_path / "a.svg").read_bytes()
    write_figure(tmp_path / "a.svg", panels, step=(0.5, 0.5), unit="µm")
    assert (tmp_path / "a.svg").read_bytes() == first
    text = first.decode()
    assert "5 µm" in text
    assert "Synthetic voxels outlined." in text
    assert ">source<" in text
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pdf", "a.png", "a.svg"]


def test_contrast_is_shared_and_that_of_the_first_panel(panels: list[Panel]) -> None:
    low, high = contrast_of(panels)
    assert (low, high) == tuple(np.quantile(panels[0].pixels, (0.001, 0.999)))
    assert contrast_of([Panel(np.full((3, 3), np.nan)), Panel(np.full((3, 3), 7.0))]) == (7.0, 8.0)


def test_figure_without_mask_names_no_outline(tmp_path: Path, panels: list[Panel]) -> None:
    write_figure(tmp_path / "a.svg", panels[:1], caption="Soil.")
    assert "outlined" not in (tmp_path / "a.svg").read_text()


def test_what_is_no_picture_is_refused(tmp_path: Path, panels: list[Panel]) -> None:
    with pytest.raises(FileError, match=r"end it with \.png, \.svg or \.pdf"):
        write_figure(tmp_path / "a.bmp", panels)
    for wrong in ([], [Panel(np.zeros((2, 3, 4, 5)))], [Panel(np.zeros((4, 4)), synthetic=np.zeros((4, 5), bool))]):
        with pytest.raises(InputError):
            write_figure(tmp_path / "a.png", wrong)
    assert list(tmp_path.iterdir()) == []
