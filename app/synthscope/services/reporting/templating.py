"""Pages from templates: everything is escaped, nothing undefined is let through, and styles are put into the page."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


def rendered(name: str, verbs: Mapping[str, Any], **content: Any) -> str:
    """Fill a template.

    Parameters
    ----------
    name : str
        Of a file among the resources of reports.
    verbs : mapping
        What the template and its macros may call.
    content
        What it shows.

    Returns
    -------
    str
        With a line end.
    """
    folder = str(files("synthscope_resources") / "report")
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(verbs)
    page = made.get_template(name).render(**content)
    return page if page.endswith("\n") else page + "\n"


def style(*names: str) -> Markup:
    """Give style sheets as they stand among the resources, one after the other."""
    folder = files("synthscope_resources") / "report"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in names)
    return Markup(text)  # noqa: S704 - files of ours
