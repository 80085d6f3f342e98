"""A report as one file, in the format that its ending names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.atomic import write_text
from synthscope.metrics.registry import list_extractors, list_metrics
from synthscope.records.evaluation import Report
from synthscope.services.printing import PDF, write_pdf
from synthscope.services.reporting.card import make_card
from synthscope.services.reporting.csv_table import scores_csv
from synthscope.services.reporting.document import report_json
from synthscope.services.reporting.latex import card_latex
from synthscope.services.reporting.markdown import card_markdown
from synthscope.services.reporting.methods import Known
from synthscope.services.reporting.page import card_page


def _page(report: Report, folder: Path) -> str:
    return card_page(make_card(report, registered()), folder, tuple(spot.picture for spot in report.spots))


_FORMATS: Mapping[str, Callable[[Report, Path], str]] = {
    ".html": _page,
    PDF: _page,
    ".csv": lambda report, _folder: scores_csv(report),
    ".json": lambda report, _folder: report_json(report),
    ".md": lambda report, _folder: card_markdown(make_card(report, registered())),
    ".tex": lambda report, _folder: card_latex(make_card(report, registered())),
}
ENDINGS = tuple(_FORMATS)


def write_report(report: Report, folder: Path | str, path: Path | str) -> Path:
    """Write a report card.

    Parameters
    ----------
    report : Report
    folder : Path or str
        Where its pictures lie; one that is not there leaves a gap in the page.
    path : Path or str
        Ending in ``.html`` (one file with all pictures), ``.pdf`` (that page on paper), ``.csv``, ``.json``, ``.md``
        or ``.tex``.

    Raises
    ------
    InputError
        If the ending is another one.
    Unavailable, WorkError
        If a PDF cannot be printed.
    DiskFull, FileError
        If it cannot be written.
    """
    path = Path(path)
    make = _FORMATS.get(path.suffix.casefold())
    if make is None:
        raise InputError(f"{path.name} names no format of reports; end it with {', '.join(ENDINGS)}.")
    write = write_pdf if path.suffix.casefold() == PDF else write_text
    return write(path, make(report, Path(folder)))


def registered() -> Known:
    """List what is registered here, as far as it can be loaded."""
    return Known(
        {row.id: row.spec for row in list_metrics() if row.spec is not None},
        {row.id: row.spec for row in list_extractors() if row.spec is not None},
    )
