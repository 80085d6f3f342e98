"""The rater's own process: ``python -m synthscope.rating PACK``. It loads no key, no viewer and no other command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synthscope.errors import InputError, SynthscopeError
from synthscope.records.study_pack import PackManifest, Slot
from synthscope.services.rating.session import RatingSession
from synthscope.studies.pack.reading import Pack, open_pack
from synthscope.studies.store.responses import Responses

if TYPE_CHECKING:
    from synthscope.studies.central.outbox import Outbox


def main(arguments: Sequence[str] | None = None) -> int:
    """Rate a pack and give the exit status; what went wrong is told in a sentence."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command("rate")(rate)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="synthscope study rate")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except SynthscopeError as error:
        if sys.stderr is not None:
            sys.stderr.write(f"synthscope: {error.sentence}\n")
        return error.exit_status
    return 0


def rate(
    pack: Annotated[Path, typer.Argument(help="The rater pack that you were given.")],
    slot: Annotated[str, typer.Option(help="Your place in the study; needed where the pack holds several.")] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder of your answers; beside the pack.")] = None,
    mirror: Annotated[Path | None, typer.Option(help="Folder of their second copy, best on another disk.")] = None,
    send: Annotated[str, typer.Option(help="postgresql://LOGIN@HOST/DATABASE: also send the answers there.")] = "",
    in_window: Annotated[bool, typer.Option("--in-window", hidden=True, help="Tell faults in a window.")] = False,
) -> None:
    """Rate the images of a study in a window of its own; it goes on where it was left."""
    try:
        said = _rate(pack, slot, out, mirror, send)
    except SynthscopeError as error:
        if in_window:
            _tell(error.sentence)
        raise
    if said and in_window:
        _tell(said)
    elif said and sys.stderr is not None:
        sys.stderr.write(f"synthscope: {said}\n")


def _rate(pack: Path, slot: str, out: Path | None, mirror: Path | None, send: str) -> str:
    with open_pack(pack) as opened:
        place = chosen_slot(opened.manifest, slot)
        folder = out or pack.resolve().parent
        folder.mkdir(parents=True, exist_ok=True)
        name = f"responses_{place.id}"
        second = (mirror or folder / "mirror") / f"{name}.jsonl"
        answers = Responses.open(folder / f"{name}.db", slot=place.id, study=opened.manifest.study, mirror=second)
        try:
            outbox = _outbox(send, answers) if send else None
            try:
                _run(opened, place, answers, outbox)
            finally:
                state = outbox.close() if outbox else None
        finally:
            answers.close()
    return state.sentence if state else ""


def _outbox(url: str, answers: Responses) -> Outbox:
    """Send what is saved already and what will be."""
    from synthscope.studies.central.device import this_device
    from synthscope.studies.central.outbox import Outbox

    outbox = Outbox(url, this_device(), answers.events())
    answers.told = outbox.put
    return outbox


def chosen_slot(manifest: PackManifest, name: str) -> Slot:
    """Give the slot of that name, or the only one."""
    known = ", ".join(slot.id for slot in manifest.slots)
    if not name and len(manifest.slots) != 1:
        raise InputError(f"The pack holds several slots ({known}); name yours with --slot.")
    found = manifest.slot(name) if name else manifest.slots[0]
    if found is None:
        raise InputError(f"The pack holds no slot {name!r}; it holds {known}.")
    return found


def _run(pack: Pack, slot: Slot, answers: Responses, outbox: Outbox | None) -> None:
    from qtpy.QtWidgets import QApplication

    from synthscope.qt.rating.window import RatingWindow

    application = QApplication.instance() or QApplication([])
    session = RatingSession(pack.manifest, slot, answers)
    session.start(slot.id, f"Synthscope {version('synthscope')}")
    window = RatingWindow(session, pack.picture, (lambda: outbox.state.quiet) if outbox else None)
    window.setGeometry(window.screen().geometry())  # without a window manager nobody else makes it fill the screen
    window.showFullScreen()
    application.exec()


def _tell(sentence: str) -> None:
    from qtpy.QtWidgets import QApplication, QMessageBox

    application = QApplication.instance() or QApplication([])
    QMessageBox.warning(None, "Study", sentence)
    application.processEvents()


if __name__ == "__main__":
    sys.exit(main())
