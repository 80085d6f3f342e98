"""The documents say what is true: links, commands, shortcuts, parameters and code are tried."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main

from synthscope.cli.app import build
from synthscope.desktop.actions import ACTIONS
from synthscope.generators.registry import generator_ids, list_generators
from synthscope.records.forms import FormField, form_fields

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *sorted((DOCS / "decisions").glob("*.md"))]
pages = pytest.mark.parametrize("page", [pytest.param(p, id=p.relative_to(ROOT).as_posix()) for p in PAGES])
REPOSITORY = "https://raw.githubusercontent.com/synthscope/synthscope/main/"
"""The README's picture is shown by package indexes too, which need a whole address."""


@dataclass(frozen=True)
class Block:
    """One code block; `file` is the name in backticks on the line before it."""

    language: str
    text: str
    file: str = ""


def blocks(page: Path) -> tuple[Block, ...]:
    """Give the code blocks of a page, in order."""
    found = re.findall(r"(?:^`([^`\n]+)`\n\n)?^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return tuple(Block(language, text, file) for file, language, text in found)


def project_blocks(page: Path) -> dict[str, Block]:
    """Give the blocks that are files, by name."""
    return {block.file: block for block in blocks(page) if block.file}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def links(page: Path) -> Iterator[str]:
    prose = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)\)", prose)


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    local = [link.removeprefix(REPOSITORY) for link in links(page) if ":" not in link.removeprefix(REPOSITORY)]
    base = {link: ROOT if REPOSITORY + link in text_of(page) else page.parent for link in local}
    broken = [link for link in local if not (base[link] / link.partition("#")[0]).exists()]
    assert not broken


@pages
def test_links_to_headings_find_them(page: Path) -> None:
    for link in links(page):
        name, mark, heading = link.partition("#")
        if mark and ":" not in link:
            target = page.parent / name if name else page
            assert heading in {anchor(line) for line in text_of(target).splitlines() if line.startswith("#")}


def anchor(heading: str) -> str:
    """The name that a heading has in a link."""
    return re.sub(r"[^\w\- ]", "", heading.lstrip("# ").casefold()).replace(" ", "-")


@pages
def test_no_page_names_a_place_on_one_computer(page: Path) -> None:
    assert not re.search(r"(?<![\w.])(/home/|/root/|/tmp/|/work/|/Users/|[A-Z]:\\)", text_of(page))


def test_every_picture_is_shown_and_small() -> None:
    shown = {(p.parent / link.removeprefix(REPOSITORY)).resolve().name for p in PAGES for link in links(p)}
    pictures = sorted((DOCS / "images").glob("*.png"))
    assert [p.name for p in pictures if p.stat().st_size > 350_000] == []
    assert [p.name for p in pictures if p.name not in shown] == []


def test_every_picture_is_made_by_a_script() -> None:
    written = text_of(DOCS / "scenes.py") + text_of(DOCS / "real_images.py") + text_of(DOCS / "make_pictures.py")
    for picture in sorted((DOCS / "images").glob("*.png")):
        scene = picture.stem.partition("-")[0]
        assert scene in ("sample", "report", "lineup", "defects") or f'"{scene}"' in written


def command_lines() -> Iterator[tuple[str, str]]:
    """Every line of a code block, and every word in backticks, that begins with the program's name."""
    for page in PAGES:
        for block in blocks(page):
            if block.language not in ("python", "toml"):
                lines = block.text.replace("\\\n", " ").splitlines()
                yield from ((page.name, line) for line in lines if re.match(r"(\.venv/bin/)?synthscope( |$)", line))
        prose = re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
        yield from ((page.name, found) for found in re.findall(r"`(synthscope [^`]+)`", prose))


@pytest.mark.parametrize(("page", "line"), sorted(set(command_lines())))
def test_every_command_is_one_the_program_knows(page: str, line: str) -> None:
    del page
    words = shlex.split(line.partition("#")[0])[1:]
    program: Any = typer.main.get_command(build())
    if not words or words[0].startswith("-") or Path(words[0]).suffix:
        return
    command = program.commands[words[0]]
    if hasattr(command, "commands") and words[1:]:
        command, words = command.commands[words[1]], words[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    used = {word.strip("[],").partition("=")[0] for word in words[1:] if word.strip("[").startswith("-")}
    assert used <= known


def test_the_guide_lists_every_shortcut() -> None:
    section = text_of(DOCS / "guide.md").partition("<!-- shortcuts -->")[2].partition("<!-- end of shortcuts -->")[0]
    said = set(re.findall(r"^\| (\w+: .+?) \| `(.+?)` \|$", section, re.MULTILINE))
    real = {(f"{a.menu.partition('/')[0]}: {a.title.rstrip('…')}", a.shortcut) for a in ACTIONS if a.shortcut}
    assert said == real, "run: python docs/make_shortcuts.py"


@pytest.mark.parametrize("generator", generator_ids())
def test_the_parameters_of_a_generator_are_those_of_its_record(generator: str) -> None:
    spec = next(listing.spec for listing in list_generators() if listing.id == generator)
    assert spec is not None
    _, _, section = text_of(DOCS / "generators.md").partition(f"\n## `{generator}`")
    section = section.partition("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    said = {row[0].strip("| `"): row[1].strip("` ") for row in rows}
    fields = form_fields(spec.parameters)
    assert said == {field.name: shown(field) for field in fields}
    assert spec.citation.partition(" (")[0] in section


def shown(field: FormField) -> str:
    """The default as the page gives it, with its unit."""
    if field.default is None:
        return "not set"
    value = ("off", "on")[field.default] if field.kind is bool else field.default
    return f"{value} {field.unit}".strip()


def test_every_generator_has_its_row_in_the_readme() -> None:
    rows = " ".join(line for line in text_of(ROOT / "README.md").splitlines() if line.startswith("| `"))
    assert all(f"`{generator}`" in rows for generator in generator_ids())


@pytest.mark.parametrize("page", ["python.md", "files.md"])
def test_the_code_of_a_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put_files(tmp_path)
    if page == "python.md":
        put_model(tmp_path / "models", "stable-diffusion-inpainting")
    names: dict[str, object] = {}
    for block in blocks(DOCS / page):
        if block.language == "python":
            exec(compile(block.text, page, "exec"), names)


def put_model(folder: Path, name: str) -> None:
    """A pretrained model of tiny networks, under the name of a real one."""
    from tests.generators.pretrained.tiny import save

    from synthscope.jobs.drain import drain
    from synthscope.services.pretrained import import_pretrained

    published = save("stable-diffusion", folder.parent / "published", channels=9)
    drain(import_pretrained(published, folder, name))


def put_files(folder: Path) -> None:
    """The files that the pages speak of, small."""
    import numpy as np

    import synthscope

    rng = np.random.default_rng(5)
    space = synthscope.Space("zyx", (2.0, 0.5, 0.5), "µm")
    core = synthscope.Image(rng.integers(200, 4000, (3, 60, 64)).astype(np.uint16), space, "core")
    mask = np.zeros(core.shape, np.uint8)
    mask[1, 20:36, 20:36] = 1
    synthscope.write_image(folder / "core.ome.tif", core)
    synthscope.write_image(folder / "ring-mask.tif", synthscope.Image(mask, space, "mask"))
    outcome = synthscope.inpaint(core, mask, folder / "made", generator="harmonic")
    repaired = synthscope.open_image(outcome.candidates[0].path)
    synthscope.write_image(folder / "repaired.ome.tif", repaired)
    synthscope.write_image(folder / "repaired.ome.zarr", repaired)


def test_the_generator_of_the_page_works_as_a_package_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = project_blocks(DOCS / "extending.md")
    install(written, tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    try:
        for block in blocks(DOCS / "extending.md"):
            if block.language == "python" and not block.file:
                exec(compile(block.text, "extending.md", "exec"), names)
        assert "lottery" in generator_ids()
    finally:
        for name in [name for name in sys.modules if name.startswith("synthscope_lottery")]:
            del sys.modules[name]


def install(written: dict[str, Block], folder: Path) -> None:
    """Put a package where Python finds it, with the entry points that its pyproject names."""
    import tomllib

    for name, block in written.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(block.text, encoding="utf-8")
    project = tomllib.loads(written["pyproject.toml"].text)["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")
    sections = (
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
        for group, points in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text("\n".join(sections), encoding="utf-8")
