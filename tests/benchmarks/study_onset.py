"""From an answer to the next picture on the screen, and whether real and synthetic pictures come equally fast.

``xvfb-run -a python -m tests.benchmarks.study_onset [--side 512] [--slices 1] [--trials 200]``: a real window answers a
pack by key events. The pause between trials is subtracted. Arms differ as much as pictures can: one is flat, the other
noise. Equivalence: two one-sided tests of trimmed means with a margin of 5 ms.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from qtpy.QtCore import QEventLoop, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication
from scipy import stats

from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.rating.session import RatingSession
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.writing import write_pack
from synthscope.studies.store.responses import Responses

MARGIN_MS = 5.0
LIMIT_MS = 100.0
INTERVAL = 300
TRIM = 0.2
"""Part of the times that is left out at either end: other programs of the computer are not what is asked for."""
PICTURES = 20
"""Of each arm; even numbers are of one arm, odd ones of the other."""


def pack_in(folder: Path, side: int, slices: int, trials: int) -> Path:
    """Write the pack: arms in a random order, each equally often."""
    rng = np.random.default_rng(0)
    shape = (slices, side, side, 1)
    codes = tuple(f"{n:04d}" for n in range(2 * PICTURES))
    noise = rng.integers(0, 256, shape, dtype=np.uint8)
    arms = rng.permutation(np.arange(trials) % 2)
    shown = [Trial(f"t{n}", 1, (codes[2 * (n % PICTURES) + arm],)) for n, arm in enumerate(arms)]
    manifest = PackManifest(
        "s", "x", "real-or-synthetic", (Question("q", "confidence", "Real?"),), Showing(least=0, interval=INTERVAL),
        shape, codes, (Slot("a", False, tuple(shown)),),
    )  # fmt: skip
    return write_pack(
        folder / "s.ratepack", manifest, lambda code: noise if int(code) % 2 else np.full(shape, 128, np.uint8)
    )


def press(window: RatingWindow, key: int) -> None:
    QTest.keyClick(window, key)


def check_display(window: RatingWindow) -> None:
    """Go through what comes before the first picture."""
    press(window, Qt.Key.Key_Return)
    for key in (*[Qt.Key.Key_Return] * 3, Qt.Key.Key_Y, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return):
        press(window, key)


def measured(window: RatingWindow, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Answer every trial; give the ms from each answer to the next picture less the pause, and the arm of that one."""
    drawn: list[float] = []
    window.canvas.drawn.connect(lambda: drawn.append(time.perf_counter()))
    check_display(window)
    waits, arms, answered = [], [], 0.0
    for number in range(trials):
        while window.session.step != "shown":
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if number:
            assert window.session.trial is not None
            waits.append(1000 * (drawn[-1] - answered) - INTERVAL)
            arms.append(int(window.session.trial.places[0]) % 2)
        press(window, Qt.Key.Key_3)
        answered = time.perf_counter()
        press(window, Qt.Key.Key_Return)
    return np.array(waits), np.array(arms)


def tost(first: np.ndarray, second: np.ndarray, margin: float) -> tuple[float, float, float, float]:
    """Give the difference of trimmed means, its 90 % interval, and the p-value of equivalence (Yuen 1974)."""
    mean = float(stats.trim_mean(first, TRIM) - stats.trim_mean(second, TRIM))
    test = stats.ttest_ind(first, second, equal_var=False, trim=TRIM)
    reach = abs(mean / test.statistic) * stats.t.ppf(0.95, test.df)
    above = stats.ttest_ind(first + margin, second, equal_var=False, trim=TRIM, alternative="greater").pvalue
    below = stats.ttest_ind(first - margin, second, equal_var=False, trim=TRIM, alternative="less").pvalue
    return mean, mean - reach, mean + reach, float(max(above, below))


def main() -> None:
    """Print the figures, and fail where a picture comes too late or arms differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("--side", 512), ("--slices", 1), ("--trials", 200)):
        parser.add_argument(name, type=int, default=value)
    chosen = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers = Responses.open(folder / "a.db", slot="a", study="s", mirror=folder / "mirror" / "a.jsonl")
        with open_pack(pack_in(folder, chosen.side, chosen.slices, chosen.trials)) as pack:
            session = RatingSession(pack.manifest, pack.manifest.slots[0], answers)
            session.start("a", "benchmark")
            window = RatingWindow(session, pack.picture)
            window.showFullScreen()
            waits, arms = measured(window, chosen.trials)
            latency = np.array([e.payload["latency_ms"] for e in answers.events() if e.kind == "stimulus_onset"])[1:]
            window.close()
        answers.close()
    del application
    print(f"answer to picture: median {np.median(waits):.1f} ms, 95 % below {np.quantile(waits, 0.95):.1f} ms, "  # noqa: T201
          f"longest {waits.max():.1f} ms, n = {len(waits)}")  # fmt: skip
    fails = np.median(waits) >= LIMIT_MS
    for title, times in (("answer to picture", waits), ("armed to drawn", latency)):
        mean, low, high, p = tost(times[arms == 0], times[arms == 1], MARGIN_MS)
        print(f"{title}, flat less noise: {mean:+.2f} ms (90 % from {low:+.2f} to {high:+.2f}), p = {p:.2g}")  # noqa: T201
        fails |= p >= 0.05
    raise SystemExit(int(fails))


if __name__ == "__main__":
    main()
