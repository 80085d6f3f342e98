"""The curves of a training: what is drawn, what is said, what stays where somebody looked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from synthscope.qt.theme import Tokens
from synthscope.qt.training_curves import DRAWN, GROUPS, TrainingCurves, current_words, series, training_plot
from synthscope.records.events import Measured
from synthscope.records.training import FIGURES

LOSS, SPECTRUM = GROUPS[0], next(group for group in GROUPS if group.names == ("spectrum_distance",))
POINTS = (
    Measured(10, {"loss": 4.0, "gradient_norm": 1.0}),
    Measured(20, {"loss": 1.0, "held_out_loss": 0.4, "spectrum_distance": 0.5, "spectrum_distance_real": 0.2}),
    Measured(30, {"loss": 0.3, "held_out_loss": 0.5, "spectrum_distance": 0.3, "spectrum_distance_real": 0.2}),
)


@pytest.fixture
def curves(shown: Callable[..., TrainingCurves], tokens: Tokens) -> TrainingCurves:
    return shown(TrainingCurves(), tokens)


def test_set_get_equal(curves: TrainingCurves) -> None:
    curves.set_value(POINTS)
    assert curves.value() == POINTS


def test_every_figure_of_a_training_is_in_one_group() -> None:
    assert sorted(name for group in GROUPS for name in group.names) == sorted(FIGURES)


def test_points_without_a_figure_leave_its_curve_alone() -> None:
    steps, values = series(POINTS, "held_out_loss")
    assert steps.tolist() == [20, 30]
    assert values.tolist() == [0.4, 0.5]
    assert training_plot(POINTS[:1], SPECTRUM) is None


def test_both_losses_share_a_plot_that_turns_logarithmic_when_they_span_much() -> None:
    plot = training_plot(POINTS, LOSS)
    assert plot is not None
    assert [curve.name for curve in plot.curves] == [FIGURES["held_out_loss"].title, FIGURES["loss"].title]
    assert plot.log_y
    late = training_plot(POINTS[1:], LOSS)
    assert late is not None
    assert not late.log_y


def test_real_against_real_is_a_dashed_level_over_all_steps() -> None:
    plot = training_plot(POINTS, SPECTRUM)
    assert plot is not None
    level = plot.curves[1]
    assert (level.name, level.kind) == ("real against real", "level")
    assert level.x.tolist() == [20, 30]
    assert level.y.tolist() == [0.2, 0.2]


def test_the_current_value_is_said_with_the_lowest_and_the_level() -> None:
    words = current_words(POINTS, LOSS)
    assert "Loss on held-out patches: 0.5 at step 30, lowest 0.4" in words
    assert "Loss on training patches: 0.3 at step 30, the lowest so far" in words
    assert current_words(POINTS, SPECTRUM).endswith("real against real 0.2")
    assert current_words((), LOSS) == ""


def test_a_new_point_is_drawn_and_a_zoom_stays(curves: TrainingCurves, qtbot: QtBot) -> None:
    curves.set_value(POINTS[1:])
    view = curves.curves._canvas.getPlotItem().vb
    view.setRange(xRange=(22, 24), yRange=(0.1, 0.2), padding=0)
    curves.add(Measured(40, {"loss": 0.25, "held_out_loss": 0.45}))
    qtbot.waitUntil(lambda: curves.curves.value().curves[0].x[-1] == 40)
    assert view.viewRange()[0] == pytest.approx([22, 24])
    curves.set_group("Spectrum: distance to held-out")
    qtbot.waitUntil(lambda: view.viewRange()[0] != pytest.approx([22, 24]))


def test_figures_that_were_not_told_are_greyed(curves: TrainingCurves) -> None:
    curves.set_value(POINTS)
    enabled = [curves.figure.model().item(i).isEnabled() for i in range(len(GROUPS))]
    told = {group.title for group, on in zip(GROUPS, enabled, strict=True) if on}
    assert told == {"Loss", "Spectrum: distance to held-out", "Gradient norm"}


def test_a_night_of_points_is_thinned_for_the_screen_and_keeps_its_ends() -> None:
    points = [Measured(step, {"gradient_norm": float(step)}) for step in range(5 * DRAWN)]
    group = next(group for group in GROUPS if group.names == ("gradient_norm",))
    plot = training_plot(points, group)
    assert plot is not None
    assert len(plot.curves[0].x) == DRAWN
    assert plot.curves[0].x[[0, -1]].tolist() == [0, 5 * DRAWN - 1]


def test_a_loss_that_is_no_number_is_no_fault(curves: TrainingCurves) -> None:
    curves.set_value((Measured(1, {"loss": float("nan")}), Measured(2, {"loss": np.inf})))
    curves.grab()
    assert "nan" in current_words((Measured(1, {"loss": float("nan")}),), LOSS)


def test_rivals_share_a_plot_of_losses_and_one_of_gradients() -> None:
    names = [group.names for group in GROUPS]
    assert names[0] == ("held_out_loss", "loss", "base_loss")
    assert ("generator_loss", "discriminator_loss") in names
    assert ("generator_gradient", "discriminator_gradient") in names
    point = Measured(10, {"generator_loss": 0.7, "discriminator_loss": 1.3})
    plot = training_plot([point], GROUPS[names.index(("generator_loss", "discriminator_loss"))])
    assert plot is not None
    assert [curve.kind for curve in plot.curves] == ["figure", "other"]


def test_a_training_that_tells_no_loss_shows_what_it_tells(curves: TrainingCurves) -> None:
    curves.set_value([Measured(10, {"generator_loss": 0.7, "discriminator_loss": 1.3, "progress": 0.1})])
    assert curves.group().title == "Loss of both rivals"
    assert curves.curves.value() is not None


def test_the_loss_of_a_base_is_a_level_beside_those_of_its_adapter() -> None:
    points = [Measured(n, {"held_out_loss": 1.0 - n / 10, "loss": 0.9, "base_loss": 1.1}) for n in (1, 2, 3)]
    group = next(one for one in GROUPS if "base_loss" in one.names)
    plot = training_plot(points, group)
    assert plot is not None
    assert [(curve.name, curve.kind) for curve in plot.curves][0::2] == [
        ("Loss on held-out patches", "figure"), ("Loss of the base alone", "level")
    ]  # fmt: skip
    assert current_words(points, group).splitlines()[-1] == "Loss of the base alone: 1.1 at step 3"
