"""The measures of the house: what a reader meets when a room is opened."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("app", "plugins", "resources") for path in (ROOT / folder).rglob("*.py"))
MODULES = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in SOURCES]
LONG_TABLES = {"actions.py"}
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Lines of code after the docstring."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("path", MODULES)
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    assert path.name in LONG_TABLES or lines(path) <= 300
    assert path.stem not in NAMELESS
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "a module's first line says what it is"


@pytest.mark.parametrize("path", MODULES)
def test_functions_and_classes_are_short(path: Path) -> None:
    long = [f"{node.name} ({body_length(node)})" for node in functions(path) if body_length(node) > 50]
    assert not long
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert not [f"{node.name} ({body_length(node)})" for node in classes if body_length(node) > 200]


@pytest.mark.parametrize("path", MODULES)
def test_classes_have_few_attributes(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)):
        assert len(set(assigned_to_self(node))) <= 15, node.name


def assigned_to_self(node: ast.ClassDef) -> Iterator[str]:
    for inner in ast.walk(node):
        stored = isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store)
        if stored and isinstance(inner.value, ast.Name) and inner.value.id == "self":
            yield inner.attr


def test_the_median_file_and_function_are_small() -> None:
    assert median(map(lines, SOURCES)) <= 150
    assert median(body_length(node) for path in SOURCES for node in functions(path)) <= 9


def test_source_roots_are_no_packages() -> None:
    for root in ("app", "plugins", "resources"):
        assert not (ROOT / root / "__init__.py").exists()


@pytest.mark.parametrize("module", ["synthscope", "synthscope.services.planning", "synthscope.worker"])
def test_light_modules_import_no_heavy_ones(module: str) -> None:
    heavy = ("torch", "diffusers", "napari", "PySide6")
    program = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
