"""The whole main job on a simulated sample: open, mask, generate, compare, accept, save, make again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthscope.cli.demo_judging import RESAMPLES, SIDE, Judged, judge_without_window, keep_report, make_sets
from synthscope.cli.demo_study import rehearse_study
from synthscope.cli.demo_work import MODEL, Proven, prove, run_without_window, summarise
from synthscope.cli.display import has_display, virtual_display
from synthscope.cli.options import IdleDevice, IdleSeed, Json
from synthscope.cli.output import complain, say
from synthscope.errors import FileError, SynthscopeError, WorkError
from synthscope.services.project import Project
from synthscope.services.run_folder import RunFolder

if TYPE_CHECKING:
    from synthscope.desktop.main_window import MainWindow
    from synthscope.desktop.tour import Picture, Step

SAMPLE = "rock"
JUDGED = (("quilt", ""), ("prior", MODEL))
REPORT, STUDY = "report-card.html", "study-report.html"


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for pictures, files and the page.")] = Path(
        "demo-output"
    ),
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Do the whole main job on a simulated sample, in the window where there is a display."""
    folder = _fresh(out.expanduser().resolve())
    if has_display():
        page, proven = _in_window(folder, stay=True)
    else:
        with virtual_display() as there:
            page, proven = _in_window(folder, stay=False) if there else _without_window(folder)
    document = {
        "format": "synthscope/demo/1",
        "page": str(page),
        "result": str(proven.path),
        "report": str(folder / REPORT),
        "study": str(folder / STUDY),
        "outside_identical": proven.identical,
        "reproduced": proven.replay.reproduced,
        "max_abs_difference": proven.replay.max_abs_difference,
    }
    say(document, f"{page}\n{proven.path}", as_json=as_json)
    if not (proven.identical and proven.replay.reproduced):
        raise WorkError("The demo's result did not prove itself; run synthscope replay on it and report what it says.")


def _fresh(out: Path) -> Path:
    """Give a folder of its own for this demo: earlier ones are kept."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"Folder {out} cannot be made ({error.strerror}); choose another one.") from error
    if not any(out.iterdir()):
        return out
    numbers = (out / f"demo-{n}" for n in range(2, 10_000))
    folder = next(path for path in numbers if not path.exists())
    folder.mkdir()
    return folder


def _without_window(out: Path) -> tuple[Path, Proven]:
    complain("there is no display and no Xvfb, so the demo runs without its window.")
    project = Project.create(out / "project", "Demo")
    try:
        runs = run_without_window(project, SAMPLE)
        proven = prove(runs[-1], runs[-1].candidates()[0], out, project.folder)
        sets = make_sets(out / "judged", SAMPLE, JUDGED)
        report = keep_report(out / REPORT, judge_without_window(out, sets))
        study = rehearse_study(out / "study", sets, out / STUDY)
        return summarise(out, runs, proven, [], (report, study)), proven
    finally:
        project.close()


def _in_window(out: Path, *, stay: bool) -> tuple[Path, Proven]:
    """Play the job in the window; with `stay` the window is left to the person afterwards."""
    from synthscope.desktop.application import make_application, make_window
    from synthscope.desktop.settings import SettingsStore
    from synthscope.desktop.tour import Tour

    application = make_application()
    window = make_window(SettingsStore(out / "settings"))
    window.show()
    ending = _Ending(window, out, stay=stay)
    tour = Tour(window, ending.steps(), out)
    tour.ended.connect(ending.on_ended)
    tour.start()
    application.exec()
    if ending.error is not None:
        raise ending.error
    if ending.page is None or ending.proven is None:
        raise WorkError("The window was closed before the demo was done; start it again.")
    return ending.page, ending.proven


class _Ending:
    """The steps of the demo, and what it leaves."""

    def __init__(self, window: MainWindow, out: Path, *, stay: bool) -> None:
        self._window = window
        self._out = out
        self._stay = stay
        self._runs: tuple[RunFolder, ...] = ()
        self._judged: Judged | None = None
        self._report: Path | None = None
        self.proven: Proven | None = None
        self.page: Path | None = None
        self.error: SynthscopeError | None = None

    def steps(self) -> Iterator[Step]:
        """Play the story in a project of its own, prove the accepted candidate, then judge new images."""
        from synthscope.desktop.actions import GENERATE
        from synthscope.desktop.main_job import Story, judge, play
        from synthscope.desktop.tour import Wait

        self._window.enter_workspace().show_panel(GENERATE)
        session = self._window.session
        session.new_project(self._out / "project", "Demo")
        self._window.enter_start_page()
        yield from play(self._window, Story(SAMPLE))
        project = session.project
        self._runs = project.runs()
        thread = threading.Thread(target=self._prove, args=(session.runs.current, project.folder), daemon=True)
        thread.start()
        yield Wait("the file that is saved and made again, new images, and a study", lambda: not thread.is_alive())
        if self.error is not None:
            raise self.error
        assert self._judged is not None, "nothing failed"
        sets = self._judged
        folder = yield from judge(self._window, sets.real, sets.generated, side=SIDE, resamples=RESAMPLES)
        self._report = keep_report(self._out / REPORT, folder)

    def on_ended(self, pictures: list[Picture], error: SynthscopeError | None) -> None:
        """Write the page; close the window unless a person watches."""
        self.error = self.error or error
        if self.error is None and self.proven is not None and self._report is not None:
            shown: list[tuple[Path, str]] = [(picture.path, picture.caption) for picture in pictures]
            self.page = summarise(self._out, self._runs, self.proven, shown, (self._report, self._out / STUDY))
        if not self._stay or self.error is not None:
            self._window.close()

    def _prove(self, run: Any, project: Path) -> None:
        try:
            self.proven = prove(run, run.candidates()[0], self._out, project)
            self._judged = make_sets(self._out / "judged", SAMPLE, JUDGED)
            rehearse_study(self._out / "study", self._judged, self._out / STUDY)
        except SynthscopeError as error:
            self.error = error
