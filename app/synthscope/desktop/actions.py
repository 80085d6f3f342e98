"""The one list of actions that menus, shortcuts, toolbar, palette and cheat sheet are made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

OPEN, MASK, GENERATE, COMPARE, TRAIN, EVALUATE, STUDY, JOBS = (
    f"synthscope.panel.{name}"
    for name in ("open", "mask", "generate", "compare", "train", "evaluate", "study", "jobs")
)


@dataclass(frozen=True)
class Action:
    """Something a person can do, described once.

    Parameters
    ----------
    id : str
        Name of the action; for one of a panel, the part after the last dot is the panel's own word
        for it.
    menu : str
        Path of the menu that shows it, ``File`` or ``File/Open sample``.
    shortcut : str
        In Qt's portable notation, empty for none.
    icon : str
        A name of the icon family of `synthscope.qt.theme`.
    tooltip : str
        What it does, and what to know before.
    enabled_when : str
        Name of a predicate of `synthscope.desktop.predicates`.
    checked_when : str
        Name of a predicate that tells whether the action is on; empty for one that is not a switch.
    panel : str
        The panel that carries it out; empty for one of the shell.
    toolbar : bool
        Whether the bar on the left shows it as a button.
    section : int
        Actions of one menu with different sections are parted by a line.
    """

    id: str
    title: str
    menu: str
    shortcut: str = ""
    icon: str = ""
    tooltip: str = ""
    enabled_when: str = "always"
    checked_when: str = ""
    panel: str = ""
    section: int = 0
    toolbar: bool = False

    @property
    def word(self) -> str:
        """The last part of the id: what the panel calls the action."""
        return self.id.rpartition(".")[2]


SAMPLE_MENU = "File/Open sample"
RECENT_MENU = "File/Open recent project"

_FILE = (
    Action(
        "file.open_stack",
        "Open stack…",
        "File",
        "Ctrl+O",
        "image-multiple-outline",
        "Open an image file: TIFF, OME-TIFF, OME-Zarr, PNG, NRRD, NIfTI, HDF5 or raw bytes",
    ),
    Action(
        "file.open_folder",
        "Open folder…",
        "File",
        "Ctrl+Shift+O",
        "folder-multiple-image",
        "Open a folder of numbered slices as one stack, or an OME-Zarr folder",
    ),
    Action(
        "file.new_project",
        "New project…",
        "File",
        "Ctrl+N",
        "folder-plus-outline",
        "Choose an empty folder where runs and results are kept",
        section=1,
    ),
    Action(
        "file.open_project",
        "Open project…",
        "File",
        "Ctrl+Alt+O",
        "folder-open-outline",
        "Open the folder of an earlier project",
        section=1,
    ),
    Action(
        "file.save_result",
        "Save result as…",
        "File",
        "Ctrl+S",
        "content-save-outline",
        "Save the active layer as OME-TIFF or OME-Zarr with its synthetic-voxel mask and its record",
        "panel_offers",
        panel=OPEN,
        section=2,
    ),
    Action(
        "file.export_figure",
        "Export figure…",
        "File",
        "Ctrl+Shift+E",
        "image-frame",
        "Save the slice that is shown, with a scale bar, as PNG or SVG",
        "panel_offers",
        panel=OPEN,
        section=2,
    ),
    Action(
        "file.weights",
        "Models and weights…",
        "File",
        "",
        "brain",
        "Fetch, import, verify and remove the networks of others that encoders and perceptual distances use",
        section=3,
    ),
    Action(
        "file.start_page",
        "Start page",
        "File",
        "Ctrl+Home",
        "home-outline",
        "Go back to the start page; what is open stays open",
        section=3,
        toolbar=True,
    ),
    Action("file.quit", "Quit", "File", "Ctrl+Q", "power", "Close the program", section=4),
)

_EDIT = (
    Action("edit.undo", "Undo", "Edit", "Ctrl+Z", "undo", "Take back the last change", "can_undo", toolbar=True),
    Action(
        "edit.redo",
        "Redo",
        "Edit",
        "Ctrl+Shift+Z",
        "redo",
        "Do again what was taken back: painting and changes of the mask",
        "can_redo",
    ),
    Action(
        "edit.palette",
        "Find an action…",
        "Edit",
        "Ctrl+K",
        "magnify",
        "Type a few letters of what you want to do",
        section=1,
        toolbar=True,
    ),
)

_VIEW = (
    Action(
        "view.theme_dark",
        "Dark",
        "View/Theme",
        "",
        "weather-night",
        "Light text on dark grey: for dim rooms",
        checked_when="is_dark",
    ),
    Action(
        "view.theme_light",
        "Light",
        "View/Theme",
        "",
        "weather-sunny",
        "Dark text on light grey: for bright rooms",
        checked_when="is_light",
    ),
    Action(
        "view.outline",
        "Outline of synthetic voxels",
        "View",
        "Ctrl+Shift+S",
        "vector-square",
        "Show or hide the outline around every synthetic voxel",
        "in_workspace",
        "outline_shown",
        section=1,
        toolbar=True,
    ),
    Action(
        "view.layers",
        "Layer list",
        "View",
        "Ctrl+L",
        "layers-outline",
        "Show or hide the list of layers and their controls",
        "in_workspace",
        "layers_shown",
        section=1,
        toolbar=True,
    ),
    Action(
        "view.side_panel",
        "Side panel",
        "View",
        "Ctrl+B",
        "dock-right",
        "Show or hide the open panel on the right",
        "in_workspace",
        "panel_shown",
        section=1,
    ),
    Action(
        "view.reset",
        "Whole image",
        "View",
        "Ctrl+0",
        "fit-to-screen-outline",
        "Zoom so that the whole image fits",
        "has_image",
        section=2,
        toolbar=True,
    ),
)

_STEPS = (
    Action(
        "step.open",
        "Open",
        "Workflow",
        "Alt+1",
        "folder-open-outline",
        "Step 1: choose an image and check its axes and voxel size",
        panel=OPEN,
    ),
    Action("step.mask", "Mask", "Workflow", "Alt+2", "brush", "Step 2: mark what is to be replaced", panel=MASK),
    Action(
        "step.generate",
        "Generate",
        "Workflow",
        "Alt+3",
        "creation",
        "Step 3: run a generator on the marked region",
        panel=GENERATE,
    ),
    Action(
        "step.compare",
        "Compare",
        "Workflow",
        "Alt+4",
        "compare",
        "Step 4: see synthetic beside real, with numbers",
        panel=COMPARE,
    ),
    Action(
        "step.train",
        "Train",
        "Workflow",
        "Alt+5",
        "school-outline",
        "Step 5: let a generator learn from your own images",
        panel=TRAIN,
    ),
    Action(
        "step.evaluate",
        "Evaluate",
        "Workflow",
        "Alt+6",
        "chart-box-outline",
        "Step 6: judge generated images against real ones, by numbers with their uncertainty",
        panel=EVALUATE,
    ),
    Action(
        "step.study",
        "Study",
        "Workflow",
        "Alt+7",
        "account-check-outline",
        "Step 7: ask people who know the material, blinded, and analyse what they say",
        panel=STUDY,
    ),
    Action(
        "step.jobs",
        "Jobs",
        "Workflow",
        "Ctrl+J",
        "progress-clock",
        "Show or hide running and finished work",
        "in_workspace",
        panel=JOBS,
        section=1,
    ),
)

_MASK = (
    Action(
        "mask.new_mask",
        "New mask",
        "Mask",
        "Ctrl+Alt+M",
        "plus",
        "Add an empty mask on the image and paint it",
        "panel_offers",
        panel=MASK,
    ),
    Action(
        "mask.brush",
        "Brush",
        "Mask",
        "Ctrl+Alt+B",
        "brush",
        "Paint with the mouse",
        "panel_offers",
        panel=MASK,
        section=1,
    ),
    Action(
        "mask.erase",
        "Eraser",
        "Mask",
        "Ctrl+Alt+E",
        "eraser",
        "Take paint away with the mouse",
        "panel_offers",
        panel=MASK,
        section=1,
    ),
    Action(
        "mask.lasso",
        "Lasso",
        "Mask",
        "Ctrl+Alt+L",
        "lasso",
        "Draw around what you mean in one go",
        "panel_offers",
        panel=MASK,
        section=1,
    ),
    Action(
        "mask.wand",
        "Wand",
        "Mask",
        "Ctrl+Alt+W",
        "auto-fix",
        "Click: takes all that hangs together and has about that grey value",
        "panel_offers",
        panel=MASK,
        section=1,
    ),
    Action(
        "mask.threshold",
        "Grey range",
        "Mask",
        "",
        "chart-bell-curve",
        "All voxels between two grey values, previewed",
        "panel_offers",
        panel=MASK,
        section=1,
    ),
    Action(
        "mask.prompts",
        "Mask from two prompts",
        "Mask",
        "",
        "text-search",
        "Mark where a pretrained model answers differently to two prompts",
        "panel_offers",
        panel=MASK,
        section=1,
    ),
    Action(
        "mask.artefacts",
        "Find artefacts",
        "Mask",
        "Ctrl+Alt+A",
        "image-broken-variant",
        "Find rings, streaks, dead lines and dead pixels",
        "panel_offers",
        panel=MASK,
        section=1,
    ),
    Action(
        "mask.grow",
        "Grow",
        "Mask",
        "Ctrl+Alt+G",
        "arrow-expand-all",
        "Add all voxels within the distance set in the Mask panel",
        "panel_offers",
        panel=MASK,
        section=2,
    ),
    Action(
        "mask.shrink",
        "Shrink",
        "Mask",
        "Ctrl+Alt+H",
        "arrow-collapse-all",
        "Remove a rim of the width set in the Mask panel",
        "panel_offers",
        panel=MASK,
        section=2,
    ),
    Action(
        "mask.invert",
        "Invert",
        "Mask",
        "Ctrl+Alt+I",
        "invert-colors",
        "Paint what is not painted, and the reverse",
        "panel_offers",
        panel=MASK,
        section=2,
    ),
    Action(
        "mask.clear",
        "Clear",
        "Mask",
        "Ctrl+Alt+Backspace",
        "delete-outline",
        "Take all paint out of the mask; can be undone",
        "panel_offers",
        panel=MASK,
        section=2,
    ),
    Action(
        "mask.import_mask",
        "Import mask…",
        "Mask",
        "",
        "import",
        "Take an image file as the mask",
        "panel_offers",
        panel=MASK,
        section=3,
    ),
    Action(
        "mask.export_mask",
        "Export mask…",
        "Mask",
        "",
        "export",
        "Save the mask as OME-TIFF or OME-Zarr",
        "panel_offers",
        panel=MASK,
        section=3,
    ),
)

_GENERATE = (
    Action(
        "generate.run",
        "Run",
        "Generate",
        "Ctrl+Return",
        "play",
        "Make candidates with the settings shown",
        "panel_offers",
        panel=GENERATE,
    ),
    Action(
        "generate.cancel",
        "Cancel",
        "Generate",
        "Ctrl+.",
        "stop",
        "Stop the running work; finished candidates are kept",
        "panel_offers",
        panel=GENERATE,
    ),
    Action(
        "generate.live",
        "Live",
        "Generate",
        "Ctrl+Shift+L",
        "lightning-bolt-outline",
        "Show what one candidate would be, again whenever a setting changes, or stop doing so",
        "panel_offers",
        panel=GENERATE,
    ),
    Action(
        "generate.compare",
        "Compare generators…",
        "Generate",
        "",
        "scale-balance",
        "Give several generators the same image, mask, words and seeds: one grid and one table at the end",
        "panel_offers",
        panel=GENERATE,
    ),
    Action(
        "generate.previous",
        "Previous candidate",
        "Generate",
        "Ctrl+Left",
        "chevron-left",
        "Show the candidate before this one on the canvas",
        "panel_offers",
        panel=GENERATE,
        section=1,
    ),
    Action(
        "generate.next",
        "Next candidate",
        "Generate",
        "Ctrl+Right",
        "chevron-right",
        "Show the next candidate on the canvas",
        "panel_offers",
        panel=GENERATE,
        section=1,
    ),
    Action(
        "generate.accept",
        "Accept",
        "Generate",
        "Ctrl+Shift+A",
        "check",
        "Add the shown candidate as a new layer; the source stays as it is",
        "panel_offers",
        panel=GENERATE,
        section=2,
    ),
    Action(
        "generate.reject",
        "Reject…",
        "Generate",
        "Ctrl+Shift+X",
        "close",
        "Put the shown candidate aside, with a reason",
        "panel_offers",
        panel=GENERATE,
        section=2,
    ),
    Action(
        "generate.star",
        "Star",
        "Generate",
        "Ctrl+D",
        "star-outline",
        "Mark the shown candidate",
        "panel_offers",
        panel=GENERATE,
        section=2,
    ),
)

_COMPARE = (
    Action(
        "compare.side_by_side",
        "Side by side",
        "Compare",
        "Ctrl+Shift+1",
        "view-split-vertical",
        "Real and synthetic in two linked views",
        "panel_offers",
        panel=COMPARE,
    ),
    Action(
        "compare.curtain",
        "Curtain",
        "Compare",
        "Ctrl+Shift+2",
        "arrow-split-vertical",
        "Draw a handle across: real on one side, synthetic on the other",
        "panel_offers",
        panel=COMPARE,
    ),
    Action(
        "compare.flicker",
        "Flicker",
        "Compare",
        "Ctrl+Shift+3",
        "flash-outline",
        "Alternate between real and synthetic",
        "panel_offers",
        panel=COMPARE,
    ),
    Action(
        "compare.difference",
        "Difference",
        "Compare",
        "Ctrl+Shift+4",
        "plus-minus-variant",
        "Show synthetic minus real",
        "panel_offers",
        panel=COMPARE,
    ),
    Action(
        "compare.checkerboard",
        "Checkerboard",
        "Compare",
        "Ctrl+Shift+5",
        "checkerboard",
        "Real and synthetic in alternating squares",
        "panel_offers",
        panel=COMPARE,
    ),
)

_TRAIN = (
    Action(
        "train.train",
        "Train a model",
        "Train",
        "Ctrl+Shift+Return",
        "school-outline",
        "Let the chosen generator learn from the image with the settings shown",
        "panel_offers",
        panel=TRAIN,
    ),
    Action(
        "train.keep",
        "Stop and keep the model",
        "Train",
        "Ctrl+Alt+.",
        "stop-circle-outline",
        "End the training; the best model so far is kept and can be used at once",
        "panel_offers",
        panel=TRAIN,
    ),
    Action(
        "train.families",
        "Compare families…",
        "Train",
        "",
        "scale-balance",
        "Train several generators on the image for the same time: one table and one grid at the end",
        "panel_offers",
        panel=TRAIN,
    ),
)

_EVALUATE = (
    Action(
        "evaluate.evaluate",
        "Evaluate",
        "Evaluate",
        "Ctrl+Alt+Return",
        "chart-box-outline",
        "Judge the generated images that are ticked against the real ones",
        "panel_offers",
        panel=EVALUATE,
    ),
    Action(
        "evaluate.stop",
        "Cancel",
        "Evaluate",
        "",
        "stop",
        "End the evaluation; numbers that are known stay in sight",
        "panel_offers",
        panel=EVALUATE,
    ),
    Action(
        "evaluate.controls",
        "Controls",
        "Evaluate",
        "Ctrl+Alt+C",
        "flask-outline",
        "Show or hide what held-out real, quilted, blurred and noised images get",
        "panel_offers",
        panel=EVALUATE,
        section=1,
    ),
    Action(
        "evaluate.export",
        "Export report…",
        "Evaluate",
        "Ctrl+Alt+X",
        "export",
        "Save the report as HTML, CSV, JSON, Markdown or LaTeX",
        "panel_offers",
        panel=EVALUATE,
        section=1,
    ),
)

_STUDY = (
    Action(
        "study.new_study",
        "New study",
        "Study",
        "",
        "plus",
        "Design a blinded study",
        "panel_offers",
        panel=STUDY,
    ),
    Action(
        "study.next_card",
        "Next step of the study",
        "Study",
        "Ctrl+Alt+Right",
        "arrow-down",
        "Open the next card of the study that can be worked at",
        "panel_offers",
        panel=STUDY,
    ),
    Action(
        "study.previous_card",
        "Previous step of the study",
        "Study",
        "Ctrl+Alt+Left",
        "arrow-up",
        "Open the card before",
        "panel_offers",
        panel=STUDY,
    ),
    Action(
        "study.stop",
        "Cancel",
        "Study",
        "",
        "stop",
        "End the work of the study; what was finished is kept",
        "panel_offers",
        panel=STUDY,
    ),
)

_HELP = (
    Action("help.cheat_sheet", "Keyboard shortcuts", "Help", "?", "keyboard-outline", "Every shortcut on one sheet"),
    Action(
        "help.diagnostics",
        "Save diagnostics…",
        "Help",
        "",
        "stethoscope",
        "Save versions, device and log as one file, to send with a question",
        section=1,
    ),
    Action("help.about", "About Synthscope", "Help", "", "information-outline", "Version and licence", section=1),
)

ACTIONS: tuple[Action, ...] = (
    *_FILE,
    *_EDIT,
    *_VIEW,
    *_STEPS,
    *_MASK,
    *_GENERATE,
    *_COMPARE,
    *_TRAIN,
    *_EVALUATE,
    *_STUDY,
    *_HELP,
)

MENU_ORDER = ("File", "Edit", "View", "Workflow", "Mask", "Generate", "Compare", "Train", "Evaluate", "Study", "Help")


def by_id(actions: Iterable[Action] = ACTIONS) -> dict[str, Action]:
    """Index actions by id.

    Raises
    ------
    ValueError
        If two actions have one id, or one shortcut: the sentence names both.
    """
    found: dict[str, Action] = {}
    shortcuts: dict[str, Action] = {}
    for action in actions:
        other = found.get(action.id) or shortcuts.get(action.shortcut)
        if other is not None:
            raise ValueError(
                f"action {action.id!r} ({action.shortcut or 'no shortcut'}) meets {other.id!r} "
                f"({other.shortcut or 'no shortcut'}); give each an id and a shortcut of its own"
            )
        found[action.id] = action
        if action.shortcut:
            shortcuts[action.shortcut] = action
    return found


def sample_actions(samples: Iterable[tuple[str, str, str]]) -> tuple[Action, ...]:
    """Make one action per sample from its (key, title, description)."""
    return tuple(
        Action(f"sample.{key}", title, SAMPLE_MENU, "", "flask-outline", description)
        for key, title, description in samples
    )
