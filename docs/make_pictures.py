"""Makes every picture of the docs by driving the real window, and measures the main job on real images.

``python docs/make_pictures.py`` plays the simulated rock; with ``--data DIR`` (the folder of docs/data.md; without it
``SYNTHSCOPE_DATA``, or ``../shared/data`` beside the checkout) also four real images, whose figures go to the table of
docs/measured.md. Without a display a virtual one is used.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import napari_scene
import rating_scene
from measured_table import put_table
from PIL import Image as Picture
from qtpy.QtGui import QCursor
from real_images import REAL, record_of
from scenes import SCENES, Stage

from synthscope.cli.display import has_display, virtual_display
from synthscope.desktop.tour import Step

DOCS = Path(__file__).resolve().parent
IMAGES = DOCS / "images"
LARGEST = 350_000  # bytes of a picture
NAPARI = "napari"
RATING = "rating"
NAMES = (*SCENES, NAPARI, RATING)
CANVAS = (48, 34, 936, 646)
STUDY = (944, 32, 1340, 852)
MODELS = (370, 70, 1050, 750)
CROPS = {
    "models-catalogue": MODELS,
    "licence-gate": MODELS,
    "single-base": MODELS,
    "asked-axes": (940, 32, 1334, 752),
    "asked-raw": (332, 250, 1074, 566),
    **{f"{name}-mask": CANVAS for name in REAL},
    "example-leaks": STUDY,
    "example-end": STUDY,
    **{
        f"study-{name}": STUDY
        for name in (
            "images", "showing", "people", "leaks", "rehearse", "freeze", "answers", "signed", "report", "beside",
        )
    },
}
"""Left, top, right, bottom of what is kept of a picture."""


def main() -> int:
    """Play every scene in a process of its own: each begins with a fresh window."""
    chosen = _arguments()
    if chosen.play:
        return play(chosen.play, chosen.out, chosen.data)
    with ExitStack() as stack:
        if not has_display() and not stack.enter_context(virtual_display()):
            sys.exit("There is no display and no Xvfb; install one of them.")
        names = chosen.only or [name for name in NAMES if name not in REAL or chosen.data is not None]
        out = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        failed = [name for name in names if _in_a_process(name, out / name, chosen.data)]
        _keep(out, names)
    return len(failed)


def play(name: str, out: Path, data: Path | None) -> int:
    """Play one scene in this process, pictures and record into `out`."""
    from synthscope.desktop.application import make_application
    from synthscope.desktop.tour import Picture as Taken
    from synthscope.desktop.tour import Tour

    os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = str(out / "home")
    application = make_application()
    QCursor.setPos(1439, 899)  # no button shall look as if it were pointed at
    window, steps, stage = _opened(name, out, data)
    problems: list[object] = []

    def end(_: list[Taken], error: object) -> None:
        problems.extend([error] if error else [])
        window.close()

    tour = Tour(window, steps, out)
    tour.ended.connect(end)
    tour.start()
    application.exec()
    if stage is not None and stage.proven is not None:
        (out / "record.json").write_text(json.dumps(asdict(record_of(name, stage))), encoding="utf-8")
    for problem in problems:
        sys.stderr.write(f"{name}: {problem}\n")
    return len(problems)


def _opened(name: str, out: Path, data: Path | None) -> tuple[Any, Iterator[Step], Stage | None]:
    if name == RATING:
        window = rating_scene.make_rating(out)
        return window, rating_scene.steps(window), None
    return _in_napari() if name == NAPARI else _in_the_program(name, out, data)


def _in_the_program(name: str, out: Path, data: Path | None) -> tuple[Any, Iterator[Step], Stage]:
    from synthscope.desktop.application import make_window
    from synthscope.desktop.settings import SettingsStore

    window = make_window(SettingsStore(out / "settings"))
    window.show()
    stage = Stage(window, out, data)
    return window, SCENES[name](stage), stage


def _in_napari() -> tuple[Any, Iterator[Step], None]:
    viewer = napari_scene.make_napari()
    return viewer.window._qt_window, napari_scene.steps(viewer), None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=_data_folder(), help="folder of real images")
    parser.add_argument("--only", nargs="*", choices=NAMES, help="these scenes alone")
    parser.add_argument("--play", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _data_folder() -> Path | None:
    folder = Path(os.environ.get("SYNTHSCOPE_DATA", DOCS.parents[1] / "shared" / "data"))
    return folder if folder.is_dir() else None


def _in_a_process(name: str, out: Path, data: Path | None) -> int:
    out.mkdir(parents=True)
    sys.stderr.write(f"{name} …\n")
    command = [sys.executable, __file__, "--play", name, "--out", str(out)]
    return subprocess.run([*command, *(["--data", str(data)] if data else [])], check=False).returncode


def _keep(out: Path, names: list[str]) -> None:
    """Put the records into the table, and the pictures that a page shows under stable names."""
    records = list(_records(out, names))
    if {record["name"] for record in records} >= set(REAL):  # the table is of one run, never of several
        sys.stdout.write(put_table(DOCS / "measured.md", records) + "\n")
    pages = "".join(page.read_text(encoding="utf-8") for page in (*DOCS.glob("*.md"), DOCS.parent / "README.md"))
    IMAGES.mkdir(exist_ok=True)
    for name in names:
        for path in sorted((out / name).glob("[0-9][0-9]-*.png")):
            if f"images/{name}-{path.stem[3:]}.png" in pages:
                _shrink(path, f"{name}-{path.stem[3:]}")


def _records(out: Path, names: list[str]) -> Iterator[dict]:
    for name in names:
        path = out / name / "record.json"
        if path.is_file():
            yield json.loads(path.read_text(encoding="utf-8"))


def _shrink(path: Path, name: str) -> None:
    """Keep a picture, or its part, in as many colours as its room allows."""
    picture, target = Picture.open(path).convert("RGB").crop(CROPS.get(name)), IMAGES / f"{name}.png"
    for colours in (256, 128, 64):
        quantised = picture.quantize(colours, method=Picture.Quantize.MEDIANCUT, dither=Picture.Dither.NONE)
        quantised.save(target, optimize=True)
        if target.stat().st_size < LARGEST:
            return
    sys.exit(f"{target.name} takes {target.stat().st_size} bytes; crop it.")


if __name__ == "__main__":
    sys.exit(main())
